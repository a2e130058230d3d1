"""Whether mail can be sent, on a real SMTP server on loopback: all that a mail would meet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from socket import create_server
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from adapter.ground.mail_server import look_at_mail_server
from config.settings import MailSettings
from connectors.errors import ConnectorError, Misconfigured, Permanent, Transient


class Door:
    """Answers a sender as told, and keeps what was said to it."""

    def __init__(self) -> None:
        self.answer_to_sender = "250 OK"
        self.said: list[str] = []

    async def handle_MAIL(  # noqa: N802 - the name that the server calls
        self, _server: Any, _session: Any, _envelope: Any, address: str, _options: Any
    ) -> str:
        self.said.append(f"from {address}")
        return self.answer_to_sender

    async def handle_RSET(self, *_: Any) -> str:  # noqa: N802 - the name that the server calls
        self.said.append("reset")
        return "250 OK"

    async def handle_RCPT(self, *_: Any) -> str:  # noqa: N802 - the name that the server calls
        raise AssertionError("who only looks names no recipient")


def _knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    assert isinstance(given, LoginPassword)
    return AuthResult(success=given.password == b"right", handled=False)


@contextmanager
def _listening(door: Door, **how: Any) -> Iterator[MailSettings]:
    with create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    controller = Controller(door, hostname="127.0.0.1", port=port, **how)
    controller.start()
    yield MailSettings(
        host="127.0.0.1", port=port, sender="Opleidingen <opleidingen@example.org>", starttls=False
    )
    controller.stop()


def test_all_before_a_recipient_is_said_and_nothing_is_sent() -> None:
    door = Door()
    with _listening(door) as settings:
        look_at_mail_server(settings)
    assert door.said == ["from opleidingen@example.org", "reset"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [("550 not of ours", Permanent), ("530 log in first", Permanent), ("451 later", Transient)],
)
def test_a_sender_that_is_refused_is_told(answer: str, error: type[ConnectorError]) -> None:
    door = Door()
    door.answer_to_sender = answer
    with (
        _listening(door) as settings,
        pytest.raises(error, match=f"ODWH_MAIL_SENDER .SMTP {answer[:3]}"),
    ):
        look_at_mail_server(settings)


def test_a_password_that_is_wrong_is_told() -> None:
    with _listening(Door(), authenticator=_knows, auth_require_tls=False) as settings:
        right = settings.model_dump() | {"username": "adapter", "password": "right"}
        look_at_mail_server(MailSettings.model_validate(right))
        with pytest.raises(Misconfigured, match="check ODWH_MAIL_"):
            look_at_mail_server(MailSettings.model_validate(right | {"password": "wrong"}))


def test_a_server_without_tls_is_told_where_it_is_asked() -> None:
    with (
        _listening(Door()) as settings,
        pytest.raises(Misconfigured, match="check ODWH_MAIL_"),
    ):
        look_at_mail_server(settings.model_copy(update={"starttls": True}))

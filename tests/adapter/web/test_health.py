from __future__ import annotations

import dataclasses
import socket
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from flask.testing import FlaskClient
from sqlalchemy import insert, text

from adapter.parts import Parts
from adapter.store.register import open_register
from adapter.store.tables.work import heartbeats
from adapter.web.app import create_app
from adapter.web.part_states import RemotePart, State, all_well, mail_answers
from connectors.ports import Check, CheckState
from tests.adapter.web.bodies import problem

NOTHING_CONFIGURED = {
    "database": "ok",
    "lms": "not_configured",
    "hris": "not_configured",
    "hris_full_scan": "not_configured",
    "mail": "not_configured",
    "worker": "not_configured",
}


def test_it_lives_without_a_key_or_a_database(parts: Parts) -> None:
    nowhere = dataclasses.replace(parts, register=open_register("sqlite:////nowhere/at/all"))
    client = create_app(nowhere).test_client()
    assert client.get("/health/live").get_json() == {"status": "ok"}


def test_it_is_ready_without_an_lms_and_says_what_is_missing(either_client: FlaskClient) -> None:
    answer = either_client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "parts": NOTHING_CONFIGURED}


def test_it_is_not_ready_while_the_database_is_not_migrated(
    either_client: FlaskClient, either_parts: Parts
) -> None:
    with either_parts.register.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = either_client.get("/health/ready")
    assert answer.status_code == 503
    assert problem(answer)["parts"]["database"] == "failing"


def test_it_is_not_ready_while_the_database_does_not_answer(parts: Parts) -> None:
    nowhere = dataclasses.replace(parts, register=open_register("sqlite:////nowhere/at/all"))
    answer = create_app(nowhere).test_client().get("/health/ready")
    assert problem(answer)["type"] == "urn:odwh:problem:unavailable"
    assert "/nowhere" not in answer.text


@pytest.mark.parametrize(
    ("silence", "state"), [(timedelta(minutes=4), "ok"), (timedelta(minutes=6), "failing")]
)
def test_a_worker_whose_heart_beat_lately_is_ok(
    either_client: FlaskClient, either_parts: Parts, silence: timedelta, state: str
) -> None:
    row = {"worker": "here:1:a", "at": either_parts.clock.now() - silence}
    with either_parts.register.write() as connection:
        connection.execute(insert(heartbeats).values(row))
    assert either_client.get("/health/ready").get_json()["parts"]["worker"] == state


def test_a_part_that_breaks_is_failing_and_is_not_asked_again_at_once() -> None:
    asked: list[int] = []

    def breaks() -> bool:
        asked.append(1)
        raise ConnectionError("no route")

    part = RemotePart("lms", breaks)
    assert [part.state(), part.state()] == [State.FAILING, State.FAILING]
    assert asked == [1]


def test_a_part_that_answers_is_ok() -> None:
    assert RemotePart("lms", lambda: True).state() is State.OK
    assert RemotePart("lms", lambda: False).state() is State.FAILING
    assert RemotePart("lms", None).state() is State.NOT_CONFIGURED


def test_a_slow_part_is_not_waited_for_and_used_when_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapter.web.part_states.PATIENCE_SECONDS", 0.01)
    may_answer = Event()
    part = RemotePart("lms", lambda: may_answer.wait(10))
    assert part.state() is State.FAILING
    may_answer.set()
    monkeypatch.setattr("adapter.web.part_states.PATIENCE_SECONDS", 10)
    assert part.state() is State.OK


def test_one_failed_check_is_a_failing_part() -> None:
    def checks(*states: CheckState) -> list[Check]:
        return [Check("x", state, "") for state in states]

    assert all_well(checks(CheckState.OK, CheckState.WARNING))
    assert not all_well(checks(CheckState.OK, CheckState.FAILED))


def test_a_mail_server_answers_or_does_not() -> None:
    # The library's controller connects to the port it was asked for, so it cannot take port 0.
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    server: Any = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        assert mail_answers("127.0.0.1", port)
    finally:
        server.stop()
    with pytest.raises(OSError, match="refused"):
        mail_answers("127.0.0.1", port)

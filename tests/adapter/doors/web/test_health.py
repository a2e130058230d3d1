from __future__ import annotations

import dataclasses
import socket
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, text

from adapter.doors.web.app import create_app
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import end_older_programs, newest_revision
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.work import HeartbeatRow, PartStateRow
from adapter.register.enforcement_switch import throw
from adapter.register.keys import Role
from adapter.register.part_states import (
    STALE_AFTER,
    State,
    keep_state,
    states_seen,
)
from adapter.views.service.health import health_of
from adapter.views.service.part_checks import (
    EVERY,
    check_part,
    first_failure,
    part_checks,
)
from config.settings import MailSettings
from connectors.errors import Misconfigured
from connectors.ports import Check, CheckState
from tests.adapter.doors.web.bodies import problem
from tests.adapter.doors.web.conftest import FixedClock, key_headers

NOTHING_CONFIGURED = {
    "database": "ok",
    "lms": "not_configured",
    "hris": "not_configured",
    "hris_full_scan": "not_configured",
    "enforcement": "ok",
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
    parts = answer.get_json()["parts"]
    # PostgreSQL keeps its own disk.
    assert parts.pop("disk") in ("ok", "not_configured")
    assert parts == NOTHING_CONFIGURED


def test_it_is_not_ready_while_the_database_is_not_migrated(
    either_client: FlaskClient, either_parts: Parts
) -> None:
    with either_parts.register.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = either_client.get("/health/ready")
    assert answer.status_code == 503
    assert problem(answer)["parts"]["database"] == "failing"


def test_it_stays_ready_beside_a_newer_database_until_that_ends_it(
    either_client: FlaskClient, either_parts: Parts
) -> None:
    """While several are replaced one by one: once all were taken out of use at the upgrade."""
    with either_parts.register.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert either_client.get("/health/ready").status_code == 200
    with either_parts.register.write() as connection:
        end_older_programs(connection, newest_revision())
    assert either_client.get("/health/ready").status_code == 200, "this version knows that one"
    with either_parts.register.write() as connection:
        end_older_programs(connection, "9998")
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
        connection.execute(insert(HeartbeatRow).values(row))
    assert either_client.get("/health/ready").get_json()["parts"]["worker"] == state


def keep(parts: Parts, name: str, state: State, reason: str | None, ago: timedelta) -> None:
    with parts.register.write() as connection:
        keep_state(connection, name, state, reason, parts.clock.now() - ago)


def configured(parts: Parts, lms: Any) -> Parts:
    return dataclasses.replace(parts, lms=lms)


class SickLms:
    """Answers nobody; who asks it fails the test."""

    def check(self) -> list[Check]:
        raise AssertionError("health asked the LMS")


def test_health_tells_what_a_worker_saw_and_asks_nobody(either_parts: Parts) -> None:
    parts = configured(either_parts, SickLms())
    client = create_app(parts).test_client()
    assert client.get("/health/ready").get_json()["parts"]["lms"] == "failing"
    keep(parts, "lms", State.OK, None, timedelta(minutes=1))
    assert client.get("/health/ready").get_json()["parts"]["lms"] == "ok"


def test_what_was_seen_long_ago_is_failing(either_parts: Parts) -> None:
    parts = configured(either_parts, SickLms())
    keep(parts, "lms", State.OK, None, STALE_AFTER + timedelta(seconds=1))
    answer = create_app(parts).test_client().get("/health/ready")
    assert answer.get_json()["parts"]["lms"] == "failing"


def test_payroll_is_as_it_was_when_it_was_called_last(either_parts: Parts) -> None:
    """Nobody looks at it between two claims."""
    there: Any = object()
    with_payroll = dataclasses.replace(either_parts, payroll=there)

    def health(parts: Parts) -> dict[str, str]:
        return dict(create_app(parts).test_client().get("/health/ready").get_json()["parts"])

    assert "payroll" not in health(with_payroll)
    for state in (State.OK, State.FAILING):
        keep(either_parts, "payroll", state, None, timedelta(days=60))
        assert health(with_payroll)["payroll"] == state
    assert "payroll" not in health(either_parts), "it was taken away"


def test_who_has_a_key_is_told_why_and_since_when(either_parts: Parts) -> None:
    parts = configured(either_parts, SickLms())
    keep(parts, "lms", State.FAILING, "lms.token: refused", timedelta(minutes=3))
    keep(parts, "lms", State.FAILING, "lms.token: refused", timedelta(minutes=1))
    client = create_app(parts).test_client()
    anonymous = client.get("/health/ready").get_json()
    assert "details" not in anonymous
    headers = key_headers(parts, Role.AUDITOR)
    details = client.get("/health/ready", headers=headers).get_json()["details"]
    assert details["lms"] == {
        "reason": "lms.token: refused",
        "seenAt": "2026-11-23T10:59:00Z",
        "since": "2026-11-23T10:57:00Z",
    }
    wrong = client.get("/health/ready", headers={"Authorization": "Bearer nothing"})
    assert wrong.status_code == 401


def test_a_part_that_no_worker_looked_at_yet_says_so(either_parts: Parts) -> None:
    parts = configured(either_parts, SickLms())
    headers = key_headers(parts, Role.HR)
    answer = create_app(parts).test_client().get("/health/ready", headers=headers)
    assert answer.get_json()["details"] == {
        "lms": {"reason": "no worker has looked at it yet", "seenAt": None, "since": None}
    }


def test_a_full_disk_is_told(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/health/ready").get_json()["parts"]["disk"] == "ok"
    monkeypatch.setattr("adapter.views.service.health.LEAST_FREE_BYTES", 10**18)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["parts"]["disk"]) == (200, "failing")


def test_one_worker_looks_once_a_minute(either_parts: Parts) -> None:
    asked: list[int] = []

    def look() -> None:
        asked.append(1)

    check_part(either_parts, "lms", look)
    check_part(either_parts, "lms", look)
    assert asked == [1]
    later = FixedClock(either_parts.clock.now() + EVERY)
    check_part(dataclasses.replace(either_parts, clock=later), "lms", look)
    assert asked == [1, 1]
    with either_parts.register.read() as connection:
        assert states_seen(connection)["lms"].state is State.OK


def test_a_part_that_breaks_is_failing_with_its_reason(either_parts: Parts) -> None:
    def breaks() -> str | None:
        raise ConnectionError("no route to geheim")

    def refused() -> str | None:
        raise Misconfigured("Moodle refuses the token.", code="token")

    check_part(either_parts, "lms", breaks)
    check_part(either_parts, "hris", refused)
    with either_parts.register.read() as connection:
        seen = states_seen(connection)
    assert seen["lms"].reason == "it does not answer (ConnectionError)"
    assert seen["hris"].reason == "Moodle refuses the token."
    assert {one.state for one in seen.values()} == {State.FAILING}


def test_the_first_failed_check_is_the_reason() -> None:
    def checks(*states: CheckState) -> list[Check]:
        return [Check(f"x.{number}", state, "seen") for number, state in enumerate(states)]

    assert first_failure(checks(CheckState.OK, CheckState.WARNING)) is None
    assert first_failure(checks(CheckState.OK, CheckState.FAILED)) == "x.1: seen"


def test_a_mail_server_that_takes_no_mail_from_us_is_failing(either_parts: Parts) -> None:
    # The library's controller connects to the port it was asked for, so it cannot take port 0.
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    mail = MailSettings(host="127.0.0.1", port=port, sender="a@example.org", starttls=False)
    server: Any = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        assert mail_as_seen(either_parts, mail) is None
        # It has no TLS, so a mail would not go out.
        encrypted = mail.model_copy(update={"starttls": True})
        assert "refuses us" in str(mail_as_seen(either_parts, encrypted))
    finally:
        server.stop()
    assert "does not answer" in str(mail_as_seen(either_parts, mail))


def mail_as_seen(parts: Parts, mail: MailSettings) -> str | None:
    """What health says when a worker looked; None when it is well."""
    settings = parts.settings.model_copy(update={"mail": mail})
    with_mail = dataclasses.replace(parts, settings=settings)
    look = part_checks(with_mail)["mail"]
    assert look is not None
    with parts.register.write() as connection:
        connection.execute(delete(PartStateRow))
    check_part(with_mail, "mail", look)
    return health_of(with_mail)["mail"].reason


def test_a_pause_is_told_and_is_no_failure(either_client: FlaskClient, either_parts: Parts) -> None:
    with either_parts.register.write() as connection:
        throw(connection, on=True, reason="look", by="hr", now=either_parts.clock.now())
    answer = either_client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.get_json()["parts"]["enforcement"] == "paused"
    assert "odwh_enforcement_paused 1.0" in either_client.get("/metrics").text


def test_the_log_says_once_what_made_a_part_failing(
    parts: Parts, sqlite_register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = dataclasses.replace(parts, register=sqlite_register)
    client = create_app(parts).test_client()
    with structlog.testing.capture_logs() as quiet:
        client.get("/health/ready")
    assert [line for line in quiet if line["event"] == "part.changed"] == []
    full = SimpleNamespace(free=1_000_000)
    monkeypatch.setattr("adapter.views.service.health.shutil.disk_usage", lambda _folder: full)
    with structlog.testing.capture_logs() as lines:
        client.get("/health/ready")
        headers = key_headers(parts, Role.HR)
        details = client.get("/health/ready", headers=headers).get_json()["details"]
    changed = [line for line in lines if line["event"] == "part.changed"]
    assert [(line["part"], line["state"]) for line in changed] == [("disk", "failing")]
    assert changed[0]["reason"].startswith("1 MB is free in")
    assert details["disk"]["reason"] == changed[0]["reason"]


def test_the_ground_of_a_pause_is_not_logged(parts: Parts, sqlite_register: Register) -> None:
    """It is what somebody typed, and can hold a name."""
    parts = dataclasses.replace(parts, register=sqlite_register)
    client = create_app(parts).test_client()
    with parts.register.write() as connection:
        throw(connection, on=True, reason="vraag van Fleur", by="hr", now=parts.clock.now())
    with structlog.testing.capture_logs() as lines:
        client.get("/health/ready")
    changed = [line for line in lines if line["event"] == "part.changed"]
    assert [(line["part"], line["state"]) for line in changed] == [("enforcement", "paused")]
    assert "Fleur" not in str(lines)

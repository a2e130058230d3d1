"""Events that our plugin in Moodle signs (Standard Webhooks): only the right signature opens."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import select

from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import InboxEventRow
from adapter.queues.minimised import digest_of
from adapter.register.keys import Role
from config.settings import MoodleSettings, Settings
from tests.adapter.doors.web.bodies import problem
from tests.adapter.doors.web.conftest import Headers
from tests.fixtures.web import client_of

LMS = "/v1/lms-events"
OLD, NEW, OTHER = (
    f"whsec_{base64.b64encode(bytes([number]) * 32).decode()}" for number in (1, 2, 3)
)
DATA = {
    "eventname": "\\core\\event\\user_enrolment_created",
    "objectid": "12",
    "userid": "2",
    "relateduserid": "5",
    "courseid": "3",
    "timecreated": 1_795_437_889,
    "other_enrol": "self",
    "held": {"outcome": "hold", "message": "Er is geen toekenning.", "decision": None},
}
EVENT = {
    "specversion": "1.0",
    "id": "3f0c8a52-9a0e-4f2e-8a65-0d6f0a6c3f11",
    "source": "urn:moodle:leerhuis",
    "type": "nl.moodle.user_enrolment_created",
    "time": "2026-11-25T15:00:00Z",
    "datacontenttype": "application/json",
    "data": DATA,
}


def signature(secret: str, event_id: str, timestamp: str, body: bytes) -> str:
    """As the specification writes it, and not by the library that is on trial."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def signed(body: bytes, secret: str = NEW, *, age: float = 0) -> Headers:
    timestamp = str(int(time.time() - age))
    return {
        "Content-Type": "application/cloudevents+json",
        "webhook-id": str(EVENT["id"]),
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(secret, str(EVENT["id"]), timestamp, body),
    }


def as_body(event: Any = EVENT) -> bytes:
    return json.dumps(event).encode()


@pytest.fixture
def listening(parts: Parts, sqlite_register: Register) -> Parts:
    """An empty service of this test alone, in the middle of a change of the secret."""
    moodle = MoodleSettings(
        url="https://lms.example.org",
        token=SecretStr("TOKEN"),
        plugin_secret=SecretStr(f"{NEW}\n{OLD}"),
    )
    settings = Settings(moodle=moodle)
    return dataclasses.replace(parts, register=sqlite_register, settings=settings)


@pytest.fixture
def sender(listening: Parts) -> FlaskClient:
    return client_of(listening)


def stored(parts: Parts) -> Sequence[InboxEventRow]:
    with parts.register.read() as connection:
        return rows_of(connection, select(InboxEventRow))


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_a_signed_event_needs_no_key_while_the_secret_changes(
    listening: Parts, sender: FlaskClient, secret: str
) -> None:
    answer = sender.post(LMS, data=as_body(), headers=signed(as_body(), secret))
    assert answer.status_code == 200
    [row] = stored(listening)
    assert (row.id, row.source) == (answer.get_json()["id"], "lms:urn:moodle:leerhuis")
    assert (row.delivery_id, row.kind) == (digest_of(str(EVENT["id"])), "user_enrolment_created")
    assert (row.body["user_id"], row.body["object_id"], row.body["held"]) == ("5", "12", True)
    assert "toekenning" not in json.dumps(row.body)


def test_a_replay_within_its_five_minutes_is_a_repeat(
    listening: Parts, sender: FlaskClient
) -> None:
    body = as_body()
    answers = [sender.post(LMS, data=body, headers=signed(body, age=age)) for age in (240, 240, 0)]
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    [row] = stored(listening)
    assert row.duplicates == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": "v1,A v1,B,C"},
        {"webhook-signature": "v2," + "A" * 43 + "="},
        {"webhook-id": "another"},
        {"webhook-id": ""},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "1e400"},
    ],
)
def test_a_signature_that_does_not_fit_is_a_401(
    listening: Parts, sender: FlaskClient, changes: Headers
) -> None:
    answer = sender.post(LMS, data=as_body(), headers=signed(as_body()) | changes)
    assert problem(answer)["status"] == 401
    assert stored(listening) == []


@pytest.mark.parametrize("age", [-360, 360])
def test_a_signature_of_more_than_five_minutes_away_is_a_401(
    sender: FlaskClient, age: float
) -> None:
    answer = sender.post(LMS, data=as_body(), headers=signed(as_body(), age=age))
    assert problem(answer)["status"] == 401


@pytest.mark.parametrize("body", [as_body() + b" ", b"\xff\xfe", b""])
def test_a_body_of_other_bytes_than_were_signed_is_a_401(sender: FlaskClient, body: bytes) -> None:
    answer = sender.post(LMS, data=body, headers=signed(as_body()))
    assert problem(answer)["status"] == 401


def test_a_secret_of_nobody_is_a_401_and_so_is_any_without_a_secret_configured(
    sender: FlaskClient, client: FlaskClient
) -> None:
    assert sender.post(LMS, data=as_body(), headers=signed(as_body(), OTHER)).status_code == 401
    assert client.post(LMS, data=as_body(), headers=signed(as_body())).status_code == 401


def test_a_wrong_signature_is_not_mended_by_a_right_key(
    sender: FlaskClient, keys: dict[Role, Headers]
) -> None:
    headers = signed(as_body(), OTHER) | keys[Role.LMS]
    assert sender.post(LMS, data=as_body(), headers=headers).status_code == 401


def test_the_signature_opens_no_other_route(sender: FlaskClient) -> None:
    for url in ("/v1/hris-events", "/v1/enrolment-checks"):
        assert sender.post(url, data=as_body(), headers=signed(as_body())).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"specversion": "1.0", "data": []}', 400),
        (as_body(EVENT | {"data": DATA | {"timecreated": "soon"}}), 400),
        (as_body(EVENT | {"padding": "x" * 300_000}), 413),
    ],
)
def test_what_is_signed_well_and_cannot_be_read_says_so(
    listening: Parts, sender: FlaskClient, body: bytes, status: int
) -> None:
    assert problem(sender.post(LMS, data=body, headers=signed(body)))["status"] == status
    assert stored(listening) == []


HEADER = st.text(st.characters(max_codepoint=255, blacklist_categories=["Cc"]), max_size=80)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(event_id=HEADER, timestamp=HEADER, value=HEADER, body=st.binary(max_size=50))
def test_nothing_that_a_stranger_sends_is_a_fault(
    sender: FlaskClient, event_id: str, timestamp: str, value: str, body: bytes
) -> None:
    headers = {
        "Content-Type": "application/cloudevents+json",
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": value,
    }
    assert sender.post(LMS, data=body, headers=headers).status_code == 401

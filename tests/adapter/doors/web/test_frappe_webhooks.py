"""Webhooks of Frappe HR: signed over the bytes as they came, without a type, id or moment."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select

from adapter.doors.web.app import create_app
from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.work import InboxEventRow
from adapter.register.people import keep_employee
from config.settings import FrappeSettings, Settings
from connectors.ports import Employee, Employment
from sandboxes.frappe import SandboxFrappe
from tests.adapter.doors.web.bodies import pointers, problem
from tests.fixtures.web import client_of

VECTORS = Path(__file__).parents[3] / "recordings" / "hris" / "frappe_webhook_vectors.json"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "/v1/hris-events"


@pytest.fixture
def listening(either_parts: Parts) -> Parts:
    return _listening(either_parts, {})


def _listening(parts: Parts, fields: dict[str, str]) -> Parts:
    frappe = FrappeSettings(
        url="https://hr.example.org",
        tenant="odwh",
        api_key="key",
        api_secret=SecretStr("secret"),
        webhook_secret=SecretStr(SandboxFrappe.webhook_secret),
        fields=fields,
    )
    return dataclasses.replace(parts, settings=Settings(frappe=frappe))


@pytest.fixture
def client(listening: Parts) -> FlaskClient:
    return client_of(listening)


def _vectors() -> list[dict[str, Any]]:
    vectors: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return vectors


def _stored(parts: Parts) -> list[tuple[str, str, str | None]]:
    with parts.register.read() as connection:
        rows = rows_of(connection, select(InboxEventRow).order_by(InboxEventRow.received_at))
    bodies = [(row.kind, row.body["data"]) for row in rows]
    return [
        (kind, body["employee"]["employee_id"], body["employment"]["end_date"])
        for kind, body in bodies
    ]


@pytest.mark.parametrize("vector", _vectors(), ids=lambda vector: str(vector["case"]))
def test_each_computed_vector_is_taken_or_refused(
    client: FlaskClient, vector: dict[str, Any]
) -> None:
    answer = client.post(URL, data=vector["raw_body"].encode(), headers=vector["header"])
    if "tampered" in vector["case"]:
        assert problem(answer)["status"] == 401
    elif vector["raw_body"] == "{}":
        assert pointers(answer) == ["/name"]
    else:
        assert answer.status_code == 202


def _send(client: FlaskClient, document: dict[str, Any], **headers: str) -> int:
    signed, body = SandboxFrappe(lambda: NOON).webhook(document)
    return client.post(URL, data=body, headers=signed | headers).status_code


@pytest.mark.parametrize(
    ("document", "kind", "end"),
    [
        ({"name": "E1", "relieving_date": "2026-12-31"}, "offboarding.announced", "2026-12-31"),
        ({"name": "E1", "status": "Left"}, "offboarding.suspected", None),
        ({"name": "E1", "status": "Inactive"}, "offboarding.suspected", None),
        ({"name": "E1", "status": "Active", "relieving_date": None}, "employment.renewed", None),
        ({"name": "SEP-3", "employee": "E1"}, "offboarding.suspected", None),
        ({"name": "SEP-3", "employee": "E1", "docstatus": 2}, "employment.renewed", None),
        ({"name": "E1", "relieving_date": "31-12-2026"}, "offboarding.announced", "2026-12-31"),
        ({"name": "E1", "relieving_date": "9999-12-31"}, "employment.renewed", None),
        ({"name": "E1", "relieving_date": "soon"}, "employment.renewed", None),
        ({"name": "E1", "status": ["Left"]}, "employment.renewed", None),
        ({"name": "E1", "employee": "E1", "status": "Active"}, "employment.renewed", None),
    ],
)
def test_a_body_becomes_the_canonical_event_that_makes_us_look(
    client: FlaskClient,
    listening: Parts,
    document: dict[str, Any],
    kind: str,
    end: str | None,
) -> None:
    assert _send(client, document) == 202
    assert _stored(listening) == [(kind, "E1", end)]


def test_a_retry_within_the_minute_is_a_repeat_and_a_date_changed_back_is_not(
    client: FlaskClient, listening: Parts
) -> None:
    first = {"name": "E1", "relieving_date": "2026-12-31"}
    second = {"name": "E1", "relieving_date": "2027-01-31"}
    clock: Any = listening.clock
    for document in (first, first, second):
        assert _send(client, document) == 202
    clock.moment += timedelta(minutes=10)
    assert _send(client, first) == 202
    assert len(_stored(listening)) == 3


def test_a_body_with_a_content_type_is_taken_as_well(client: FlaskClient, listening: Parts) -> None:
    sent = {"name": "E1", "relieving_date": "2026-12-31"}
    assert _send(client, sent, **{"Content-Type": "application/json"}) == 202
    assert len(_stored(listening)) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b'{"name": 7}', 400),
        (b'{"name": "' + b"x" * 300 + b'"}', 400),
    ],
)
def test_what_is_signed_but_unreadable_is_refused(
    client: FlaskClient, body: bytes, status: int
) -> None:
    digest = hmac.new(SandboxFrappe.webhook_secret.encode(), body, hashlib.sha256).digest()
    headers = {"X-Frappe-Webhook-Signature": base64.b64encode(digest).decode()}
    assert client.post(URL, data=body, headers=headers).status_code == status


def test_without_a_configured_secret_no_signature_opens(either_parts: Parts) -> None:
    client = create_app(either_parts).test_client()
    assert _send(client, {"name": "E1"}) == 401


def test_without_a_signature_the_same_body_needs_a_key(client: FlaskClient) -> None:
    answer = client.post(URL, json={"name": "E1", "relieving_date": "2026-12-31"})
    assert answer.status_code == 401


def test_a_document_is_told_by_the_employee_number_that_the_register_knows(
    either_parts: Parts,
) -> None:
    parts = _listening(either_parts, {"employee_id": "employee_number"})
    employment = Employment("HR-EMP-7", date(2020, 1, 1), None)
    person = Employee("0042", "Noor", "", "Jansen", None, None, None, (employment,))
    with parts.register.write() as connection:
        keep_employee(connection, person, "urn:hris:frappe:odwh", parts.clock.now())
    client = create_app(parts).test_client()
    assert _send(client, {"name": "SEP-1", "employee": "HR-EMP-7"}) == 202
    assert [number for _, number, _ in _stored(parts)] == ["0042"]


@pytest.mark.parametrize("number", [7, "x" * 600, ""])
def test_a_number_that_is_none_is_looked_up_by_the_document(
    either_parts: Parts, number: object
) -> None:
    parts = _listening(either_parts, {"employee_id": "employee_number"})
    client = create_app(parts).test_client()
    assert _send(client, {"name": "HR-EMP-7", "employee_number": number}) == 202
    assert [told for _, told, _ in _stored(parts)] == ["HR-EMP-7"]

"""`/v1/api-keys`: an administrator makes, sees, replaces and revokes keys."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from adapter.ground.parts import Parts
from adapter.ground.store.tables.work import AuditLineRow, InboxEventRow
from adapter.register.keys import Role
from tests.adapter.doors.web.bodies import problem
from tests.adapter.doors.web.conftest import Headers, key_headers
from tests.fixtures.statements import statements_of

PATH = "/v1/api-keys"
WANTED = {"name": "Moodle", "role": "hr", "lastDate": "2027-12-31", "networks": ["127.0.0.0/8"]}


@pytest.fixture
def admin(either_parts: Parts) -> Headers:
    return key_headers(either_parts, Role.ADMIN)


def _made(client: FlaskClient, admin: Headers, **changed: Any) -> dict[str, str]:
    answer = client.post(PATH, json=WANTED | changed, headers=admin)
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.get_json()
    return made


def _opens(client: FlaskClient, key: str) -> bool:
    headers = {"Authorization": f"Bearer {key}"}
    return client.get("/v1/decisions", headers=headers).status_code == 200


def test_a_key_is_shown_once_and_listed_without_its_secret(
    either_client: FlaskClient, admin: Headers
) -> None:
    made = _made(either_client, admin)
    assert _opens(either_client, made["key"])
    listed = either_client.get(PATH, headers=admin)
    assert made["key"].split("_", 2)[2] not in listed.text
    (one,) = [item for item in listed.get_json()["items"] if item["id"] == made["id"]]
    assert one == either_client.get(f"{PATH}/{made['id']}", headers=admin).get_json()
    assert one["networks"] == ["127.0.0.0/8"]
    assert (one["name"], one["role"], one["opens"]) == ("Moodle", "hr", True)
    assert one["expiresAt"] == "2027-12-31T23:00:00Z"
    assert one["usedAt"] is not None
    assert one["revokedAt"] is None


def test_a_key_is_replaced_with_an_overlap_and_without(
    either_client: FlaskClient, admin: Headers
) -> None:
    first = _made(either_client, admin)
    second = either_client.post(
        f"{PATH}/{first['id']}/rotations", json={"overlapDays": 7}, headers=admin
    ).get_json()
    assert _opens(either_client, first["key"])
    assert _opens(either_client, second["key"])
    third = either_client.post(
        f"{PATH}/{second['id']}/rotations", json={"overlapDays": 0}, headers=admin
    ).get_json()
    assert not _opens(either_client, second["key"])
    assert _opens(either_client, third["key"])
    again = either_client.post(
        f"{PATH}/{second['id']}/rotations", json={"overlapDays": 0}, headers=admin
    )
    assert problem(again)["status"] == 404


def test_a_key_is_revoked_at_once(either_client: FlaskClient, admin: Headers) -> None:
    made = _made(either_client, admin)
    revoked = either_client.post(f"{PATH}/{made['id']}/revocations", headers=admin)
    assert revoked.status_code == 201
    assert revoked.get_json()["opens"] is False
    assert not _opens(either_client, made["key"])
    again = either_client.post(f"{PATH}/{made['id']}/revocations", headers=admin)
    assert problem(again)["status"] == 404


def test_each_act_is_one_line_of_the_audit_trail(
    either_client: FlaskClient, either_parts: Parts, admin: Headers
) -> None:
    made = _made(either_client, admin)
    new = either_client.post(
        f"{PATH}/{made['id']}/rotations", json={"overlapDays": 1}, headers=admin
    ).get_json()
    either_client.post(f"{PATH}/{new['id']}/revocations", headers=admin)
    way = f"api {admin['Authorization'].split('_')[1]}"
    lines = select(AuditLineRow.action, AuditLineRow.actor).where(AuditLineRow.way == way)
    with either_parts.register.read() as connection:
        found = sorted((action, actor) for action, actor in connection.execute(lines))
    acts = ("make-key", "make-key", "revoke-key", "rotate-key")
    assert found == [(act, "test admin") for act in acts]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"role": "boss"}, "/role"),
        ({"name": " "}, "/name"),
        ({"name": "a\nb"}, "/name"),
        ({"role": "manager"}, "/employeeId"),
        ({"role": "employee", "employeeId": "99999"}, "/employeeId"),
        ({"lastDate": "2020-01-01"}, "/lastDate"),
        ({"networks": ["10.1.2.3/24"]}, "/networks/0"),
        ({"networks": ["example.org"]}, "/networks/0"),
        ({"secret": "mine"}, "/secret"),
    ],
)
def test_a_key_that_cannot_be_made_names_the_field(
    either_client: FlaskClient, admin: Headers, changed: dict[str, Any], pointer: str
) -> None:
    answer = either_client.post(PATH, json=WANTED | changed, headers=admin)
    body = problem(answer)
    assert body["status"] == 400
    assert [
        one["location"]["name"] if "location" in one else one["pointer"] for one in body["errors"]
    ] == [pointer]


def test_a_revoked_key_stores_no_event_from_the_next_one_on(
    either_parts: Parts, either_client: FlaskClient, admin: Headers
) -> None:
    """Nor in the second in which another row of it is remembered."""
    made = _made(either_client, admin, role="lms", lastDate=None)
    sender = {"Authorization": f"Bearer {made['key']}"}

    def send(number: int) -> TestResponse:
        event = {"eventname": "\\core\\event\\course_completed", "eventid": f"{number}"}
        return either_client.post(
            "/v1/lms-events", json={**event, "timecreated": 1_800_000_000}, headers=sender
        )

    assert send(1).status_code == 200
    with statements_of(either_parts.register) as statements:
        assert send(2).status_code == 200
    # It is stored, and nothing of its key was read for it.
    assert [one for one in statements if not one.startswith("INSERT INTO inbox ")] == []
    assert _events(either_parts) == 2
    revoked = either_client.post(f"{PATH}/{made['id']}/revocations", headers=admin)
    assert revoked.status_code == 201, revoked.text
    with capture_logs() as logs:
        answer = send(3)
    assert answer.status_code == 401
    assert problem(answer)["type"] == "urn:odwh:problem:unauthenticated"
    assert [(one["reason"], one["key_id"]) for one in logs if "reason" in one] == [
        ("revoked", made["id"])
    ]
    assert _events(either_parts) == 2


def _events(parts: Parts) -> int:
    with parts.register.read() as connection:
        return connection.execute(select(func.count(InboxEventRow.id))).scalar_one()

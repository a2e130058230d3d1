"""Who looks at somebody's data, takes it out or changes it has a line in the audit trail."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from adapter.doors.web.access import ROUTES
from adapter.doors.web.noting import UNNOTED
from adapter.ground.parts import Parts
from adapter.ground.store.tables.work import AuditLineRow
from adapter.register.keys import Role
from tests.adapter.doors.web.bodies import problem
from tests.adapter.doors.web.conftest import Headers, key_headers
from tests.adapter.doors.web.roles.conftest import PERSON, World, office, world
from tests.adapter.doors.web.roles.personal_data import PERSONAL_DATA, Knows
from tests.fixtures.web import client_of

__all__ = ["office", "world"]

Line = tuple[str, str, str | None, str]


def _lines(parts: Parts, *keys: Headers) -> list[Line]:
    """Action, record, about and result of what came by these keys."""
    ways = [f"api {headers['Authorization'].split('_')[1]}" for headers in keys]
    lines = (
        select(AuditLineRow.action, AuditLineRow.record, AuditLineRow.about, AuditLineRow.result)
        .where(AuditLineRow.way.in_(ways))
        .order_by(AuditLineRow.at, AuditLineRow.id)
    )
    with parts.register.read() as connection:
        return [(a, b, c, d) for a, b, c, d in connection.execute(lines)]


@pytest.fixture
def parts(world: World) -> Parts:
    return world.office.parts


@pytest.fixture
def client(parts: Parts) -> FlaskClient:
    return client_of(parts)


def test_what_is_not_noted_knows_nobody() -> None:
    systems = {"/scim/", "/v1/lms-events", "/v1/hris-events"}
    open_routes = {row for row, route in ROUTES.items() if route.roles is None}
    for row in UNNOTED:
        knows = PERSONAL_DATA[row].knows
        assert knows is Knows.NOBODY, row
    for row in set(ROUTES) - open_routes - UNNOTED:
        if not any(part in row for part in systems) and row.startswith("GET"):
            assert PERSONAL_DATA[row].knows is not Knows.NOBODY or row in _REPORTS, row


_REPORTS = (
    "GET /v1/tranches/<name>/dossier",
    "GET /v1/reports/management-team",
    "GET /v1/reports/quality-obligation",
    "GET /v1/reports/open-data",
)
"""Of requests and of an agency; that somebody took one out is noted all the same."""


@pytest.mark.parametrize(
    ("accept", "line"),
    [
        ("application/json", ("view", "shown")),
        ("text/html", ("view", "shown")),
        ("application/pdf", ("export", "application/pdf")),
    ],
)
def test_a_look_at_somebodys_learning_tells_whose(
    client: FlaskClient, parts: Parts, accept: str, line: tuple[str, str]
) -> None:
    path = f"/v1/employees/{PERSON}/learning-overview"
    headers = key_headers(parts, Role.HR) | {"Accept": accept}
    assert client.get(path, headers=headers).status_code == 200
    assert _lines(parts, headers) == [(line[0], path, PERSON, line[1])]


def test_a_record_of_somebody_tells_whose_and_a_list_does_not(
    client: FlaskClient, parts: Parts, world: World
) -> None:
    headers = key_headers(parts, Role.HR)
    holds = client.get("/v1/holds", headers=headers).get_json()["items"]
    hold = next(one for one in holds if one["employeeId"] == PERSON)
    client.get(f"/v1/holds/{hold['id']}", headers=headers)
    assert set(_lines(parts, headers)) == {
        ("view", "/v1/holds", None, "shown"),
        ("view", f"/v1/holds/{hold['id']}", PERSON, "shown"),
    }


def test_an_act_has_a_line_and_one_that_was_refused_has_none(
    client: FlaskClient, parts: Parts
) -> None:
    headers = key_headers(parts, Role.MANAGEMENT_TEAM)
    body = {"year": 2027, "amountEur": "60000.00", "reason": "Begroting."}
    assert client.post("/v1/budgets", json=body, headers=headers).status_code == 201
    assert client.post("/v1/budgets", json={}, headers=headers).status_code == 400
    assert client.get("/v1/holds/nothing", headers=headers).status_code == 404
    assert _lines(parts, headers) == [("change", "/v1/budgets", None, "done")]


def test_nobody_is_noted_for_the_own_data_nor_a_system_for_its_work(
    client: FlaskClient, parts: Parts
) -> None:
    own = key_headers(parts, Role.EMPLOYEE, PERSON)
    path = f"/v1/employees/{PERSON}/learning-overview"
    assert client.get(path, headers=own).status_code == 200
    check: dict[str, Any] = {
        "employeeId": PERSON,
        "courseId": "OPL-003",
        "enrolledDate": "2027-01-15",
    }
    lms = key_headers(parts, Role.LMS)
    assert client.post("/v1/enrolment-checks", json=check, headers=lms).status_code == 200
    assert _lines(parts, own, lms) == []
    hr = key_headers(parts, Role.HR)
    assert client.post("/v1/enrolment-checks", json=check, headers=hr).status_code == 200
    assert [line[:2] for line in _lines(parts, hr)] == [("view", "/v1/enrolment-checks")]


def test_what_was_searched_for_is_not_kept(client: FlaskClient, parts: Parts) -> None:
    headers = key_headers(parts, Role.HR)
    client.get("/v1/decisions?courseId=OPL-003", headers=headers)
    assert _lines(parts, headers) == [("view", "/v1/decisions", None, "shown")]


def test_without_its_line_nothing_is_shown(
    client: FlaskClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the disk is full: reading goes, writing does not."""
    headers = key_headers(parts, Role.HR)
    assert client.get("/v1/policy-adoptions", headers=headers).status_code == 200
    write = parts.register.write

    def full() -> Any:
        raise OperationalError("INSERT", {}, Exception("disk I/O error"))

    monkeypatch.setattr(parts.register, "write", full)
    answer = client.get("/v1/holds", headers=headers)
    assert problem(answer)["status"] == 503
    assert PERSON not in answer.text
    assert client.get("/v1/policy-adoptions", headers=headers).status_code == 200
    monkeypatch.setattr(parts.register, "write", write)
    with parts.register.read() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1

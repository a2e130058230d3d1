"""Every route with every kind of caller: own team and others', oneself and others (P10)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from adapter.doors.messages.media_types import XLSX
from adapter.doors.web.access import ROUTES
from adapter.register.keys import Role
from tests.adapter.doors.imports.test_request_import import row as row_of_sheet
from tests.adapter.doors.imports.test_request_import import sheet
from tests.adapter.doors.web.conftest import key_headers
from tests.adapter.doors.web.roles.conftest import (
    COLLEAGUE,
    COSTS_OF_ONE,
    COSTS_OF_TWO_TEAMS,
    PERSON,
    REMARK,
    World,
)
from tests.adapter.doors.web.roles.personal_data import (
    BROKER_AMOUNTS,
    BROKER_SEES,
    MARKS,
    PERSONAL_DATA,
    Knows,
    Row,
)
from tests.adapter.subjects.requests.conftest import MANAGER, OTHER_MANAGER


@dataclass(frozen=True, slots=True)
class Caller:
    """`insider` says whether the person is this caller's own."""

    role: Role
    employee: str | None
    insider: bool


CALLERS = (
    Caller(Role.MANAGER, MANAGER, insider=True),
    Caller(Role.MANAGER, OTHER_MANAGER, insider=False),
    Caller(Role.MANAGER, COLLEAGUE, insider=False),
    Caller(Role.MANAGER, None, insider=False),
    Caller(Role.EMPLOYEE, PERSON, insider=True),
    Caller(Role.EMPLOYEE, COLLEAGUE, insider=False),
    Caller(Role.EMPLOYEE, MANAGER, insider=False),
    Caller(Role.EMPLOYEE, None, insider=False),
)
WITHOUT_PERSONS = (Role.ADMIN, Role.LMS, Role.HRIS)
NO_SUCH_VERSION = 999


def _call(world: World, route: str, row: Row, caller: Caller) -> TestResponse:
    body = row.bodies[caller.role] if row.bodies else row.body
    return world.office.call(
        route.split(" ")[0],
        row.path.format(**world.ids),
        caller.role,
        body,
        employee=caller.employee,
        version=NO_SUCH_VERSION if ROUTES[route].versioned else None,
    )


def _cases(knows: Knows) -> Iterator[tuple[str, Row, Caller]]:
    """Every route of a kind with every caller whose role may call it."""
    # Reading before changing: what a caller may do changes what there is to read.
    for route, row in sorted(PERSONAL_DATA.items()):
        roles = ROUTES[route].roles if route in ROUTES else None
        for caller in CALLERS:
            if row.knows is knows and roles is not None and caller.role in roles:
                yield route, row, caller


def _told(answer: TestResponse) -> list[str]:
    return [mark for mark in MARKS if mark.encode() in answer.data]


def test_every_route_says_what_it_knows_of_persons() -> None:
    assert PERSONAL_DATA.keys() == ROUTES.keys()


def test_what_knows_everybody_is_not_for_managers_employees_or_the_broker() -> None:
    close = {Role.MANAGER, Role.EMPLOYEE, Role.KNOWLEDGE_BROKER}
    for route, row in PERSONAL_DATA.items():
        if row.knows is Knows.EVERYBODY:
            roles = ROUTES[route].roles
            assert roles is not None, route
            assert not roles & close, route


def test_a_record_opens_for_the_own_manager_and_the_employee_only(world: World) -> None:
    wrong = []
    for route, row, caller in _cases(Knows.OWN):
        answer = _call(world, route, row, caller)
        shut = answer.status_code in (400, 401, 403, 404)
        if shut == caller.insider or (shut and _told(answer)):
            wrong.append((route, caller, answer.status_code, _told(answer)))
    assert wrong == []


def test_a_list_leaves_out_what_is_not_the_callers(world: World) -> None:
    wrong = []
    for route, row, caller in _cases(Knows.OWN_AMONG_OTHERS):
        answer = _call(world, route, row, caller)
        if answer.status_code != 200 or (_told(answer) and not caller.insider):
            wrong.append((route, caller, answer.status_code, _told(answer)))
    assert wrong == []


def test_a_sheet_that_names_another_teams_person_is_not_kept(world: World) -> None:
    routes = {route for route, row in PERSONAL_DATA.items() if row.knows is Knows.IN_A_SHEET}
    assert routes == {"POST /v1/training-request-imports"}
    raw = sheet(row_of_sheet(employee=PERSON))
    for caller in CALLERS:
        headers = key_headers(world.office.parts, caller.role, caller.employee)
        headers |= {"Content-Type": XLSX}
        answer = world.office.client.post("/v1/training-request-imports", data=raw, headers=headers)
        kept = answer.status_code == 200 and answer.get_json()["kept"]
        assert kept == (caller.insider and caller.role is Role.MANAGER), caller


def test_the_lists_do_show_the_person_to_those_who_may(world: World) -> None:
    of_the_team = (
        *("/grants", "/training-requests", "/tasks", "/in-company-consents"),
        "/reports/quality-criteria",
    )
    for path in of_the_team:
        assert _told(world.office.call("GET", path, Role.MANAGER, employee=MANAGER)), path
    for path in ("/agreements", f"/in-company-sessions/{world.ids['session']}/participants"):
        assert _told(world.office.call("GET", path, Role.EMPLOYEE, employee=PERSON)), path


def test_what_knows_nobody_tells_of_nobody(world: World) -> None:
    for route, row in PERSONAL_DATA.items():
        method, path = route.split(" ")
        roles = ROUTES[route].roles or {Role.ADMIN}
        if row.knows is Knows.NOBODY and method == "GET" and path.startswith("/v1"):
            named = path.removeprefix("/v1").replace("<name>", "2027-1")
            for role in roles:
                answer = world.office.call("GET", named, role, employee=PERSON)
                assert answer.status_code == 200, route
                assert _told(answer) == [], route


def _fetchable(role: Role) -> Iterator[tuple[str, str]]:
    """Every GET below /v1 that a role may call and whose records exist in this world."""
    for route, row in PERSONAL_DATA.items():
        if "/v1/" not in route:  # over SCIM a provider reads back what it sent itself
            continue
        roles = ROUTES[route].roles
        if roles is not None and role in roles and route.startswith("GET"):
            path = row.path or route.removeprefix("GET /v1").replace("<name>", "2027-1")
            if "<" not in path:
                yield route, path


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    """Every member of a JSON answer, however deep."""
    if isinstance(value, list):
        for one in value:
            yield from _members(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name, one
            yield from _members(one)


def test_the_broker_meets_names_only_where_people_sign_up(world: World) -> None:
    broker = {
        route
        for route, row in PERSONAL_DATA.items()
        if Role.KNOWLEDGE_BROKER in (ROUTES[route].roles or ()) and row.knows is not Knows.NOBODY
    }
    assert broker == BROKER_SEES


def test_the_broker_sees_no_costs_of_persons_and_no_words_of_their_manager(world: World) -> None:
    world.do(
        "POST",
        "/in-company-prices",
        Role.KNOWLEDGE_BROKER,
        {
            "trainingId": "INC-001",
            "sessionCostsEur": "3000.00",
            "capacity": 12,
            "source": "offerte",
        },
    )
    for route, path in _fetchable(Role.KNOWLEDGE_BROKER):
        answer = world.office.call("GET", path.format(**world.ids), Role.KNOWLEDGE_BROKER)
        assert answer.status_code == 200, route
        amounts = {
            name for name, value in _members(answer.get_json()) if name.endswith("Eur") and value
        }
        assert amounts <= BROKER_AMOUNTS, route
        assert REMARK not in answer.text, route


def test_an_employee_without_records_sees_no_amounts_at_all(world: World) -> None:
    for route, path in _fetchable(Role.EMPLOYEE):
        answer = world.office.call(
            "GET", path.format(**world.ids), Role.EMPLOYEE, employee=COLLEAGUE
        )
        found = answer.get_json(silent=True)
        assert not [name for name, value in _members(found) if name.endswith("Eur") and value], (
            route
        )


@pytest.mark.parametrize("role", WITHOUT_PERSONS)
def test_these_roles_read_nothing_about_persons(world: World, role: Role) -> None:
    fetched = list(_fetchable(role))
    assert fetched
    for route, path in fetched:
        answer = world.office.call("GET", path.format(**world.ids), role, employee=MANAGER)
        # Whose data or team a key opens stands beside it, as a number.
        told = [f'"{PERSON}"'] if route == "GET /v1/api-keys" else []
        assert (answer.status_code, _told(answer)) == (200, told), route


def test_the_auditor_reads_the_logs_and_nothing_else_about_persons() -> None:
    logs = {
        route
        for route, row in PERSONAL_DATA.items()
        if Role.AUDITOR in (ROUTES[route].roles or ()) and row.knows is not Knows.NOBODY
    }
    assert logs == {
        "GET /v1/audit-entries",
        "GET /v1/events/<id>",
        "GET /v1/decisions",
        "GET /v1/decisions/<id>",
        "POST /v1/decisions/<id>/recomputations",
    }


@pytest.mark.parametrize("manager", [MANAGER, OTHER_MANAGER])
def test_a_manager_sees_of_a_request_across_teams_the_own_part_of_the_costs(
    world: World, manager: str
) -> None:
    path = f"/training-requests/{world.ids['shared request']}"
    seen = world.do("GET", path, Role.MANAGER, employee=manager)
    assert len(seen["employeeIds"]) == 1
    assert (seen["costsEur"], seen["costs"]) == (COSTS_OF_ONE, None)
    assert COSTS_OF_TWO_TEAMS not in json.dumps(seen)
    whole = world.do("GET", path, Role.HR)
    assert (whole["costsEur"], whole["costs"]["feeEur"]) == (COSTS_OF_TWO_TEAMS,) * 2

"""What a list or a page asks of the database does not grow with what it lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from werkzeug.test import TestResponse

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.register.keys import Role, create_key
from config.settings import Settings
from tests.adapter.doors.pages.conftest import signed_in
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.large_agency import (
    MANAGER,
    NOW,
    POLICY,
    TRANCHE,
    add_manager,
    employee_id,
    fill,
)
from tests.fixtures.statements import statements_of
from tests.fixtures.web import client_of
from tests.fixtures.workbench import StandingClock

FEW, MANY = 10, 1_000
LISTS = (
    (Role.HR, "/v1/tasks"),
    (Role.MANAGER, "/v1/tasks"),
    (Role.MANAGEMENT_TEAM, "/v1/tasks"),
    (Role.HR, "/v1/training-requests"),
    (Role.MANAGER, "/v1/training-requests"),
    (Role.HR, "/v1/grants"),
    (Role.HR, "/v1/agreements"),
    (Role.MANAGER, "/v1/agreements"),
    (Role.HR, "/v1/existing-commitments"),
    (Role.HR, "/v1/claims"),
    (Role.HR, "/v1/exits"),
    (Role.HR, "/v1/holds"),
    (Role.HR, "/v1/decisions"),
    (Role.HR, "/v1/norm-exemptions"),
    (Role.HR, "/v1/trajectory-records"),
    (Role.HR, "/v1/in-company-sessions"),
    (Role.MANAGER, "/v1/in-company-sessions"),
    (Role.KNOWLEDGE_BROKER, "/v1/in-company-sessions"),
    (Role.HR, "/v1/team-capacities?year=2027"),
    (Role.HR, "/v1/overlaps"),
    (Role.HR, f"/v1/tranches/{TRANCHE}/dossier"),
)
PAGES = (
    "/mijn-team",
    "/werkvoorraad",
    "/tranches",
    f"/tranches/{TRANCHE}",
    "/toezeggingen",
    "/uitdienst",
    "/overeenkomsten",
    "/stilgezet",
    "/toekenningen",
    "/beleid",
    "/besluiten",
    f"/besluiten/{TRANCHE}",
    "/incompany",
    "/incompany/vraag",
)


@pytest.fixture
def parts(register: Register) -> Parts:
    return Parts(register, POLICY, StandingClock(NOW), Settings())


def test_a_list_and_a_page_ask_as_much_of_many_rows_as_of_few(parts: Parts) -> None:
    add_manager(parts.register)
    ways = dict(_ways(parts))
    fill(parts.register, range(FEW))
    for look in ways.values():
        # Who used a key is written once in a while, at its first use too.
        look()
    few = {name: _asked(parts, look) for name, look in ways.items()}
    fill(parts.register, range(FEW, MANY))
    assert {name: _asked(parts, look) for name, look in ways.items()} == few


@pytest.mark.parametrize("role", [Role.HR, Role.LMS])
def test_an_enrolment_check_asks_four_questions_at_most(parts: Parts, role: Role) -> None:
    """Key, everything of employee and course, and where it would hold whether it may."""
    fill(parts.register, range(FEW))
    adopt_policy(parts.register)
    headers = {
        "Authorization": f"Bearer {create_key(parts.register, parts.clock, f'{role}', role)}"
    }
    body = {"employeeId": employee_id(1), "courseId": "OPL-000002", "enrolledDate": "2027-01-12"}
    ask = partial(client_of(parts).post, "/v1/enrolment-checks", json=body, headers=headers)
    ask()
    with statements_of(parts.register) as statements:
        answer = ask()
    assert answer.json is not None
    assert answer.json["outcome"] == "hold"
    assert len([one for one in statements if one.startswith("SELECT")]) <= 4


def _asked(parts: Parts, look: Callable[[], TestResponse]) -> int:
    with statements_of(parts.register) as statements:
        answer = look()
    assert answer.status_code == 200, answer.text
    return len(statements)


def _ways(parts: Parts) -> Iterator[tuple[str, Callable[[], TestResponse]]]:
    client = client_of(parts)
    for role, path in LISTS:
        key = create_key(parts.register, parts.clock, f"{role} {path}", role, MANAGER)
        headers = {"Authorization": f"Bearer {key}"}
        yield f"{role} {path}", partial(client.get, path, headers=headers)
    browser = signed_in(parts, MANAGER, Role.HR, Role.MANAGEMENT_TEAM, Role.KNOWLEDGE_BROKER)
    for path in PAGES:
        yield path, partial(browser.get, path)

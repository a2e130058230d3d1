"""The table of access against the design's resources and the policy's roles (P10)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapter.doors.web.access import ROUTES
from adapter.doors.web.roles_page import page
from adapter.register.keys import Role

MT, HR, MANAGER, EMPLOYEE = Role.MANAGEMENT_TEAM, Role.HR, Role.MANAGER, Role.EMPLOYEE
BROKER, AUDITOR = Role.KNOWLEDGE_BROKER, Role.AUDITOR
PROCEDURE = {MANAGER, HR, MT}

RESOURCES: dict[str, set[Role]] = {
    "lms-events": {Role.LMS},
    "hris-events": {Role.HRIS},
    "events": {HR, AUDITOR},
    "enrolment-checks": {Role.LMS, HR, MANAGER},
    "repayment-calculations": {HR},
    "hours-projections": {HR, MANAGER},
    "training-requests": PROCEDURE,
    "grants": PROCEDURE,
    "norm-exemptions": {HR, MT},
    "agreements": {HR, MANAGER, EMPLOYEE},
    # The broker organises and the manager consents; employees sign up, HR prepares and records.
    "in-company-sessions": {BROKER, MANAGER, EMPLOYEE, HR},
    "in-company-consents": {BROKER, MANAGER, HR},
    "overlaps": {BROKER, HR, MT},
    "exits": {HR, EMPLOYEE},
    "claims": {HR, EMPLOYEE},
    "reconciliation-runs": {HR},
    "finding-acknowledgements": {HR},
    "findings": {HR},
    "employees": {HR, MANAGER, EMPLOYEE},
    "decisions": {HR, AUDITOR, EMPLOYEE},
    "holds": {HR, MT, EMPLOYEE},
    "tasks": PROCEDURE,
    "existing-commitments": {HR, MT},
    "budgets": {HR, MT},
    "in-company-prices": {HR, MT, BROKER},
    "team-capacities": PROCEDURE,
    "policy-parameters": set(Role),
    "policy-adoptions": set(Role),
}
"""Who has any business with a resource, by its first segment."""

ONLY_THE_MT_DECIDES = {
    "POST /v1/training-requests/<id>/decisions",
    "POST /v1/training-requests/<id>/interim-consents",
    "POST /v1/grants/<id>/revocations",
    "POST /v1/norm-exemptions",
    "POST /v1/norm-exemptions/<id>/withdrawals",
    "POST /v1/existing-commitments/<id>/decisions",
    "POST /v1/budgets",
}


def _roles(route: str) -> frozenset[Role]:
    roles = ROUTES[route].roles
    assert roles is not None
    return roles


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_resource_is_for_the_roles_of_the_design(resource: str) -> None:
    rows = [route for route in ROUTES if re.search(rf" /v1/{resource}(/|$)", route)]
    assert rows
    assert set().union(*(_roles(route) for route in rows)) == RESOURCES[resource]


def test_only_the_management_team_decides_and_it_does_nothing_else() -> None:
    changed_by_mt = {
        route
        for route in ROUTES
        if not route.startswith("GET") and MT in (ROUTES[route].roles or ())
    }
    # HR may record an adoption for it, with the minute.
    assert changed_by_mt == ONLY_THE_MT_DECIDES | {"POST /v1/policy-adoptions"}
    assert all(_roles(route) == {MT} for route in ONLY_THE_MT_DECIDES)


_OF_KEYS = {
    "POST /v1/api-keys",
    "POST /v1/api-keys/<id>/rotations",
    "POST /v1/api-keys/<id>/revocations",
}


def test_auditor_and_admin_change_nothing_but_keys_and_dead_letters() -> None:
    for role in (AUDITOR, Role.ADMIN):
        changed = {
            route
            for route in ROUTES
            if not route.startswith("GET") and role in (ROUTES[route].roles or ())
        }
        assert changed <= {
            "POST /v1/decisions/<id>/recomputations",
            "POST /v1/dead-letters/<id>/replays",
            *_OF_KEYS,
        }


def test_only_what_says_nothing_is_open_to_anyone() -> None:
    assert {route for route in ROUTES if ROUTES[route].roles is None} == {
        "GET /v1/openapi.json",
        "GET /health/live",
        "GET /health/ready",
        "GET /metrics",
    }


def test_the_page_of_roles_is_current() -> None:
    """`python -m adapter.doors.web.roles_page > docs/roles.md` makes it so."""
    written = Path(__file__).parents[5] / "docs" / "roles.md"
    assert written.read_text("utf-8") == page()

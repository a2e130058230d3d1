"""Who may take part in the procedure: the rows of P10, written out once more."""

from __future__ import annotations

import pytest

from adapter.doors.web.access import ROUTES
from adapter.register.keys import Role

HR, MT, MANAGER, EMPLOYEE, BROKER = (
    Role.HR,
    Role.MANAGEMENT_TEAM,
    Role.MANAGER,
    Role.EMPLOYEE,
    Role.KNOWLEDGE_BROKER,
)


@pytest.mark.parametrize(
    ("row", "roles"),
    [
        ("GET /v1/training-requests", {HR, MT, MANAGER}),
        ("POST /v1/training-requests", {HR, MANAGER}),
        ("PATCH /v1/training-requests/<id>", {HR, MANAGER}),
        ("GET /v1/training-requests/<id>/intake", {HR, MT, MANAGER}),
        ("POST /v1/training-requests/<id>/transitions", {HR, MANAGER}),
        ("GET /v1/training-requests/<id>/proposals", {HR, MT}),
        ("POST /v1/training-requests/<id>/proposals", {HR}),
        ("POST /v1/training-requests/<id>/interim-consents", {MT}),
        ("GET /v1/training-requests/<id>/decisions", {HR, MT, MANAGER}),
        ("POST /v1/training-requests/<id>/decisions", {MT}),
        ("POST /v1/grants/<id>/revocations", {MT}),
        ("GET /v1/norm-exemptions", {HR, MT}),
        ("POST /v1/norm-exemptions", {MT}),
        ("POST /v1/norm-exemptions/<id>/withdrawals", {MT}),
        ("POST /v1/training-requests/<id>/legal-assessments", {HR}),
        ("POST /v1/grants/<id>/legal-assessments", {HR}),
        ("GET /v1/agreements", {HR, MANAGER, EMPLOYEE}),
        ("POST /v1/agreements", {HR}),
        ("POST /v1/agreements/<id>/signatures", {HR, MANAGER, EMPLOYEE}),
        ("POST /v1/agreements/<id>/filings", {HR}),
        ("GET /v1/in-company-consents", {HR, MANAGER, BROKER}),
        ("POST /v1/in-company-consents", {MANAGER}),
        ("GET /v1/existing-commitments", {HR, MT}),
        ("POST /v1/existing-commitments", {HR}),
        ("POST /v1/existing-commitments/<id>/decisions", {MT}),
    ],
)
def test_the_table_gives_the_roles_of_the_policy(row: str, roles: set[Role]) -> None:
    assert ROUTES[row].roles == frozenset(roles)


def test_hr_never_decides() -> None:
    """Of requests and commitments; HR settles repayments, which is another matter."""
    decided = [
        row
        for row in ROUTES
        if row.startswith("POST") and row.endswith(("/decisions", "/interim-consents"))
    ]
    assert len(decided) >= 3
    assert all(ROUTES[row].roles == frozenset({MT}) for row in decided)


def test_the_knowledge_broker_sees_no_costs_of_persons() -> None:
    with_costs = ("training-requests", "grants", "agreements", "existing-commitments")
    for row, route in ROUTES.items():
        if row.split("/")[2:3] and row.split("/")[2].startswith(with_costs):
            assert BROKER not in (route.roles or set()), row

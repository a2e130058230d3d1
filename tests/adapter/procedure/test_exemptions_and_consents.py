"""Norm exemptions of the management team, and the manager's consent to in-company training."""

from __future__ import annotations

from typing import Any

from adapter.enrolments.learning import read_learning
from adapter.keys import Role
from tests.adapter.procedure.conftest import JANUARY, MANAGER, Body, Office, pointers

EXEMPTION: Body = {
    "employeeId": "10001",
    "year": 2027,
    "extraHours": "16.00",
    "training": "Hercertificering",
    "trainingStartDate": "2027-03-01",
    "ground": "legal",
    "evidence": "Certificaat verloopt 1 juni",
    "decidedDate": "2027-01-12",
}
CONSENT: Body = {"employeeId": "10001", "courseId": "INC-001"}


def _exempt(office: Office, **changes: Any) -> Any:
    office.clock.moment = JANUARY
    return office.call("POST", "/norm-exemptions", Role.MANAGEMENT_TEAM, EXEMPTION | changes)


def test_an_exemption_reaches_the_rules_and_is_listed(office: Office) -> None:
    assert _exempt(office).status_code == 201
    with office.parts.register.read() as connection:
        exemption = read_learning(connection, "10001").exemptions[0]
    assert (exemption.year, str(exemption.extra_hours)) == (2027, "16.00")
    assert office.announced() == ["10001"]
    for query, count in (("", 1), ("?year=2027", 1), ("?year=2028", 0)):
        listed = office.call("GET", f"/norm-exemptions{query}", Role.HR).get_json()
        assert len(listed["items"]) == count


def test_an_exemption_is_beforehand_necessary_and_complete(office: Office) -> None:
    cases: list[tuple[Body, list[str]]] = [
        ({"employeeId": "0"}, ["/employeeId"]),
        ({"ground": "team"}, ["/ground"]),
        ({"extraHours": "0.00"}, ["/extraHours"]),
        ({"decidedDate": "2027-01-13"}, ["/decidedDate"]),
        ({"trainingStartDate": "2027-01-11"}, ["/decidedDate"]),
        ({"year": 2026}, ["/year"]),
        ({"evidence": " "}, ["/evidence"]),
        ({"ground": "team", "year": 2026, "employeeId": "0"}, ["/employeeId", "/ground", "/year"]),
    ]
    for changes, wrong in cases:
        assert pointers(_exempt(office, **changes)) == wrong
    assert office.announced() == []


def test_an_exemption_on_the_day_of_the_start_is_still_beforehand(office: Office) -> None:
    assert _exempt(office, trainingStartDate="2027-01-12").status_code == 201


def _consent(office: Office, manager: str = MANAGER, **changes: Any) -> Any:
    body = CONSENT | changes
    return office.call("POST", "/in-company-consents", Role.MANAGER, body, employee=manager)


def test_consent_reaches_the_rules_and_is_given_once(office: Office) -> None:
    given = _consent(office)
    assert given.get_json() == CONSENT | {"consentedDate": "2026-11-10", "consentedBy": MANAGER}
    with office.parts.register.read() as connection:
        assert read_learning(connection, "10001").consented_courses == {"INC-001"}
    assert office.announced() == ["10001"]
    assert _consent(office).status_code == 409


def test_consent_is_to_in_company_training_and_not_in_the_future(office: Office) -> None:
    cases: list[tuple[Body, list[str]]] = [
        ({"courseId": "OPL-001"}, ["/courseId"]),
        ({"courseId": "NONE"}, ["/courseId"]),
        ({"consentedDate": "2026-11-11"}, ["/consentedDate"]),
    ]
    for changes, wrong in cases:
        assert pointers(_consent(office, **changes)) == wrong


def test_a_manager_consents_for_the_own_team_only(office: Office) -> None:
    for employee in ("10011", MANAGER, "0"):
        assert _consent(office, employeeId=employee).status_code == 403


def test_the_knowledge_broker_sees_all_consents_and_a_manager_the_own_teams(
    office: Office,
) -> None:
    _consent(office)
    for role, employee, count in (
        (Role.KNOWLEDGE_BROKER, None, 1),
        (Role.MANAGER, MANAGER, 1),
        (Role.MANAGER, "10019", 0),
    ):
        path = "/in-company-consents?courseId=INC-001"
        assert len(office.call("GET", path, role, employee=employee).get_json()["items"]) == count

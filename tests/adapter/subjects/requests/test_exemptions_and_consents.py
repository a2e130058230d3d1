"""Norm exemptions of the management team, and the manager's consent to in-company training."""

from __future__ import annotations

from typing import Any

from adapter.register.keys import Role
from adapter.register.learning_reader import read_learning
from tests.adapter.subjects.requests.conftest import (
    JANUARY,
    MANAGER,
    NOVEMBER,
    Body,
    Office,
    codes,
    pointers,
)

EXEMPTION: Body = {
    "employeeId": "10001",
    "year": 2027,
    "extraHours": "16.00",
    "training": "Hercertificering",
    "trainingId": "OPL-003",
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


def test_the_same_exemption_frees_its_hours_once(office: Office) -> None:
    made = _exempt(office)
    assert made.status_code == 201
    assert _exempt(office).status_code == 409
    assert _exempt(office, extraHours="4.00").status_code == 201
    path = f"/norm-exemptions/{made.get_json()['id']}/withdrawals"
    withdrawn = office.call("POST", path, Role.MANAGEMENT_TEAM, {"reason": "Te vroeg."})
    assert withdrawn.status_code in (200, 201), withdrawn.get_json()
    assert _exempt(office).status_code == 201


def test_an_exemption_is_beforehand_necessary_and_complete(office: Office) -> None:
    cases: list[tuple[Body, list[str]]] = [
        ({"employeeId": "0"}, ["/employeeId"]),
        ({"ground": "team"}, ["/ground"]),
        ({"extraHours": "0.00"}, ["/extraHours"]),
        ({"decidedDate": "2027-01-13"}, ["/decidedDate"]),
        ({"trainingStartDate": "2027-01-11"}, ["/decidedDate"]),
        ({"year": 2026}, ["/year"]),
        ({"evidence": " "}, ["/evidence"]),
        ({"trainingId": "OPL-30"}, ["/trainingId"]),
        ({"ground": "team", "year": 2026, "employeeId": "0"}, ["/employeeId", "/ground", "/year"]),
    ]
    for changes, wrong in cases:
        assert pointers(_exempt(office, **changes)) == wrong
    assert office.announced() == []


def test_an_exemption_on_the_day_of_the_start_is_still_beforehand(office: Office) -> None:
    assert _exempt(office, trainingStartDate="2027-01-12").status_code == 201


def _withdraw(office: Office, exemption: Any) -> Any:
    path = f"/norm-exemptions/{exemption['id']}/withdrawals"
    return office.call("POST", path, Role.MANAGEMENT_TEAM, {"reason": "Gaat niet door."})


def _limits(office: Office) -> list[str]:
    path = "/employees/10001/learning-overview"
    years = office.call("GET", path, Role.HR).get_json()["years"]
    return [one["limitHours"] for one in years]


def test_an_exemption_is_withdrawn_and_stays_in_the_register(office: Office) -> None:
    office.granted()
    exemption = _exempt(office).get_json()
    assert (exemption["trainingId"], _limits(office)) == ("OPL-003", ["96.00"])
    withdrawn = _withdraw(office, exemption)
    assert withdrawn.status_code == 201, withdrawn.get_json()
    assert withdrawn.get_json()["withdrawalReason"] == "Gaat niet door."
    assert _limits(office) == ["80.00"]
    assert office.announced().count("10001") == 3  # the grant, the exemption, its withdrawal
    assert _withdraw(office, exemption).status_code == 409
    listed = office.call("GET", "/norm-exemptions", Role.HR).get_json()["items"]
    assert [one["withdrawnBy"] is not None for one in listed] == [True]


def test_an_exemption_of_training_that_has_begun_is_not_withdrawn(office: Office) -> None:
    exemption = _exempt(office, trainingId="OPL-001").get_json()
    office.clock.moment = JANUARY.replace(month=3)
    assert _withdraw(office, exemption).status_code == 409


LONG: Body = {"costsEur": "2400.00", "hours": "91.00", "repaymentScheme": True}
NECESSARY: Body = {"ground": "legal", "evidence": "Certificaat verloopt", "hours": "91.00"}
ELEVEN: Body = {"employeeId": "10001", "year": 2027, "extraHours": "11.00"}


def test_an_exemption_is_given_in_the_same_act_as_the_grant(office: Office) -> None:
    request = office.proposed(grant=LONG, **NECESSARY)
    decided = office.decide(request, grant=LONG, normExemptions=[ELEVEN])
    assert decided.status_code == 201, decided.get_json()
    assert "exemption_to_ask" not in codes(decided.get_json()["findings"])
    (listed,) = office.call("GET", "/norm-exemptions", Role.HR).get_json()["items"]
    assert listed["decisionId"] == decided.get_json()["decision"]["id"]
    assert (listed["trainingId"], listed["extraHours"]) == ("T-3", "11.00")
    assert (listed["ground"], listed["evidence"]) == ("legal", "Certificaat verloopt")
    assert _limits(office) == ["91.00"]


def test_a_grant_above_the_norm_tells_what_it_asks(office: Office) -> None:
    decided = office.decide(office.proposed(grant=LONG, **NECESSARY), grant=LONG)
    (asked,) = (one for one in decided.get_json()["findings"] if one["code"] == "exemption_to_ask")
    assert "urennorm van 2027" in asked["message"]
    assert "ten hoogste 11 uur" in asked["message"]
    office.clock.moment = NOVEMBER
    other = office.proposed(grant=LONG, hours="91.00", employeeIds=["10002"])
    assert "above_the_norm" in codes(office.decide(other, grant=LONG).get_json()["findings"])


def test_an_exemption_beside_a_grant_is_necessary_and_of_the_request(office: Office) -> None:
    cases: list[tuple[Body, Body, list[str]]] = [
        ({"ground": "individual"}, ELEVEN, ["/normExemptions"]),
        ({"evidence": None}, ELEVEN, ["/normExemptions"]),
        ({}, ELEVEN | {"employeeId": "10002"}, ["/normExemptions/0/employeeId"]),
        ({}, ELEVEN | {"extraHours": "0.00"}, ["/normExemptions/0/extraHours"]),
        ({}, ELEVEN | {"year": 2026}, ["/normExemptions/0/year"]),
    ]
    for changes, given, wrong in cases:
        request = office.proposed(grant=LONG, **(NECESSARY | changes))
        assert pointers(office.decide(request, grant=LONG, normExemptions=[given])) == wrong
    refused = office.decide(
        request, outcome="reject", grant=None, reason="Nee.", normExemptions=[ELEVEN]
    )
    assert "/normExemptions" in pointers(refused)
    assert office.call("GET", "/norm-exemptions", Role.HR).get_json()["items"] == []


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

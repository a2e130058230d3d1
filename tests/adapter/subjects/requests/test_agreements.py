"""Training agreements: from grant to personnel file, in that order (P5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from adapter.register.decision_log import policy_of
from adapter.register.keys import Role
from adapter.register.learning_reader import read_learning
from tests.adapter.subjects.requests.conftest import (
    GRANT,
    MANAGER,
    OTHER_MANAGER,
    Body,
    Office,
    codes,
    pointers,
)

HASH = "0" * 64


def _draw_up(office: Office, grant: Body, **changes: Any) -> Any:
    body = {
        "grantId": grant["id"],
        "employeeId": "10001",
        "arrangements": "Wekelijks een dagdeel; afronding voor 1 juli.",
    }
    return office.call("POST", "/agreements", Role.HR, body | changes)


def _sign(
    office: Office, agreement: Body, party: str, role: Role, employee: str, **changes: Any
) -> Any:
    body = {"party": party, "signedDate": "2027-01-12", "method": "electronic"} | changes
    path = f"/agreements/{agreement['id']}/signatures"
    return office.call("POST", path, role, body, employee=employee)


def _file(office: Office, agreement: Body, day: str = "2027-01-12") -> Any:
    return office.call(
        "POST", f"/agreements/{agreement['id']}/filings", Role.HR, {"filedDate": day}
    )


def test_an_agreement_goes_from_grant_to_file(office: Office) -> None:
    agreement = _draw_up(office, office.granted()).get_json()
    assert codes(agreement["findings"]) == {"agreement_unsigned"}
    assert _file(office, agreement).status_code == 409
    assert _sign(office, agreement, "employee", Role.EMPLOYEE, "10001").status_code == 201
    signed = _sign(office, agreement, "manager", Role.MANAGER, MANAGER).get_json()
    assert codes(signed["findings"]) == {"agreement_not_filed"}
    assert _file(office, agreement).get_json()["findings"] == []
    assert _file(office, agreement).status_code == 409
    with office.parts.register.read() as connection:
        (_, seen) = next(iter(read_learning(connection, "10001").agreements.values()))
        assert seen.signed_by_employee_on == seen.signed_by_manager_on == date(2027, 1, 12)
        assert seen.filed
        assert policy_of(connection, agreement["policyDigest"]) == office.parts.policy
    # The grant, the agreement, two signatures and the filing.
    assert office.announced() == ["10001"] * 5


def test_its_parts_are_written_from_grant_and_policy(office: Office) -> None:
    agreement = _draw_up(office, office.granted(), furtherConditions="Boeken retour.").get_json()
    assert agreement["parts"].keys() == {
        "nature_duration_start",
        "total_costs",
        "arrangements",
        "further_conditions",
        "repayment_scheme",
    }
    assert "1 maart 2027" in agreement["parts"]["nature_duration_start"]
    assert "2.400,00" in agreement["parts"]["total_costs"]
    assert "24 maanden" in agreement["parts"]["repayment_scheme"]
    assert agreement["repaymentScheme"] is True


def test_empty_mandatory_parts_are_reported_and_further_conditions_are_not(office: Office) -> None:
    grant = office.granted(endDate=None)
    agreement = _draw_up(office, grant, arrangements=" ").get_json()
    incomplete = next(f for f in agreement["findings"] if f["code"] == "agreement_incomplete")
    assert "further_conditions" not in agreement["parts"]
    assert agreement["parts"]["nature_duration_start"] == agreement["parts"]["arrangements"] == ""
    assert incomplete["severity"] == "block"


@pytest.mark.parametrize(
    ("costs", "granted", "scheme"),
    [("1999.99", True, False), ("2000.00", True, True), ("2400.00", False, False)],
)
def test_the_scheme_is_as_in_the_grant_and_absent_below_the_threshold(
    office: Office, costs: str, granted: bool, scheme: bool
) -> None:
    terms = GRANT | {"costsEur": costs, "repaymentScheme": granted}
    grant = office.decide(office.proposed(grant=terms), grant=terms).get_json()["grants"][0]
    agreement = _draw_up(office, grant).get_json()
    assert agreement["repaymentScheme"] is scheme
    assert ("geen terugbetalingsregeling" in agreement["parts"]["repayment_scheme"]) is not scheme
    assert codes(agreement["findings"]) == {"agreement_unsigned"}


def test_changed_costs_are_a_new_version_to_be_signed_again(office: Office) -> None:
    grant = office.granted()
    first = _draw_up(office, grant).get_json()
    _sign(office, first, "employee", Role.EMPLOYEE, "10001")
    assert _draw_up(office, grant).status_code == 409
    second = _draw_up(office, grant, agreedCostsEur="2300.00").get_json()
    assert (second["version"], second["signatures"]) == (2, [])
    assert codes(second["findings"]) == {"agreement_unsigned", "costs_differ_from_grant"}
    assert _sign(office, first, "manager", Role.MANAGER, MANAGER).status_code == 409
    shown = office.call("GET", f"/agreements/{first['id']}", Role.HR).get_json()
    assert [one["party"] for one in shown["signatures"]] == ["employee"]
    assert codes(shown["findings"]) == {"agreement_superseded"}


def test_more_than_was_granted_needs_a_decision_first(office: Office) -> None:
    refused = _draw_up(office, office.granted(), agreedCostsEur="2400.01")
    assert pointers(refused) == ["/agreedCostsEur"]
    assert "2.400,00" in refused.get_json()["errors"][0]["detail"]


def test_a_party_signs_once_and_only_as_itself(office: Office) -> None:
    agreement = _draw_up(office, office.granted()).get_json()
    assert _sign(office, agreement, "manager", Role.EMPLOYEE, "10001").status_code == 403
    assert _sign(office, agreement, "employee", Role.MANAGER, MANAGER).status_code == 403
    assert _sign(office, agreement, "employee", Role.EMPLOYEE, "10002").status_code == 404
    assert _sign(office, agreement, "manager", Role.MANAGER, OTHER_MANAGER).status_code == 404
    assert _sign(office, agreement, "employee", Role.EMPLOYEE, "10001").status_code == 201
    assert _sign(office, agreement, "employee", Role.EMPLOYEE, "10001").status_code == 409


def test_who_signs_here_signs_today_and_hr_records_with_the_file(office: Office) -> None:
    agreement = _draw_up(office, office.granted()).get_json()
    office.clock.advance(days=2)
    own = _sign(office, agreement, "employee", Role.EMPLOYEE, "10001")
    assert pointers(own) == ["/signedDate"]
    assert pointers(_sign(office, agreement, "employee", Role.HR, "10011")) == ["/fileSha256"]
    paper = {"method": "paper", "fileSha256": HASH}
    recorded = _sign(office, agreement, "employee", Role.HR, "10011", **paper).get_json()
    assert recorded["signatures"] == [
        {
            "party": "employee",
            "signedDate": "2027-01-12",
            "method": "paper",
            "fileSha256": HASH,
            "recordedBy": "10011",
            "recordedAt": "2027-01-14T09:00:00Z",
        }
    ]


def test_nobody_signed_before_it_was_drawn_up_or_in_the_future(office: Office) -> None:
    agreement = _draw_up(office, office.granted()).get_json()
    for day in ("2027-01-11", "2027-01-13"):
        paper = {"signedDate": day, "fileSha256": HASH}
        wrong = _sign(office, agreement, "manager", Role.HR, "10011", **paper)
        assert pointers(wrong) == ["/signedDate"]


def test_it_is_filed_after_the_last_signature(office: Office) -> None:
    agreement = _draw_up(office, office.granted()).get_json()
    office.clock.advance(days=1)
    for party in ("employee", "manager"):
        paper = {"signedDate": "2027-01-13", "fileSha256": HASH}
        _sign(office, agreement, party, Role.HR, "10011", **paper)
    assert pointers(_file(office, agreement, "2027-01-12")) == ["/filedDate"]
    assert pointers(_file(office, agreement, "2027-01-14")) == ["/filedDate"]
    assert _file(office, agreement, "2027-01-13").status_code == 201


def test_signing_after_the_start_is_reported(office: Office) -> None:
    agreement = _draw_up(office, office.granted()).get_json()
    office.clock.advance(days=60)
    late = {"signedDate": "2027-03-02", "fileSha256": HASH}
    signed = _sign(office, agreement, "employee", Role.HR, "10011", **late).get_json()
    assert "signed_after_start" in codes(signed["findings"])


def test_an_agreement_follows_its_grant(office: Office) -> None:
    grant = office.granted()
    cases: list[tuple[Body, list[str]]] = [
        ({"grantId": "none"}, ["/grantId"]),
        ({"employeeId": "0"}, ["/employeeId"]),
        ({"employeeId": "10002"}, ["/employeeId"]),
        ({"drawnUpDate": "2027-01-11"}, ["/drawnUpDate"]),
        ({"drawnUpDate": "2027-01-13", "employeeId": "0"}, ["/drawnUpDate", "/employeeId"]),
    ]
    for changes, wrong in cases:
        assert pointers(_draw_up(office, grant, **changes)) == wrong


def test_no_agreement_is_made_for_a_revoked_grant(office: Office) -> None:
    grant = office.granted()
    path = f"/grants/{grant['id']}/revocations"
    office.call("POST", path, Role.MANAGEMENT_TEAM, {"reason": "Vervallen"})
    assert _draw_up(office, grant).status_code == 409


def test_a_collective_grant_has_an_agreement_per_employee(office: Office) -> None:
    request = office.proposed(employeeIds=[], collective=True, plannedParticipants=2)
    grant = office.decide(request).get_json()["grants"][0]
    for employee in ("10001", "10011"):
        made = _draw_up(office, grant, employeeId=employee).get_json()
        assert (made["version"], made["agreedCostsEur"]) == (1, "1200.00")
    readers: list[tuple[Role, str | None, set[str]]] = [
        (Role.HR, None, {"10001", "10011"}),
        (Role.MANAGER, MANAGER, {"10001"}),
        (Role.EMPLOYEE, "10011", {"10011"}),
        (Role.EMPLOYEE, None, set()),
    ]
    for role, reader, seen in readers:
        listed = office.call("GET", "/agreements", role, employee=reader).get_json()["items"]
        assert {one["employeeId"] for one in listed} == seen

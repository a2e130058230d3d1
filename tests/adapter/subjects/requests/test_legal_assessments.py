"""HR settles whether training is mandatory by law; a manager's answer is a proposal (A26, A27)."""

from __future__ import annotations

from typing import Any

import pytest

from adapter.register.courses import course_by_idnumber
from adapter.register.enrolment_facts import collect
from adapter.register.keys import Role
from adapter.register.learning_reader import read_learning
from adapter.subjects.leaving.calculation import items
from adapter.subjects.leaving.trajectories import read_trajectories
from policy.decide import decide_enrolment
from policy.model import Outcome, RepaymentStatus, Severity
from tests.adapter.subjects.requests.conftest import (
    GRANT,
    JANUARY,
    NOVEMBER,
    Body,
    Office,
    pointers,
)

NECESSARY: Body = {"ground": "function", "evidence": "Functieprofiel, eis 4"}
SETTLED: Body = {
    "mandatoryByLaw": "no",
    "source": "Functieboek, eis 4",
    "reason": "Geen eis van de wet; de opleiding is een keuze.",
    "assessedDate": "2027-01-12",
}
LONG: Body = GRANT | {"hours": "91.00", "repaymentScheme": False}


def _settle(office: Office, path: str, role: Role = Role.HR, **changes: Any) -> Any:
    return office.call("POST", f"{path}/legal-assessments", role, SETTLED | changes)


def _grant(office: Office, grant: Body = GRANT, **changes: Any) -> tuple[str, str]:
    """The paths of a request and of its grant."""
    request = office.proposed(grant=grant, **(NECESSARY | changes))
    decided = office.decide(request, grant=grant)
    assert decided.status_code == 201, decided.get_json()
    made = decided.get_json()["grants"][0]
    return f"/training-requests/{request['id']}", f"/grants/{made['id']}"


def _repayment(office: Office) -> tuple[int, RepaymentStatus, str]:
    """If the employee left in January, with the agreement signed before the start."""
    with office.parts.register.read() as connection:
        last_day = JANUARY.date().replace(month=4)
        found = read_trajectories(connection, "10001", last_day)
        (item,) = items(last_day, found, office.parts.policy)
    return item.computed_cents, item.status, item.reasons[0].code


def _sign(office: Office, grant: str) -> None:
    body = {
        "grantId": grant.removeprefix("/grants/"),
        "employeeId": "10001",
        "agreedCostsEur": "2400.00",
        "arrangements": "Alle lesdagen bijwonen.",
        "drawnUpDate": "2027-01-12",
    }
    agreement = office.call("POST", "/agreements", Role.HR, body).get_json()
    for party, role, who in (
        ("employee", Role.EMPLOYEE, "10001"),
        ("manager", Role.MANAGER, "10009"),
    ):
        signature = {"party": party, "signedDate": "2027-01-12", "method": "electronic"}
        path = f"/agreements/{agreement['id']}/signatures"
        assert office.call("POST", path, role, signature, employee=who).status_code == 201


@pytest.mark.parametrize("answer", ["no", "yes", "unknown"])
def test_a_managers_answer_is_a_proposal_until_hr_settles_it(office: Office, answer: str) -> None:
    """Function ground, exit within the scheme: reviewed; with HR's "no" claimable."""
    request, grant = _grant(office, mandatoryByLaw=answer, mandatorySource="x")
    _sign(office, grant)
    assert _repayment(office) == (240_000, RepaymentStatus.NEEDS_REVIEW, "legal_review")
    answered = _settle(office, request)
    assert answered.status_code == 201, answered.get_json()
    assert _repayment(office) == (240_000, RepaymentStatus.CLAIMABLE, "not_completed")
    shown = office.call("GET", grant, Role.HR).get_json()
    assert (shown["mandatoryByLaw"], shown["mandatorySettled"]) == (answer, "no")
    _settle(office, request, mandatoryByLaw="yes", reason="Toch een eis.")
    assert _repayment(office) == (0, RepaymentStatus.NOTHING_DUE, "statutory_training")
    _settle(office, request, mandatoryByLaw="unknown", reason="Nog in onderzoek.")
    assert _repayment(office)[2] == "legal_review"
    listed = office.call("GET", f"{request}/legal-assessments", Role.HR).get_json()["items"]
    assert [one["mandatoryByLaw"] for one in listed] == ["no", "yes", "unknown"]
    assert {one["assessedBy"] for one in listed} != {None}
    assert office.announced().count("10001") >= 4  # the grant, and each assessment


def test_on_another_ground_what_was_answered_counts(office: Office) -> None:
    _, grant = _grant(office, ground="team", evidence=None)
    _sign(office, grant)
    assert _repayment(office)[1] is RepaymentStatus.CLAIMABLE


def test_what_is_settled_before_the_decision_holds_for_its_grants(office: Office) -> None:
    request = office.proposed(**NECESSARY, workTimeShare="0.50")
    _settle(office, f"/training-requests/{request['id']}", mandatoryByLaw="yes")
    assert pointers(office.decide(request)) == ["/grant/repaymentScheme"]  # void by law
    free = GRANT | {"repaymentScheme": False}
    made = office.decide(request, grant=free, reason="Geen regeling.").get_json()["grants"][0]
    assert made["mandatorySettled"] == "yes"
    with office.parts.register.read() as connection:
        (row,) = read_learning(connection, "10001").grants
    assert str(row.work_time_share) == "1.00"


def test_only_hr_settles_with_source_and_reason_and_not_in_the_future(office: Office) -> None:
    request, grant = _grant(office)
    for role in (Role.MANAGER, Role.MANAGEMENT_TEAM):
        assert _settle(office, request, role).status_code == 403
    assert pointers(_settle(office, request, source=" ")) == ["/source"]
    assert pointers(_settle(office, request, reason=" ")) == ["/reason"]
    assert pointers(_settle(office, request, assessedDate="2027-01-13")) == ["/assessedDate"]
    assert _settle(office, "/training-requests/none").status_code == 404
    assert _settle(office, grant).status_code == 409  # it belongs to a request


def _decided(office: Office) -> Any:
    """An enrolment of today, after the adoption."""
    with office.parts.register.read() as connection:
        learning = read_learning(connection, "10001")
        course = course_by_idnumber(connection, "OPL-003")
        assert course is not None
        facts = collect(learning, course, JANUARY.date()).facts
    return decide_enrolment(facts, office.parts.policy)


def test_statutory_training_is_never_held_for_hours_and_is_a_task_for_the_mt(
    office: Office,
) -> None:
    """91.00 hours in the year, half of them entered as own time."""
    request, grant = _grant(office, LONG, hours="91.00", workTimeShare="0.90")
    assert [one.code for one in _decided(office).findings] == [
        "agreement_missing", "hours_norm_exceeded",
    ]  # fmt: skip
    _settle(office, request, mandatoryByLaw="yes")
    found = {one.code: one for one in _decided(office).findings}
    over = found["hours_norm_exceeded"]
    assert (over.severity, over.numbers["counted"]) == (Severity.ADVISE, "91.00")
    _sign(office, grant)
    assert _decided(office).outcome is Outcome.ADVISE
    (task,) = office.call("GET", "/tasks", Role.MANAGEMENT_TEAM).get_json()["items"]
    assert (task["kind"], task["forRole"]) == ("statutory_above_norm", "management-team")
    assert office.call("GET", f"/tasks/{task['id']}", Role.MANAGEMENT_TEAM).status_code == 200


def test_statutory_training_outside_working_time_is_refused(office: Office) -> None:
    body = {"mandatoryByLaw": "yes", "mandatorySource": "Wet", "workTimeShare": "0.50"}
    request = office.ask()
    path = f"/training-requests/{request['id']}"
    refused = office.call("PATCH", path, Role.HR, body, version=request["version"])
    assert pointers(refused) == ["/workTimeShare"]
    whole = body | {"workTimeShare": "1.00"}
    assert office.call("PATCH", path, Role.HR, whole, version=request["version"]).status_code == 200


def test_a_commitment_that_became_a_grant_is_assessed_by_itself(office: Office) -> None:
    office.clock.moment = NOVEMBER
    promise = {"employeeId": "10001", "title": "Master", "trajectoryId": "T-3",
               "costsEur": "2400.00", "agreedDate": "2025-05-01"}  # fmt: skip
    made = office.call("POST", "/existing-commitments", Role.HR, promise).get_json()
    terms = GRANT | {"ground": "legal", "mandatoryByLaw": "no"}
    body = {"outcome": "convert", "decidedDate": "2026-11-10", "reason": "Ja.", "grant": terms}
    path = f"/existing-commitments/{made['id']}/decisions"
    assert office.call("POST", path, Role.MANAGEMENT_TEAM, body).status_code == 201
    (grant,) = office.call("GET", "/grants", Role.HR).get_json()["items"]
    settled = _settle(office, f"/grants/{grant['id']}", assessedDate="2026-11-10")
    assert settled.status_code == 201, settled.get_json()
    path = f"/grants/{grant['id']}"
    assert office.call("GET", path, Role.HR).get_json()["mandatorySettled"] == "no"
    listed = office.call("GET", f"{path}/legal-assessments", Role.HR).get_json()["items"]
    assert [one["source"] for one in listed] == ["Functieboek, eis 4"]

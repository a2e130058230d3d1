"""Proposals, decisions of the management team, and the grants that they make (P2, P3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from adapter.doors.web.app import create_app
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.register.keys import Role
from adapter.register.people import keep_lms_users
from adapter.subjects.enrolments.check import check
from connectors.ports import LmsUser
from policy.days import amsterdam_day
from policy.parameters import Policy
from tests.adapter.subjects.requests.conftest import (
    GRANT,
    JANUARY,
    MANAGER,
    NOVEMBER,
    OTHER_MANAGER,
    TEAM,
    Body,
    Office,
    codes,
    pointers,
)

NECESSARY: Body = {"ground": "function", "evidence": "Certificaat verloopt"}
INTERIM: Body = NECESSARY | {"startDate": "2026-12-15"}


def test_a_grant_is_made_per_employee_with_the_share_of_each(office: Office) -> None:
    request = office.proposed(employeeIds=list(TEAM))
    answer = office.decide(request).get_json()
    assert sorted(grant["employeeId"] for grant in answer["grants"]) == list(TEAM)
    assert {grant["costsEur"] for grant in answer["grants"]} == {"800.00"}
    assert {grant["decidedDate"] for grant in answer["grants"]} == {"2027-01-12"}
    assert office.announced() == list(TEAM)
    shown = office.call("GET", f"/training-requests/{request['id']}", Role.HR).get_json()
    assert (shown["state"], shown["nextStates"]) == ("granted", [])


def test_a_collective_grant_is_for_everyone_at_the_planned_costs(office: Office) -> None:
    request = office.proposed(employeeIds=[], collective=True, plannedParticipants=7)
    grant = office.decide(request).get_json()["grants"][0]
    assert (grant["employeeId"], grant["costsEur"]) == (None, "342.86")


def test_what_was_granted_is_what_the_enrolment_check_finds(office: Office) -> None:
    office.clock.moment = JANUARY

    def missing() -> bool:
        found = check(office.parts, "10001", "OPL-004", amsterdam_day(JANUARY))
        return "grant_missing" in {finding.code for finding in found.findings}

    assert missing()
    office.clock.moment = NOVEMBER
    grant = office.granted()
    assert not missing()
    revoked = office.call(
        "POST",
        f"/grants/{grant['id']}/revocations",
        Role.MANAGEMENT_TEAM,
        {"reason": "Aanbieder failliet"},
    )
    assert revoked.status_code == 201
    assert missing()
    assert office.announced() == ["10001", "10001"]


def test_a_grant_is_revoked_once_and_stays_to_be_seen(office: Office) -> None:
    grant = office.granted()
    path, body = f"/grants/{grant['id']}/revocations", {"reason": "Aanbieder failliet"}
    assert office.call("POST", path, Role.MANAGEMENT_TEAM, body).status_code == 201
    assert office.call("POST", path, Role.MANAGEMENT_TEAM, body).status_code == 409
    shown = office.call("GET", f"/grants/{grant['id']}", Role.HR).get_json()
    assert shown["revocationReason"] == "Aanbieder failliet"
    assert shown["revokedBy"] == "management-team"


def test_a_manager_sees_the_grants_of_the_own_team(office: Office) -> None:
    grant = office.granted()
    for manager, status, count in ((MANAGER, 200, 1), (OTHER_MANAGER, 404, 0)):
        one = office.call("GET", f"/grants/{grant['id']}", Role.MANAGER, employee=manager)
        listed = office.call("GET", "/grants", Role.MANAGER, employee=manager).get_json()
        assert (one.status_code, len(listed["items"])) == (status, count)


def test_revoking_a_collective_grant_concerns_whoever_enrolled(office: Office) -> None:
    request = office.proposed(employeeIds=[], collective=True, plannedParticipants=7)
    grant = office.decide(request).get_json()["grants"][0]
    assert office.announced() == []
    _enrol(office, "10002", "lms-OPL-004")
    office.call(
        "POST",
        f"/grants/{grant['id']}/revocations",
        Role.MANAGEMENT_TEAM,
        {"reason": "Gaat niet door"},
    )
    assert office.announced() == ["10002"]


def test_departing_from_the_proposal_needs_a_reason(office: Office) -> None:
    cases: list[tuple[str, Body, bool]] = [
        ("grant", {}, False),
        ("grant", {"grant": GRANT | {"costsEur": "2399.99"}}, True),
        ("grant", {"grant": GRANT | {"hours": "40.00"}}, True),
        ("grant", {"grant": GRANT | {"repaymentScheme": False}}, True),
        ("grant", {"outcome": "reject", "grant": None}, True),
        ("defer", {"outcome": "defer", "grant": None}, False),
        ("reject", {}, True),
    ]
    for proposal, body, departs in cases:
        office.clock.moment = NOVEMBER
        request = office.proposed(proposal)
        if departs:
            assert pointers(office.decide(request, **body)) == ["/reason"]
            body = body | {"reason": "Het budget is op."}
        decided = office.decide(request, **body).get_json()["decision"]
        assert decided["departsFromProposal"] is departs


def _reviewed(office: Office, **changes: Any) -> Body:
    """Proposed without a weighing."""
    office.clock.moment = NOVEMBER
    request = office.ask(**changes)
    office.move(request, "submitted")
    office.move(request, "under_review")
    office.propose(request)
    office.clock.moment = JANUARY
    return request


def test_a_decision_with_little_to_rest_on_needs_a_reason_and_carries_that(office: Office) -> None:
    """Not weighed; or on individual development without the date of the conversation (A29)."""
    weighed = office.proposed(appraisalDate=None)
    cases = (
        (_reviewed(office), {"decided_unweighed"}),
        (_reviewed(office, ground="team", appraisalDate=None), {"decided_unweighed"}),
        (weighed, {"decided_without_conversation"}),
        (
            _reviewed(office, appraisalDate=None),
            {"decided_unweighed", "decided_without_conversation"},
        ),
    )
    for request, expected in cases:
        assert pointers(office.decide(request)) == ["/reason"]
        made = office.decide(request, reason="De opleider heeft nog één plaats.")
        assert codes(made.get_json()["decision"]["findings"]) == expected
        path = f"/training-requests/{request['id']}/decisions"
        (listed,) = office.call("GET", path, Role.HR).get_json()["items"]
        assert codes(listed["findings"]) == expected
        assert listed["departsFromProposal"] is False


def test_rejecting_what_was_not_weighed_needs_a_reason_too(office: Office) -> None:
    request = _reviewed(office)
    assert pointers(office.decide(request, outcome="reject", grant=None)) == ["/reason"]


def test_a_set_of_before_asks_no_reason_for_what_was_not_weighed(office: Office) -> None:
    values = tuple(
        replace(value, value="as_decided") if value.name == "weighing.departures" else value
        for value in office.parts.policy.values
    )
    before = replace(office.parts, policy=Policy(values))
    other = Office(before, office.clock, create_app(before).test_client())
    decided = other.decide(_reviewed(other))
    assert codes(decided.get_json()["decision"]["findings"]) == {"decided_unweighed"}


def test_the_newest_proposal_counts(office: Office) -> None:
    request = office.proposed("reject")
    office.propose(request)
    assert office.decide(request).status_code == 201
    path = f"/training-requests/{request['id']}/proposals"
    items = office.call("GET", path, Role.MANAGEMENT_TEAM).get_json()["items"]
    assert [one["outcome"] for one in items] == ["reject", "grant"]


def test_nothing_is_decided_before_there_is_a_proposal(office: Office) -> None:
    request = office.ask()
    office.move(request, "submitted")
    answer = office.decide(request)
    assert answer.status_code == 409
    assert answer.get_json()["allowedStates"] == ["under_review", "withdrawn"]


def test_a_decided_request_is_not_decided_again_but_a_deferred_one_is(office: Office) -> None:
    request = office.proposed("defer")
    assert office.decide(request, outcome="defer", grant=None).status_code == 201
    office.move(request, "under_review")
    office.propose(request)
    assert office.decide(request).status_code == 201
    assert office.decide(request).status_code == 409
    path = f"/training-requests/{request['id']}/decisions"
    items = office.call("GET", path, Role.MANAGER, employee=MANAGER).get_json()["items"]
    assert [one["outcome"] for one in items] == ["defer", "grant"]


def test_a_decision_on_an_older_version_is_refused_and_leaves_nothing(office: Office) -> None:
    request = office.proposed()
    answer = office.call(
        "POST",
        f"/training-requests/{request['id']}/decisions",
        Role.MANAGEMENT_TEAM,
        {"outcome": "grant", "decidedDate": "2027-01-12", "grant": GRANT},
        version=office.version(request) - 1,
    )
    assert answer.status_code == 412
    with office.parts.register.read() as connection:
        assert connection.execute(select(GrantRow)).all() == []


def test_a_wrong_decision_names_every_wrong_field(office: Office) -> None:
    request = office.proposed()
    wrong_decisions: list[tuple[Body, list[str]]] = [
        ({"decidedDate": "2027-01-13"}, ["/decidedDate"]),
        ({"decidedDate": "2026-11-09"}, ["/decidedDate"]),
        ({"grant": None}, ["/grant"]),
        ({"outcome": "reject"}, ["/grant", "/reason"]),
        ({"grant": GRANT | {"courseIds": ["OPL-003", "NONE"]}}, ["/grant/courseIds/1"]),
        ({"grant": {"costsEur": "1.00", "hours": "1.00"}}, ["/grant/repaymentScheme"]),
    ]
    for body, wrong in wrong_decisions:
        assert pointers(office.decide(request, **body)) == wrong


def test_repayment_cannot_be_granted_for_training_that_the_law_makes_free(office: Office) -> None:
    free = GRANT | {"repaymentScheme": False}
    request = office.proposed(grant=free, mandatoryByLaw="yes", mandatorySource="Wabo")
    assert "/grant/repaymentScheme" in pointers(office.decide(request))
    assert office.decide(request, grant=free).status_code == 201


def test_a_request_without_people_or_start_is_not_granted(office: Office) -> None:
    nobody, no_start = office.proposed(employeeIds=[]), office.ask(startDate=None)
    for state in ("submitted", "under_review"):
        office.move(no_start, state)
    office.weigh(no_start, 0, 2, 2, 0, 2)
    office.propose(no_start)
    for request, words in ((nobody, "geen medewerkers"), (no_start, "startdatum")):
        answer = office.decide(request)
        assert answer.status_code == 409
        assert words in answer.get_json()["detail"]


def test_a_decision_outside_the_window_is_accepted_and_noted(office: Office) -> None:
    for day, expected in (
        ("2026-12-31", {"decided_early"}),
        ("2027-01-01", set()),
        ("2027-01-31", set()),
        ("2027-02-01", {"decided_late"}),
    ):
        office.clock.moment = NOVEMBER
        request = office.proposed()
        office.clock.moment = datetime(2027, 2, 10, tzinfo=UTC)
        noted = office.decide(request, decidedDate=day).get_json()["decision"]["findings"]
        assert codes(noted) == expected


def test_what_a_grant_leads_to_is_told(office: Office) -> None:
    cheap = GRANT | {"costsEur": "1999.99"}
    answer = office.decide(office.proposed(grant=cheap), grant=cheap).get_json()
    assert codes(answer["findings"]) == {
        "agreement_needed",
        "repayment_below_threshold",
        "scheme_below_threshold",
    }


def _consent(office: Office, request: Body, day: str) -> Any:
    return office.call(
        "POST",
        f"/training-requests/{request['id']}/interim-consents",
        Role.MANAGEMENT_TEAM,
        {"consentedDate": day},
        version=office.version(request),
    )


def _interim_in_2027(office: Office, **changes: Any) -> Body:
    """Submitted on 10 January 2027 for a start on 1 May, so before the window of 2027-2."""
    office.clock.moment = datetime(2027, 1, 10, 9, 0, tzinfo=UTC)
    request = office.ask(**(NECESSARY | {"startDate": "2027-05-01"} | changes))
    office.move(request, "submitted")
    office.move(request, "under_review")
    office.weigh(request, 0, 2, 2, 0, 2)
    office.propose(request)
    return request


def test_an_interim_request_is_granted_only_with_consent_beforehand(office: Office) -> None:
    request = _interim_in_2027(office)
    day = {"decidedDate": "2027-01-10"}
    assert office.decide(request, **day).status_code == 409
    assert _consent(office, request, "2027-01-10").status_code == 201
    decided = office.decide(request, **day)
    assert decided.status_code == 201
    assert codes(decided.get_json()["decision"]["findings"]) == {"granted_interim"}


def test_consent_later_than_the_start_or_today_does_not_count(office: Office) -> None:
    request = _interim_in_2027(office)
    assert pointers(_consent(office, request, "2027-01-11")) == ["/consentedDate"]
    office.clock.moment = datetime(2027, 5, 3, 9, 0, tzinfo=UTC)
    assert pointers(_consent(office, request, "2027-05-02")) == ["/consentedDate"]
    assert _consent(office, request, "2027-05-01").status_code == 201
    assert _consent(office, request, "2027-05-01").status_code == 409


def test_there_is_no_consent_without_necessity_or_to_what_is_in_procedure(office: Office) -> None:
    later = {"startDate": "2027-09-01", "endDate": None}
    for changes in ({"ground": "team"}, {"evidence": None}, later):
        request = _interim_in_2027(office, **changes)
        assert _consent(office, request, "2027-01-10").status_code == 409


def test_consent_does_not_help_once_the_start_moved_before_it(office: Office) -> None:
    office.clock.moment = datetime(2027, 1, 10, 9, 0, tzinfo=UTC)
    request = office.ask(**(NECESSARY | {"startDate": "2027-05-01"}))
    office.move(request, "submitted")
    assert _consent(office, request, "2027-01-10").status_code == 201
    path = f"/training-requests/{request['id']}"
    version = office.version(request)
    moved = office.call("PATCH", path, Role.HR, {"startDate": "2027-01-09"}, version=version)
    assert moved.status_code == 200
    office.move(request, "under_review")
    office.weigh(request, 0, 2, 2, 0, 2)
    office.propose(request)
    assert office.decide(request, decidedDate="2027-01-10").status_code == 409


def test_in_the_transition_year_an_inadmissible_interim_grant_is_advice(office: Office) -> None:
    request = office.ask(**(INTERIM | {"ground": "team"}))
    office.move(request, "submitted")
    office.move(request, "under_review")
    office.weigh(request, 0, 2, 2, 0, 2)
    office.propose(request)
    decided = office.decide(request, decidedDate="2026-11-10")
    assert decided.status_code == 201
    assert "granted_inadmissible_interim" in codes(decided.get_json()["decision"]["findings"])


def _enrol(office: Office, employee_id: str, course_id: str) -> None:
    user = LmsUser(
        user_id="u-1",
        username=employee_id,
        idnumber=employee_id,
        employee_id=employee_id,
        full_name="Sanne Test",
        email="",
        suspended=False,
    )
    now = office.clock.now()
    with office.parts.register.write() as connection:
        keep_lms_users(connection, [user], now)
        connection.execute(
            insert(EnrolmentRow).values(
                id="e-1",
                user_id="u-1",
                course_id=course_id,
                method="manual",
                method_text="Handmatig",
                status="active",
                completed=0,
                to_decide=0,
                first_seen_at=now,
                seen_at=now,
            )
        )

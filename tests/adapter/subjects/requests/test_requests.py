"""Training requests: written down, checked at intake, moved through their states (P2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapter.register.keys import Role
from adapter.register.people import keep_employee
from tests.adapter.subjects.requests.conftest import (
    MANAGER,
    NOVEMBER,
    OTHER_MANAGER,
    REQUEST,
    Body,
    Office,
    codes,
    employee_of,
    pointers,
)


def test_a_draft_shows_costs_without_wage_and_net_of_subsidy(office: Office) -> None:
    costs = {
        "feeEur": "3000.00",
        "travelEur": "0.01",
        "wageEur": "9000.00",
        "subsidyEur": "500.00",
    }
    request = office.ask(costs=costs, employeeIds=["10001", "10002"])
    assert request["costsEur"] == "2500.01"
    assert request["costsPerEmployeeEur"] == "1250.01"
    assert request["costs"]["wageEur"] == "9000.00"


def test_without_a_trajectory_it_is_that_of_the_first_course(office: Office) -> None:
    assert office.ask()["trajectoryId"] == "T-3"
    assert office.ask(courseIds=["OPL-001"])["trajectoryId"] == "OPL-001"


def test_every_wrong_field_is_named(office: Office) -> None:
    body = REQUEST | {
        "managerId": "0",
        "employeeIds": ["10001", "0", "0"],
        "courseIds": ["OPL-003", "NONE"],
        "plannedParticipants": 4,
        "costs": {"feeEur": "1.00", "subsidyEur": "1.01"},
        "endDate": "2027-02-28",
    }
    assert pointers(office.call("POST", "/training-requests", Role.HR, body)) == [
        "/costs/subsidyEur",
        "/courseIds/1",
        "/employeeIds",
        "/employeeIds/1",
        "/employeeIds/2",
        "/endDate",
        "/managerId",
        "/plannedParticipants",
    ]


def test_a_collective_request_names_nobody_and_a_request_names_something(office: Office) -> None:
    body = REQUEST | {"managerId": MANAGER, "collective": True, "courseIds": []}
    wrong = pointers(office.call("POST", "/training-requests", Role.HR, body))
    assert wrong == ["/employeeIds", "/trajectoryId"]


def test_hr_says_for_which_manager_and_a_manager_asks_for_himself(office: Office) -> None:
    path = "/training-requests"
    assert pointers(office.call("POST", path, Role.HR, REQUEST)) == ["/managerId"]
    other = REQUEST | {"managerId": OTHER_MANAGER}
    assert pointers(office.call("POST", path, Role.MANAGER, other, employee=MANAGER)) == [
        "/managerId"
    ]


@pytest.mark.parametrize("employee", ["10011", "0"])
def test_a_manager_asks_for_the_own_team_only(office: Office, employee: str) -> None:
    body = REQUEST | {"employeeIds": ["10001", employee]}
    answer = office.call("POST", "/training-requests", Role.MANAGER, body, employee=MANAGER)
    assert answer.status_code == 403


def test_a_manager_goes_on_with_a_draft_after_somebody_left_the_team(office: Office) -> None:
    request = office.ask(employeeIds=["10001", "10002"])
    with office.parts.register.write() as connection:
        keep_employee(connection, employee_of("10002", OTHER_MANAGER), "test", NOVEMBER)
    path = f"/training-requests/{request['id']}"
    for version, body, status in (
        (1, {"title": "Anders"}, 200),
        (2, {"employeeIds": ["10001", "10011"]}, 403),
    ):
        answer = office.call("PATCH", path, Role.MANAGER, body, employee=MANAGER, version=version)
        assert answer.status_code == status
    kept = office.call("GET", path, Role.HR).get_json()
    assert (kept["title"], kept["employeeIds"]) == ("Anders", ["10001", "10002"])


def test_submitting_decides_the_tranche_on_the_day_in_amsterdam(office: Office) -> None:
    for moment, tranche in (
        (datetime(2026, 11, 15, 22, 59, 59, tzinfo=UTC), "2027-1"),
        (datetime(2026, 11, 15, 23, 0, tzinfo=UTC), "2027-2"),
    ):
        office.clock.moment = moment
        assert office.move(office.ask(), "submitted")["request"]["tranche"] == tranche


def test_before_the_policy_there_is_nothing_to_submit_to(office: Office) -> None:
    request = office.ask()
    office.clock.moment = datetime(2025, 10, 1, 9, 0, tzinfo=UTC)
    answer = office.call(
        "POST",
        f"/training-requests/{request['id']}/transitions",
        Role.HR,
        {"toState": "submitted"},
        version=1,
    )
    assert answer.status_code == 409
    assert "bestaande toezegging" in answer.get_json()["detail"]


def test_the_intake_check_tells_at_once(office: Office) -> None:
    cases: list[tuple[Body, set[str]]] = [
        ({}, {"in_tranche", "agreement_needed", "repayment_possible"}),
        ({"startDate": None}, {"missing_start"}),
        ({"endDate": None}, {"missing_end"}),
        ({"courseIds": [], "trajectoryId": "T-9"}, {"missing_courses"}),
        ({"employeeIds": []}, {"missing_participants"}),
        ({"motivation": None, "appraisalDate": None}, {"missing_motivation", "missing_appraisal"}),
        (
            {"ground": "legal", "mandatoryByLaw": "unknown"},
            {"missing_evidence", "missing_legal_assessment"},
        ),
        ({"mandatoryByLaw": "yes"}, {"missing_legal_source", "repayment_free_by_law"}),
        ({"startDate": "2027-01-31"}, {"decide_before_start"}),
        ({"startDate": "2026-12-31"}, {"interim_not_considered"}),
        (
            {"startDate": "2026-12-31", "ground": "function", "evidence": "Certificaat verloopt"},
            {"interim_needs_consent"},
        ),
        ({"costs": {"feeEur": "1999.99"}}, {"agreement_needed", "repayment_below_threshold"}),
    ]
    for changes, expected in cases:
        intake = office.move(office.ask(**changes), "submitted", Role.MANAGER)["intake"]
        assert codes(intake["findings"]) >= expected


def test_the_intake_check_of_a_draft_tells_what_submitting_it_today_comes_to(
    office: Office,
) -> None:
    def findings(request: Body) -> list[Body]:
        path = f"/training-requests/{request['id']}/intake"
        answer = office.call("GET", path, Role.MANAGER, employee=MANAGER)
        found: list[Body] = answer.get_json()["findings"]
        return found

    early = office.ask(startDate="2026-12-31", costs={"feeEur": "10.00"}, hours="8.00")
    later = office.ask(startDate=None, costs={"feeEur": "10.00"}, hours="8.00")
    assert codes(findings(early)) == {"tranche_if_today", "interim_not_considered"}
    assert codes(findings(later)) == {"tranche_if_today", "missing_start"}
    told = next(one for one in findings(early) if one["code"] == "tranche_if_today")
    assert "tranche 2027-1, die sluit op 15 november 2026" in told["message"]
    office.clock.moment = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    told = next(one for one in findings(early) if one["code"] == "tranche_if_today")
    assert "tranche 2027-2" in told["message"]
    office.clock.moment = datetime(2025, 10, 1, 9, 0, tzinfo=UTC)
    assert "no_tranche_today" in codes(findings(early))
    office.clock.moment = NOVEMBER
    office.move(early, "withdrawn")
    assert findings(early) == []


def test_cheap_and_short_needs_no_agreement(office: Office) -> None:
    request = office.ask(costs={"feeEur": "1999.99"}, hours="39.99")
    assert codes(office.move(request, "submitted")["intake"]["findings"]) == {"in_tranche"}


def test_the_intake_check_projects_hours_per_employee(office: Office) -> None:
    request = office.ask(employeeIds=["10001", "10002"], hours="80.01")
    hours = office.move(request, "submitted")["intake"]["hours"]
    assert [one["employeeId"] for one in hours] == ["10001", "10002"]
    assert hours[0]["years"][0]["excessHours"] == "0.01"
    assert codes(hours[0]["findings"]) == {"hours_norm_exceeded"}


def test_the_intake_check_counts_overlap_without_saying_whose(office: Office) -> None:
    body = REQUEST | {"employeeIds": ["10011"], "courseIds": ["OPL-004"]}
    others = office.call(
        "POST", "/training-requests", Role.MANAGER, body, employee=OTHER_MANAGER
    ).get_json()
    office.move(others, "submitted")
    office.move(office.ask(trajectoryId="T-8", courseIds=["OPL-004"]), "submitted")
    request = office.ask(trajectoryId="T-9", courseIds=["OPL-001", "OPL-004"])
    findings = office.move(request, "submitted")["intake"]["findings"]
    assert {"overlap", "asked_twice"} <= codes(findings)
    overlap = next(one for one in findings if one["code"] == "overlap")
    assert "dezelfde cursus: 2." in overlap["message"]


def test_every_step_is_logged_with_who_and_when(office: Office) -> None:
    request = office.ask()
    office.move(request, "submitted", Role.MANAGER)
    office.move(request, "under_review")
    path = f"/training-requests/{request['id']}/transitions"
    steps = office.call("GET", path, Role.HR).get_json()["items"]
    assert [(one["fromState"], one["toState"], one["by"]) for one in steps] == [
        (None, "draft", MANAGER),
        ("draft", "submitted", MANAGER),
        ("submitted", "under_review", MANAGER),
    ]
    assert steps[0]["at"] == "2026-11-10T09:00:00Z"


def test_an_illegal_step_is_a_conflict_that_names_the_allowed_ones(office: Office) -> None:
    request = office.ask()
    path = f"/training-requests/{request['id']}/transitions"
    answer = office.call("POST", path, Role.HR, {"toState": "under_review"}, version=1)
    assert answer.status_code == 409
    assert answer.get_json()["allowedStates"] == ["submitted", "withdrawn"]


@pytest.mark.parametrize(
    ("state", "wanted", "role"),
    [
        ("submitted", "under_review", Role.MANAGER),
        ("under_review", "proposed", Role.HR),
    ],
)
def test_a_step_of_others_is_refused(office: Office, state: str, wanted: str, role: Role) -> None:
    request = office.ask()
    for passed in ("submitted", "under_review")[: 1 + (state == "under_review")]:
        office.move(request, passed)
    answer = office.call(
        "POST",
        f"/training-requests/{request['id']}/transitions",
        role,
        {"toState": wanted},
        employee=MANAGER,
        version=office.version(request),
    )
    assert answer.status_code == 403


def test_a_change_needs_the_version_that_was_read(office: Office) -> None:
    request = office.ask()
    path, body = f"/training-requests/{request['id']}", {"title": "Anders"}
    for version, status in ((None, 428), ("0", 412), ("x", 412), (1, 200), (1, 412)):
        answer = office.call("PATCH", path, Role.MANAGER, body, employee=MANAGER, version=version)
        assert answer.status_code == status
    shown = office.call("GET", path, Role.HR)
    assert shown.headers["ETag"] == '"2"'
    assert shown.get_json()["title"] == "Anders"


def test_only_what_is_given_is_changed(office: Office) -> None:
    request = office.ask()
    answer = office.call(
        "PATCH",
        f"/training-requests/{request['id']}",
        Role.HR,
        {"endDate": None, "costs": {"feeEur": "10.00"}},
        version=1,
    )
    changed = answer.get_json()
    assert (changed["endDate"], changed["costsEur"]) == (None, "10.00")
    assert {name: changed[name] for name in ("title", "courseIds", "hours", "startDate")} == {
        name: request[name] for name in ("title", "courseIds", "hours", "startDate")
    }


def test_after_submission_hr_completes_it_and_the_manager_does_not(office: Office) -> None:
    request = office.ask()
    office.move(request, "submitted")
    path, body = f"/training-requests/{request['id']}", {"startDate": "2026-12-01"}
    by_manager = office.call("PATCH", path, Role.MANAGER, body, employee=MANAGER, version=2)
    assert by_manager.status_code == 409
    by_hr = office.call("PATCH", path, Role.HR, body, version=2)
    assert by_hr.get_json()["procedure"] == "interim"


def test_who_settled_the_legal_duty_is_kept_until_it_is_settled_otherwise(office: Office) -> None:
    request = office.ask(mandatoryByLaw="unknown")
    assert request["mandatoryAssessedBy"] is None
    path = f"/training-requests/{request['id']}"
    body = {"mandatoryByLaw": "yes", "mandatorySource": "Wabo"}
    settled = office.call("PATCH", path, Role.HR, body, version=1, employee="10011").get_json()
    assert settled["mandatoryAssessedBy"] == "10011"
    office.clock.advance(days=3)
    later = office.call("PATCH", path, Role.HR, {"title": "X"}, version=2).get_json()
    assert later["mandatoryAssessedDate"] == settled["mandatoryAssessedDate"] == "2026-11-10"


def test_a_manager_sees_own_requests_and_own_people_only(office: Office) -> None:
    body = REQUEST | {"managerId": OTHER_MANAGER, "employeeIds": ["10011", "10002"]}
    shared = office.call("POST", "/training-requests", Role.HR, body).get_json()
    alone = office.call(
        "POST", "/training-requests", Role.HR, body | {"employeeIds": ["10011"]}
    ).get_json()
    seen = office.call("GET", "/training-requests", Role.MANAGER, employee=MANAGER).get_json()
    assert [(one["id"], one["employeeIds"]) for one in seen["items"]] == [(shared["id"], ["10002"])]
    hours = office.call(
        "GET", f"/training-requests/{shared['id']}/intake", Role.MANAGER, employee=MANAGER
    ).get_json()["hours"]
    assert [one["employeeId"] for one in hours] == ["10002"]
    for method, path, step in (
        ("GET", "", None),
        ("GET", "/intake", None),
        ("GET", "/transitions", None),
        ("GET", "/decisions", None),
        ("POST", "/transitions", {"toState": "withdrawn"}),
        ("PATCH", "", {"title": "X"}),
    ):
        answer = office.call(
            method,
            f"/training-requests/{alone['id']}{path}",
            Role.MANAGER,
            step,
            employee=MANAGER,
            version=1,
        )
        assert answer.status_code == 404
    assert office.call("GET", "/training-requests", Role.MANAGER).get_json() == {"items": []}


def test_a_list_can_be_narrowed(office: Office) -> None:
    office.ask()
    submitted = office.ask()
    office.move(submitted, "submitted")
    for query, expected in (("state=submitted", 1), ("tranche=2027-1", 1), ("tranche=2027-2", 0)):
        found = office.call("GET", f"/training-requests?{query}", Role.MANAGEMENT_TEAM).get_json()
        assert len(found["items"]) == expected

"""A trajectory that is granted in parts, asked, granted, agreed, checked and left over the API."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.register.keys import Role
from adapter.subjects.sync.hris_events import process
from tests.adapter.subjects.requests.conftest import (
    MANAGER,
    NOVEMBER,
    Body,
    Office,
    codes,
    pointers,
)
from tests.fixtures.leavers import receive, told

FIRST, SECOND = "OPL-003", "OPL-004"
DATES = {FIRST: ("2027-03-01", "2027-04-30"), SECOND: ("2027-05-03", "2027-06-30")}


def grant(office: Office, course: str, costs: str, hours: str, **changes: Any) -> Body:
    """One part of trajectory T-3, asked in November and granted in January; the answer."""
    office.clock.moment = NOVEMBER
    start, end = DATES[course]
    terms = {"costsEur": costs, "hours": hours, "repaymentScheme": True}
    asked = {
        "courseIds": [course],
        "trajectoryId": "T-3",
        "costs": {"feeEur": costs},
        "hours": hours,
        "startDate": start,
        "endDate": end,
    }
    answer = office.decide(office.proposed(grant=terms, **asked | changes), grant=terms)
    assert answer.status_code == 201, answer.get_json()
    found: Body = answer.get_json()
    return found


def check(office: Office, course: str) -> Body:
    body = {"employeeId": "10001", "courseId": course, "enrolledDate": "2027-03-01"}
    answer = office.call("POST", "/enrolment-checks", Role.LMS, body)
    assert answer.status_code == 200, answer.get_json()
    found: Body = answer.get_json()
    return found


def agree(office: Office, grant_id: str, **changes: Any) -> Any:
    body = {"grantId": grant_id, "employeeId": "10001", "arrangements": "Alle lesdagen."}
    return office.call("POST", "/agreements", Role.HR, body | changes)


def sign(office: Office, agreement: Body, day: str) -> None:
    office.clock.moment = datetime.fromisoformat(f"{day}T10:00:00+00:00")
    for party, role, who in (
        ("employee", Role.EMPLOYEE, "10001"),
        ("manager", Role.MANAGER, MANAGER),
    ):
        body = {"party": party, "signedDate": day, "method": "paper"}
        path = f"/agreements/{agreement['id']}/signatures"
        assert office.call("POST", path, role, body, employee=who).status_code == 201


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("1500.00", "20.00"), ("499.99", "10.00"), None),
        (("1500.00", "20.00"), ("500.00", "10.00"), {"costs": "2000.00", "hours": "30.00"}),
        (("900.00", "25.00"), ("100.00", "15.00"), {"costs": "1000.00", "hours": "40.00"}),
    ],
)
def test_the_later_part_is_held_and_the_decision_said_so(
    office: Office, first: tuple[str, str], second: tuple[str, str], expected: Body | None
) -> None:
    grant(office, FIRST, *first)
    granted = grant(office, SECOND, *second)
    assert check(office, FIRST)["outcome"] == "allow"
    checked = check(office, SECOND)
    if expected is None:
        assert checked["outcome"] == "allow"
        assert "agreement_needed_for_whole" not in codes(granted["findings"])
        return
    assert (checked["outcome"], codes(checked["findings"])) == ("hold", {"agreement_missing"})
    assert "agreement_needed_for_whole" in codes(granted["findings"])
    sentence = next(
        one["message"] for one in granted["findings"] if one["code"] == "agreement_needed_for_whole"
    )
    assert expected["costs"].replace(".", ",").replace("000,", ".000,") in sentence
    agreement = agree(office, granted["grants"][0]["id"]).get_json()
    assert agreement["agreedCostsEur"] == expected["costs"]
    sign(office, agreement, "2027-01-13")
    assert check(office, SECOND)["outcome"] != "hold"


@pytest.mark.parametrize("people", [["10001", "10002"], ["10002", "10001"], ["10002"]])
def test_who_needs_an_agreement_for_its_time_is_told_beside_who_was_granted_more_money(
    office: Office, people: list[str]
) -> None:
    """EUR 1,000 and one hour for the one, 39 hours for the other, and five more for each."""
    for person, costs, hours in (("10001", "1000.00", "1.00"), ("10002", "0.00", "39.00")):
        grant(office, FIRST, costs, hours, employeeIds=[person])
    asked: Body = {"courseIds": [SECOND], "employeeIds": people, "hours": "5.00"}
    asked["costs"] = {"feeEur": f"{500 * len(people)}.00"}
    office.clock.moment = NOVEMBER
    request = office.ask(trajectoryId="T-3", startDate="2027-05-03", **asked)
    intake = office.call("GET", f"/training-requests/{request['id']}/intake", Role.HR)
    findings = intake.get_json()["findings"]
    assert {"agreement_needed_for_whole", "repayment_below_threshold"} <= codes(findings)
    sentence = next(
        one["message"] for one in findings if one["code"] == "agreement_needed_for_whole"
    )
    assert "44 uur" in sentence


def test_the_decision_counts_the_hours_that_it_grants(office: Office) -> None:
    terms = {"costsEur": "500.00", "hours": "40.00", "repaymentScheme": False}
    request = office.proposed(grant=terms, hours="30.00", costs={"feeEur": "500.00"})
    findings = office.decide(request, grant=terms).get_json()["findings"]
    assert {"agreement_needed", "repayment_below_threshold"} <= codes(findings)


def test_an_agreement_for_the_first_part_does_not_hold_for_the_second(office: Office) -> None:
    first = grant(office, FIRST, "2400.00", "20.00")
    sign(office, agree(office, first["grants"][0]["id"]).get_json(), "2027-01-13")
    grant(office, SECOND, "100.00", "4.00")
    assert check(office, FIRST)["outcome"] != "hold"
    assert codes(check(office, SECOND)["findings"]) == {"agreement_missing"}


def test_the_hours_of_both_parts_count_in_the_year(office: Office) -> None:
    grant(office, FIRST, "1500.00", "45.00")
    second = grant(office, SECOND, "1500.00", "45.00")
    sign(office, agree(office, second["grants"][0]["id"]).get_json(), "2027-01-13")
    checked = check(office, SECOND)
    assert checked["outcome"] == "hold"
    assert "hours_norm_exceeded" in codes(checked["findings"])
    assert [year["countedHours"] for year in checked["years"]] == ["90.00"]


def test_more_than_the_parts_were_granted_is_refused(office: Office) -> None:
    grant(office, FIRST, "1500.00", "20.00")
    second = grant(office, SECOND, "1500.00", "20.00")["grants"][0]["id"]
    assert pointers(agree(office, second, agreedCostsEur="3000.01")) == ["/agreedCostsEur"]
    assert agree(office, second, agreedCostsEur="3000.00").status_code == 201


def test_a_revoked_part_does_not_count(office: Office) -> None:
    first = grant(office, FIRST, "1500.00", "20.00")["grants"][0]["id"]
    grant(office, SECOND, "500.00", "10.00")
    answer = office.call(
        "POST", f"/grants/{first}/revocations", Role.MANAGEMENT_TEAM, {"reason": "Gaat niet door."}
    )
    assert answer.status_code in (200, 201), answer.get_json()
    assert check(office, SECOND)["outcome"] == "allow"


@pytest.mark.parametrize(
    ("signed", "status", "claimable", "code"),
    [
        ("2027-02-15", "claimable", "3000.00", "within_12_months"),
        ("2027-04-01", "needs_review", "0.00", "signed_late"),
    ],
)
def test_a_leaver_has_one_item_for_the_whole(
    office: Office, signed: str, status: str, claimable: str, code: str
) -> None:
    grant(office, FIRST, "1500.00", "20.00")
    second = grant(office, SECOND, "1500.00", "20.00")["grants"][0]["id"]
    sign(office, agree(office, second).get_json(), signed)
    _completed(office, FIRST, datetime(2027, 3, 30, 12, tzinfo=UTC))
    _completed(office, SECOND, datetime(2027, 3, 31, 12, tzinfo=UTC))
    _leaves(office, date(2027, 6, 1))
    (leaver,) = office.call("GET", "/exits", Role.HR).get_json()["items"]
    path = f"/exits/{leaver['id']}/repayment-statements"
    newest = office.call("GET", path, Role.HR).get_json()["items"][-1]
    (item,) = newest["items"]
    assert (item["percentage"], item["computedEur"]) == (100, "3000.00")
    assert (item["status"], item["claimableEur"]) == (status, claimable)
    assert item["reasons"][0]["code"] == code


def _completed(office: Office, course: str, done_at: datetime) -> None:
    with office.parts.register.write() as connection:
        if course == FIRST:
            connection.execute(
                insert(LmsUserRow).values(
                    user_id="u1",
                    username="sanne",
                    idnumber="10001",
                    employee_id="10001",
                    full_name="Sanne Test",
                    email="",
                    suspended=0,
                    seen_at=NOVEMBER,
                )
            )
        connection.execute(
            insert(EnrolmentRow).values(
                id=f"enrolment-{course}",
                user_id="u1",
                course_id=f"lms-{course}",
                method="manual",
                method_text="Handmatig",
                status="active",
                created_at=datetime(2027, 3, 1, 8, tzinfo=UTC),
                completed=1,
                completed_at=done_at,
                first_seen_at=NOVEMBER,
                seen_at=NOVEMBER,
                to_decide=0,
            )
        )


def _leaves(office: Office, last_day: date) -> None:
    office.clock.moment = datetime(2027, 5, 3, 9, tzinfo=UTC)
    message = told("offboarding.announced", office.clock.now(), last_day)
    message = message.model_copy(
        update={
            "data": message.data.model_copy(
                update={
                    "employee": message.data.employee.model_copy(update={"employee_id": "10001"})
                }
            )
        }
    )
    process(office.parts, receive(office.parts, message))

"""In-company sessions as the knowledge broker plans them, and what follows for enrolment (P7)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from adapter.ground.store.tables.procedure import GrantRow
from adapter.register.activities import activities
from adapter.register.keys import Role
from adapter.register.learning_reader import read_all_learning, read_learning
from policy.model import Activity, ActivityState
from tests.adapter.subjects.in_company.conftest import AFTERWARDS, SESSION, Training
from tests.adapter.subjects.requests.conftest import MANAGER, NOVEMBER, TEAM, Office, pointers

FIRST, SECOND, THIRD = TEAM


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"courseId": "OPL-999"}, ["/courseId"]),
        ({"courseId": "OPL-001"}, ["/courseId"]),
        ({"signUpClosesDate": "2027-03-02"}, ["/signUpClosesDate"]),
        ({"days": []}, ["/days"]),
        ({"days": [{"date": "2027-03-01", "hours": "0.00"}]}, ["/days/0/hours"]),
        ({"days": [{"date": "2027-03-01", "hours": "4.00"}] * 2}, ["/days"]),
        ({"capacity": 0}, ["/capacity"]),
        ({"priceEur": 3000}, ["/priceEur"]),
    ],
)
def test_a_session_that_cannot_be_is_refused(
    office: Office, changes: dict[str, Any], wrong: list[str]
) -> None:
    answer = office.call("POST", "/in-company-sessions", Role.KNOWLEDGE_BROKER, SESSION | changes)
    assert pointers(answer) == wrong


@pytest.mark.parametrize(
    ("role", "price", "per_participant"),
    [
        (Role.KNOWLEDGE_BROKER, "3000.00", None),
        (Role.HR, "3000.00", "250.00"),
        (Role.MANAGER, None, "250.00"),
        (Role.EMPLOYEE, None, None),
    ],
)
def test_each_role_sees_the_costs_that_are_its_business(
    training: Training, role: Role, price: str | None, per_participant: str | None
) -> None:
    seen = training.office.call("GET", training.path, role, employee=FIRST).get_json()
    assert (seen["priceEur"], seen["costsPerParticipantEur"]) == (price, per_participant)


def test_fewer_places_than_were_given_is_refused(training: Training) -> None:
    training.signed_up(FIRST, SECOND, consented=True)
    answer = training.broker("PATCH", f"/{training.id}", {"capacity": 1}, version=1)
    assert pointers(answer) == ["/capacity"]


def test_a_change_goes_by_the_version_that_was_read(training: Training) -> None:
    changed = training.broker("PATCH", f"/{training.id}", {"place": "Zaal 2"}, version=1)
    assert (changed.get_json()["place"], changed.headers["ETag"]) == ("Zaal 2", '"2"')
    again = training.broker("PATCH", f"/{training.id}", {"place": "Zaal 3"}, version=1)
    assert again.status_code == 412
    assert training.broker("PATCH", f"/{training.id}", {"place": "Zaal 3"}).status_code == 428


def test_a_session_that_has_started_is_not_changed_any_more(training: Training) -> None:
    training.office.clock.moment = datetime(2027, 3, 1, 22, 59, tzinfo=UTC)
    path = f"/{training.id}"
    assert training.broker("PATCH", path, {"place": "Zaal 2"}, version=1).status_code == 200
    training.office.clock.moment = datetime(2027, 3, 1, 23, 0, tzinfo=UTC)
    assert training.broker("PATCH", path, {"place": "Zaal 3"}, version=2).status_code == 409


@pytest.mark.parametrize(
    "changes",
    [
        {
            "days": [
                {"date": "2027-03-02", "hours": "16.00"},
                {"date": "2027-03-08", "hours": "8.00"},
            ]
        },
        {
            "days": [
                {"date": "2027-03-01", "hours": "8.00"},
                {"date": "2027-03-08", "hours": "8.00"},
            ]
        },
        {"place": "Zaal 2"},
    ],
    ids=["days", "hours", "place"],
)
def test_other_days_or_another_place_are_told_and_decided_upon(
    training: Training, changes: dict[str, Any]
) -> None:
    training.signed_up(FIRST, consented=True)
    training.signed_up(SECOND)
    training.step(SECOND, "refuse", reason="Te druk.")
    announced = training.office.announced()
    for version in (1, 2):
        answer = training.broker("PATCH", f"/{training.id}", changes, version=version)
        assert answer.status_code == 200, answer.get_json()
    told = [one for one in training.told() if "session_changed" in one[1]]
    assert told == [
        (FIRST, "in_company_session_changed_employee"),
        (MANAGER, "in_company_session_changed_manager"),
    ], "once, and nothing where the same was sent again"
    assert len(training.office.announced()) == len(announced) + 2
    training.broker("PATCH", f"/{training.id}", {"place": "Zaal 3"}, version=3)
    assert len([one for one in training.told() if "session_changed" in one[1]]) == 4


def test_what_concerns_no_participant_is_not_told(training: Training) -> None:
    training.signed_up(FIRST, consented=True)
    changes = {"priceEur": "2000.00", "plannedParticipants": 10}
    assert training.broker("PATCH", f"/{training.id}", changes, version=1).status_code == 200
    assert [one for one in training.told() if "session_changed" in one[1]] == []


def test_calling_off_tells_everyone_who_counted_on_it(training: Training) -> None:
    training.signed_up(FIRST, consented=True)
    training.signed_up(SECOND)
    training.step(SECOND, "refuse", reason="Te druk.")
    answer = training.broker(
        "POST", f"/{training.id}/cancellations", {"reason": "Docent verhinderd."}, version=1
    )
    assert answer.get_json()["state"] == "cancelled"
    told = {one for one in training.told() if "session_cancelled" in one[1]}
    assert told == {
        (FIRST, "in_company_session_cancelled_employee"),
        (MANAGER, "in_company_session_cancelled_manager"),
    }
    assert training.sign_up(THIRD).status_code == 409
    assert training.step(FIRST, "cancel", Role.EMPLOYEE, FIRST).status_code == 409


def test_the_list_shows_every_session(training: Training) -> None:
    training.office.clock.advance(minutes=1)
    Training(training.office, place="Zaal 2")
    items = training.office.call("GET", "/in-company-sessions", Role.EMPLOYEE).get_json()["items"]
    assert [one["place"] for one in items] == ["Zaal 1", "Zaal 2"]


def test_consent_for_the_course_counts_for_a_session_planned_later(office: Office) -> None:
    consent = {"employeeId": FIRST, "courseId": "INC-001"}
    path = "/in-company-consents"
    assert office.call("POST", path, Role.MANAGER, consent, employee=MANAGER).status_code == 201
    training = Training(office)
    assert training.sign_up(FIRST).get_json()["state"] == "placed"
    later = consent | {"employeeId": SECOND}
    answer = office.call("POST", path, Role.MANAGER, later, employee=MANAGER)
    assert answer.status_code == 409
    training.step(FIRST, "cancel", Role.EMPLOYEE, FIRST)
    assert training.sign_up(FIRST).get_json()["state"] == "signed_up"


def _collective_grant(office: Office) -> None:
    with office.parts.register.write() as connection:
        connection.execute(
            insert(GrantRow).values(
                id="collective",
                employee_id=None,
                trajectory_id="INC-001",
                course_ids=["INC-001"],
                costs_cents=25_000,
                hours=Decimal("24.00"),
                work_time_share=Decimal("1.00"),
                ground="team",
                mandatory_by_law="no",
                repayment_scheme=0,
                decided_on=date(2026, 11, 1),
                decided_by="MT",
                recorded_at=NOVEMBER,
            )
        )


def _checked(office: Office, employee: str) -> list[str]:
    body = {"employeeId": employee, "courseId": "INC-001", "enrolledDate": "2027-01-15"}
    answer = office.call("POST", "/enrolment-checks", Role.HR, body)
    assert answer.status_code == 200, answer.get_json()
    return [one["code"] for one in answer.get_json()["findings"]]


def test_enrolment_needs_consent_and_then_a_place(office: Office) -> None:
    _collective_grant(office)
    training = Training(office, capacity=1)
    assert _checked(office, FIRST) == ["consent_missing"]
    training.signed_up(FIRST, SECOND)
    assert _checked(office, FIRST) == ["consent_missing"]
    training.step(FIRST, "consent")
    training.step(SECOND, "consent")
    assert (_checked(office, FIRST), _checked(office, SECOND)) == ([], ["no_place"])
    training.step(FIRST, "cancel", Role.EMPLOYEE, FIRST)
    assert (_checked(office, FIRST), _checked(office, SECOND)) == (["consent_missing"], [])


def _activity(office: Office, employee: str) -> Activity | None:
    with office.parts.register.read() as connection:
        one = activities(read_learning(connection, employee))
        assert activities(read_all_learning(connection)[employee]) == one
    return one.get("INC-001")


def test_the_hours_follow_the_session_and_absence_counts_none(office: Office) -> None:
    _collective_grant(office)
    training = Training(office)
    training.signed_up(FIRST)
    assert _activity(office, FIRST) is None
    training.step(FIRST, "consent")
    planned = _activity(office, FIRST)
    assert planned is not None
    assert (planned.state, planned.hours) == (ActivityState.GRANTED, Decimal("24.00"))
    assert [day.on for day in planned.sessions] == [date(2027, 3, 1), date(2027, 3, 8)]
    office.clock.moment = AFTERWARDS
    for step, state in (
        ("no_show", ActivityState.NO_SHOW),
        ("excuse", ActivityState.CANCELLED),
        ("attend", ActivityState.GRANTED),
    ):
        training.step(FIRST, step, Role.KNOWLEDGE_BROKER, "10050")
        counted = _activity(office, FIRST)
        assert counted is not None
        assert counted.state is state


def test_the_overlap_list_has_no_names_and_no_amounts(office: Office) -> None:
    for employees in (["10001"], ["10001", "10002"]):
        office.move(office.ask(employeeIds=employees, trajectoryId="T-3"), "submitted")
    path = "/overlaps"
    assert office.call("GET", path, Role.KNOWLEDGE_BROKER).get_json() == {
        "items": [
            {
                "trainingId": "OPL-003",
                "requests": 2,
                "participants": 2,
                "askedMoreThanOnce": 1,
                "sessions": None,
            }
        ]
    }
    assert office.call("GET", path, Role.EMPLOYEE).status_code == 403

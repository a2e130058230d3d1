from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from adapter.ground.parts import Parts
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.people import EmployeeRow
from adapter.register.keys import Role
from tests.adapter.doors.web.bodies import CHECK, pointers, problem
from tests.adapter.doors.web.conftest import key_headers
from tests.fixtures.adoption import adopt_policy

URL = "/v1/enrolment-checks"
SEEN = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def known(either_parts: Parts) -> None:
    """Employee 10005 in the team of 10001, employee 10006 in another, and a course of 24 hours."""
    people = [
        {
            "employee_id": number,
            "source": "urn:hris:test:1",
            "given_name": "A",
            "family_name_prefix": "",
            "family_name": "B",
            "manager_id": manager,
            "first_seen_at": SEEN,
            "last_seen_at": SEEN,
        }
        for number, manager in (("10001", None), ("10005", "10001"), ("10006", "10002"))
    ]
    course = {
        "course_id": "3",
        "idnumber": "OPL-003",
        "shortname": "OPL-003",
        "full_name": "Toezicht",
        "visible": 1,
        "start_on": date(2027, 4, 1),
        "end_on": date(2027, 4, 30),
        "hours": Decimal("24.00"),
        "costs_cents": 45_000,
        "ground": "function",
        "in_company": 0,
        "out_of_scope": 0,
        "enrolment_methods": ["manual"],
        "problems": [],
        "seen_at": SEEN,
    }
    adopt_policy(either_parts.register)
    with either_parts.register.write() as connection:
        connection.execute(insert(EmployeeRow), people)
        connection.execute(insert(CourseRow).values(course))


@pytest.mark.usefixtures("known")
def test_the_documented_question_gets_an_answer_of_the_documented_shape(
    either_client: FlaskClient, either_parts: Parts
) -> None:
    answer = either_client.post(URL, json=CHECK, headers=key_headers(either_parts, Role.LMS))
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert "OPL-003" in body["findings"][0].pop("message")
    assert body == {
        "outcome": "hold",
        "regime": "enforce",
        "policyVersion": either_parts.policy.version,
        "findings": [{"code": "grant_missing", "severity": "block", "clause": "Visie §6"}],
        "years": [
            {
                "year": 2027,
                "countedHours": "24.00",
                "limitHours": "80.00",
                "excessHours": "0.00",
                "activities": [{"activityId": "OPL-003", "hours": "24.00"}],
            }
        ],
    }


@pytest.mark.usefixtures("known")
def test_in_the_transition_year_the_same_question_is_advice(
    either_client: FlaskClient, either_parts: Parts
) -> None:
    question = CHECK | {"enrolledDate": "2026-11-23"}
    body = either_client.post(
        URL, json=question, headers=key_headers(either_parts, Role.HR)
    ).get_json()
    assert (body["outcome"], body["regime"]) == ("advise", "advise")
    assert [finding["severity"] for finding in body["findings"]] == ["advise"]


@pytest.mark.usefixtures("known")
def test_a_manager_sees_the_own_team_and_nobody_else(
    either_client: FlaskClient, either_parts: Parts
) -> None:
    def asked(owner: str | None, employee_id: str) -> int:
        headers = key_headers(either_parts, Role.MANAGER, owner)
        question = CHECK | {"employeeId": employee_id}
        return either_client.post(URL, json=question, headers=headers).status_code

    assert [asked("10001", number) for number in ("10001", "10005")] == [200, 200]
    # A stranger and a number that nobody has get the same answer.
    assert [asked("10001", number) for number in ("10006", "99999")] == [403, 403]
    assert asked("10002", "10005") == 403
    # Two managers unknown are not the same manager.
    assert asked(None, "10001") == 403


@pytest.mark.usefixtures("known")
def test_every_unknown_record_is_named(either_client: FlaskClient, either_parts: Parts) -> None:
    headers = key_headers(either_parts, Role.HR)
    unknown = CHECK | {"employeeId": "99999", "courseId": "OPL-999"}
    answer = either_client.post(URL, json=unknown, headers=headers)
    assert problem(answer)["status"] == 400
    assert pointers(answer) == ["/employeeId", "/courseId"]


@pytest.mark.parametrize(
    ("member", "wrong"),
    [
        ("employeeId", 10005),
        ("employeeId", "1" * 201),
        ("courseId", ""),
        ("courseId", "\x00"),
        ("enrolledDate", "2027-03-01T10:00:00Z"),
        ("enrolledDate", 9999),
        ("dryRun", True),
    ],
)
def test_a_wrong_member_is_refused_with_its_place(
    client: FlaskClient, hr: dict[str, str], member: str, wrong: object
) -> None:
    answer = client.post(URL, json=CHECK | {member: wrong}, headers=hr)
    assert answer.status_code == 400
    assert pointers(answer) == [f"/{member}"]

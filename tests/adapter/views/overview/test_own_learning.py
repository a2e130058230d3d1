"""What the own page says of agreements and of the year's limit, beside what leaving would cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from adapter.ground.store.register import Register
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    GrantRow,
    NormExemptionRow,
    SignatureRow,
    TrajectoryRecordRow,
)
from adapter.register.keys import Principal, Role
from adapter.register.people import keep_employee
from adapter.subjects.requests.acts import Act
from adapter.views.overview.own_learning import if_leaving_on, own_learning
from connectors.ports import Employee, Employment
from policy.model import RepaymentStatus
from tests.fixtures.workbench import POLICY

PERSON, TRAINING = "10005", "OPL-007"
RECORDED = datetime(2026, 9, 1, 9, tzinfo=UTC)
START, PLANNED_END = date(2026, 9, 1), date(2027, 3, 31)


@pytest.fixture
def learner(register: Register) -> Register:
    """One employee, with an account and nothing granted."""
    employments = (Employment("1", date(2019, 9, 1), None),)
    person = Employee(PERSON, "Sanne", "", "Hof", None, "Toezicht", "10009", employments)
    with register.write() as connection:
        keep_employee(connection, person, "urn:hris:test:1", RECORDED)
        connection.execute(
            insert(LmsUserRow).values(
                user_id="8",
                employee_id=PERSON,
                username="sanne",
                idnumber=PERSON,
                full_name="Sanne",
                email="",
                suspended=0,
                seen_at=RECORDED,
            )
        )
    return register


def grant(register: Register, number: str = "G-1", **values: Any) -> None:
    row = {
        "id": number,
        "employee_id": PERSON,
        "trajectory_id": TRAINING,
        "course_ids": [TRAINING],
        "costs_cents": 240_000,
        "hours": Decimal(24),
        "work_time_share": Decimal(1),
        "ground": "team",
        "mandatory_by_law": "no",
        "repayment_scheme": 1,
        "starts_on": START,
        "ends_on": PLANNED_END,
        "decided_on": date(2026, 8, 1),
        "decided_by": "mt",
        "recorded_at": RECORDED,
    }
    with register.write() as connection:
        connection.execute(insert(GrantRow).values(row | values))


def agree(register: Register, number: str = "G-1", **values: Any) -> None:
    """An agreement about a grant, signed by both before the start."""
    row = {
        "id": f"A-{number}",
        "grant_id": number,
        "employee_id": PERSON,
        "trajectory_id": TRAINING,
        "version": 1,
        "agreed_costs_cents": 240_000,
        "repayment_scheme": 1,
        "parts": {"arrangements": "alle lesdagen"},
        "policy_digest": POLICY.digest,
        "recorded_at": RECORDED,
    } | values
    with register.write() as connection:
        connection.execute(insert(AgreementRow).values(row))
        for party in ("employee", "manager"):
            connection.execute(
                insert(SignatureRow).values(
                    id=f"{row['id']}-{party}",
                    agreement_id=row["id"],
                    party=party,
                    signed_on=date(2026, 8, 20),
                    method="paper",
                    recorded_by="hr",
                    recorded_at=RECORDED,
                )
            )


def follow(register: Register, course: str = TRAINING, completed_on: date | None = None) -> None:
    with register.write() as connection:
        connection.execute(
            insert(CourseRow).values(
                course_id=course,
                idnumber=course,
                shortname=course,
                full_name=f"Cursus {course}",
                visible=1,
                hours=Decimal(24),
                in_company=0,
                out_of_scope=0,
                enrolment_methods=[],
                problems=[],
                created_at=RECORDED,
                seen_at=RECORDED,
            )
        )
        connection.execute(
            insert(EnrolmentRow).values(
                id=f"E-{course}",
                user_id="8",
                course_id=course,
                method="manual",
                method_text="",
                status="active",
                created_at=RECORDED,
                completed=int(completed_on is not None),
                completed_at=None
                if completed_on is None
                else datetime.combine(completed_on, time(12), UTC),
                first_seen_at=RECORDED,
                seen_at=RECORDED,
                to_decide=0,
            )
        )


def break_off(register: Register, on: date) -> None:
    with register.write() as connection:
        connection.execute(
            insert(TrajectoryRecordRow).values(
                id="R-1",
                employee_id=PERSON,
                trajectory_id=TRAINING,
                number=1,
                broken_off_on=on,
                recorded_by="hr",
                recorded_at=RECORDED,
            )
        )


@contextmanager
def on(register: Register, day: date) -> Iterator[Act]:
    with register.read() as connection:
        moment = datetime.combine(day, time(9), UTC)
        yield Act(connection, POLICY, moment, Principal("hr", "hr", Role.HR, None))


def told_on(register: Register, day: date) -> list[tuple[date | None, bool]]:
    """Of each agreement: the day until which repayment holds, and whether it was broken off."""
    with on(register, day) as act:
        found = own_learning(act, PERSON).agreements
        return [(one.repayment_until, one.broken_off) for one in found]


def computed_on(register: Register, day: date) -> int:
    with on(register, day) as act:
        return sum(one.computed_cents for one in if_leaving_on(act, PERSON, day))


@pytest.mark.parametrize(
    ("completed_on", "planned_end", "until"),
    [
        (date(2027, 6, 30), PLANNED_END, date(2029, 6, 30)),
        (date(2027, 1, 10), PLANNED_END, date(2029, 1, 10)),
        (date(2028, 2, 29), None, date(2030, 2, 28)),
    ],
    ids=["later than planned", "earlier than planned", "without a planned end"],
)
def test_repayment_is_told_until_the_day_on_which_a_statement_asks_nothing_more(
    learner: Register, completed_on: date, planned_end: date | None, until: date
) -> None:
    grant(learner, ends_on=planned_end)
    agree(learner)
    follow(learner, completed_on=completed_on)
    day_before = date.fromordinal(until.toordinal() - 1)
    assert told_on(learner, day_before) == [(until, False)]
    assert (computed_on(learner, day_before), computed_on(learner, until)) == (120_000, 0)
    assert told_on(learner, until) == []


def test_while_a_training_runs_no_day_is_told(learner: Register) -> None:
    grant(learner)
    agree(learner)
    follow(learner)
    assert told_on(learner, date(2030, 1, 1)) == [(None, False)]


def test_what_was_broken_off_stays_without_an_end(learner: Register) -> None:
    grant(learner)
    agree(learner)
    follow(learner)
    break_off(learner, date(2027, 2, 1))
    for day in (date(2027, 2, 1), date(2029, 4, 2), date(2040, 1, 1)):
        assert told_on(learner, day) == [(None, True)]
        with on(learner, day) as act:
            [item] = if_leaving_on(act, PERSON, day)
            assert item.computed_cents == 240_000
            assert item.status is RepaymentStatus.NEEDS_REVIEW


def test_of_a_trajectory_in_parts_the_last_one_that_begins_counts(learner: Register) -> None:
    grant(learner)
    agree(learner)
    follow(learner, completed_on=date(2027, 3, 31))
    later = {"course_ids": ["OPL-008"], "starts_on": date(2028, 9, 1), "ends_on": date(2028, 12, 1)}
    grant(learner, "G-2", **later)
    assert told_on(learner, date(2027, 9, 1)) == [(None, False)], "it begins before the two years"
    follow(learner, "OPL-008", completed_on=date(2028, 11, 30))
    assert told_on(learner, date(2029, 4, 1)) == [(date(2030, 11, 30), False)]
    assert computed_on(learner, date(2029, 4, 1)) > 0


def test_an_exemption_frees_the_training_that_it_names(learner: Register) -> None:
    grant(learner, hours=Decimal(90), starts_on=date(2027, 4, 1), ends_on=date(2027, 6, 30))
    with learner.write() as connection:
        connection.execute(
            insert(NormExemptionRow).values(
                id="X-1",
                employee_id=PERSON,
                year=2027,
                extra_hours=Decimal(10),
                training="Opleiding handhaving II",
                training_id=TRAINING,
                training_starts_on=date(2027, 4, 1),
                ground="function",
                evidence="Bevoegdheid",
                decided_on=date(2027, 1, 20),
                decided_by="mt",
                recorded_at=RECORDED,
            )
        )
    with on(learner, date(2027, 3, 15)) as act:
        found = own_learning(act, PERSON)
        [year] = found.years
        [counted] = found.overview.projection.years
    assert (year.limit, year.over) == (Decimal(90), Decimal(0))
    assert (counted.limit, counted.excess) == (Decimal(90), Decimal(0))

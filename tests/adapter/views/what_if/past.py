"""A year that is past: one enrolment held for its hours, one leaver and one request."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from adapter.ground.store.reading import row_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.register.decision_log import record
from adapter.register.enrolment_facts import collect
from adapter.register.learning_reader import read_learning
from adapter.subjects.leaving.statements import keep_statement
from policy.decide import decide_enrolment
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.agency import COURSE, GRANT, IRIS, LONG_AGO, POLICY, Agency

LEAVER = "10006"
IN_2028 = datetime(2028, 2, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def past_year(register: Register) -> Agency:
    """2027, seen from February 2028."""
    adopt_policy(register)
    agency = Agency(register)
    agency.clock.moment = IN_2028
    _training_of_85_hours(agency)
    _leaver_in_the_middle(agency)
    _request_in_march(agency)
    return agency


def _training_of_85_hours(agency: Agency) -> None:
    agency.employee(IRIS)
    agency.account("u5", IRIS)
    agency.course(COURSE, "OPL-003", hours=Decimal("85.00"))
    agency.grant(GRANT, hours=Decimal("85.00"))
    agency.agreement(GRANT)
    agency.enrolment("u5", COURSE)
    with agency.register.write() as connection:
        course = row_of(connection, select(CourseRow))
        collected = collect(read_learning(connection, IRIS), course, date(2027, 3, 1))
        decision = decide_enrolment(collected.facts, POLICY)
        record(connection, collected, decision, POLICY, agency.clock.now())


def _leaver_in_the_middle(agency: Agency) -> None:
    agency.employee(LEAVER, ends=date(2027, 9, 30))
    agency.grant(
        "grant-2",
        employee_id=LEAVER,
        course_ids=["OPL-009"],
        costs_cents=250_000,
        repayment_scheme=1,
        hours=Decimal("40.00"),
        ends_on=date(2027, 12, 31),
    )
    agency.agreement("grant-2", employee_id=LEAVER)
    agency.add(
        ExitRow,
        id="exit-1",
        employee_id=LEAVER,
        employment_id="1",
        source="test",
        state="effective",
        last_day=date(2027, 9, 30),
        verified=1,
        noticed_at=LONG_AGO,
        updated_at=LONG_AGO,
    )
    with agency.register.write() as connection:
        assert keep_statement(connection, "exit-1", POLICY, agency.clock.now()) == 1


def _request_in_march(agency: Agency) -> None:
    agency.add(
        TrainingRequestRow,
        id="request-1",
        title="Leergang",
        trajectory_id="T-1",
        course_ids=["OPL-003"],
        employee_ids=[IRIS],
        collective=0,
        ground="team",
        mandatory_by_law="no",
        costs={},
        costs_cents=0,
        hours=Decimal("8.00"),
        work_time_share=Decimal("1.00"),
        state="submitted",
        tranche="2027-2",
        submitted_by="10009",
        submitted_at=datetime(2027, 3, 1, 9, 0, tzinfo=UTC),
        created_at=LONG_AGO,
        version=2,
    )

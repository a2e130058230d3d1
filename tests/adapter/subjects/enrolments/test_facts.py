"""From what the register knows to a decision: every row of the worked enrolment examples, and where
each fact comes from. The rules themselves are tested in tests/policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, insert, select

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.decisions import DecisionRow, HoldRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    CommitmentRow,
    ConsentRow,
    GrantRow,
    NormExemptionRow,
    SignatureRow,
    TrajectoryRecordRow,
)
from adapter.register.courses import course_by_idnumber, keep_courses
from adapter.register.decision_log import record
from adapter.register.enrolment_facts import CollectedFacts, collect
from adapter.register.learning_reader import read_learning
from adapter.register.people import keep_employee, keep_lms_users
from adapter.subjects.enrolments.check import UnknownRecord, check
from config.policy_files import load_policy
from config.settings import Settings
from connectors.ports import (
    Employee,
    Employment,
    LmsCourse,
    LmsUser,
)
from policy.decide import decide_enrolment
from policy.model import ActivityState, EnrolmentDecision, Severity
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.workbench import StandingClock

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
ENROLLED, ADVISED = date(2027, 3, 1), date(2026, 11, 23)
PIET, EXCEL = "10005", "OPL-003"


class Agency:
    """One employee with an account, one course of 24 hours and EUR 450 that starts in April."""

    def __init__(self, register: Register) -> None:
        self.parts = Parts(register, load_policy(), StandingClock(NOW), Settings())
        adopt_policy(register)
        self.employ(None)
        self.course()
        with self.writing() as connection:
            user = LmsUser("8", "p.bakker", "P10005", PIET, "Piet Bakker", "p@example.org", False)
            keep_lms_users(connection, [user], NOW)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self.parts.register.write() as connection:
            yield connection

    def employ(self, ends: date | None, *more: Employment) -> None:
        work = (Employment("1", date(2019, 9, 1), ends), *more)
        person = Employee(PIET, "Piet", "", "Bakker", "p@example.org", "Toezicht", "10009", work)
        with self.writing() as connection:
            keep_employee(connection, person, "urn:hris:test:1", NOW)

    def course(self, idnumber: str = EXCEL, **changes: Any) -> None:
        values: dict[str, Any] = {
            "course_id": {EXCEL: "4"}.get(idnumber, idnumber),
            "idnumber": idnumber,
            "shortname": idnumber,
            "full_name": f"Cursus {idnumber}",
            "visible": True,
            "start_date": date(2027, 4, 1),
            "end_date": date(2027, 4, 30),
            "hours": Decimal("24.00"),
            "costs_cents": 45_000,
            "ground": "team",
            "trajectory": None,
            "in_company": False,
            "out_of_scope": False,
            "enrolment_methods": ("manual",),
        }
        with self.writing() as connection:
            keep_courses(connection, [LmsCourse(**values | changes)], NOW)

    def grant(self, employee_id: str | None = PIET, **changes: Any) -> str:
        row = {
            "id": str(uuid4()),
            "employee_id": employee_id,
            "trajectory_id": EXCEL,
            "course_ids": [EXCEL],
            "costs_cents": 45_000,
            "hours": Decimal("24.00"),
            "work_time_share": Decimal("1.00"),
            "ground": "team",
            "mandatory_by_law": "no",
            "repayment_scheme": 0,
            "decided_on": date(2027, 1, 20),
            "decided_by": "mt",
            "recorded_at": NOW,
        } | changes
        with self.writing() as connection:
            connection.execute(insert(GrantRow).values(row))
        return str(row["id"])

    def commitment(self, **changes: Any) -> None:
        row = {
            "id": str(uuid4()),
            "employee_id": PIET,
            "trajectory_id": EXCEL,
            "course_ids": [EXCEL],
            "work_time_share": Decimal("1.00"),
            "agreed_on": date(2025, 6, 1),
            "state": "open",
            "recorded_at": NOW,
        } | changes
        with self.writing() as connection:
            connection.execute(insert(CommitmentRow).values(row))

    def agree(self, grant_id: str, *parties: str, version: int = 1) -> None:
        row = {
            "id": str(uuid4()),
            "grant_id": grant_id,
            "employee_id": PIET,
            "trajectory_id": EXCEL,
            "version": version,
            "agreed_costs_cents": 240_000,
            "repayment_scheme": 1,
            "parts": {"nature": "opleiding"},
            "policy_digest": "x",
            "recorded_at": NOW,
            "filed_on": date(2027, 2, 2),
        }
        with self.writing() as connection:
            connection.execute(insert(AgreementRow).values(row))
            for party in parties:
                connection.execute(
                    insert(SignatureRow).values(
                        id=str(uuid4()),
                        agreement_id=row["id"],
                        party=party,
                        signed_on=date(2027, 2, 1),
                        method="paper",
                        recorded_by="hr",
                        recorded_at=NOW,
                    )
                )

    def consent(self) -> None:
        with self.writing() as connection:
            connection.execute(
                insert(ConsentRow).values(
                    employee_id=PIET,
                    course_id=EXCEL,
                    consented_on=date(2027, 2, 1),
                    consented_by="10009",
                    recorded_at=NOW,
                )
            )

    def exempt(self, hours: str, decided_on: date) -> None:
        with self.writing() as connection:
            connection.execute(
                insert(NormExemptionRow).values(
                    id=str(uuid4()),
                    employee_id=PIET,
                    year=2027,
                    extra_hours=Decimal(hours),
                    training="x",
                    ground="legal",
                    evidence="x",
                    decided_on=decided_on,
                    decided_by="mt",
                    recorded_at=NOW,
                )
            )

    def follow(self, idnumber: str, **changes: Any) -> None:
        """Piet is enrolled in a course of 60 hours in January."""
        hours = changes.pop("hours", Decimal("60.00"))
        dates = {"start_date": date(2027, 1, 4), "end_date": date(2027, 1, 29)}
        self.course(idnumber, hours=hours, **dates)
        with self.writing() as connection:
            connection.execute(
                insert(EnrolmentRow).values(
                    {
                        "id": str(uuid4()),
                        "user_id": "8",
                        "course_id": {EXCEL: "4"}.get(idnumber, idnumber),
                        "method": "manual",
                        "method_text": "Handmatig",
                        "status": "active",
                        "created_at": datetime(2027, 1, 4, 9, tzinfo=UTC),
                        "completed": 0,
                        "first_seen_at": NOW,
                        "seen_at": NOW,
                        "to_decide": 0,
                    }
                    | changes
                )
            )

    def hold(self, idnumber: str, state: str) -> None:
        self.decide()
        with self.writing() as connection:
            connection.execute(
                insert(HoldRow).values(
                    id=str(uuid4()),
                    decision_id=self._some_decision(connection),
                    employee_id=PIET,
                    user_id="8",
                    course_id=idnumber,
                    method="manual",
                    state=state,
                    decided_at=NOW,
                )
            )

    def _some_decision(self, connection: Connection) -> str:
        collected = self._collect(connection, EXCEL, ENROLLED)
        made = decide_enrolment(collected.facts, self.parts.policy)
        return record(connection, collected, made, self.parts.policy, NOW)

    def decide(self, on: date = ENROLLED, course: str = EXCEL) -> EnrolmentDecision:
        return check(self.parts, PIET, course, on)

    def outcome(self, on: date = ENROLLED) -> tuple[str, list[str]]:
        """The outcome, with the findings that hold or advise."""
        made = self.decide(on)
        codes = [one.code for one in made.findings if one.severity is not Severity.INFO]
        return str(made.outcome), codes

    def infos(self) -> list[str]:
        return [one.code for one in self.decide().findings if one.severity is Severity.INFO]

    def collected(self, on: date = ENROLLED) -> CollectedFacts:
        with self.parts.register.read() as connection:
            return self._collect(connection, EXCEL, on)

    def _collect(self, connection: Connection, idnumber: str, on: date) -> CollectedFacts:
        course = course_by_idnumber(connection, idnumber)
        assert course is not None
        return collect(read_learning(connection, PIET), course, on)


@pytest.fixture
def agency(sqlite_register: Register) -> Agency:
    return Agency(sqlite_register)


def test_without_a_grant_2026_advises_and_2027_holds(agency: Agency) -> None:
    assert agency.outcome(ADVISED) == ("advise", ["grant_missing"])
    assert agency.outcome() == ("hold", ["grant_missing"])


def test_a_grant_allows(agency: Agency) -> None:
    agency.grant()
    assert agency.outcome() == ("allow", [])


def test_a_costly_grant_needs_both_signatures(agency: Agency) -> None:
    grant = agency.grant(costs_cents=240_000, repayment_scheme=1)
    assert agency.outcome() == ("hold", ["agreement_missing"])
    agency.agree(grant, "employee")
    assert agency.outcome() == ("hold", ["agreement_unsigned"])
    agency.agree(grant, "employee", "manager", version=2)
    assert agency.outcome()[0] == "allow"


def test_a_long_grant_needs_an_agreement(agency: Agency) -> None:
    agency.grant(costs_cents=90_000, hours=Decimal("40.00"))
    assert agency.outcome() == ("hold", ["agreement_missing"])


def test_more_hours_than_the_norm_hold(agency: Agency) -> None:
    grant = agency.grant(hours=Decimal("91.00"))
    agency.agree(grant, "employee", "manager")
    assert agency.outcome() == ("hold", ["hours_norm_exceeded"])


def test_a_commitment_without_hours_goes_by_its_own_dates(agency: Agency) -> None:
    """The course is open all year; what was promised ran from November to February (P9)."""
    agency.course(EXCEL, start_date=date(2027, 1, 1), end_date=date(2027, 12, 31))
    agency.commitment(
        hours=None, starts_on=date(2026, 11, 1), ends_on=date(2027, 2, 28),
        work_time_share=Decimal("0.50"),
    )  # fmt: skip
    before = [(year.year, str(year.counted)) for year in agency.decide().years]
    assert before == [(2026, "6.10"), (2027, "5.90")]
    agency.follow(EXCEL, hours=Decimal("24.00"))
    assert [(year.year, str(year.counted)) for year in agency.decide().years] == before
    # It counts beside other training as well.
    agency.course("OPL-060", start_date=date(2027, 5, 3), end_date=date(2027, 5, 28))
    assert [str(year.counted) for year in agency.decide(course="OPL-060").years] == [
        "6.10",
        "29.90",
    ]


def test_an_open_commitment_allows_and_a_closed_one_does_not(agency: Agency) -> None:
    agency.commitment(state="declined")
    assert agency.outcome() == ("hold", ["grant_missing"])
    agency.commitment()
    assert agency.outcome() == ("allow", [])


def test_in_company_training_needs_the_consent_of_the_manager(agency: Agency) -> None:
    agency.course(in_company=True)
    agency.grant(None)
    assert agency.outcome() == ("hold", ["consent_missing"])
    agency.consent()
    assert agency.outcome() == ("allow", [])


def test_a_consent_without_a_grant_is_not_enough(agency: Agency) -> None:
    agency.course(in_company=True)
    agency.consent()
    assert agency.outcome() == ("hold", ["grant_missing"])


def test_who_leaves_before_the_start_is_held(agency: Agency) -> None:
    agency.grant()
    agency.employ(date(2027, 3, 31))
    assert agency.outcome() == ("hold", ["employment_ends_before_start"])
    agency.employ(date(2027, 4, 1))
    assert agency.outcome()[0] == "allow"


def test_of_two_employments_the_last_end_counts_and_none_while_one_is_open(
    agency: Agency,
) -> None:
    agency.employ(date(2027, 3, 31), Employment("2", date(2027, 3, 1), date(2029, 12, 31)))
    assert agency.collected().facts.employment_ends_on == date(2029, 12, 31)
    agency.employ(date(2027, 3, 31), Employment("2", date(2027, 3, 1), None))
    assert agency.collected().facts.employment_ends_on is None


def test_leaving_within_two_years_of_the_end_foresees_repayment(agency: Agency) -> None:
    grant = agency.grant(costs_cents=240_000, repayment_scheme=1)
    agency.agree(grant, "employee", "manager")
    agency.employ(date(2028, 6, 30))
    assert agency.outcome()[0] == "allow"
    assert "repayment_foreseen" in agency.infos()


@pytest.mark.parametrize("missing", ["hours", "costs_cents"])
def test_a_course_without_its_facts_is_held_and_not_guessed(agency: Agency, missing: str) -> None:
    unknown: dict[str, Any] = {missing: None}
    agency.course(**unknown)
    assert "course_facts_missing" in agency.outcome()[1]
    assert agency.outcome()[0] == "hold"


def test_a_course_out_of_scope_is_allowed(agency: Agency) -> None:
    agency.course(out_of_scope=True, hours=None, costs_cents=None)
    assert agency.outcome() == ("allow", [])


@pytest.mark.parametrize(
    ("decided_on", "outcome"),
    [(date(2027, 2, 28), "allow"), (date(2027, 3, 1), "allow"), (date(2027, 3, 2), "hold")],
)
def test_an_exemption_counts_from_the_day_it_was_decided(
    agency: Agency, decided_on: date, outcome: str
) -> None:
    agency.grant(hours=Decimal("24.00"))
    agency.follow("OPL-060")
    assert agency.outcome() == ("hold", ["hours_norm_exceeded"])
    agency.exempt("16.00", decided_on)
    assert agency.outcome()[0] == outcome


# --- which grant ------------------------------------------------------------------------------


def test_a_grant_for_the_trajectory_covers_its_courses(agency: Agency) -> None:
    agency.grant(trajectory_id="T-7", course_ids=[])
    assert agency.outcome() == ("hold", ["grant_missing"])
    agency.course(trajectory="T-7")
    assert agency.outcome() == ("allow", [])


@pytest.mark.parametrize(
    "other",
    [
        {"employee_id": "10003"},
        {"course_ids": ["OPL-004"], "trajectory_id": "OPL-004"},
        {"revoked_at": NOW},
    ],
)
def test_a_grant_for_another_or_that_was_revoked_is_none(
    agency: Agency, other: dict[str, Any]
) -> None:
    agency.grant(**other)
    assert agency.outcome() == ("hold", ["grant_missing"])


def test_the_own_grant_goes_before_a_collective_one_and_the_newest_before_an_older(
    agency: Agency,
) -> None:
    agency.grant(None, decided_on=date(2027, 2, 20))
    agency.grant(decided_on=date(2027, 1, 10))
    newest = agency.grant(decided_on=date(2027, 1, 20))
    collected = agency.collected()
    assert collected.facts.grant is not None
    assert (collected.facts.grant.grant_id, collected.facts.grant.collective) == (newest, False)
    assert newest in collected.sources["grant"]


def test_the_dates_of_the_grant_go_before_those_of_the_course_page(agency: Agency) -> None:
    agency.grant(starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 30))
    course = agency.collected().facts.course
    assert (course.start, course.end) == (date(2027, 6, 1), date(2027, 6, 30))


# --- which hours ------------------------------------------------------------------------------


def _others(agency: Agency) -> dict[str, ActivityState]:
    return {one.activity_id: one.state for one in agency.collected().facts.other_activities}


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"status": "suspended"}, False),
        ({"status": "suspended", "completed": 1}, True),
        ({"gone_at": NOW}, False),
        ({"hours": None}, False),
    ],
)
def test_which_followed_courses_count(
    agency: Agency, changes: dict[str, Any], counts: bool
) -> None:
    agency.grant()
    agency.follow("OPL-060", **changes)
    assert ("OPL-060" in _others(agency)) is counts
    assert agency.outcome()[0] == ("hold" if counts else "allow")


@pytest.mark.parametrize(
    ("state", "counts"),
    [("held", False), ("releasing", False), ("planned", True), ("released", True)],
)
def test_a_course_that_is_held_does_not_count(agency: Agency, state: str, counts: bool) -> None:
    agency.follow("OPL-060")
    agency.hold("OPL-060", state)
    assert ("OPL-060" in _others(agency)) is counts


def test_a_grant_not_yet_followed_counts_from_its_start(agency: Agency) -> None:
    agency.grant()
    agency.grant(
        trajectory_id="T-9", course_ids=[], hours=Decimal("60.00"), starts_on=date(2027, 9, 1),
        ends_on=date(2027, 9, 30),
    )  # fmt: skip
    assert _others(agency) == {"T-9": ActivityState.GRANTED}
    assert agency.outcome() == ("hold", ["hours_norm_exceeded"])


def test_a_collective_grant_counts_only_for_who_takes_part(agency: Agency) -> None:
    agency.grant(None, trajectory_id="OPL-060", course_ids=["OPL-060"], hours=Decimal("60.00"))
    assert _others(agency) == {}
    agency.follow("OPL-060")
    assert _others(agency) == {"OPL-060": ActivityState.RUNNING}


def test_what_was_broken_off_is_known_as_such(agency: Agency) -> None:
    agency.grant(trajectory_id="OPL-060", course_ids=["OPL-060"])
    agency.follow("OPL-060")
    with agency.writing() as connection:
        connection.execute(
            insert(TrajectoryRecordRow).values(
                id="record-1",
                employee_id=PIET,
                trajectory_id="OPL-060",
                number=1,
                broken_off_on=date(2027, 2, 1),
                recorded_by="hr",
                recorded_at=NOW,
            )
        )
    assert _others(agency) == {"OPL-060": ActivityState.BROKEN_OFF}


def test_the_course_under_decision_is_not_counted_twice(agency: Agency) -> None:
    agency.follow(EXCEL)
    agency.course()
    [alone] = agency.decide().years
    assert alone.counted == Decimal("24.00")
    agency.grant(hours=Decimal("30.00"))
    [granted] = agency.decide().years
    assert granted.counted == Decimal("30.00")


def test_every_fact_says_where_it_came_from(agency: Agency) -> None:
    grant = agency.grant(costs_cents=240_000)
    agency.agree(grant, "employee", "manager")
    sources = agency.collected().sources
    assert grant in sources["grant"]
    assert "version 1" in sources["agreement"]
    assert "course" in sources


def test_a_check_logs_and_enforces_nothing(agency: Agency) -> None:
    agency.decide()
    with agency.parts.register.read() as connection:
        assert connection.execute(select(DecisionRow)).all() == []


def test_a_check_names_every_record_that_is_not_known(agency: Agency) -> None:
    with pytest.raises(UnknownRecord) as unknown:
        check(agency.parts, "99999", "OPL-999", ENROLLED)
    assert unknown.value.fields == ("employeeId", "courseId")

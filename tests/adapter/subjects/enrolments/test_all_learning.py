"""Reading everybody at once says the same of each as reading one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from adapter.ground.store.register import Register
from adapter.ground.store.tables.people import EmploymentRow
from adapter.ground.store.tables.procedure import CommitmentRow, ConsentRow, NormExemptionRow
from adapter.register.enrolment_facts import facts_of
from adapter.register.learning_reader import (
    read_all_learning,
    read_learning,
    read_learning_for,
    read_learning_of,
)
from tests.fixtures.agency import GRANT, IRIS, LONG_AGO, NOW, TODAY, Agency

OTHER, ELSEWHERE = "10006", "elsewhere"


def test_reading_everybody_at_once_says_the_same_of_each(register: Register) -> None:
    agency = Agency(register)
    _fill(agency)
    with register.read() as connection:
        everybody = read_all_learning(connection)
        one_by_one = {
            employee_id: read_learning(connection, employee_id) for employee_id in (IRIS, OTHER)
        }
        team = read_learning_of(connection, [OTHER])
    assert {OTHER: everybody[OTHER]} == team
    assert everybody.keys() == one_by_one.keys()
    for employee_id, learning in one_by_one.items():
        counting = tuple(grant for grant in learning.grants if grant.id != ELSEWHERE)
        assert everybody[employee_id] == replace(learning, grants=counting)


def test_of_the_collective_grants_those_for_the_course_that_is_asked_about_are_read_as_well(
    register: Register,
) -> None:
    agency = Agency(register)
    _fill(agency)
    agency.course("c9", "OPL-009")
    agency.course("c10", "OPL-010", trajectory="T-10")
    agency.grant("by-trajectory", employee_id=None, trajectory_id="T-10", course_ids=[])
    with register.read() as connection:
        whole = read_learning(connection, OTHER)
        for course_id, apart in (("OPL-009", ELSEWHERE), ("OPL-010", "by-trajectory")):
            found = read_learning_for(connection, OTHER, course_id)
            assert found.known
            assert found.course is not None
            others = {ELSEWHERE, "by-trajectory"} - {apart}
            grants = tuple(grant for grant in whole.grants if grant.id not in others)
            assert found.learning == replace(whole, grants=grants)
            assert facts_of(found.learning, found.course, TODAY) == facts_of(
                whole, found.course, TODAY
            )


def test_who_and_what_the_register_does_not_know_is_told(register: Register) -> None:
    agency = Agency(register)
    _fill(agency)
    with register.read() as connection:
        assert read_learning_for(connection, OTHER, "no-course").course is None
        assert not read_learning_for(connection, "nobody", "OPL-003").known


def _fill(agency: Agency) -> None:
    agency.in_order()
    agency.hold("held")
    agency.employee(OTHER, ends=date(2027, 12, 31))
    agency.account("u6", OTHER)
    agency.enrolment("u6", "c3", completed=1)
    agency.grant("collective", employee_id=None, decided_on=date(2027, 1, 1))
    agency.grant(ELSEWHERE, employee_id=None, course_ids=["OPL-009"])
    agency.grant("own", employee_id=OTHER, decided_on=date(2026, 12, 1))
    agency.grant("revoked", employee_id=OTHER, revoked_at=NOW)
    agency.agreement(GRANT)
    agency.agreement(GRANT, ("employee",), version=2, filed_on=None)
    agency.add(
        EmploymentRow,
        employee_id=OTHER,
        employment_id="2",
        start_on=date(2024, 1, 1),
        end_on=date(2026, 12, 31),
    )
    agency.add(
        NormExemptionRow,
        id="exemption",
        employee_id=IRIS,
        year=2027,
        extra_hours=Decimal("4.00"),
        training="OPL-003",
        ground="legal",
        evidence="brief",
        decided_on=TODAY,
        decided_by="MT",
        recorded_at=NOW,
    )
    agency.add(
        ConsentRow,
        employee_id=IRIS,
        course_id="OPL-003",
        consented_on=TODAY,
        consented_by="10001",
        recorded_at=NOW,
    )
    for number, state in enumerate(("open", "lapsed")):
        agency.add(
            CommitmentRow,
            id=f"promise-{number}",
            employee_id=OTHER,
            trajectory_id="T-old",
            course_ids=["OPL-009"],
            work_time_share=Decimal("1.00"),
            agreed_on=date(2025, 6, 1),
            state=state,
            recorded_at=LONG_AGO,
        )

"""Reading everybody at once says the same of each as reading one."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from adapter.ground.store.register import Register
from adapter.ground.store.tables.people import EmploymentRow
from adapter.ground.store.tables.procedure import CommitmentRow, ConsentRow, NormExemptionRow
from adapter.register.learning import Learning
from adapter.register.learning_reader import read_all_learning, read_learning, read_learning_of
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
    assert {OTHER: _comparable(everybody[OTHER])} == {
        employee_id: _comparable(one) for employee_id, one in team.items()
    }
    assert everybody.keys() == one_by_one.keys()
    for employee_id, learning in one_by_one.items():
        counting = tuple(grant for grant in learning.grants if grant.id != ELSEWHERE)
        expected = replace(learning, grants=counting)
        assert _comparable(everybody[employee_id]) == _comparable(expected)


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


def _comparable(learning: Learning) -> dict[str, Any]:
    """Rows by column, without the employee number that the wider query adds."""
    return {field.name: _plain(getattr(learning, field.name)) for field in fields(learning)}


def _plain(value: Any) -> Any:
    if isinstance(value, Row):
        columns = value._asdict()
        return {name: columns[name] for name in columns if name != "employee_id"}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return value

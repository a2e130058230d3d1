"""Several questions in one statement are answered as they would be one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import BindParameter, bindparam, insert, select

from adapter.ground.store.at_once import AtOnce, Question
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.ground.store.tables.procedure import GrantRow
from tests.fixtures.agency import Agency
from tests.fixtures.statements import statements_of

ODD = datetime(2027, 3, 1, 9, 0, 0, 123_400, tzinfo=UTC)
EMPLOYMENT = (EmploymentRow.employment_id, EmploymentRow.start_on, EmploymentRow.hours_per_week)
SOMEBODY: BindParameter[str] = bindparam("employee_id", "")
QUESTIONS = {
    "people": Question(select(EmployeeRow), (EmployeeRow.family_name,)),
    "employments": Question(
        select(*EMPLOYMENT).where(EmploymentRow.employee_id == SOMEBODY),
        (EmploymentRow.hours_per_week, EmploymentRow.employment_id),
    ),
    "grants": Question(
        select(GrantRow).where(GrantRow.employee_id.in_(["10001", "10002"])), (GrantRow.id,)
    ),
    "names": Question(select(EmployeeRow.family_name).distinct()),
}


def test_they_are_answered_as_they_would_be_one_by_one(register: Register) -> None:
    _fill(register)
    at_once = AtOnce(lambda _engine: QUESTIONS)
    for number in ("10001", "10002", "nobody"):
        with register.read() as connection:
            with statements_of(register) as statements:
                found = at_once.rows(connection, employee_id=number)
            apart = {
                name: rows_of(connection, one.statement.params(employee_id=number))
                for name, one in QUESTIONS.items()
            }
        assert len(statements) == 1
        assert sorted(found.pop("names")) == sorted(apart.pop("names"))
        assert found == apart
        assert found["people"][0].first_seen_at == ODD


def test_a_column_that_json_would_round_is_refused(register: Register) -> None:
    at_once = AtOnce(lambda _engine: {"employments": Question(select(EmploymentRow.fte))})
    with register.read() as connection, pytest.raises(TypeError, match="fte"):
        at_once.rows(connection)


def test_an_order_of_what_is_not_selected_is_refused(register: Register) -> None:
    names = Question(select(EmployeeRow.family_name), (EmployeeRow.employee_id,))
    with register.read() as connection, pytest.raises(TypeError, match="does not select"):
        AtOnce(lambda _engine: {"names": names}).rows(connection)


def _fill(register: Register) -> None:
    agency = Agency(register)
    with register.write() as connection:
        for number, name in (("10001", 'Ärendt "A" 100%'), ("10002", "Vries")):
            connection.execute(insert(EmployeeRow).values(_employee(number, name)))
    hours_of = {"2": Decimal("9.50"), "1": Decimal("36.50"), "3": None, "0": None}
    for employment, hours in hours_of.items():
        agency.add(
            EmploymentRow,
            employee_id="10001",
            employment_id=employment,
            start_on=date(2019, 9, 1),
            end_on=None,
            hours_per_week=hours,
        )
    agency.grant("grant-2", employee_id="10002", course_ids=["A", 'with "quotes"'])
    agency.grant("grant-1", employee_id="10001")
    agency.grant("grant-3", employee_id=None)


def _employee(number: str, name: str) -> dict[str, Any]:
    return {
        "employee_id": number,
        "source": "afas",
        "given_name": "Iris",
        "family_name_prefix": "",
        "family_name": name,
        "first_seen_at": ODD,
        "last_seen_at": datetime(2027, 7, 1, 9, 0, tzinfo=UTC),
        "missing_scans": 0,
    }

"""Rows read as the types of their tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from adapter.ground.store.reading import (
    Asked,
    next_position,
    rows_as,
    rows_of,
    rows_streamed,
    rows_with,
)
from adapter.ground.store.register import Register
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.decisions import DecisionRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.ground.store.tables.tranches import BudgetRow
from tests.fixtures.any_register import COURSES, fill

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


class _Named:
    employee_id: str
    given_name: str


class _NamedAtWork(_Named):
    department: str


def _employ(register: Register) -> None:
    with register.write() as connection:
        connection.execute(
            insert(EmployeeRow).values(
                employee_id="10001",
                source="afas",
                given_name="Iris",
                family_name_prefix="",
                family_name="Vries",
                department="Zorg",
                first_seen_at=NOW,
                last_seen_at=NOW,
                missing_scans=0,
            )
        )


def test_a_join_is_read_as_the_class_that_lists_its_columns(register: Register) -> None:
    _employ(register)
    columns = (EmployeeRow.employee_id, EmployeeRow.given_name, EmployeeRow.department)
    with register.read() as connection:
        (row,) = rows_as(connection, select(*columns), _NamedAtWork)
    assert (row.employee_id, row.given_name, row.department) == ("10001", "Iris", "Zorg")


@pytest.mark.parametrize("left_out", ["given_name", "department"])
def test_a_class_with_a_column_that_is_not_selected_is_refused(
    register: Register, left_out: str
) -> None:
    names = {"employee_id", "given_name", "department"} - {left_out}
    columns = select(*(getattr(EmployeeRow, name) for name in names))
    with register.read() as connection, pytest.raises(TypeError, match=left_out):
        rows_as(connection, columns, _NamedAtWork)


def test_a_row_comes_with_the_column_beside_it(register: Register) -> None:
    _employ(register)
    with register.read() as connection:
        selected = select(EmployeeRow, EmployeeRow.department.label("team"))
        ((row, team),) = rows_with(connection, selected)
    assert (row.given_name, team) == ("Iris", "Zorg")


def test_places_count_up_from_one(register: Register) -> None:
    def budget(position: int) -> dict[str, object]:
        values = {"year": 2027, "amount_cents": 100, "set_by": "mt", "set_at": NOW}
        return {"id": str(position), "position": position, **values}

    with register.write() as connection:
        assert next_position(connection, BudgetRow.position) == 1
        connection.execute(insert(BudgetRow).values(budget(7)))
        assert next_position(connection, BudgetRow.position) == 8
        of_2028 = BudgetRow.year == 2028
        assert next_position(connection, BudgetRow.position, of_2028) == 1


def _types(row: Any) -> list[type]:
    return [type(value) for value in row]


def test_what_is_asked_again_and_again_is_read_as_anything_else(register: Register) -> None:
    fill(register, seed=3, people=8)
    with register.read() as connection:
        for table in (GrantRow, CourseRow, EmploymentRow, EnrolmentRow, DecisionRow):
            statement = select(table).order_by(*table.__table__.primary_key)
            rows = Asked(statement).rows(connection)
            ordinary = rows_of(connection, statement)
            assert rows == ordinary
            assert [_types(row) for row in rows] == [_types(row) for row in ordinary]
        assert Asked(select(GrantRow).where(GrantRow.id == "nobody")).rows(connection) == []


def test_a_list_in_a_row_is_of_that_row_alone(register: Register) -> None:
    fill(register, seed=3, people=2)
    with register.read() as connection:
        rows = Asked(select(CourseRow)).rows(connection)
    assert len({id(row.enrolment_methods) for row in rows}) == len(rows)


def test_what_is_asked_of_a_connection_that_streams_has_its_first_rows(register: Register) -> None:
    fill(register, seed=3, people=2)
    with register.read() as connection:
        connection.execution_options(yield_per=2)
        assert len(Asked(select(CourseRow)).rows(connection)) == COURSES


def test_a_stream_is_one_of_its_statement_alone(register: Register) -> None:
    with register.read() as connection:
        list(rows_streamed(connection, select(EmployeeRow), 10))
        assert "yield_per" not in connection.get_execution_options()

"""Rows read as the types of their tables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select

from adapter.ground.store.reading import next_position, rows_as, rows_with
from adapter.ground.store.register import Register
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.tranches import BudgetRow

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

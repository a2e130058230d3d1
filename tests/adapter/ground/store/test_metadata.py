"""Tables as classes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from adapter.ground.store.metadata import METADATA, Mapped, Stored, aliased, mapped_column
from adapter.ground.store.tables.people import EmployeeRow


def test_a_column_of_values_that_no_type_goes_with_must_say_its_type() -> None:
    with pytest.raises(TypeError, match=r"words: .* list"):

        class _Wordy(Stored):
            __tablename__ = "wordy"

            id: Mapped[str] = mapped_column(primary_key=True)
            words: Mapped[list[str]]

    assert "wordy" not in METADATA.tables


def test_a_table_can_stand_twice_in_a_statement() -> None:
    manager = aliased(EmployeeRow, name="manager")
    asked = select(EmployeeRow.employee_id).join(
        manager, manager.employee_id == EmployeeRow.manager_id
    )
    assert "JOIN employees AS manager ON manager.employee_id = employees.manager_id" in str(asked)

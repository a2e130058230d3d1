"""Rows become people: what belongs to an employment follows the one that lasts longest."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations

import pytest

from connectors.employment_rows import (
    EmploymentRow,
    RowReading,
    finished,
    one_person,
    people,
    the_employment,
)
from connectors.errors import Permanent
from connectors.ports import Employee, Employment

PAST = Employment("1", date(2015, 1, 1), date(2020, 6, 30))
ENDING = Employment("2", date(2021, 1, 1), date(2026, 12, 31))
OPEN = Employment("3", date(2024, 1, 1), None)


def row(employment: Employment, department: str, modified: datetime | None = None) -> EmploymentRow:
    person = Employee("0007", "Noor", "", "Jansen", None, department, None, (employment,), modified)
    return finished(RowReading(f"row {employment.employment_id}"), person.employee_id, person)


ROWS = [row(PAST, "old"), row(ENDING, "second"), row(OPEN, "present")]


@pytest.mark.parametrize("order", list(permutations(ROWS)))
def test_the_department_is_that_of_the_employment_that_lasts_longest(
    order: tuple[EmploymentRow, ...],
) -> None:
    found = people(order, "employment")
    assert found.rejected == ()
    (person,) = found.employees
    assert person.department == "present"
    assert person.employments == (PAST, ENDING, OPEN)


def test_of_two_employments_without_end_the_later_one_leads() -> None:
    newer = Employment("4", date(2025, 1, 1), None)
    (person,) = people([row(newer, "newest"), row(OPEN, "present")], "employment").employees
    assert person.department == "newest"


def test_a_person_changed_when_the_last_of_the_rows_changed() -> None:
    early, late = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2))
    rows = [row(PAST, "a", late), row(ENDING, "b", early), row(OPEN, "c")]
    (person,) = people(rows, "employment").employees
    assert person.modified_at == late


def test_hours_have_two_places_and_fte_has_four() -> None:
    raw = Employment("1", None, None, Decimal("28.505"), Decimal("0.79165"))
    read = the_employment(RowReading("row 1"), "end", raw)
    assert (str(read.hours_per_week), str(read.fte)) == ("28.51", "0.7917")


def test_a_nameless_bad_row_withholds_nobody() -> None:
    reading = RowReading("row 9")
    reading.fault("employee", "is empty")
    nameless = EmploymentRow(reading.where, None, None, tuple(reading.faults))
    found = people([*ROWS, nameless], "employment")
    assert (len(found.employees), len(found.rejected)) == (1, 1)


def test_faults_of_others_do_not_stand_in_the_way_of_one_person() -> None:
    reading = RowReading("row 9")
    reading.fault("end", "is not a date")
    other = EmploymentRow(reading.where, "0008", None, tuple(reading.faults))
    assert one_person([*ROWS, other], "0007", "employment") is not None
    with pytest.raises(Permanent, match="0008 cannot be read: row 9, end: is not a date"):
        one_person([*ROWS, other], "0008", "employment")

"""What may be published: attacked as the report to the management team is, by somebody who has the
whole file, with every period in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update

from adapter.ground.rendering.content import Kind
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.views.mt_report.learned import Learned, of_year
from adapter.views.open_data.data_tables import OpenData
from adapter.views.open_data.published import NothingKept, published_data
from adapter.views.open_data.writing import as_database, as_zip
from policy.capacity import Month
from policy.disclosure import COSTS_ROUNDED_TO, ROUNDED_TO, SMALLEST_GROUP
from policy.periods import period_named
from tests.adapter.views.mt_report.conftest import Agency
from tests.adapter.views.mt_report.test_nobody_can_be_computed import (
    Sum,
    _ahead_in,
    _planned_in,
    _used_in,
    attack,
    learned_by,
)
from tests.adapter.views.open_data.conftest import rows

Filled = Callable[[int], Agency]
Truth = dict[str, dict[str, Learned]]
"""By period what everybody had learned when its report was kept: the attacker does not know."""
SIZES = (3, 6, 14, 37)
NO_HOURS_OF_PEOPLE = {
    ("hours", "norm_hours"),
    *(
        (table, edge)
        for table in ("employees_by_hours", "teams_by_hours")
        for edge in ("above_hours", "up_to_hours")
    ),
}
"""A norm and the edges of classes: the same whatever anybody does."""
ATTACKED = {
    *(("hours", f"{one}_hours") for one in ("used", "planned", "in_company", "individual")),
    *(("hours_by_month", f"{one}_hours") for one in ("used", "planned")),
    ("outlook", "planned_hours"),
}


def published(agency: Agency, *periods: str) -> OpenData:
    with agency.register.read() as connection:
        return published_data(connection, periods)


def cells_of(data: OpenData, kind: Kind, but: str) -> list[tuple[str, int]]:
    """All that is told of a kind, with where it stands."""
    found = []
    for table in data.tables:
        for place, column in enumerate(table.columns):
            name = f"{table.name}.{column.name}"
            if column.kind is kind and name != but:
                cells = [row[place] for row in table.rows]
                found += [(name, cell) for cell in cells if isinstance(cell, int)]
    return found


def two_quarters(agency: Agency) -> Truth:
    """Between the two reports one person completes a course of 40 hours, and another one leaves."""
    truth = {"2027-Q1": learned_by(agency, agency.make("2027-Q1").figures)}
    agency.keep("2027-Q1")
    with agency.register.read() as connection:
        first = rows_of(connection, select(GrantRow).order_by(GrantRow.id))[0]
        last = max(row.employee_id for row in rows_of(connection, select(EmployeeRow)))
    agency.change(
        update(GrantRow)
        .where(GrantRow.id == first.id)
        .values(course_ids=["OPL-059"], hours=Decimal(40), starts_on=date(2027, 1, 26))
    )
    agency.change(
        update(EnrolmentRow)
        .where(EnrolmentRow.id == "E-59")
        .values(
            user_id=str(int(first.employee_id or 0) - 10_000),
            completed=1,
            completed_at=datetime(2027, 5, 3, tzinfo=UTC),
        )
    )
    agency.change(
        update(EmploymentRow)
        .where(EmploymentRow.employee_id == last)
        .values(end_on=date(2027, 5, 1))
    )
    later = agency.later(91)
    truth["2027-Q2"] = learned_by(later, later.make("2027-Q2").figures)
    later.keep("2027-Q2")
    return truth


def _used(year: int, mine: Learned) -> Decimal:
    return of_year(mine.used, year)


def _planned(year: int, mine: Learned) -> Decimal:
    return of_year(mine.planned, year)


def _in_company(year: int, mine: Learned) -> Decimal:
    return of_year(mine.in_company, year)


def _individual(year: int, mine: Learned) -> Decimal:
    return mine.counted(year) - of_year(mine.in_company, year)


OF_THE_YEAR = {
    "used_hours": _used,
    "planned_hours": _planned,
    "in_company_hours": _in_company,
    "individual_hours": _individual,
}


def sums_of(agency: Agency, written: bytes, truth: Truth) -> Iterator[Sum]:
    """Every number of hours in the file, with whom it is about."""

    def told(
        row: dict[str, Any], column: str, hours: Callable[[Learned], Decimal]
    ) -> Iterator[Sum]:
        if row[column] is not None:
            half, shown = Decimal(ROUNDED_TO) / 2, Decimal(str(row[column]))
            each = {person: hours(mine) for person, mine in truth[row["period"]].items()}
            yield Sum(f"{column} {row}", each, shown - half, shown + half)

    for row in rows(written, "hours"):
        for column, hours in OF_THE_YEAR.items():
            yield from told(row, column, partial(hours, int(row["period"][:4])))
    for row in rows(written, "hours_by_month"):
        month = Month(int(row["month"][:4]), int(row["month"][5:]))
        yield from told(row, "used_hours", partial(_used_in, month))
        yield from told(row, "planned_hours", partial(_planned_in, month))
    for row in rows(written, "outlook"):
        coming = period_named(row["coming_period"], agency.policy)
        yield from told(row, "planned_hours", partial(_ahead_in, coming))


@pytest.mark.parametrize("employees", SIZES)
def test_no_two_tables_or_periods_tell_the_hours_of_anybody(
    agency_of: Filled, employees: int
) -> None:
    agency = agency_of(employees)
    truth = two_quarters(agency)
    written = as_database(published(agency).tables)
    sums = list(sums_of(agency, written, truth))
    assert [one for one in attack(sums) if one.tells] == []
    assert bool(sums) is (employees > 4), "there is something to attack"


def test_the_attack_finds_what_an_exact_file_would_give_away(agency_of: Filled) -> None:
    agency = agency_of(14)
    truth = two_quarters(agency)
    exact = [
        Sum(
            one.what,
            one.hours,
            sum(one.hours.values(), Decimal(0)),
            sum(one.hours.values(), Decimal(0)),
        )
        for one in sums_of(agency, as_database(published(agency).tables), truth)
    ]
    assert any(one.tells for one in attack(exact))


def test_every_column_of_hours_is_attacked(agency_of: Filled) -> None:
    agency = agency_of(14)
    agency.keep()
    hours = {
        (table.name, column.name)
        for table in published(agency).tables
        for column in table.columns
        if column.kind is Kind.HOURS
    }
    assert hours == ATTACKED | NO_HOURS_OF_PEOPLE


@pytest.mark.parametrize("employees", SIZES)
def test_no_number_is_of_one_to_four_and_none_follows_from_another(
    agency_of: Filled, employees: int
) -> None:
    agency = agency_of(employees)
    two_quarters(agency)
    data = published(agency)
    # Of teams each is of five or more itself.
    numbers = cells_of(data, Kind.COUNT, but="teams_by_hours.teams")
    small = [one for one in numbers if 0 < one[1] < SMALLEST_GROUP]
    assert small == []
    for row in rows(as_database(data.tables), "hours"):
        assert (row["norm_hours"] is None) is (employees < SMALLEST_GROUP)


@pytest.mark.parametrize("employees", SIZES)
def test_money_is_rounded_beyond_what_one_training_costs(agency_of: Filled, employees: int) -> None:
    agency = agency_of(employees)
    two_quarters(agency)
    amounts = cells_of(published(agency), Kind.EUROS, but="money.budget_eur")
    assert amounts
    assert [one for one in amounts if one[1] % COSTS_ROUNDED_TO] == []


def test_it_names_nobody(agency_of: Filled) -> None:
    agency = agency_of(37)
    two_quarters(agency)
    with ZipFile(BytesIO(as_zip(published(agency).tables))) as archive:
        said = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "Sanne" not in said
    cells = set(said.replace("\r\n", ",").split(","))
    assert cells.isdisjoint(f"{10_000 + number}" for number in range(37))


def test_made_again_it_is_the_same_whatever_happened_since(agency_of: Filled) -> None:
    agency = agency_of(14)
    agency.keep()
    before = published(agency, "2027-Q1")
    agency.change(update(GrantRow).values(costs_cents=1, hours=Decimal(1)))
    after = published(agency, "2027-Q1")
    assert as_database(after.tables) == as_database(before.tables)
    assert as_zip(after.tables) == as_zip(before.tables)
    assert after.file_name == "open-data-leren-en-ontwikkelen-2027-Q1"


def test_periods_stand_in_one_file_to_compare(agency_of: Filled) -> None:
    agency = agency_of(14)
    two_quarters(agency)
    found = published(agency)
    assert found.record == "published/2027-Q1-2027-Q2"
    written = as_database(found.tables)
    assert [row["period"] for row in rows(written, "periods")] == ["2027-Q1", "2027-Q2"]
    assert [
        row["period"] for row in rows(as_database(published(agency, "2027-Q2").tables), "periods")
    ] == ["2027-Q2"]


def test_what_was_not_kept_cannot_be_published(agency_of: Filled) -> None:
    agency = agency_of(14)
    with pytest.raises(NothingKept):
        published(agency)
    agency.keep()
    with pytest.raises(NothingKept):
        published(agency, "2027-Q1", "2027-Q2")

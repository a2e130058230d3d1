"""Every table and column of both forms is described, in both languages, and every code is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapter.register.holds import HoldState
from adapter.views.open_data.data_tables import CODES, DICTIONARY, OpenData
from config.catalogue import Language, keys
from tests.adapter.views.mt_report.conftest import Agency
from tests.adapter.views.open_data.test_of_each import of_each
from tests.adapter.views.open_data.test_published import published

Filled = Callable[[int], Agency]


def both(agency: Agency) -> tuple[OpenData, OpenData]:
    agency.keep()
    return published(agency), of_each(agency)


def test_the_dictionary_has_every_column_in_dutch_and_english(agency_of: Filled) -> None:
    for data in both(agency_of(14)):
        [dictionary] = [table for table in data.tables if table.name == DICTIONARY]
        described = {(row[0], row[1]) for row in dictionary.rows}
        assert described == {
            (table.name, column)
            for table in data.tables
            for column in (None, *(one.name for one in table.columns))
        }
        for row in dictionary.rows:
            dutch, english = row[3:]
            assert dutch, row
            assert english, row
            assert dutch != english, row


def test_the_catalogue_describes_no_column_that_is_not_there(agency_of: Filled) -> None:
    there = {
        f"open_data.{table.name}.{column}"
        for data in both(agency_of(14))
        for table in data.tables
        for column in ("about", *(one.name for one in table.columns))
    }
    told = {key for key in keys(Language.NL) if key.startswith("open_data.")}
    assert {key for key in told - there if ".hold_state." not in key} == set()


def test_every_code_that_occurs_is_said(agency_of: Filled) -> None:
    for data in both(agency_of(37)):
        tables = {table.name: table for table in data.tables}
        said = {(row[0], row[1]) for row in tables[CODES].rows}
        assert said
        coded = {str(name).partition(".")[::2] for name, _ in said}
        for name, column in coded:
            table = tables[name]
            place = [one.name for one in table.columns].index(column)
            for row in table.rows:
                for code in str(row[place]).split(" "):
                    assert (f"{name}.{column}", code) in said


@pytest.mark.parametrize("language", Language)
def test_every_state_of_a_hold_has_a_word(language: Language) -> None:
    prefix = "open_data.hold_state."
    named = {key.removeprefix(prefix) for key in keys(language) if key.startswith(prefix)}
    assert named == {str(state) for state in HoldState}

"""Whatever the register holds about somebody is found, in whichever table and column."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Table

from adapter.ground.store.inventory import Holds, inventory
from adapter.ground.store.metadata import METADATA
from adapter.ground.store.register import Register
from adapter.views.privacy.person_records import ONLY_HASHES, number_in_text, records_about
from tests.fixtures.marked_person import COLLEAGUE, PERSON, mark_every_table

PERSONAL = (Holds.WHOM, Holds.ACCOUNTS, Holds.MIXED)


def _can_name_people(table: Table) -> bool:
    return bool(inventory()[table.name].holding(*PERSONAL)) or any(
        _can_name_people(key.column.table) for key in table.foreign_keys
    )


NAMING = [
    table.name
    for table in METADATA.sorted_tables
    if _can_name_people(table) and table.name not in ONLY_HASHES
]


def test_a_row_about_the_person_is_found_in_every_table(register: Register) -> None:
    mark_every_table(register, PERSON)
    with register.read() as connection:
        found = records_about(connection, PERSON)
    assert set(NAMING) - set(found.rows) == set()
    assert len(NAMING) > 45


def test_nothing_is_found_of_who_is_not_there(register: Register) -> None:
    mark_every_table(register, PERSON)
    with register.read() as connection:
        assert records_about(connection, COLLEAGUE).rows == {}
        assert records_about(connection, COLLEAGUE).acted == ()


ACTING: list[Column[object]] = [
    table.c[name]
    for table in METADATA.sorted_tables
    for name in inventory()[table.name].holding(Holds.ACTORS, Holds.LEADS)
]


@pytest.mark.parametrize("column", ACTING, ids=str)
def test_who_acted_in_a_row_about_another_is_told_where(
    sqlite_register: Register, column: Column[object]
) -> None:
    mark_every_table(sqlite_register, COLLEAGUE, {column: PERSON})
    with sqlite_register.read() as connection:
        found = records_about(connection, PERSON)
    assert found.rows == {}
    assert [(one.table, one.as_what) for one in found.acted] == [(column.table.name, column.name)]


def test_what_opens_something_and_the_bytes_of_files_are_given_to_nobody(
    register: Register,
) -> None:
    mark_every_table(register, PERSON)
    with register.read() as connection:
        given = records_about(connection, PERSON).given()
    assert given["signed_files"]
    assert "content" not in given["signed_files"][0]
    assert "csrf_token" not in given["browser_sessions"][0]
    assert given["training_requests"][0]["employee_ids"] == [PERSON]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("10005", True),
        ("of 10005, again", True),
        ('{"employee": "10005"}', True),
        ("exit:10005:2", True),
        ("110005", False),
        ("10005-1", False),
        ("ab10005", False),
    ],
)
def test_a_number_is_a_word_of_its_own(text: str, named: bool) -> None:
    assert bool(number_in_text("10005").search(text)) is named

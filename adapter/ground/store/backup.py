"""A backup of the register while processes write in it, verified after writing, and a restore into
an empty one (decision 38).

SQLite: its own backup, one file. PostgreSQL: `pg_dump` of one snapshot, in which the chain is
verified as well, so that what was verified is what was written.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import Connection, create_engine, inspect, select, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from adapter.ground.store import chain
from adapter.ground.store.failures import DIRECT_SETTING
from adapter.ground.store.metadata import METADATA
from adapter.ground.store.migrate import (
    MIGRATION_LOCK,
    UNFINISHED,
    newest_revision,
    revision_of,
    upgrade_within,
)
from adapter.ground.store.organisation_schema import organisation_of
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.register_facts import OF, RegisterFactRow

_SQLITE, _POSTGRESQL = b"SQLite format 3\0", b"PGDMP"
RESTORE_LOCK = MIGRATION_LOCK + 1
"""Of PostgreSQL, held while a restore is under way."""
PG_DUMP, PG_RESTORE = "pg_dump", "pg_restore"


_COPY = re.compile(r"COPY \S+ \((.*)\) FROM stdin;$")
_REVISION_IN_LIST = re.compile(r" TABLE DATA \S+ alembic_version ")
_Then = Callable[[Connection], object] | None


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


def restore(
    register: Register,
    file: Path,
    *,
    owner: str | None = None,
    then: _Then = None,
) -> BackedUp:
    """Put a backup into an empty register and bring it to the newest revision, of `owner` where
    there are several organisations. `then` belongs to it: whatever ends this, the register is
    empty, or holds all of it. Returns what the backup holds. Raises `BackupFailed`; then the
    register is empty."""
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
        return _restore_sqlite(register, file, owner, then)
    return _restore_postgresql(register, file, owner, then)


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


def _restore_sqlite(register: Register, file: Path, owner: str | None, then: _Then) -> BackedUp:
    """Made whole beside the register, and then copied into it in one step."""
    _require_known(_verified_file(file).revision)
    with _read_only(file) as connection:
        _require_of(owner, _owner(connection), file)
    target = _database_of(register)
    beside = target.with_name(f".{target.name}.restoring")
    _remove_sqlite(beside)
    try:
        _copy_sqlite(file, beside)
        restored = _verified_file(beside)
        made = open_register(f"sqlite:///{beside}")
        try:
            with made.write() as connection:
                upgrade_within(connection)
                if then is not None:
                    then(connection)
        finally:
            made.close()
        register.close()
        _copy_sqlite(beside, target)
    finally:
        _remove_sqlite(beside)
    return restored


def _remove_sqlite(file: Path) -> None:
    """With what a journal left beside it."""
    for end in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + end).unlink(missing_ok=True)


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
    with _read_only(file) as connection:
        return _verified(connection, str(file))


@contextmanager
def _read_only(file: Path) -> Iterator[Connection]:
    """Not as a register is opened otherwise: that would leave a journal beside the backup."""
    address = URL.create(
        "sqlite", database=file.resolve().as_uri(), query={"mode": "ro", "uri": "true"}
    )
    register = Register(create_engine(address, hide_parameters=True))
    try:
        with register.read() as connection:
            yield connection
    finally:
        register.close()


def _owner(connection: Connection) -> str | None:
    if not inspect(connection).has_table(RegisterFactRow.__tablename__):
        return None
    return connection.execute(
        select(RegisterFactRow.value).where(RegisterFactRow.name == OF)
    ).scalar_one_or_none()


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


def _restore_postgresql(register: Register, file: Path, owner: str | None, then: _Then) -> BackedUp:
    """Its revision goes in last, with all that makes it whole: without one it is no register, and
    `UNFINISHED` says why."""
    url = _past_a_pooler(register)
    revision = _revision_in(url, file)
    _require_known(revision)
    facts = _rows_in(url, file, RegisterFactRow.__tablename__)
    named = {one["name"]: one["value"] for one in facts}
    _require_of(owner, named.get(OF), file)
    with _alone(url):
        return _restore_alone(register, url, file, revision, then)


@contextmanager
def _alone(url: URL) -> Iterator[None]:
    """A second restore would take away what the first one put there."""
    engine = create_engine(
        url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
    )
    with engine.connect() as connection:
        lock = text("SELECT pg_try_advisory_lock(:n)")
        if not connection.execute(lock, {"n": RESTORE_LOCK}).scalar_one():
            raise BackupFailed("another restore into this database is running: wait for it")
        yield


def _restore_alone(
    register: Register, url: URL, file: Path, revision: str, then: _Then
) -> BackedUp:
    with register.write() as connection:
        _require_empty(connection)
        own_schema = tuple(_own_schema(connection))
        _clear(connection)
        connection.execute(text(f"CREATE TABLE {UNFINISHED} ()"))
    try:
        _load(url, file, own_schema)
        with register.write() as connection:
            insert = text("INSERT INTO alembic_version (version_num) VALUES (:revision)")
            connection.execute(insert, {"revision": revision})
            connection.execute(text(f"DROP TABLE {UNFINISHED}"))
            restored = _verified(connection, "what was restored")
            upgrade_within(connection)
            if then is not None:
                then(connection)
    except Exception:
        with register.write() as connection:
            _clear(connection)
        raise
    return restored


def _load(url: URL, file: Path, own_schema: tuple[str, ...]) -> None:
    """All of it or nothing, but for its revision."""
    listed = _run(url, PG_RESTORE, "--list", str(file)).splitlines()
    wanted = [one for one in listed if not _REVISION_IN_LIST.search(one)]
    whole = ("--single-transaction", "--exit-on-error", "--clean", "--if-exists")
    own = ("--no-owner", "--no-privileges", f"--dbname={_without_password(url)}")
    with NamedTemporaryFile("w", encoding="utf-8", prefix="odwh-restore-") as chosen:
        chosen.write("\n".join(wanted))
        chosen.flush()
        _run(url, PG_RESTORE, *whole, *own, *own_schema, f"--use-list={chosen.name}", str(file))


def _clear(connection: Connection) -> None:
    """Take away what is ours in an empty register: of a version that is newer than the backup it
    would be in the way of the migrations."""
    ours = {*METADATA.tables, UNFINISHED, "alembic_version"}
    for table in ours & set(inspect(connection).get_table_names()):
        connection.execute(text(f'DROP TABLE "{table}" CASCADE'))
    functions = text(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'odwh\\_%'"
    )
    for function in list(connection.execute(functions).scalars()):
        connection.execute(text(f"DROP FUNCTION {function}"))


def _revision_in(url: URL, file: Path) -> str:
    found = _rows_in(url, file, "alembic_version")
    if not found:
        raise BackupFailed(f"{file}: holds no register; name another")
    return found[0]["version_num"]


def _rows_in(url: URL, file: Path, table: str) -> list[dict[str, str]]:
    """The rows of a table of plain words, from the backup itself; none where it has no such."""
    options = ("--data-only", f"--table={table}", "--file=-")
    lines = iter(_run(url, PG_RESTORE, *options, str(file)).splitlines())
    for line in lines:
        if copied := _COPY.match(line):
            names = [name.strip().strip('"') for name in copied[1].split(",")]
            rows = takewhile(lambda one: one != r"\.", lines)
            return [dict(zip(names, row.split("\t"), strict=True)) for row in rows]
    return []


def _run(url: URL, program: str, *arguments: str) -> str:
    """What it wrote."""
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
    return made.stdout


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
    """A command that opened the register may have made its tables; a row makes it somebody's.
    What a restore left that was broken off is nobody's."""
    tables = inspect(connection).get_table_names()
    if UNFINISHED in tables:
        return
    for table in tables:
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


def _require_of(owner: str | None, found: str | None, file: Path) -> None:
    if owner is not None and found not in (None, owner):
        raise BackupFailed(f"{file}: is of organisation {found}; name that one")


def _database_of(register: Register) -> Path:
    name = register.engine.url.database
    if not name or name == ":memory:":
        raise BackupFailed("a register in memory has no file to back up")
    return Path(name)

"""Migrations: bring a database to the newest revision, under a lock, and say where it stands.

Programs of an earlier version go on beside a newer database, so that several can be replaced one by
one. A migration beside which they must not says so (`end_older_programs`): then they stop.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, select, text

from adapter.ground.store.organisation_schema import wall_off
from adapter.ground.store.register import Register
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.register_facts import RegisterFactRow

if TYPE_CHECKING:
    from alembic.config import Config

# An arbitrary number of ours: who holds this advisory lock of PostgreSQL may migrate.
MIGRATION_LOCK = 20261115
_MIGRATIONS = Path(__file__).parent / "migrations"
_PROGRAMS_FROM = "programs_from"
"""The fact of a register that names the oldest revision whose programs may go on."""


class EndedByUpgrade(Exception):
    """The database was brought to a revision beside which this version must not go on."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"the database is at revision {revision}, beside which this version "
            f"({newest_revision()}) must not go on: start the new version"
        )


UNFINISHED = "restore_unfinished"
"""A table that stands in the database from when a restore begins until it is whole."""


class RestoreUnfinished(Exception):
    """A restore into this database was broken off; what it left is no register."""

    def __init__(self) -> None:
        super().__init__(
            "a restore into this database was broken off, and what it left is no register: wait "
            "for it if it runs still, else restore again"
        )


@cache
def newest_revision() -> str:
    """That of the last file: each is named after its revision, and they follow one another."""
    return max(file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def current_revision(register: Register) -> str | None:
    """None for an empty database."""
    with register.read() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The same, as it stands in this transaction."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    kept = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if kept is None else str(kept)


def end_older_programs(connection: Connection, revision: str) -> None:
    """Called by the migration of this revision: programs that do not know it stop, or are not ready
    any more. For when what they would write beside it is wrong."""
    upsert(connection, RegisterFactRow, {"name": _PROGRAMS_FROM}, {"value": revision})


def refuse_to_go_on(connection: Connection) -> None:
    """Raises `EndedByUpgrade` where a newer database has ended the programs of this version."""
    oldest = connection.execute(
        select(RegisterFactRow.value).where(RegisterFactRow.name == _PROGRAMS_FROM)
    ).scalar_one_or_none()
    if oldest is not None and oldest > newest_revision():
        raise EndedByUpgrade(oldest)


def upgrade(register: Register) -> None:
    """Bring the database to the newest revision; another process doing so is waited for. Raises
    `RestoreUnfinished`."""
    with register.write() as connection:
        if inspect(connection).has_table(UNFINISHED):
            raise RestoreUnfinished
        upgrade_within(connection)


def upgrade_within(connection: Connection) -> None:
    """The same in a transaction of `Register.write` that does more."""
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": MIGRATION_LOCK})
    command.upgrade(_config(connection), "head")
    wall_off(connection)


def _config(connection: Connection | None = None) -> Config:
    # A service that starts on a database that is up to date loads nothing of alembic.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config

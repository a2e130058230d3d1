"""Migrations: bring a database to the newest revision, under a lock, and say where it stands."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from adapter.ground.store.register import Register

# An arbitrary number of ours: who holds this advisory lock of PostgreSQL may migrate.
MIGRATION_LOCK = 20261115


def newest_revision() -> str:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "the package ships its migrations"
    return head


def current_revision(register: Register) -> str | None:
    """None for an empty database."""
    with register.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(register: Register) -> None:
    """Bring the database to the newest revision; another process doing so is waited for."""
    with register.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": MIGRATION_LOCK})
        command.upgrade(_config(connection), "head")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config

"""Every way in which an administrator gets a database wrong, on real ones: a sentence each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from adapter.ground.store.failures import _POSTGRESQL, SETTING, WrongAddress, address, sentence
from adapter.ground.store.migrate import newest_revision
from adapter.ground.store.register import Register
from adapter.programs.cli import main
from tests.fixtures.programs import clean_environment

PASSWORD = "geheim-wachtwoord"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)
    monkeypatch.setattr("adapter.programs.cli.context.configure_logging", lambda _level: None)
    yield
    structlog.reset_defaults()


def _fails(url: str, *arguments: str) -> str:
    """What a command says on this database; it must be one sentence, without the password."""
    command = list(arguments or ("db", "current"))
    ended = CliRunner().invoke(main, command, env={"ODWH_DATABASE_URL": url})
    assert ended.exit_code == 1, ended.output
    assert isinstance(ended.exception, SystemExit)
    assert PASSWORD not in ended.output
    assert len(ended.stderr.splitlines()) == 1
    return ended.stderr


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "no database address"),
        ("mysql://x@y/z", "no database address"),
        (f"postgresql+psycopg2://x:{PASSWORD}@y/z", "write postgresql:// alone"),
        (f"postgresql://x:p@{PASSWORD}@y/z", "write %40 in its place"),
    ],
)
def test_an_address_that_cannot_be_used_says_how_to_write_it(url: str, reason: str) -> None:
    with pytest.raises(WrongAddress, match=reason) as wrong:
        address(url)
    assert "ODWH_DATABASE_URL" in str(wrong.value)
    assert PASSWORD not in str(wrong.value)


def test_an_sqlite_that_cannot_be_used_is_named_with_its_file(tmp_path: Path) -> None:
    text_file = tmp_path / "notes.txt"
    text_file.write_text("no database at all, but a text that is long enough to be looked at\n" * 9)
    said = _fails(f"sqlite:///{text_file}")
    assert str(text_file) in said
    assert "no SQLite database" in said
    said = _fails(f"sqlite:///{tmp_path}/absent/register.sqlite3")
    assert f"there is no folder {tmp_path}/absent" in said
    assert "it is a folder" in _fails(f"sqlite:///{tmp_path}")


@pytest.fixture
def role(postgres_server: str) -> Iterator[URL]:
    """A role that may connect to a database of another: as PostgreSQL 15 and later make it."""
    server = make_url(postgres_server).set(drivername="postgresql+psycopg")
    names = f"not_mine_{os.getpid()}", f"odwh_{os.getpid()}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {names[1]} LOGIN PASSWORD '{PASSWORD}'"))
        connection.execute(text(f"CREATE DATABASE {names[0]}"))
    yield server.set(username=names[1], password=PASSWORD, database=names[0])
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {names[0]} WITH (FORCE)"))
        connection.execute(text(f"DROP ROLE {names[1]}"))


def _written(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_a_postgresql_that_cannot_be_used_says_why_and_what_to_do(role: URL) -> None:
    assert "let it own the database" in _fails(_written(role), "db", "upgrade")
    assert "there is no such database" in _fails(_written(role.set(database="absent")))
    assert "there is no such role" in _fails(_written(role.set(username="nobody_here")))
    here = f"postgresql://odwh:{PASSWORD}@127.0.0.1:1/odwh"
    said = _fails(here)
    assert "odwh at 127.0.0.1:1, database odwh" in said
    assert "nothing listens there" in said
    assert "sslmode must be" in _fails(f"{here}?sslmode=perhaps")
    unknown = f"postgresql://odwh:{PASSWORD}@no.such.invalid/odwh"
    assert "the name of the machine is not known" in _fails(unknown)


@pytest.mark.parametrize("said", [*_POSTGRESQL, "something new"])
def test_the_setting_is_named_once_whatever_postgresql_says(said: str) -> None:
    error = OperationalError("SELECT 1", {}, Exception(f'FATAL: {said} "odwh" does not exist'))
    told = sentence(error, make_url("postgresql://odwh@db.example.org/odwh"))
    assert told.count(SETTING) == 1


def test_a_newer_database_does_not_advise_to_upgrade_it(sqlite_register: Register) -> None:
    with sqlite_register.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    url = sqlite_register.engine.url.render_as_string()
    for command in (("db", "upgrade"), ("dead-letters", "list"), ("serve",)):
        said = _fails(url, *command)
        assert f"revision 9999, newer than this version, which knows {newest_revision()}" in said
        assert "db upgrade" not in said

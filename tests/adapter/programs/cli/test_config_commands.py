"""`config init|check|show`, as an administrator goes through them."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapter.programs.cli import main
from config.settings import Settings, known_settings, section_named
from config.settings_file import template
from tests.fixtures.programs import clean_environment

Config = Callable[..., Result]


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Config:
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)
    monkeypatch.setattr("adapter.programs.cli.context.configure_logging", lambda _level: None)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, list(arguments))


def test_a_new_file_is_for_its_own_user_and_changes_nothing(config: Config, tmp_path: Path) -> None:
    file = tmp_path / "adapter.toml"
    made = config("--config", str(file), "config", "init")
    assert made.exit_code == 0, made.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert tomllib.loads(file.read_text()) == {}
    assert config("--config", str(file), "config", "check").exit_code == 0
    again = config("config", "init", str(file))
    assert again.exit_code == 1
    assert "is there already and stays as it is" in again.stderr


def test_the_new_file_holds_every_setting_with_its_default(config: Config) -> None:
    """Without the marks of a comment it is a file of settings, each with the value that it has."""
    lines = re.findall(r"^#(\[\w+\]|\w+ = .*)$", template(), re.MULTILINE)
    content = tomllib.loads("\n".join(lines))
    names = {
        f"ODWH_{key}".upper()
        if not isinstance(value, dict) or section_named(key) is None
        else f"ODWH_{key}_{part}".upper()
        for key, value in content.items()
        for part in (value if isinstance(value, dict) and section_named(key) else [""])
    }
    assert {name.removesuffix("_FILE") for name in names} == {name for name, _ in known_settings()}
    for name, field in Settings.model_fields.items():
        if name in content and section_named(name) is None and field.default is not None:
            assert content[name] == field.default, name


def test_each_fault_is_named_with_file_and_key(config: Config, tmp_path: Path) -> None:
    file = tmp_path / "adapter.toml"
    file.write_text(
        'bind = "here"\nlanguag = "en"\n[moodle]\nurl = "https://lms.example.org"\n'
        'token_file = "token"\ntimezone = "Europe/Amsterdm"\n'
    )
    (tmp_path / "token").write_text("secret\n")
    (tmp_path / "token").chmod(0o644)
    result = config("--config", str(file), "config", "check", "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert sorted(found["faults"]) == [
        f"{file}: bind (ODWH_BIND): must be host:port, such as 127.0.0.1:8000",
        f"{file}: languag: no setting has this name",
        f"{file}: moodle.timezone (ODWH_MOODLE_TIMEZONE): is no time zone; write it as "
        "Europe/Amsterdam",
    ]
    secret = tmp_path / "token"
    assert found["warnings"] == [
        f"{secret}: others on this machine may read it: chmod 600 {secret}"
    ]


def test_what_does_not_fit_together_is_a_fault(config: Config, tmp_path: Path) -> None:
    file = tmp_path / "adapter.toml"
    file.write_text('policy_folder = "/no/such/folder"\ndatabase_url = "nonsense"\n')
    result = config("--config", str(file), "config", "check")
    assert result.exit_code == 1
    assert "ODWH_" in result.stdout
    assert not list(tmp_path.glob("*.sqlite3"))


def test_what_is_in_force_is_shown_with_its_origin_and_without_secrets(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "adapter.toml"
    file.write_text(
        'database_url = "postgresql://odwh:geh@im@db/odwh?sslpassword=geheim2"\n'
        'database_direct_url = "postgresql://odwh:geheim4@db/odwh"\n'
        '[moodle]\nurl = "https://lms.example.org"\ntoken_file = "token"\n'
    )
    (tmp_path / "token").write_text("geheim3")
    monkeypatch.setenv("ODWH_LANGUAGE", "en")
    shown = config("--config", str(file), "config", "show")
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.splitlines() == [
        f"database_url = postgresql://odwh:(hidden)@db/odwh?sslpassword=(hidden)  ({file})",
        f"database_direct_url = postgresql://odwh:(hidden)@db/odwh  ({file})",
        "language = en  (ODWH_LANGUAGE)",
        f"moodle.url = https://lms.example.org  ({file})",
        f"moodle.token = (hidden)  ({tmp_path / 'token'}, named in {file})",
    ]
    everything = config("--config", str(file), "config", "show", "--all", "--format", "json")
    values = {one["name"]: one for one in json.loads(everything.stdout)}
    assert values["ODWH_BIND"] == {
        "name": "ODWH_BIND",
        "key": "bind",
        "value": "127.0.0.1:8000",
        "origin": "default",
    }
    assert "geh" not in everything.stdout

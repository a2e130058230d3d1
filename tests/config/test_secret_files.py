"""A secret in a file of its own is read again once that file is replaced."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.settings import Settings, load_settings

TOKEN = 'url = "https://lms.example.org"\ntoken_file = "token"\n'
Held = Callable[[Settings], SecretStr]


def _token(settings: Settings) -> SecretStr:
    assert settings.moodle is not None
    return settings.moodle.token


def _webhook_token(settings: Settings) -> SecretStr:
    assert settings.webhook_token is not None
    return settings.webhook_token


@pytest.fixture(params=["in a section", "at the top", "named by a variable"])
def loaded(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> SecretStr:
    (tmp_path / "token").write_text("first\n")
    file = tmp_path / "odwh.toml"
    if request.param == "in a section":
        file.write_text(f"[moodle]\n{TOKEN}")
        return _token(load_settings(file))
    if request.param == "at the top":
        file.write_text('webhook_token_file = "token"\n')
        return _webhook_token(load_settings(file))
    monkeypatch.setenv("ODWH_MOODLE_URL", "https://lms.example.org")
    monkeypatch.setenv("ODWH_MOODLE_TOKEN_FILE", str(tmp_path / "token"))
    return _token(load_settings())


def test_what_the_file_holds_now_is_used(loaded: SecretStr, tmp_path: Path) -> None:
    assert loaded.get_secret_value() == "first"
    (tmp_path / "token").write_text("second one\n")
    assert loaded.get_secret_value() == "second one"


def test_a_file_that_takes_the_place_of_another_is_seen(loaded: SecretStr, tmp_path: Path) -> None:
    """Of the same size and moment, as a mounted secret of a cluster may be."""
    before = (tmp_path / "token").stat()
    other = tmp_path / "other"
    other.write_text("fresh\n")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.rename(tmp_path / "token")
    assert loaded.get_secret_value() == "fresh"


def test_in_the_midst_of_a_change_the_secret_of_before_goes_on(
    loaded: SecretStr, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "token").write_text("")
    assert loaded.get_secret_value() == "first"
    assert "is empty" in caplog.text
    (tmp_path / "token").unlink()
    assert loaded.get_secret_value() == "first"
    (tmp_path / "token").write_text("second")
    assert loaded.get_secret_value() == "second"
    assert "first" not in caplog.text
    assert "second" not in caplog.text


def test_a_variable_goes_before_the_file_that_the_settings_file_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("of the file")
    file = tmp_path / "odwh.toml"
    file.write_text(f"[moodle]\n{TOKEN}")
    monkeypatch.setenv("ODWH_MOODLE_TOKEN", "of the variable")
    assert _token(load_settings(file)).get_secret_value() == "of the variable"


def test_no_secret_of_a_file_is_shown(loaded: SecretStr, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("second")
    assert "first" not in repr(loaded) + str(loaded)
    assert "second" not in repr(loaded) + str(loaded)

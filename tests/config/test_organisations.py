"""The folder of organisations: each has its own settings, and nothing of the service or another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import config.organisations
from config.organisations import (
    Organisations,
    UnknownOrganisation,
    load_service,
    require_name,
    settings_of,
)
from config.settings import Settings, SettingsError
from tests.fixtures.programs import clean_environment

MOODLE = '[moodle]\nurl = "https://lms.example.org"\ntoken_file = "moodle-token"\n'


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)
    monkeypatch.setattr(config.organisations, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(config.organisations, "LEAST_BETWEEN", 0)


def _make(folder: Path, name: str, host: str | None = None, more: str = "") -> Path:
    own = folder / name
    own.mkdir(exist_ok=True)
    address = f'[pages]\nurl = "https://{host or name + ".example.org"}"\n'
    (own / "moodle-token").write_text(f"token of {name}")
    (own / "settings.toml").write_text(more + address)
    return own


def _organisations(folder: Path) -> Organisations:
    return Organisations(Settings.model_validate({"organisations_folder": folder}))


def _settings(organisations: Organisations, name: str) -> Settings:
    settings = organisations.named(name).settings
    assert settings is not None
    return settings


def test_each_has_its_own_register_policy_and_secrets(tmp_path: Path) -> None:
    for name in ("noord", "zuid"):
        own = _make(tmp_path, name)
        (own / "settings.toml").write_text((own / "settings.toml").read_text() + MOODLE)
    (tmp_path / "noord" / "policy").mkdir()
    organisations = _organisations(tmp_path)
    noord, zuid = _settings(organisations, "noord"), _settings(organisations, "zuid")
    assert noord.database_url == f"sqlite:///{tmp_path}/noord/register.sqlite3"
    assert zuid.database_url == f"sqlite:///{tmp_path}/zuid/register.sqlite3"
    assert noord.policy_folder == tmp_path / "noord" / "policy"
    assert zuid.policy_folder is None
    assert noord.moodle is not None
    assert zuid.moodle is not None
    assert noord.moodle.token.get_secret_value() == "token of noord"
    assert zuid.moodle.token.get_secret_value() == "token of zuid"


def test_a_variable_reaches_no_organisation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = _make(tmp_path, "noord")
    monkeypatch.setenv("ODWH_MOODLE_URL", "https://lms-of-all.example.org")
    monkeypatch.setenv("ODWH_MOODLE_TOKEN", "token of all")
    monkeypatch.setenv("ODWH_DATABASE_URL", "sqlite:///register-of-all.sqlite3")
    settings = settings_of(own, Settings.model_validate({"bind": "127.0.0.1:9"}))
    assert settings.moodle is None
    assert "register-of-all" not in settings.database_url
    assert settings.bind == "127.0.0.1:9"


def test_what_no_organisation_would_get_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODWH_ORGANISATIONS_FOLDER", str(tmp_path))
    service = load_service(None)
    assert service is not None
    assert service.organisations_folder == tmp_path
    monkeypatch.setenv("ODWH_WORKER_BIND", "127.0.0.1:8001")
    service = load_service(None)
    assert service is not None
    assert service.worker_bind == "127.0.0.1:8001"
    monkeypatch.setenv("ODWH_MOODLE_TOKEN_FILE", "/nowhere")
    with pytest.raises(SettingsError, match=r"ODWH_MOODLE_TOKEN: no organisation .* gets"):
        load_service(None)
    monkeypatch.delenv("ODWH_MOODLE_TOKEN_FILE")
    file = tmp_path / "odwh.toml"
    file.write_text('bind = "127.0.0.1:9"\nlanguage = "en"\n')
    with pytest.raises(SettingsError, match="language: no organisation"):
        load_service(file)


def test_without_the_folder_there_is_one_organisation() -> None:
    assert load_service(None) is None


def test_what_is_the_services_no_organisation_sets(tmp_path: Path) -> None:
    own = _make(tmp_path, "noord", more='bind = "0.0.0.0:80"\n')
    with pytest.raises(SettingsError, match="bind: is of the service as a whole"):
        settings_of(own, Settings())


def test_an_organisation_is_told_by_its_address(tmp_path: Path) -> None:
    _make(tmp_path, "noord", "Leren.Noord.example.org:8443")
    organisations = _organisations(tmp_path)
    found = organisations.at("leren.noord.example.org")
    assert found is not None
    assert found.name == "noord"
    assert organisations.at("leren.zuid.example.org") is None
    (tmp_path / "noord" / "settings.toml").write_text("")
    with pytest.raises(SettingsError, match=r"pages\.url: is required"):
        settings_of(tmp_path / "noord", Settings())


def test_a_new_and_a_changed_one_are_noticed(tmp_path: Path) -> None:
    _make(tmp_path, "noord")
    organisations = _organisations(tmp_path)
    assert [one.name for one in organisations.all()] == ["noord"]
    before = _settings(organisations, "noord")
    _make(tmp_path, "zuid")
    assert [one.name for one in organisations.all()] == ["noord", "zuid"]
    assert _settings(organisations, "noord") is before
    _make(tmp_path, "noord", more='language = "en"\n')
    assert _settings(organisations, "noord").language == "en"


def test_one_that_is_being_made_is_not_there_yet(tmp_path: Path) -> None:
    _make(tmp_path, ".noord")
    assert _organisations(tmp_path).all() == []


def test_a_fault_of_one_leaves_the_others(tmp_path: Path) -> None:
    _make(tmp_path, "noord")
    _make(tmp_path, "zuid", more='language = "fr"\n')
    organisations = _organisations(tmp_path)
    zuid = organisations.at("zuid.example.org")
    assert zuid is not None
    assert zuid.settings is None
    assert "language" in (zuid.fault or "")
    assert organisations.named("noord").fault is None
    _make(tmp_path, "zuid")
    assert organisations.named("zuid").fault is None


def test_what_held_before_a_fault_goes_on(tmp_path: Path) -> None:
    own = _make(tmp_path, "noord")
    organisations = _organisations(tmp_path)
    before = _settings(organisations, "noord")
    (own / "settings.toml").write_text("language = ")
    after = organisations.named("noord")
    assert after.settings is before
    assert "is no TOML" in (after.fault or "")


@pytest.mark.parametrize(
    ("zuid", "fault"),
    [
        ({"host": "noord.example.org"}, "pages.url: noord.example.org is that of more"),
        ({"more": 'database_url = "sqlite:///../noord/register.sqlite3"\n'}, "database_url"),
    ],
)
def test_two_with_one_address_or_register_are_served_neither(
    tmp_path: Path, zuid: dict[str, str], fault: str
) -> None:
    _make(tmp_path, "noord")
    _make(tmp_path, "zuid", **zuid)
    organisations = _organisations(tmp_path)
    for name in ("noord", "zuid"):
        assert organisations.named(name).settings is None
        assert fault in (organisations.named(name).fault or "")
    _make(tmp_path, "zuid")
    assert [one.fault for one in organisations.all()] == [None, None]


def test_a_name_that_nobody_has_is_told_with_those_there_are(tmp_path: Path) -> None:
    _make(tmp_path, "noord")
    with pytest.raises(UnknownOrganisation, match=r"no organisation zuid in .*: noord"):
        _organisations(tmp_path).named("zuid")


@pytest.mark.parametrize("name", ["Noord", "1noord", "noord_zuid", "-n", "n--z", "", "n" * 41])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        require_name(name)
    require_name("noord-2")


def test_a_folder_that_is_away_leaves_all_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "organisations"
    folder.mkdir()
    _make(folder, "noord")
    organisations = _organisations(folder)
    before = _settings(organisations, "noord")
    folder.rename(tmp_path / "elsewhere")
    assert _settings(organisations, "noord") is before
    with pytest.raises(SettingsError, match="there is no folder"):
        _organisations(folder)


def test_a_name_of_a_host_is_compared_as_browsers_send_it(tmp_path: Path) -> None:
    _make(tmp_path, "noord", "Léren.example.org")
    found = _organisations(tmp_path).at("xn--lren-bpa.example.org")
    assert found is not None
    assert found.name == "noord"

"""From settings to parts: what is not configured is absent, and what cannot work is refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from adapter.ground.clock import FileClock, SystemClock
from adapter.programs.wiring import build_parts
from config.settings import Settings, SettingsError
from tests.fixtures.programs import clean_environment

TOKEN = "<token><version>1</version><data>ABC</data></token>"
AFAS = {"url": "https://afas.example.org", "token": TOKEN, "tenant": "1"}
MOODLE = {"url": "https://lms.example.org", "token": "t"}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def _settings(**values: Any) -> Settings:
    return Settings.model_validate(values)


def test_nothing_configured_is_a_service_without_lms_and_hris() -> None:
    parts = build_parts(_settings())
    assert (parts.lms, parts.hris) == (None, None)
    assert isinstance(parts.clock, SystemClock)
    parts.register.close()


def test_what_is_configured_is_there(tmp_path: Path) -> None:
    for hris in ({"afas": AFAS}, {"csv": {"folder": tmp_path}}):
        parts = build_parts(_settings(moodle=MOODLE, **hris))
        assert parts.lms is not None
        assert parts.hris is not None
        assert parts.hris.source.startswith("urn:hris:")
        parts.register.close()


def test_a_rehearsal_runs_on_the_clock_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("2027-03-01T10:00:00+01:00")
    parts = build_parts(_settings(rehearsal_clock=file))
    assert isinstance(parts.clock, FileClock)
    assert parts.clock.now().isoformat().startswith("2027-03-01T09:0")
    parts.register.close()


def test_two_hris_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="one HRIS"):
        build_parts(_settings(afas=AFAS, csv={"folder": tmp_path}))


def test_a_clock_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ODWH_REHEARSAL_CLOCK"):
        build_parts(_settings(rehearsal_clock=tmp_path / "absent"))


def test_a_clock_that_holds_no_moment_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("next Monday")
    with pytest.raises(SettingsError, match=r"ODWH_REHEARSAL_CLOCK: .* holds no moment"):
        build_parts(_settings(rehearsal_clock=file))


def test_a_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"^ODWH_AFAS_FIELDS: .*shoe_size"):
        build_parts(_settings(afas=AFAS | {"fields": {"shoe_size": "Maat"}}))
    with pytest.raises(SettingsError, match=r"^ODWH_CSV_COLUMNS: .*shoe_size"):
        build_parts(_settings(csv={"folder": "x", "columns": {"shoe_size": "Maat"}}))


def test_a_policy_folder_that_is_not_there_or_wrong_is_named_by_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^ODWH_POLICY_FOLDER: there is no folder .*absent"):
        build_parts(_settings(policy_folder=tmp_path / "absent"))
    (tmp_path / "2026-01-01.toml").write_text("nonsense")
    with pytest.raises(SettingsError, match=r"^ODWH_POLICY_FOLDER: .*2026-01-01.toml"):
        build_parts(_settings(policy_folder=tmp_path))


PAYROLL = {
    "payroll_connector": "LMS_Looncomponenten",
    "payroll_period_table": 5,
    "payroll_employer": "01",
    "payroll_net_component": 306,
}


def test_payroll_is_off_until_it_is_set_up_whole() -> None:
    assert build_parts(_settings(afas=AFAS)).payroll is None
    payroll = build_parts(_settings(afas=AFAS | PAYROLL)).payroll
    assert payroll is not None
    assert (payroll.takes(net=True), payroll.takes(net=False)) == (True, False)


@pytest.mark.parametrize("absent", PAYROLL)
def test_half_a_payroll_is_refused(absent: str) -> None:
    half = {name: value for name, value in PAYROLL.items() if name != absent}
    with pytest.raises(SettingsError, match="ODWH_AFAS_PAYROLL_CONNECTOR"):
        build_parts(_settings(afas=AFAS | half))


IN_THE_OPEN: dict[str, dict[str, Any]] = {
    "moodle": MOODLE,
    "afas": AFAS,
    "frappe": {"tenant": "odwh", "api_key": "k", "api_secret": "s"},
    "horilla": {"tenant": "odwh", "username": "u", "password": "p"},
}


@pytest.mark.parametrize("section", IN_THE_OPEN)
def test_no_key_goes_over_a_line_that_others_can_read(section: str) -> None:
    settings = _settings(**{section: {**IN_THE_OPEN[section], "url": "http://x.example.org"}})
    said = rf"^ODWH_{section.upper()}_URL: The address of .* must begin with https://"
    with pytest.raises(SettingsError, match=said):
        build_parts(settings)


@pytest.mark.parametrize(
    ("mail", "refused"),
    [
        ({"host": "mail.example.org", "password": "p", "starttls": False}, True),
        ({"host": "mail.example.org", "password": "p"}, False),
        ({"host": "mail.example.org", "starttls": False}, False),
        ({"host": "127.0.0.1", "password": "p", "starttls": False}, False),
    ],
)
def test_a_mail_password_never_travels_in_the_open(mail: dict[str, Any], refused: bool) -> None:
    settings = _settings(mail={"sender": "a@example.org", "username": "a", **mail})
    if not refused:
        build_parts(settings).register.close()
        return
    with pytest.raises(SettingsError, match="ODWH_MAIL_PASSWORD would travel in the open"):
        build_parts(settings)

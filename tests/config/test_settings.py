"""Settings from the environment, from files of secrets and from TOML; what is wrong is named."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import SecretStr

from adapter.subjects.leaving.hris_messages import HrisMessage
from config.settings import (
    PREFIX,
    REGISTER_SETTINGS,
    ArchivedKind,
    ArchiveSettings,
    CsvSettings,
    Settings,
    SettingsError,
    load_settings,
    section_named,
    unknown_variables,
)
from tests.fixtures.programs import clean_environment

CATEGORIES = dict.fromkeys(get_args(ArchivedKind), "8.1")
SECTIONS: dict[str, dict[str, Any]] = {
    "moodle": {"url": "https://lms.example.org", "token": "m-token"},
    "frappe": {
        "url": "https://hr.example.org",
        "tenant": "odwh",
        "api_key": "a-key",
        "api_secret": "a-secret",
    },
    "horilla": {
        "url": "https://hr.example.org",
        "tenant": "odwh",
        "username": "adapter",
        "password": "a-password",
    },
    "afas": {"url": "https://afas.example.org", "token": "a-token", "tenant": "1"},
    "csv": {"folder": "/srv/hris"},
    "mail": {"host": "mail.example.org", "sender": "a@example.org"},
    "openid": {"issuer": "https://idp.example.org", "client_id": "adapter"},
    "machines": {
        "issuer": "https://idp.example.org",
        "audience": "api://adapter",
        "clients": {"moodle": "lms"},
    },
    "archive": {"selection_list": "Selectielijst 2026", "categories": CATEGORIES},
}
LMS = "url = 'https://x'\ntoken = 't'\n"
SPECIAL: dict[str, Any] = {
    "timezone": "Europe/Vienna",
    "bind": "0.0.0.0:9000",
    "worker_bind": "127.0.0.1:9001",
    "log_level": "WARNING",
    "language": "en",
    "max_body_bytes": 100_000,
    "webhook_token": "w-token",
    "account_username": "number",
    "url": "https://a.example.org",
    "lms_activity": "https://lms.example.org/mod/lti/launch.php?id=126",
    "roles": {"hr-group": "hr"},
    "clients": {"moodle": "lms"},
    "token_type": "JWT",
    "categories": CATEGORIES | {"claim": "8.3"},
    "kept_for_good": "agreement claim",
    "trusted_proxies": "10.0.0.5 10.1.0.0/16",
    "plugin_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "database_url": "postgresql://adapter:geheim@db/odwh",
}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)


def _value_for(annotation: str, name: str) -> Any:
    if name in SPECIAL:
        return SPECIAL[name]
    if "bool" in annotation:
        return False
    if "dict" in annotation:
        return {"employee_id": "Medewerker"}
    if "int" in annotation or "float" in annotation or "Decimal" in annotation:
        return 7
    if name == "sender" or name.endswith("_address"):
        return f"{name}@example.org"
    return f"/a/{name}"


def _all_settings() -> list[tuple[str | None, str, Any]]:
    found: list[tuple[str | None, str, Any]] = []
    for name, field in Settings.model_fields.items():
        section = section_named(name)
        if section is None:
            found.append((None, name, _value_for(str(field.annotation), name)))
            continue
        for part, inner in section.model_fields.items():
            found.append((name, part, _value_for(str(inner.annotation), part)))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value) if isinstance(value, Path) else value


def _read(settings: Settings, section: str | None, name: str) -> Any:
    holder: Any = settings if section is None else getattr(settings, section)
    return _plain(getattr(holder, name))


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, (dict, bool, int)) else str(value)


def _variable(section: str | None, name: str) -> str:
    return f"{PREFIX}{name if section is None else f'{section}_{name}'}".upper()


@pytest.mark.parametrize(("section", "name", "value"), _all_settings(), ids=str)
def test_every_setting_is_read_from_environment_secret_file_and_toml(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, section: str | None, name: str, value: Any
) -> None:
    variable = _variable(section, name)
    required = {} if section is None else SECTIONS.get(section, {})
    for part, needed in required.items():
        if part != name:
            monkeypatch.setenv(_variable(section, part), _text(needed))
    with monkeypatch.context() as patch:
        patch.setenv(variable, _text(value))
        assert _read(load_settings(), section, name) == value
        assert unknown_variables() == []
    with monkeypatch.context() as patch:
        secret = tmp_path / "secret"
        secret.write_text(f"{_text(value)}\n")
        patch.setenv(f"{variable}_FILE", str(secret))
        assert _read(load_settings(), section, name) == value
        assert unknown_variables() == []
    file = tmp_path / "odwh.toml"
    member = (
        "{ " + ", ".join(f"{key} = {part!r}" for key, part in value.items()) + " }"
        if isinstance(value, dict)
        else (json.dumps(value))
    )
    file.write_text((f"[{section}]\n" if section else "") + f"{name} = {member}\n")
    assert _read(load_settings(file), section, name) == value


def test_the_environment_goes_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "odwh.toml"
    file.write_text('language = "nl"\n[moodle]\nurl = "https://file"\ntoken = "t"\n')
    monkeypatch.setenv("ODWH_LANGUAGE", "en")
    monkeypatch.setenv("ODWH_MOODLE_URL", "https://environment")
    settings = load_settings(file)
    assert settings.moodle is not None
    assert (settings.language, settings.moodle.url) == ("en", "https://environment")
    assert settings.moodle.token.get_secret_value() == "t"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ODWH_BIND", "8000"),
        ("ODWH_BIND", "host:99999"),
        ("ODWH_WEB_WORKERS", "0"),
        ("ODWH_WEB_THREADS", "many"),
        ("ODWH_LOG_LEVEL", "LOUD"),
        ("ODWH_LANGUAGE", "fy"),
        ("ODWH_MAX_BODY_BYTES", "10"),
        ("ODWH_BRAKE_HOLDS_PER_HOUR", "0"),
        ("ODWH_SCHEDULE_NIGHTLY_HOUR", "24"),
        ("ODWH_MOODLE_ULR", "https://x"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable):
        load_settings()


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODWH_BIND", "x")
    monkeypatch.setenv("ODWH_LANGUAGE", "x")
    monkeypatch.setenv("ODWH_MOODLE_URL", "https://x")
    with pytest.raises(SettingsError) as wrong:
        load_settings()
    for variable in ("ODWH_BIND", "ODWH_LANGUAGE", "ODWH_MOODLE_TOKEN"):
        assert variable in str(wrong.value)


@pytest.mark.parametrize("content", [b"= nonsense", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odwh.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError):
        load_settings(file)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xfa"])
def test_a_secret_file_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
    monkeypatch.setenv("ODWH_WEBHOOK_TOKEN_FILE", str(secret))
    with pytest.raises(SettingsError, match="ODWH_WEBHOOK_TOKEN_FILE"):
        load_settings()


def test_what_a_command_on_the_register_needs_is_read_from_the_environment_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In sections too: it once read the term of records and the address of the pages nowhere."""
    monkeypatch.setenv("ODWH_PAGES_URL", "https://leren.example.org")
    monkeypatch.setenv("ODWH_RETENTION_RECORDS_DAYS", "7305")
    monkeypatch.setenv("ODWH_WEBHOOK_TOKEN_FILE", "/there/is/no/such/file")
    settings = load_settings(only=REGISTER_SETTINGS)
    assert settings.public_url == "https://leren.example.org"
    assert settings.retention.records_days == 7305
    assert settings.webhook_token is None


def test_a_variable_that_no_setting_reads_is_told() -> None:
    environment = {"ODWH_LANGUAG": "en", "ODWH_BIND": "x", "HOME": "/", "ODWH_X_FILE": "y"}
    assert unknown_variables(environment) == ["ODWH_LANGUAG", "ODWH_X_FILE"]


def test_a_member_of_the_file_that_no_setting_reads_is_refused_with_the_others(
    tmp_path: Path,
) -> None:
    file = tmp_path / "odwh.toml"
    file.write_text('languag = "en"\nbind = "x"\n[moodel]\nurl = "x"\n')
    with pytest.raises(SettingsError) as wrong:
        load_settings(file)
    assert [line.split(": ")[:2] for line in str(wrong.value).splitlines()] == [
        [str(file), "languag"],
        [str(file), "moodel"],
        [str(file), "bind (ODWH_BIND)"],
    ]


def test_no_secret_is_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for section, values in SECTIONS.items():
        for name, value in values.items():
            monkeypatch.setenv(_variable(section, name), _text(value))
    for variable, value in (
        ("ODWH_WEBHOOK_TOKEN", "w-token"),
        ("ODWH_MAIL_PASSWORD", "m-password"),
        ("ODWH_DATABASE_URL", "postgresql://adapter:geheim@db/odwh"),
    ):
        monkeypatch.setenv(variable, value)
    shown = repr(load_settings()) + str(load_settings())
    for secret in ("m-token", "a-token", "w-token", "m-password", "geheim"):
        assert secret not in shown


@pytest.mark.parametrize(
    "secret", ["", "geheim", "whsec_", "whsec_kort", "whsec_" + "A" * 31 + "!"]
)
def test_a_secret_that_cannot_sign_says_how_to_make_one(
    monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("ODWH_MOODLE_URL", "https://lms.example.org")
    monkeypatch.setenv("ODWH_MOODLE_TOKEN", "m-token")
    monkeypatch.setenv("ODWH_MOODLE_PLUGIN_SECRET", secret)
    with pytest.raises(SettingsError, match=r"PLUGIN_SECRET: .*openssl rand") as caught:
        load_settings()
    assert "kort" not in str(caught.value)


@pytest.mark.parametrize("tenant", ["12345", "odwh/noord", "Omgevingsdienst_Fryslân", "n" * 280])
def test_a_name_of_the_hris_is_one_that_its_events_can_carry(tenant: str) -> None:
    source = f"urn:hris:horilla:{CsvSettings(folder=Path('x'), tenant=tenant).tenant}"
    told = {"specversion": "1.0", "type": "nl.hris.access.disabled", "time": "2027-01-01T00:00:00Z"}
    about = {"id": "1", "source": source, "data": {"employee": {"employee_id": "1"}}}
    assert HrisMessage.model_validate(told | about).source == source


# --- each fault by the place that it stands in -------------------------------------------------


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("languag = [", "is no TOML"),
        ('[moodle]\nurl = "https://x"\n', r"moodle.token \(ODWH_MOODLE_TOKEN\): is required"),
        ('[moodle]\nulr = "x"\n', r"moodle.ulr \(ODWH_MOODLE_ULR\): no setting has this name"),
        (f"[moodle]\n{LMS}timezone = 'Europe/Amstredam'\n", r"moodle.timezone .*no time zone"),
        ("[csv]\nfolder = 'x'\ntenant = 'OD Noord'\n", r"csv.tenant .*without spaces"),
        (f"[csv]\nfolder = 'x'\ntenant = '{'x' * 281}'\n", r"csv.tenant .*280 characters"),
        (f"[moodle]\n{LMS}request_fields = {{ fee = 3 }}\n", r"moodle.request_fields .*\(fee\)"),
        ('webhook_token_file = "absent"\n', "webhook_token_file: cannot read"),
        ('webhook_token_file = "empty"\n', "webhook_token_file: .*is empty"),
        ('[mail]\npassword_file = "empty"\n', "mail.password_file: .*is empty"),
        ('[mail]\npassword = "x"\npassword_file = "full"\n', "mail.password stands there as well"),
    ],
)
def test_a_fault_of_the_file_is_told_with_file_and_key(
    tmp_path: Path, content: str, place: str
) -> None:
    file = tmp_path / "adapter.toml"
    file.write_text(content)
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "full").write_text("secret\n")
    with pytest.raises(SettingsError, match=place) as wrong:
        load_settings(file)
    assert str(wrong.value).startswith(str(file))


@pytest.mark.parametrize("section", [None, "moodle"])
def test_a_member_of_the_file_can_name_the_file_that_holds_its_value(
    tmp_path: Path, section: str | None
) -> None:
    """So that a command in a shell sees what the service sees."""
    file, secret = tmp_path / "adapter.toml", tmp_path / "secret"
    secret.write_text("from the file\n")
    lines = {
        None: f'webhook_token_file = "{secret}"\n',
        "moodle": '[moodle]\nurl = "https://x"\ntoken_file = "secret"\n',
    }
    file.write_text(lines[section])
    read = load_settings(file)
    found = _read(read, section, "webhook_token" if section is None else "token")
    assert found == "from the file"


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"WEBHOOK_TOKEN": "x", "WEBHOOK_TOKEN_FILE": "secret"}, "ODWH_WEBHOOK_TOKEN is set as w"),
        ({"WEBHOOK_TOKEN_FILE": "empty"}, "ODWH_WEBHOOK_TOKEN_FILE: .*empty is empty"),
        ({"CSV_FOLDER": ".", "CSV_COLUMNS": "naam"}, "^ODWH_CSV_COLUMNS: must be JSON"),
        ({"CSV_FOLDER": ".", "CSV_COLUMNS": '{"fte": 3}'}, r"^ODWH_CSV_COLUMNS: .*\(fte\)"),
        ({"MOODLE_URL": "x", "MOODLE_TOKEN": "x", "MOODLE_TIMEZONE": "CETT"}, "^ODWH_MOODLE_TIME"),
    ],
)
def test_a_fault_of_the_environment_is_told_with_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str], reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text("x")
    (tmp_path / "empty").write_text("")
    for name, value in environment.items():
        monkeypatch.setenv(f"ODWH_{name}", value)
    with pytest.raises(SettingsError, match=reason):
        load_settings()


def test_each_kind_has_its_category_and_only_kinds_are_kept_for_good() -> None:
    some = {kind: category for kind, category in CATEGORIES.items() if kind != "claim"}
    with pytest.raises(ValueError, match="categories has none for claim"):
        ArchiveSettings(selection_list="lijst", categories=some)
    with pytest.raises(ValueError, match="nothing is named letter"):
        ArchiveSettings(selection_list="lijst", categories=CATEGORIES, kept_for_good="claim letter")

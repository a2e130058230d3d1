"""Every command: what it says, and with which exit code it ends."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
import structlog
from click.testing import CliRunner, Result
from sqlalchemy import delete, insert, select, text

from adapter.ground.store.migrate import current_revision, newest_revision
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.work import ApiKeyRow, AuditLineRow, HeartbeatRow
from adapter.programs.cli import COMMANDS, main
from adapter.programs.cli.context import Context
from adapter.programs.cli.output import write_out
from adapter.queues import inbox, outbox
from adapter.queues.inbox import Channel, Delivery
from adapter.queues.outbox import Action, ActionKind
from adapter.register import enforcement_switch
from adapter.register.keys import Principal, RefusedKey, authenticate
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from tests.adapter.ground.store.test_leases import NOW
from tests.fixtures.programs import clean_environment
from tests.fixtures.workbench import EXCEL, PIET, Workbench

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command sets up logging for its process; here that would outlast the test."""
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)
    monkeypatch.setattr("adapter.programs.cli.context.configure_logging", lambda _level: None)
    yield
    structlog.reset_defaults()


@pytest.fixture
def run(sqlite_register: Register, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a register of this test alone."""
    monkeypatch.setenv("ODWH_DATABASE_URL", sqlite_register.engine.url.render_as_string())

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), prog_name="odwh-adapter")

    return invoke


def _pause(register: Register) -> enforcement_switch.Pause | None:
    with register.read() as connection:
        return enforcement_switch.pause_in_force(connection)


# --- keys -------------------------------------------------------------------------------------


def test_a_key_is_printed_alone_and_opens_what_it_says(run: Run, sqlite_register: Register) -> None:
    result = run("key", "create", "--name", "Fleur", "--role", "manager", "--employee", "10009")
    assert (result.exit_code, result.stderr) == (0, "")
    assert re.fullmatch(r"odwh_[0-9a-f]{16}_[\w-]{43}\n", result.stdout)
    found = authenticate(sqlite_register, result.stdout.strip(), datetime.now(UTC))
    assert isinstance(found, Principal)
    assert (found.name, found.role, found.employee_id) == ("Fleur", "manager", "10009")
    with sqlite_register.read() as connection:
        rows = connection.execute(select(ApiKeyRow)).all()
    assert result.stdout.strip().rsplit("_", 1)[-1] not in str(rows)


def test_a_key_can_be_made_on_an_empty_database(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    monkeypatch.setenv("ODWH_DATABASE_URL", url)
    result = run("key", "create", "--name", "x", "--role", "mt")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)
    made = open_register(url)
    assert current_revision(made) == newest_revision()
    made.close()


@pytest.mark.parametrize(
    "command",
    [
        ("key", "create", "--name", "x", "--role", "hr"),
        ("enforcement", "pause", "--reason", "x"),
        ("dead-letters", "list"),
        ("db", "current"),
    ],
)
def test_what_needs_the_register_alone_opens_no_secret_of_another_system(
    run: Run, tmp_path: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The secrets of the HRIS are the service's, and whoever makes a key cannot read them."""
    file = tmp_path / "adapter.toml"
    file.write_text(
        'webhook_token_file = "absent"\npolicy_folder = "absent"\n[afas]\nurl = "https://x"\n'
        'token_file = "absent"\ntenant = "1"\n'
    )
    monkeypatch.setenv("ODWH_MOODLE_TOKEN_FILE", str(tmp_path / "absent"))
    result = run("--config", str(file), *command)
    assert (result.exit_code, result.exception) == (0, None), result.stderr
    assert run("--config", str(file), "doctor").exit_code == 1


def test_a_key_is_listed_without_its_secret_and_revoked(
    run: Run, sqlite_register: Register
) -> None:
    made = run("key", "create", "--name", "portal", "--role", "hr").stdout.strip()
    public, secret = made.split("_")[1], made.split("_", 2)[2]
    listed = run("key", "list")
    assert listed.stdout.startswith(public)
    assert secret not in listed.stdout
    assert run("key", "revoke", public).stdout == f"{public}: revoked\n"
    refused = authenticate(sqlite_register, made, datetime.now(UTC))
    assert isinstance(refused, RefusedKey)
    assert refused.reason == "revoked"
    assert "  revoked 20" in run("key", "list").stdout
    again = run("key", "revoke", public)
    assert (again.exit_code, "see key list" in again.stderr) == (1, True)


def test_a_key_is_replaced_and_the_old_one_opens_for_some_days(
    run: Run, sqlite_register: Register
) -> None:
    old = run("key", "create", "--name", "portal", "--role", "hr").stdout.strip()
    replaced = run("key", "rotate", old.split("_")[1], "--overlap", "3")
    new = replaced.stdout.strip()
    assert "opens until" in replaced.stderr
    soon = datetime.now(UTC) + timedelta(days=2)
    for key in (old, new):
        assert isinstance(authenticate(sqlite_register, key, soon), Principal)
    refused = authenticate(sqlite_register, old, soon + timedelta(days=2))
    assert refused == RefusedKey("expired", old.split("_")[1])
    listed = run("key", "list").stdout
    assert f"in place of {old.split('_')[1]}" in listed
    assert run("key", "rotate", "0" * 16).exit_code == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--network", "10.1.2.3/24"), "--network"),
        (("--network", "example.org"), "--network"),
        (("--until", "2020-01-01"), "is past"),
    ],
)
def test_a_key_that_could_not_open_is_wrong_usage(
    run: Run, options: tuple[str, str], told: str
) -> None:
    result = run("key", "create", "--name", "x", "--role", "hr", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_a_command_under_a_number_without_a_name_tells_the_number(
    run: Run, sqlite_register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 2_000_000_001)
    assert run("key", "create", "--name", "x", "--role", "hr").exit_code == 0
    assert run("enforcement", "pause", "--reason", "look").exit_code == 0
    with sqlite_register.read() as connection:
        lines = connection.execute(select(AuditLineRow.actor, AuditLineRow.way)).all()
    assert [tuple(line) for line in lines] == [("uid 2000000001", "command")] * 2


# --- the audit trail ----------------------------------------------------------------------------


def test_the_trail_is_shipped_line_by_line_and_goes_on_where_it_was(
    run: Run, tmp_path: Path
) -> None:
    position = tmp_path / "position"
    ship = ("audit", "export", "--position", str(position))
    for name in ("first", "second"):
        run("key", "create", "--name", name, "--role", "hr")
    shipped = [json.loads(line) for line in run(*ship).stdout.splitlines()]
    assert [(one["number"], one["action"], one["way"]) for one in shipped] == [
        (1, "make-key", "command"),
        (2, "make-key", "command"),
    ]
    assert position.read_text() == "2\n"
    assert run(*ship).stdout == ""
    run("key", "create", "--name", "third", "--role", "hr")
    assert [json.loads(line)["number"] for line in run(*ship).stdout.splitlines()] == [3]
    assert len(run("audit", "export", "--after", "1").stdout.splitlines()) == 2
    assert run("audit", "export", "--since", "2999-01-01").stdout == ""
    assert len(run("audit", "export", "--since", "2020-01-01").stdout.splitlines()) == 3


def test_what_verify_prints_of_an_empty_log_verifies_for_ever(
    run: Run, sqlite_register: Register
) -> None:
    def lines() -> list[str]:
        printed = run("audit", "verify").stdout.splitlines()
        return [one.removeprefix("last line ") for one in printed]

    kept = lines()
    assert kept
    assert all(":0:" in one for one in kept)
    assert run("key", "create", "--name", "x", "--role", "hr").exit_code == 0
    assert lines() != kept
    options = [word for one in kept for word in ("--line", one)]
    assert run("audit", "verify", *options).exit_code == 0
    invented = f"{kept[0].rpartition(':')[0]}:{'1' * 64}"
    assert run("audit", "verify", "--line", invented).exit_code == 1


def test_a_position_that_is_none_is_told(run: Run, tmp_path: Path) -> None:
    position = tmp_path / "position"
    position.write_text("two")
    result = run("audit", "export", "--position", str(position))
    assert result.exit_code == 1
    assert "holds no number" in result.stderr
    both = run("audit", "export", "--position", str(position), "--after", "1")
    assert both.exit_code == 2


def test_a_position_that_cannot_be_kept_is_told_before_anything_is_sent(
    run: Run, tmp_path: Path
) -> None:
    assert run("key", "create", "--name", "x", "--role", "hr").exit_code == 0
    result = run("audit", "export", "--position", str(tmp_path / "nowhere" / "position"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"there is no folder {tmp_path}/nowhere: make it" in result.stderr


def test_an_unknown_role_is_wrong_usage_that_lists_the_roles(run: Run) -> None:
    result = run("key", "create", "--name", "x", "--role", "boss")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "hr" in result.stderr
    assert "knowledge-broker" in result.stderr


# --- the switch -------------------------------------------------------------------------------


def test_pause_and_resume(run: Run, sqlite_register: Register) -> None:
    paused = run("enforcement", "pause", "--reason", "wrong course fields")
    assert paused.exit_code == 0
    assert "enforcement resume" in paused.stdout
    found = _pause(sqlite_register)
    assert found is not None
    assert found.reason == "wrong course fields"
    shown = run("enforcement", "preview").stdout
    assert "wrong course fields" in shown
    assert run("enforcement", "resume").stdout == "resumed\n"
    assert _pause(sqlite_register) is None


def test_the_status_tells_since_when_by_whom_and_why(run: Run, sqlite_register: Register) -> None:
    assert run("enforcement", "status").stdout == "not paused\n"
    run("enforcement", "pause", "--reason", "wrong course fields")
    found = _pause(sqlite_register)
    assert found is not None
    shown = run("enforcement", "status")
    assert shown.exit_code == 0
    assert shown.stdout == (
        f"paused since {found.since:%Y-%m-%d %H:%M}Z by {found.by}: wrong course fields\n"
    )
    run("enforcement", "resume")
    assert run("enforcement", "status").stdout == "not paused\n"


def test_a_pause_needs_a_reason(run: Run, sqlite_register: Register) -> None:
    assert run("enforcement", "pause").exit_code == 2
    assert _pause(sqlite_register) is None


def test_a_preview_names_who_would_be_held_and_why(
    workbench: Workbench, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench.clock.advance(days=-98)
    workbench.enrol(EXCEL, PIET)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    monkeypatch.setattr(Context, "parts", workbench.parts)
    shown = run("enforcement", "preview")
    assert shown.exit_code == 0
    assert shown.stdout.splitlines() == [
        "10005  OPL-003  grant_missing",
        "1 would be held on 2027-01-01: grant_missing 1",
    ]
    assert (
        "0 would be held on 2026-12-31"
        in run("enforcement", "preview", "--on", "2026-12-31").stdout
    )
    assert run("enforcement", "preview", "--on", "soon").exit_code == 2


# --- dead letters -----------------------------------------------------------------------------


@pytest.fixture
def letters(sqlite_register: Register) -> tuple[str, str]:
    """A dead event and a dead action; gives their ids."""
    action = Action("k", ActionKind.SUSPEND, "hold:1", {"hold_id": "1"})
    with sqlite_register.write() as connection:
        inbox.store(connection, Delivery("lms:x", "1", Channel.LMS, "course_completed", {}), NOW)
        event = inbox.lease_event(connection, NOW)
        assert event is not None
        inbox.fail(connection, event, {"code": "ids_missing"}, NOW, final=True)
        outbox.put(connection, [action], NOW)
        pending = outbox.lease_action(connection, NOW, paused=False)
        assert pending is not None
        outbox.failed(connection, pending, "user 8 is gone; look in the LMS", NOW, final=True)
    return event.id, pending.id


def test_dead_letters_are_listed_with_what_and_why(run: Run, letters: tuple[str, str]) -> None:
    result = run("dead-letters", "list")
    event, action = result.stdout.splitlines()
    assert (event.split()[0], action.split()[0]) == letters
    assert "The event names no user" in event
    assert action.endswith("user 8 is gone; look in the LMS")
    assert (result.exit_code, result.stderr) == (0, "2 dead letters\n")


def test_an_empty_list_says_so(run: Run) -> None:
    result = run("dead-letters", "list")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "0 dead letters\n")


def test_dead_letters_are_replayed_by_id_or_all(run: Run, letters: tuple[str, str]) -> None:
    one = run("dead-letters", "replay", letters[0])
    assert (one.exit_code, one.stdout) == (0, "1 will be tried again\n")
    rest = run("dead-letters", "replay", "--all")
    assert (rest.exit_code, rest.stdout) == (0, "1 will be tried again\n")
    assert run("dead-letters", "list").stdout == ""


def test_what_is_no_dead_letter_is_named_and_the_rest_replayed(
    run: Run, letters: tuple[str, str]
) -> None:
    result = run("dead-letters", "replay", "nope", letters[1])
    assert result.exit_code == 1
    assert result.stderr == "nope is not a dead letter\n"
    assert result.stdout == "1 will be tried again\n"


@pytest.mark.parametrize("arguments", [[], ["--all", "x"]])
def test_a_replay_must_say_which(run: Run, arguments: list[str]) -> None:
    assert run("dead-letters", "replay", *arguments).exit_code == 2


# --- policy -----------------------------------------------------------------------------------

PARAMETERS = Path(__file__).parents[4] / "config" / "policy"


def test_the_policy_in_force_is_shown_with_its_sources(run: Run) -> None:
    shown = run("policy", "show", "--on", "2027-01-01")
    assert shown.exit_code == 0
    assert "on 2027-01-01" in shown.stdout
    assert "Visie §" in shown.stdout
    assert "assumed" in shown.stdout


def test_a_day_before_the_policy_is_no_traceback(run: Run) -> None:
    result = run("policy", "show", "--on", "1990-01-01")
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_the_shipped_parameters_are_in_order(run: Run) -> None:
    for file in PARAMETERS.glob("*.toml"):
        result = run("policy", "check", str(file))
        assert (result.exit_code, result.stderr) == (0, "")


def test_a_parameter_file_with_faults_is_refused_with_each(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "2027-01-01.toml"
    file.write_text("[nonsense]\nvalue = 1\n")
    result = run("policy", "check", str(file))
    assert result.exit_code == 1
    assert "nonsense" in result.stderr
    assert run("policy", "check", str(tmp_path / "absent.toml")).exit_code == 2


def test_no_difference_between_a_policy_and_itself(run: Run) -> None:
    result = run("policy", "diff", str(PARAMETERS), str(PARAMETERS))
    assert result.exit_code == 0
    assert not [line for line in result.stdout.splitlines() if line[:1] in "+-"]


# --- sync and doctor --------------------------------------------------------------------------


def test_a_sync_without_lms_or_hris_says_what_to_set(run: Run) -> None:
    for what in ("employees", "courses", "enrolments"):
        result = run("sync", what)
        assert result.exit_code == 1, what
        assert "ODWH_" in result.stderr
    assert run("sync", "grades").exit_code == 2


def test_the_doctor_warns_of_what_is_not_configured_and_is_content(run: Run) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    for variable in ("ODWH_MOODLE_*", "ODWH_AFAS_*", "ODWH_MAIL_HOST"):
        assert variable in result.stdout
    assert "0 failed" in result.stdout


def test_the_doctor_fails_when_mail_does_not_answer(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"HOST": "127.0.0.1", "PORT": "9", "SENDER": "a@example.org"}
    for name, value in settings.items():
        monkeypatch.setenv(f"ODWH_MAIL_{name}", value)
    result = run("doctor")
    assert result.exit_code == 1
    assert "check ODWH_MAIL_HOST, ODWH_MAIL_PORT" in result.stdout
    assert "set ODWH_MAIL_HR_ADDRESS" in result.stdout


def test_the_doctor_tells_of_a_worker_that_is_silent(run: Run, sqlite_register: Register) -> None:
    """Before the service was ever started there is none to miss."""
    assert "worker" not in run("doctor").stdout
    for minutes, told in ((1, "ok       worker: well"), (16, "warning  worker: none was heard")):
        at = datetime.now(UTC) - timedelta(minutes=minutes)
        with sqlite_register.write() as connection:
            connection.execute(delete(HeartbeatRow))
            connection.execute(insert(HeartbeatRow).values(worker="here:1:a", at=at))
        result = run("doctor")
        assert told in result.stdout
        assert result.exit_code == 0


def test_the_doctor_fails_on_a_full_disk(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "disk: well" in run("doctor").stdout
    monkeypatch.setattr("adapter.views.service.health.LEAST_FREE_BYTES", 10**18)
    result = run("doctor")
    assert result.exit_code == 1
    assert "FAILED   disk: " in result.stdout


# --- what every command shares ----------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [["dead-letters", "list"], ["key", "create", "--name", "x", "--role", "hr"], ["doctor"]],
)
def test_an_outdated_database_is_refused_with_what_to_run(
    run: Run, sqlite_register: Register, arguments: list[str]
) -> None:
    with sqlite_register.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    result = run(*arguments)
    assert result.exit_code == 1
    assert "run `odwh-adapter db upgrade`" in result.stderr
    assert result.stdout == ""


def test_db_upgrade_says_what_it_brought_from_where_to_where(
    run: Run, sqlite_register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = newest_revision()
    register = sqlite_register.engine.url.database
    assert run("db", "upgrade").stdout == f"{register}: {newest} -> {newest}\n"
    monkeypatch.setenv("ODWH_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert run("db", "upgrade").stdout == f"{tmp_path / 'new.sqlite3'}: empty -> {newest}\n"


@pytest.mark.parametrize("made", ["nothing", "an empty file"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["enforcement", "pause", "--reason", "look"],
        ["enforcement", "resume"],
        ["enforcement", "status"],
        ["dead-letters", "list"],
        ["dead-letters", "leave", "one", "--reason", "known"],
        ["dead-letters", "replay", "--all"],
    ],
)
def test_what_must_reach_the_service_that_runs_makes_no_register(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], made: str
) -> None:
    """Who forgot --config would hear that it is paused, or that nothing is wrong."""
    file = tmp_path / "other.sqlite3"
    if made == "an empty file":
        file.touch()
    monkeypatch.setenv("ODWH_DATABASE_URL", f"sqlite:///{file}")
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert str(file) in result.stderr
    assert file.exists() == (made == "an empty file")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://adapter:geheim@127.0.0.1:1/nothing",
        "sqlite:////no/such/folder/register.sqlite3",
        "nonsense",
        "oracle+nothing://adapter:geheim@x/y",
    ],
)
@pytest.mark.parametrize("arguments", [["db", "upgrade"], ["dead-letters", "list"]])
def test_a_database_that_cannot_be_reached_is_a_sentence_without_its_password(
    run: Run, monkeypatch: pytest.MonkeyPatch, url: str, arguments: list[str]
) -> None:
    monkeypatch.setenv("ODWH_DATABASE_URL", url)
    result = run(*arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "ODWH_DATABASE_URL" in result.stderr
    assert "geheim" not in result.output


def test_wrong_settings_are_named_each(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODWH_WEB_THREADS", "many")
    monkeypatch.setenv("ODWH_BIND", "here")
    result = run("doctor")
    assert result.exit_code == 1
    assert "ODWH_WEB_THREADS" in result.stderr
    assert "ODWH_BIND" in result.stderr


def test_a_config_file_that_is_not_there_is_named(run: Run) -> None:
    result = run("--config", "absent.toml", "doctor")
    assert result.exit_code == 1
    assert "absent.toml" in result.stderr


def test_two_hris_are_refused(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = {"AFAS_URL": "https://x", "AFAS_TOKEN": "t", "AFAS_TENANT": "1"}
    for name, value in (settings | {"CSV_FOLDER": str(tmp_path)}).items():
        monkeypatch.setenv(f"ODWH_{name}", value)
    for command in (["doctor"], ["policy", "show"]):
        result = run(*command)
        assert result.exit_code == 1
        assert "there is one HRIS" in result.stderr


def test_a_token_that_is_none_of_afas_is_named_by_its_setting(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"URL": "https://x", "TOKEN": "t", "TENANT": "1"}.items():
        monkeypatch.setenv(f"ODWH_AFAS_{name}", value)
    result = run("sync", "employees")
    assert result.exit_code == 1
    assert "ODWH_AFAS_TOKEN: The AFAS token is neither" in result.stderr


def test_help_names_every_command(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for name, (_, what) in COMMANDS.items():
        assert name in result.stdout
        assert run(name, "-h").exit_code == 0
        command = main.get_command(click.Context(main), name)
        assert command is not None
        assert command.get_short_help_str(limit=300) == what


def test_the_list_of_commands_loads_none_of_them() -> None:
    """Nor a database, a web service or a client of another system: it is there at once."""
    asked = (
        "import sys; from adapter.programs.cli import main;"
        "main(['--help'], standalone_mode=False); print(*sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in shown.stdout.split()}
    assert not {"sqlalchemy", "flask", "httpx", "pydantic", "structlog"} & loaded


def test_a_reconciliation_without_anything_configured_still_reports(run: Run) -> None:
    result = run("reconcile", "--format", "json", "--as-of", "2027-03-01")
    assert result.exit_code == 0
    assert result.stdout.lstrip().startswith("{")
    assert run("reconcile", "--format", "doc").exit_code == 2


def test_an_unknown_member_of_the_config_file_is_refused_by_what_reads_all_of_it(
    run: Run, tmp_path: Path, sqlite_register: Register
) -> None:
    file = tmp_path / "odwh.toml"
    url = sqlite_register.engine.url.render_as_string()
    file.write_text(f'database_url = "{url}"\nlanguag = "en"\n')
    result = run("--config", str(file), "doctor")
    assert result.exit_code == 1
    assert f"{file}: languag: no setting has this name" in result.stderr
    assert run("--config", str(file), "dead-letters", "list").exit_code == 0


# --- what an administrator makes is for them alone ----------------------------------------------


def test_a_new_register_and_a_report_are_for_their_own_user_alone(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register, report = tmp_path / "new.sqlite3", tmp_path / "report.html"
    monkeypatch.setenv("ODWH_DATABASE_URL", f"sqlite:///{register}")
    made = run("reconcile", "--output", str(report))
    assert made.exit_code == 0
    assert f"made a new register: {register}" in made.stderr
    assert {register.stat().st_mode & 0o777, report.stat().st_mode & 0o777} == {0o600}


@contextmanager
def _no_room() -> Iterator[None]:
    """A file may have ten bytes, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    report = tmp_path / "report"
    report.write_text("of yesterday, and whole")
    report.chmod(0o640)
    with _no_room(), pytest.raises(click.ClickException, match=f"{report}: cannot be written"):
        write_out(b"of today, and far longer than that", report)
    assert report.read_text() == "of yesterday, and whole"
    assert list(tmp_path.iterdir()) == [report]
    with pytest.raises(click.ClickException, match="No such file or directory; name a file in"):
        write_out(b"of today", tmp_path / "nowhere" / "report")
    write_out(b"of today", report)
    assert (report.read_text(), report.stat().st_mode & 0o777) == ("of today", 0o640)
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    write_out(b"of today", link)
    assert (link.is_symlink(), target.read_text()) == (True, "of today")
    write_out(b"away", Path(os.devnull))
    assert Path(os.devnull).is_char_device()


def test_a_settings_file_that_finds_no_room_is_not_begun(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "adapter.toml"
    with _no_room():
        refused = run("config", "init", str(file))
    assert refused.exit_code == 1
    assert "make room, then again" in refused.stderr
    assert run("config", "init", str(file)).exit_code == 0


def test_a_report_that_is_refused_is_so_in_english(run: Run) -> None:
    """A command speaks English to the administrator, whatever the reports are in."""
    refused = run("report", "management-team", "--period", "2099-Q1")
    assert refused.exit_code == 1
    assert "This period has not begun." in refused.stderr


def test_a_key_for_nobodys_team_is_refused(
    workbench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = workbench.register.engine.url.render_as_string(hide_password=False)
    make = ["key", "create", "--name", "x", "--role", "manager"]
    nowhere = tmp_path / "none.sqlite3"
    monkeypatch.setenv("ODWH_DATABASE_URL", f"sqlite:///{nowhere}")
    for role in ("manager", "director"):
        refused = CliRunner().invoke(main, ["key", "create", "--name", "x", "--role", role])
        assert (refused.exit_code, nowhere.exists()) == (2, False)
    environment = {"ODWH_DATABASE_URL": database}
    unknown = CliRunner().invoke(main, [*make, "--employee", "99999"], env=environment)
    assert unknown.exit_code == 1
    assert "no employee has the number 99999" in unknown.stderr
    known = CliRunner().invoke(main, [*make, "--employee", "10009"], env=environment)
    assert known.exit_code == 0


def test_a_spreadsheet_is_no_text_for_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "adapter.programs.cli.output.sys.stdout.isatty", lambda: True, raising=False
    )
    with pytest.raises(click.ClickException, match="--output FILE"):
        write_out(b"PK\x03\x04\0\xff", None)

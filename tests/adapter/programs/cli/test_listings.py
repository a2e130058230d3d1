"""Every command that lists does so for a program too, and none mixes languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.work import AuditLineRow
from adapter.programs.cli import COMMANDS, main
from adapter.programs.cli.operator import operator
from adapter.queues import inbox
from adapter.queues.inbox import Channel, Delivery
from adapter.register.enforcement_switch import throw
from adapter.register.keys import Role, create_key
from config import catalogue
from config.catalogue import Language
from config.settings import Settings
from tests.adapter.programs.cli.conftest import run_command
from tests.adapter.views.archive.conftest import LIST
from tests.fixtures.agency import Agency

POLICY = Path(__file__).parents[4] / "config" / "policy"

ACTS = {
    *("serve", "worker", "demo", "sandbox", "moodle-preset", "sync", "db upgrade"),
    *(
        "config init",
        "key create",
        "key revoke",
        "key rotate",
        "dead-letters replay",
        "dead-letters leave",
    ),
    *("enforcement pause", "enforcement resume", "policy adopt", "tranche decide"),
    "tranche weigh",
    *("requests import", "commitments import", "tasks import", "quality-criteria import"),
    *("sign-in-link", "role grant", "role revoke", "session end"),
    *("lms invite", "lms revoke", "organisations add"),
    *("person export", "archive export", "backup", "restore"),
}
"""Commands that do something, and say in a line that they did."""
WRITES = {
    *(
        "requests template",
        "commitments template",
        "quality-criteria template",
        "quality-criteria proposals",
        "tasks export",
    ),
    *("tranche weighing-sheet", "audit export", "open-data"),
}
"""Commands that write a spreadsheet to fill in, or lines for a program."""
LISTS = {
    "config check": (),
    "config show": (),
    "doctor": (),
    "status": (),
    "reconcile": (),
    "report": ("management-team",),
    "tranche dossier": ("2027-1",),
    "commitments left": (),
    "tasks list": (),
    "dead-letters list": (),
    "enforcement status": (),
    "enforcement preview": (),
    "key list": (),
    "role list": (),
    "session list": (),
    "lms list": (),
    "policy show": (),
    "policy check": (str(POLICY / "2026-01-01.toml"),),
    "policy diff": (str(POLICY), str(POLICY)),
    "policy what-if": ("--file", str(POLICY / "2026-01-01.toml")),
    "audit verify": (),
    "audit list": (),
    "audit recompute": (),
    "db current": (),
    "person erase": ("--employee", "10005"),
    "person past-term": (),
    "archive destroy": (),
    "archive declaration": (),
}
"""Commands that list or show, with what they need beside `--format json`."""
NOBODY = {
    *("config check", "config show", "doctor", "status", "enforcement status", "lms list"),
    *("policy show", "policy check", "policy diff", "audit verify", "audit recompute"),
    *("db current", "archive declaration"),
}
"""Those that tell nothing of people."""
OF_SEVERAL = {"organisations list"}
"""The same where one installation serves several; read in tests/organisations."""


def _leaves(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    for below in command.list_commands(click.Context(command)):
        found = command.get_command(click.Context(command), below)
        assert found is not None
        yield from _leaves(found, f"{name} {below}".strip())


ALL = dict(_leaves(main))


def test_each_command_is_known_to_act_to_write_or_to_list() -> None:
    """A new command belongs to one of these; one that lists is then asked for its JSON below."""
    assert set(ALL) == ACTS | WRITES | LISTS.keys() | OF_SEVERAL
    assert {name.split()[0] for name in ALL} == set(COMMANDS)


@pytest.mark.parametrize("name", [*LISTS, *OF_SEVERAL])
def test_what_lists_offers_json(name: str) -> None:
    option = next(one for one in ALL[name].params if "--format" in one.opts)
    assert isinstance(option.type, click.Choice)
    assert "json" in option.type.choices


@pytest.fixture
def lived_in(agency: Agency) -> Parts:
    """A register in which each list has something: a dead event, a pause, a key."""
    parts = replace(agency.parts, settings=Settings(archive=LIST))
    now = parts.clock.now()
    with parts.register.write() as connection:
        inbox.store(connection, Delivery("lms:x", "1", Channel.LMS, "course_completed", {}), now)
        event = inbox.lease_event(connection, now)
        assert event is not None
        inbox.fail(connection, event, {"code": "ids_missing"}, now, final=True)
        throw(connection, on=True, reason="look first", by="beheer", now=now)
    create_key(parts.register, parts.clock, "portal", Role.HR)
    return parts


def _arguments(name: str, *options: str) -> list[str]:
    words, needed = name.split(), LISTS[name]
    # The name of a tranche stands between the group and its command.
    if words[0] == "tranche":
        return [words[0], *needed, words[1], *options]
    return [*words, *needed, *options]


def test_the_json_of_each_list_can_be_read(lived_in: Parts, tmp_path: Path) -> None:
    lists = {}
    for name in LISTS:
        result = run_command(lived_in, *_arguments(name, "--format", "json"))
        assert not result.exception or isinstance(result.exception, SystemExit), name
        lists[name] = json.loads(result.stdout)
    assert lists["dead-letters list"][0]["reason"].startswith("The event names no user")
    assert lists["enforcement status"]["pause"]["reason"] == "look first"
    assert lists["key list"][0]["name"] == "portal"
    assert lists["status"]["deadLetters"] == {"waiting": 1, "left": 0}
    assert {one["name"] for one in lists["doctor"]} >= {"database", "enforcement"}
    assert lists["tasks list"][0]["kind"]


def _audit_lines(parts: Parts) -> list[AuditLineRow]:
    with parts.register.read() as connection:
        return rows_of(connection, select(AuditLineRow).order_by(AuditLineRow.at))


@pytest.mark.parametrize("name", sorted(LISTS.keys() - NOBODY))
def test_a_look_at_people_is_in_the_audit_trail(lived_in: Parts, name: str) -> None:
    before = {line.id for line in _audit_lines(lived_in)}
    run_command(lived_in, *_arguments(name, "--format", "json"))
    new = [line for line in _audit_lines(lived_in) if line.id not in before]
    [line] = (line for line in new if line.action in ("view", "export"))
    assert line.actor == operator().name
    assert line.record.startswith(name.split()[0])
    assert line.about == ("10005" if name == "person erase" else None)


@pytest.mark.parametrize("name", ["tasks export", "tranche 2027-1 weighing-sheet"])
def test_a_worksheet_that_is_taken_out_is_in_the_audit_trail(lived_in: Parts, name: str) -> None:
    before = {line.id for line in _audit_lines(lived_in)}
    run_command(lived_in, *name.split())
    [line] = (line for line in _audit_lines(lived_in) if line.id not in before)
    assert (line.actor, line.action, line.record) == (operator().name, "export", name)
    assert line.result == "xlsx"


def test_what_cannot_be_written_down_is_not_shown(
    lived_in: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr("adapter.programs.cli.noting.note_act", refused)
    result = run_command(lived_in, "tasks", "list")
    assert isinstance(result.exception, OperationalError)
    assert result.stdout == ""


# --- the audit trail ------------------------------------------------------------------------------


def test_the_audit_trail_is_listed_by_act_and_by_employee(lived_in: Parts) -> None:
    for employee in ("10005", "10009"):
        run_command(lived_in, "person", "erase", "--employee", employee)
    run_command(lived_in, "tasks", "list")
    everything = run_command(lived_in, "audit", "list").stdout
    assert "  view  tasks list: shown\n" in everything
    assert "  view  person erase, about 10005: shown\n" in everything
    assert "switch-enforcement" in everything
    about = run_command(lived_in, "audit", "list", "--employee", "10005", "--format", "json")
    assert [(one["record"], one["about"]) for one in json.loads(about.stdout)] == [
        ("person erase", "10005")
    ]
    acts = run_command(lived_in, "audit", "list", "--action", "switch-enforcement")
    assert len(acts.stdout.splitlines()) == 1
    later = run_command(lived_in, "audit", "list", "--since", "2099-01-01")
    assert later.stdout == ""


# --- one language ---------------------------------------------------------------------------------


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], set[Language]]:
    """Gives which languages of the catalogue stand in what a command said."""
    plain = catalogue._texts
    marks = {Language.NL: "⟦nl⟧", Language.EN: "⟦en⟧"}

    def texts(language: Language) -> dict[str, str]:
        return {key: f"{marks[language]}{text}" for key, text in plain(language).items()}

    monkeypatch.setattr(catalogue, "_texts", texts)
    return lambda said: {name for name, mark in marks.items() if mark in said}


IN_THE_LANGUAGE_OF_HR = {"reconcile", "report", "tranche dossier", "commitments left", "tasks list"}


@pytest.mark.parametrize("language", list(Language))
def test_no_list_mixes_languages(
    lived_in: Parts, marked: Callable[[str], set[Language]], language: Language
) -> None:
    """What goes on to HR is in the language of HR; what an administrator is told is English."""
    for name in LISTS.keys() - {"policy what-if"}:
        options = ["--format", "json"] if name in ("reconcile", "tranche dossier") else []
        result = run_command(lived_in, *_arguments(name, *options), language=language)
        said = marked(result.stdout + result.stderr)
        expected = language if name in IN_THE_LANGUAGE_OF_HR else Language.EN
        assert said <= {expected}, name
    assert marked(run_command(lived_in, "tasks", "list", language=language).stdout) == {language}

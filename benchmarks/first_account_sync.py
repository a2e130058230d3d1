"""The first sync of 2,000 people against the bare calls of the same result, and a sync in which
nothing changed.

    python -m benchmarks.first_account_sync [PEOPLE] [ROUNDS]

The sync is the whole job of the night, as the worker and `sync employees` do it: the employees are
read from a CSV file, and accounts and team cohorts are written in the LMS. Bare are the calls that
give the LMS the same accounts, cohorts and members, fifty rows in each, two in parallel, without
looking up, noting or proving anything. On the sandbox, whose answers take as long as those of a
real Moodle were measured to take; or with MOODLE_URL, MOODLE_TOKEN, MOODLE_KNOWN_USER and
MOODLE_KNOWN_COURSE on a real one. MOODLE_EMPLOYEE_FIELD names the field with the number there.

A real Moodle keeps what was deleted and looks through it for each address, so who goes second is
slower. Name a command in MOODLE_RESET that puts its database back: it runs before each side, which
then begin alike. Without it what was made is deleted (the token may delete users and cohorts then)
and the order, which changes with the round, must make up for the rest.

Prints for each round the seconds, the calls and the processor time of our own process; at the end
the medians of the ratios to the bare calls of the same round, with the least and the most.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import perf_counter, process_time, sleep
from typing import Any
from uuid import uuid4

import httpx
from pydantic import TypeAdapter

from adapter.ground.clock import SystemClock
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.queues.turns import RegisterTurns
from adapter.subjects.accounts.sync import AccountSync, sync_accounts
from adapter.subjects.accounts.teams import team_cohort
from adapter.subjects.sync.employees import sync_employees
from benchmarks.figures import Unit, measured
from config.policy_files import load_policy
from config.settings import MoodleSettings, Settings
from connectors.csvfolder.config import CsvFolderConfig
from connectors.csvfolder.hris import CsvFolder
from connectors.moodle import Moodle, MoodleConfig
from connectors.moodle.client import MoodleClient
from sandboxes.moodle import (
    Course,
    SandboxMoodle,
    State,
    User,
)

BATCH, LANES, TEAMS = 50, 2, 40
CREATE, MAKE, JOIN = (
    "core_user_create_users",
    "core_cohort_create_cohorts",
    "core_cohort_add_cohort_members",
)
SECONDS: Mapping[str, float] = {CREATE: 0.52, JOIN: 0.11, MAKE: 0.10}
"""Of a batch of 50 with two in parallel, as measured on a real Moodle with two cores."""
OTHER_SECONDS = 0.01
"""Of a look for who is not there yet."""
RESET = "MOODLE_RESET"
AUTH = "oauth2"
"""Without a password, so that no mail goes out and no hash is measured."""
ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
FUNCTION = re.compile(rb"\bwsfunction=(\w+)")
Send = Callable[[str, str, Sequence[dict[str, Any]]], list[Any]]
"""Rows by function and the name of its list, in batches; the answer to each."""


class Counting(httpx.HTTPTransport):
    """Counts the calls by function; `paced` takes a real Moodle's time for each answer, the
    sandbox's own time included."""

    def __init__(self, *, paced: bool) -> None:
        super().__init__()
        self.calls: Counter[str] = Counter()
        self._paced = paced
        self._lock = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        start = perf_counter()
        asked = FUNCTION.search(request.content)
        assert asked, "every call names its function"
        function = asked[1].decode()
        with self._lock:
            self.calls[function] += 1
        answer = super().handle_request(request)
        if self._paced:
            spent = perf_counter() - start
            sleep(max(0.0, SECONDS.get(function, OTHER_SECONDS) - spent))
        return answer


@dataclass(frozen=True)
class Site:
    config: MoodleConfig
    paced: bool

    def transport(self) -> Counting:
        return Counting(paced=self.paced)


@dataclass(frozen=True)
class Side:
    seconds: float
    own_processor: float
    calls: int

    def __str__(self) -> str:
        return f"{self.seconds:7.2f} s, {self.calls:3} calls, {self.own_processor:5.2f} s ours"


@dataclass(frozen=True)
class Measured:
    bare: Side
    first: Side
    again: Side


@contextmanager
def _site() -> Iterator[Site]:
    url, token = os.environ.get("MOODLE_URL"), os.environ.get("MOODLE_TOKEN")
    if url and token:
        known = os.environ["MOODLE_KNOWN_USER"], os.environ["MOODLE_KNOWN_COURSE"]
        field = os.environ.get("MOODLE_EMPLOYEE_FIELD", "personeelsnummer")
        config = MoodleConfig(url, token, *known, employee_field=field, account_auth=AUTH)
        _put_back()
        yield Site(config, paced=False)
        return
    state = State()
    state.add_user(User(4, "bekend", "Be", "Kend", "bekend@example.org"))
    state.add_course(Course(2, "BEKEND", "Bekend", "BEKEND"))
    with SandboxMoodle(state) as moodle:
        config = MoodleConfig(moodle.url, moodle.token, "bekend", "BEKEND", account_auth=AUTH)
        yield Site(config, paced=True)


def main(people: int, rounds: int) -> None:
    all_of_them = [_round(people, bare_first=number % 2 == 1) for number in range(rounds)]
    first, again = [_first(one) for one in all_of_them], [_again(one) for one in all_of_them]
    measured(f"first sync of {people} / bare calls", first, Unit.RATIO, 1.15)
    unchanged = [100 * one for one in again]
    measured("nothing changed / bare calls", unchanged, Unit.PERCENT, 2)


def _first(one: Measured) -> float:
    return one.first.seconds / one.bare.seconds


def _again(one: Measured) -> float:
    return one.again.seconds / one.bare.seconds


def _round(people: int, *, bare_first: bool) -> Measured:
    """Each on a site of its own, put back or cleaned: a first sync finds hardly anybody there."""
    if bare_first:
        bare = _measured_bare(people)
        first, again = _measured_syncs(people)
    else:
        first, again = _measured_syncs(people)
        bare = _measured_bare(people)
    measured = Measured(bare, first, again)
    _say(f"{'bare' if bare_first else 'sync'} went first")
    _say(f"  bare            {bare}")
    _say(f"  first sync      {first} ({_first(measured):.1%})")
    _say(f"  nothing changed {again} ({_again(measured):.1%})")
    return measured


def _measured_bare(people: int) -> Side:
    mark = f"b{uuid4().hex[:8]}"
    with _site() as site:
        transport = site.transport()
        side = _bare(site, transport, mark, people)
        _delete(site, mark)
    return side


def _measured_syncs(people: int) -> tuple[Side, Side]:
    mark = f"s{uuid4().hex[:8]}"
    with _site() as site, TemporaryDirectory(prefix="odwh-benchmark-") as folder:
        transport = site.transport()
        parts = _parts(site, Path(folder), transport, mark, people)
        with _measuring(transport) as first:
            done = _whole_job(parts)
        assert len(done.written.created) == people, f"{len(done.written.created)} were made"
        assert done.teams.counted() == (people, 0), f"{done.teams.counted()} joined and left"
        assert not done.teams_refused, done.teams_refused
        with _measuring(transport) as again:
            done = _whole_job(parts)
        assert not done.written.created, "everybody was there"
        parts.register.close()
        _delete(site, mark)
    return first[0], again[0]


@contextmanager
def _measuring(transport: Counting) -> Iterator[list[Side]]:
    """Holds the one side once it is over."""
    sides: list[Side] = []
    before, processor, start = transport.calls.total(), process_time(), perf_counter()
    yield sides
    spent = perf_counter() - start
    calls = transport.calls.total() - before
    sides.append(Side(spent, process_time() - processor, calls))


def _whole_job(parts: Parts) -> AccountSync:
    """`sync employees`, or `scan_employees` and `check_accounts` of the night."""
    sync_employees(parts, full=True, dry_run=False)
    return sync_accounts(parts, dry_run=False, thorough=True)


def _bare(site: Site, transport: Counting, mark: str, people: int) -> Side:
    client = MoodleClient(site.config, transport=transport)

    def send(function: str, name: str, rows: Sequence[dict[str, Any]]) -> list[Any]:
        batches = [rows[begin : begin + BATCH] for begin in range(0, len(rows), BATCH)]

        def one(batch: Sequence[dict[str, Any]]) -> Any:
            return client.call(function, {name: batch}, ANYTHING, repeatable=False)

        with ThreadPoolExecutor(LANES) as lanes:
            return list(lanes.map(one, batches))

    accounts = [_account(site, mark, number) for number in range(people)]
    with _measuring(transport) as sides:
        _give_the_same(send, mark, accounts)
    client.close()
    return sides[0]


def _give_the_same(send: Send, mark: str, accounts: Sequence[dict[str, Any]]) -> None:
    made = [row for batch in send(CREATE, "users", accounts) for row in batch]
    teams = send(MAKE, "cohorts", [_cohort(mark, team) for team in range(TEAMS)])
    cohorts = [row["id"] for batch in teams for row in batch]
    members = [
        {
            "cohorttype": {"type": "id", "value": str(cohorts[number % TEAMS])},
            "usertype": {"type": "id", "value": str(row["id"])},
        }
        for number, row in enumerate(made)
    ]
    send(JOIN, "members", members)


def _account(site: Site, mark: str, number: int) -> dict[str, Any]:
    return {
        "username": f"{mark}.{number}@example.org",
        "firstname": "Sanne",
        "lastname": f"van 't Hof{number}",
        "email": f"{mark}.{number}@example.org",
        "auth": AUTH,
        "department": _team(mark, number % TEAMS),
        "customfields": [{"type": site.config.employee_field, "value": f"{mark}{number}"}],
    }


def _cohort(mark: str, team: int) -> dict[str, Any]:
    return {
        "categorytype": {"type": "system", "value": ""},
        "name": _team(mark, team),
        "idnumber": team_cohort(_team(mark, team)),
        "visible": False,
    }


def _team(mark: str, number: int) -> str:
    return f"Team {mark} {number}"


def _parts(site: Site, folder: Path, transport: Counting, mark: str, people: int) -> Parts:
    register = open_register(f"sqlite:///{folder / 'register.sqlite3'}")
    upgrade(register)
    settings = Settings(
        moodle=MoodleSettings.model_validate(
            {"url": site.config.url, "token": "-", "write_accounts": True}
        )
    )
    lms = Moodle(site.config, transport=transport, turns=RegisterTurns(register))
    hris = _hris(folder, mark, people)
    return Parts(register, load_policy(), SystemClock(), settings, lms, hris)


def _hris(folder: Path, mark: str, people: int) -> CsvFolder:
    header = (
        "medewerkernummer;voornaam;tussenvoegsel;achternaam;email;afdeling;leidinggevende;"
        "dienstverband;datum_in_dienst;datum_uit_dienst;uren_per_week;fte"
    )
    rows = [
        f"{mark}{number};Sanne;van 't;Hof{number};{mark}.{number}@example.org;"
        f"{_team(mark, number % TEAMS)};;1;2019-09-01;;36;1"
        for number in range(people)
    ]
    lists = folder / "hris"
    lists.mkdir()
    (lists / "medewerkers.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return CsvFolder(CsvFolderConfig(folder=lists, tenant="1", settle=timedelta(0)))


def _put_back() -> None:
    if command := os.environ.get(RESET):
        subprocess.run(shlex.split(command), check=True)  # noqa: S603 - whoever measures names it


def _delete(site: Site, mark: str) -> None:
    if site.paced or os.environ.get(RESET):
        return
    # Looking 2,000 accounts up at once takes a real Moodle half a minute.
    client = MoodleClient(replace(site.config, timeout=300.0))
    query = {"criteria": [{"key": "email", "value": f"{mark}.%"}]}
    found = client.call("core_user_get_users", query, ANYTHING, repeatable=True)["users"]
    _in_batches(client, "core_user_delete_users", "userids", [user["id"] for user in found])
    cohorts = client.call("core_cohort_get_cohorts", {}, ANYTHING, repeatable=True)
    ours = [one["id"] for one in cohorts if f" {mark} " in one["name"]]
    _in_batches(client, "core_cohort_delete_cohorts", "cohortids", ours)
    client.close()


def _in_batches(client: MoodleClient, function: str, name: str, ids: Sequence[int]) -> None:
    for begin in range(0, len(ids), BATCH):
        batch = {name: ids[begin : begin + BATCH]}
        client.call(function, batch, ANYTHING, repeatable=True)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in (*sys.argv[1:], *("2000", "4")[len(sys.argv) - 1 :])))

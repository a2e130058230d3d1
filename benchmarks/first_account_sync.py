"""The first sync of 2,000 accounts against the bare calls, and a sync in which nothing changed.

    python -m benchmarks.first_account_sync [PEOPLE] [ROUNDS]

Bare are the same rows in the same batches of 50, two in parallel, without looking up, noting or
proving anything. On the sandbox, whose answers take as long as those of a real Moodle were measured
to take; or with MOODLE_URL, MOODLE_TOKEN, MOODLE_KNOWN_USER and MOODLE_KNOWN_COURSE on a real one,
of which the token may also delete users: what was made is deleted. Prints seconds, and their ratio
to the bare calls of the same round.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any
from uuid import uuid4

import httpx
from pydantic import TypeAdapter
from sqlalchemy import insert

from adapter.accounts.sync import sync_accounts
from adapter.clock import SystemClock
from adapter.parts import Parts
from adapter.store.migrate import upgrade
from adapter.store.register import open_register
from adapter.store.tables.people import employees, employments
from config.policy_files import load_policy
from config.settings import MoodleSettings, Settings
from connectors.moodle import Moodle, MoodleConfig
from connectors.moodle.client import MoodleClient
from connectors.moodle.sandbox import Course, SandboxMoodle, State, User

BATCH, LANES = 50, 2
CREATE = "core_user_create_users"
CREATE_SECONDS = 0.52
"""Of a batch of 50 with two in parallel: 2,000 took a real Moodle 10.4 s on two cores."""
OTHER_SECONDS = 0.01
"""Of a look for who is not there yet."""
AUTH = "oauth2"
"""Without a password, so that no mail goes out and no hash is measured."""
ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Counting(httpx.HTTPTransport):
    """Counts calls of user functions; `paced` takes a real Moodle's time for each answer."""

    def __init__(self, *, paced: bool) -> None:
        super().__init__()
        self.user_calls = 0
        self._paced = paced

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = request.content
        self.user_calls += b"wsfunction=core_user_" in content
        answer = super().handle_request(request)
        if self._paced:
            sleep(CREATE_SECONDS if CREATE.encode() in content else OTHER_SECONDS)
        return answer


@dataclass(frozen=True)
class Site:
    config: MoodleConfig
    paced: bool

    def transport(self) -> Counting:
        return Counting(paced=self.paced)


@contextmanager
def _site() -> Iterator[Site]:
    url, token = os.environ.get("MOODLE_URL"), os.environ.get("MOODLE_TOKEN")
    if url and token:
        known = os.environ["MOODLE_KNOWN_USER"], os.environ["MOODLE_KNOWN_COURSE"]
        yield Site(MoodleConfig(url, token, *known, account_auth=AUTH), paced=False)
        return
    state = State()
    state.add_user(User(4, "bekend", "Be", "Kend", "bekend@example.org"))
    state.add_course(Course(2, "BEKEND", "Bekend", "BEKEND"))
    with SandboxMoodle(state) as moodle:
        config = MoodleConfig(moodle.url, moodle.token, "bekend", "BEKEND", account_auth=AUTH)
        yield Site(config, paced=True)


def main(people: int, rounds: int) -> None:
    ratios = [_round(people, bare_first=number % 2 == 1) for number in range(rounds)]
    _say(f"first sync of {people}: {median(ratios):.2f} times the bare calls (median of {rounds})")


def _round(people: int, *, bare_first: bool) -> float:
    """Each on a site of its own, or cleaned: a first sync finds hardly anybody there. A real Moodle
    keeps what was deleted and looks through it for each address, so who goes second is slower; the
    order changes with the round."""
    if bare_first:
        bare = _timed_bare(people)
        first = _timed_first(people)
    else:
        first = _timed_first(people)
        bare = _timed_bare(people)
    _say(f"bare {bare:7.2f} s   first sync {first:7.2f} s ({first / bare:.2f} x)")
    return first / bare


def _timed_bare(people: int) -> float:
    mark = f"b{uuid4().hex[:8]}"
    with _site() as site:
        spent = _bare(site, _rows(mark, people))
        _delete(site, mark)
    return spent


def _timed_first(people: int) -> float:
    mark = f"s{uuid4().hex[:8]}"
    with _site() as site, TemporaryDirectory(prefix="odwh-benchmark-") as folder:
        transport = site.transport()
        parts = _parts(site, Path(folder), transport, mark, people)
        first, made = _timed_sync(parts)
        transport.user_calls = 0
        again, _ = _timed_sync(parts)
        assert made == people, f"{made} of {people} were made"
        _say(f"nothing changed {again:6.3f} s, {transport.user_calls} user calls")
        parts.register.close()
        _delete(site, mark)
    return first


def _timed_sync(parts: Parts) -> tuple[float, int]:
    start = perf_counter()
    done = sync_accounts(parts, dry_run=False)
    return perf_counter() - start, len(done.written.created)


def _bare(site: Site, rows: Sequence[dict[str, Any]]) -> float:
    client = MoodleClient(site.config, transport=site.transport())
    batches = [rows[begin : begin + BATCH] for begin in range(0, len(rows), BATCH)]

    def send(batch: Sequence[dict[str, Any]]) -> None:
        client.call(CREATE, {"users": batch}, ANYTHING, repeatable=False)

    start = perf_counter()
    with ThreadPoolExecutor(LANES) as lanes:
        list(lanes.map(send, batches))
    spent = perf_counter() - start
    client.close()
    return spent


def _rows(mark: str, people: int) -> list[dict[str, Any]]:
    return [
        {
            "username": f"{mark}.{number}@example.org",
            "firstname": "Sanne",
            "lastname": f"van 't Hof{number}",
            "email": f"{mark}.{number}@example.org",
            "auth": AUTH,
            "department": f"Team {number % 40}",
            "customfields": [{"type": "personeelsnummer", "value": f"{mark}{number}"}],
        }
        for number in range(people)
    ]


def _parts(site: Site, folder: Path, transport: Counting, mark: str, people: int) -> Parts:
    register = open_register(f"sqlite:///{folder / 'register.sqlite3'}")
    upgrade(register)
    with register.write() as connection:
        connection.execute(insert(employees), [_employee(mark, n) for n in range(people)])
        connection.execute(insert(employments), [_employment(mark, n) for n in range(people)])
    settings = Settings(
        moodle=MoodleSettings.model_validate(
            {"url": site.config.url, "token": "-", "write_accounts": True, "team_cohorts": False}
        )
    )
    lms = Moodle(site.config, transport=transport)
    return Parts(register, load_policy(), SystemClock(), settings, lms)


def _employee(mark: str, number: int) -> dict[str, Any]:
    return {
        "employee_id": f"{mark}{number}",
        "source": "benchmark",
        "given_name": "Sanne",
        "family_name_prefix": "van 't",
        "family_name": f"Hof{number}",
        "email": f"{mark}.{number}@example.org",
        "department": f"Team {number % 40}",
        "first_seen_at": LONG_AGO,
        "last_seen_at": LONG_AGO,
    }


def _employment(mark: str, number: int) -> dict[str, Any]:
    return {
        "employee_id": f"{mark}{number}",
        "employment_id": "1",
        "start_on": date(2019, 9, 1),
    }


def _delete(site: Site, mark: str) -> None:
    client = MoodleClient(site.config)
    query = {"criteria": [{"key": "email", "value": f"{mark}.%"}]}
    found = client.call("core_user_get_users", query, ANYTHING, repeatable=True)["users"]
    ids = [user["id"] for user in found]
    for begin in range(0, len(ids), BATCH):
        batch = {"userids": ids[begin : begin + BATCH]}
        client.call("core_user_delete_users", batch, ANYTHING, repeatable=True)
    client.close()


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in (*sys.argv[1:], *("2000", "2")[len(sys.argv) - 1 :])))

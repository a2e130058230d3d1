"""What an enrolment check costs over HTTP, beside a bare route that answers JSON.

    python -m benchmarks.enrolment_check_of_10000 [ENROLMENTS]

10,000 employees with 1,000,000 enrolments in 200 courses. The service and a bare Flask application
are each served by gunicorn, by one process with threads, and are asked in turns over one connection
that stays open; the check is that of the plugin in the LMS, of another employee each time. Prints
milliseconds, p50 and p99, the ratios with their goals, and how many SELECTs a check takes. Ends
with 1 where a goal is missed.

Both are asked in ten blocks of 400 rounds, and each figure is the median of the blocks: what else
the machine does for a while then spoils a block and not the figure.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from flask import Flask

from adapter.doors.web.app import create_app
from adapter.doors.web.server import WebServer
from adapter.ground.clock import SystemClock
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.register.keys import Role, create_key
from benchmarks.figures import Unit, measured, missed
from benchmarks.log import log_nothing
from benchmarks.pages_of_10000 import COURSES, EMPLOYEES, _fill
from config.policy_files import load_policy
from config.settings import Settings
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.statements import statements_of

BLOCKS, ROUNDS, WARMING = 10, 400, 50
GOALS = {"p50": 8.0, "p99": 3.0}
MOST_SELECTS = 4
PATH = "/v1/enrolment-checks"


def main(enrolments: int) -> int:
    with TemporaryDirectory(prefix="odwh-benchmark-") as folder, ExitStack() as stack:
        url = f"sqlite:///{Path(folder) / 'register.sqlite3'}"
        register = open_register(url)
        upgrade(register)
        adopt_policy(register)
        begun = perf_counter()
        with register.write() as connection:
            _fill(connection, enrolments)
        parts = Parts(register, load_policy(), SystemClock(), Settings())
        key = create_key(register, parts.clock, "benchmark", Role.LMS)
        print(f"{enrolments} enrolments, filled in {perf_counter() - begun:.0f} s", flush=True)
        selects = _selects(parts, key)
        register.close()
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        ours = stack.enter_context(_served("ours", url))
        bare = stack.enter_context(_served("bare", url))
        mine, theirs = _in_turns([partial(_ask, one, headers) for one in (ours, bare)])
    return _told(mine, theirs, selects)


def _told(ours: list[float], bare: list[float], selects: int) -> int:
    found = [measured("SELECTs of an enrolment check", selects, Unit.COUNT, MOST_SELECTS)]
    for name, goal in GOALS.items():
        mine, theirs = (_of_blocks(some, int(name[1:]) / 100) for some in (ours, bare))
        measured(f"{name} of an enrolment check", mine, Unit.MILLISECONDS)
        measured(f"{name} of the bare route", theirs, Unit.MILLISECONDS)
        ratios = [one / other for one, other in zip(mine, theirs, strict=True)]
        found.append(measured(f"{name} beside the bare route", ratios, goal=goal))
    return missed(found)


def _of_blocks(spent: list[float], place: float) -> list[float]:
    blocks = (sorted(spent[at : at + ROUNDS]) for at in range(0, len(spent), ROUNDS))
    return [block[int(len(block) * place)] for block in blocks]


def _selects(parts: Parts, key: str) -> int:
    log_nothing()
    client = create_app(parts).test_client()
    headers = {"Authorization": f"Bearer {key}"}
    # Who used a key is written at its first use.
    for _ in range(2):
        with statements_of(parts.register) as statements:
            assert client.post(PATH, json=_check(1), headers=headers).status_code == 200
    return sum(one.startswith("SELECT") for one in statements)


def _check(number: int) -> dict[str, str]:
    return {
        "employeeId": f"{10_000 + number * 7 % EMPLOYEES}",
        "courseId": f"OPL-{number % COURSES:03}",
        "enrolledDate": "2027-03-01",
    }


def _ask(connection: HTTPConnection, headers: dict[str, str], number: int) -> None:
    connection.request("POST", PATH, json.dumps(_check(number)), headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body


def _in_turns(ways: list[Callable[[int], None]]) -> list[list[float]]:
    """Milliseconds of each; in the first rounds statements are compiled."""
    spent: list[list[float]] = [[] for _ in ways]
    for number in range(BLOCKS * ROUNDS + WARMING):
        for way, times in zip(ways, spent, strict=True):
            begun = perf_counter()
            way(number)
            times.append((perf_counter() - begun) * 1_000)
    return [times[WARMING:] for times in spent]


@contextmanager
def _served(which: str, url: str) -> Iterator[HTTPConnection]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", __spec__.name, "--serve", which, url, str(port)]
    server = subprocess.Popen(command)  # noqa: S603 -- our own program
    try:
        yield _connected(port)
    finally:
        server.terminate()
        server.wait()


def _connected(port: int) -> HTTPConnection:
    """Of a server that listens; it is connected with the first request."""
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            sleep(0.1)
        else:
            return HTTPConnection("127.0.0.1", port)
    raise TimeoutError(f"nothing answers on port {port}")


def serve(which: str, url: str, port: str) -> None:
    log_nothing()

    def ours() -> Flask:
        register = open_register(url)
        return create_app(Parts(register, load_policy(), SystemClock(), Settings()))

    WebServer({"ours": ours, "bare": _bare}[which], f"127.0.0.1:{port}", 1, 4).run()


def _bare() -> Flask:
    app = Flask("bare")

    @app.post(PATH)
    def check() -> dict[str, object]:
        return {"outcome": "hold", "findings": [], "years": []}

    return app


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(*sys.argv[2:])
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))

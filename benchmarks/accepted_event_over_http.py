"""What accepting an event of the LMS costs over HTTP, beside a bare route that inserts and commits.

    python -m benchmarks.accepted_event_over_http [SECONDS]

Both programs are served by gunicorn in the same way, with a log line per request for ours and none
for the other, and are asked in turns of a second, so that what else the machine does meets both:
by several senders at once over connections that stay open, each event committed to the disk before
it is answered. On SQLite with one web process, on PostgreSQL with 1, 2 and 4. Prints events per
second, p50 and p99 in milliseconds, and the ratios with their goals: medians of the turns, with the
quarters between which half of them lie. Ends with 1 where a goal is missed.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from flask import Flask

from adapter.doors.web.app import create_app
from adapter.doors.web.limits import Limits
from adapter.doors.web.server import WebServer
from adapter.ground.clock import SystemClock
from adapter.ground.log import configure_logging
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.register.keys import Role, create_key
from benchmarks.accepted_event import bare, databases, event
from benchmarks.figures import Figure, Unit, measured, missed
from benchmarks.processes import cpu_seconds, free_port
from config.policy_files import load_policy
from config.settings import LimitSettings, Settings

RATE_GOAL, P99_GOAL = 0.75, 1.5
SENDERS = 8
TURN_SECONDS, WARMING_TURNS = 1.0, 2
SETTINGS = Settings(limits=LimitSettings(events_per_minute=10_000_000))
"""Nothing is refused for coming too often; counting costs the same."""


@dataclass(slots=True)
class Turns:
    """Of one program: events per second of each turn, and the seconds of each event."""

    rates: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, spent: list[float], seconds: float, cpu_seconds: float) -> None:
        ordered = sorted(spent)
        self.rates.append(len(ordered) / seconds)
        self.p50.append(ordered[len(ordered) // 2] * 1_000)
        self.p99.append(ordered[int(len(ordered) * 0.99)] * 1_000)
        self.cpu.append(cpu_seconds / len(ordered) * 1_000_000)


class _Sender:
    """Sends one event after the other over one connection, with as little of its own as it can. A
    process that is renewed says that it closes the connection; there is another one then."""

    def __init__(self, port: int, path: str, key: str) -> None:
        self._port = port
        self._socket = self._connected()
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        )
        self.spent: list[float] = []

    def _connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), timeout=60)

    def send_until(self, end: float) -> None:
        self.spent = []
        while (begun := perf_counter()) < end:
            body = json.dumps(event())
            self._socket.sendall(f"{self._head}{len(body)}\r\n\r\n{body}".encode())
            headers = self._answered()
            self.spent.append(perf_counter() - begun)
            if b"\r\nconnection: close" in headers:
                self._socket.close()
                self._socket = self._connected()

    def _answered(self) -> bytes:
        """The headers of an answer that came whole."""
        answer = b""
        while not (begin := answer.find(b"\r\n\r\n") + 4) > 3:
            answer += self._more()
        assert answer.startswith(b"HTTP/1.1 200"), answer
        headers = answer[:begin].lower()
        length = int(headers.partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(answer) < begin + length:
            answer += self._more()
        return headers

    def _more(self) -> bytes:
        if not (received := self._socket.recv(4096)):
            raise ConnectionError("the connection was closed before the answer was whole")
        return received

    def close(self) -> None:
        self._socket.close()


def main(seconds: int) -> int:
    with (
        TemporaryDirectory(prefix="odwh-benchmark-", ignore_cleanup_errors=True) as folder,
        databases(Path(folder)) as urls,
    ):
        found: list[Figure] = []
        for url in urls:
            register = open_register(url)
            upgrade(register)
            key = create_key(register, SystemClock(), "benchmark", Role.LMS)
            bare(url, make=True)
            register.close()
            for processes in (1,) if url.startswith("sqlite") else (1, 2, 4):
                found += _measure(url, key, processes, seconds)
    return missed(found)


def _measure(url: str, key: str, processes: int, seconds: int) -> list[Figure]:
    found = {"ours": Turns(), "bare": Turns()}
    with ExitStack() as stack:
        servers = {
            which: stack.enter_context(_served(which, url, processes, key)) for which in found
        }
        for turn in range(WARMING_TURNS + seconds):
            for which, turns in found.items():
                port, pid = servers[which]
                before = cpu_seconds(pid)
                spent, took = _a_turn(which, port, key)
                if turn >= WARMING_TURNS:
                    turns.add(spent, took, cpu_seconds(pid) - before)
    return _told(url.partition(":")[0].partition("+")[0], processes, **found)


def _a_turn(which: str, port: int, key: str) -> tuple[list[float], float]:
    path = {"ours": "/v1/lms-events", "bare": "/events"}[which]
    senders = [_Sender(port, path, key) for _ in range(SENDERS)]
    begun = perf_counter()
    with ThreadPoolExecutor(SENDERS) as pool:
        for sent in [pool.submit(one.send_until, begun + TURN_SECONDS) for one in senders]:
            sent.result()
    took = perf_counter() - begun
    for sender in senders:
        sender.close()
    return [spent for sender in senders for spent in sender.spent], took


def _told(engine: str, processes: int, ours: Turns, bare: Turns) -> list[Figure]:
    where = f"{engine}, {processes} web process{'es' if processes > 1 else ''}"
    for name, one in (("accepted", ours), ("bare", bare)):
        measured(f"{name}, {where}", one.rates, Unit.PER_SECOND)
        measured(f"p50 {name}, {where}", one.p50, Unit.MILLISECONDS)
        measured(f"p99 {name}, {where}", one.p99, Unit.MILLISECONDS)
        measured(f"CPU {name}, {where}", one.cpu, Unit.MICROSECONDS)
    rates = [mine / theirs for mine, theirs in zip(ours.rates, bare.rates, strict=True)]
    tails = [mine / theirs for mine, theirs in zip(ours.p99, bare.p99, strict=True)]
    spent = [theirs / mine for mine, theirs in zip(ours.cpu, bare.cpu, strict=True)]
    measured(f"rate by CPU alone, {where}", spent)
    return [
        measured(f"rate, {where}", rates, goal=RATE_GOAL, at_least=True),
        measured(f"p99, {where}", tails, goal=P99_GOAL),
    ]


@contextmanager
def _served(which: str, url: str, processes: int, key: str) -> Iterator[tuple[int, int]]:
    """Its port and process id."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.accepted_event_over_http", "--serve"]
    with TemporaryDirectory(prefix="odwh-log-") as folder, (Path(folder) / "log").open("w") as log:
        server = subprocess.Popen(  # noqa: S603 - our own program
            [*command, which, url, str(port), str(processes)], stderr=log
        )
        try:
            _wait_for(port, which, key)
            yield port, server.pid
        finally:
            server.terminate()
            server.wait()


def _wait_for(port: int, which: str, key: str) -> None:
    for _ in range(600):
        try:
            _a_turn(which, port, key)
        except ConnectionRefusedError:
            sleep(0.1)
        else:
            return
    raise TimeoutError(f"nothing answers on port {port}")


def serve(which: str, url: str, port: str, processes: str) -> None:
    limits = Limits()

    def ours() -> Flask:
        configure_logging("INFO")
        parts = Parts(open_register(url), load_policy(), SystemClock(), SETTINGS)
        return create_app(parts, limits)

    make = {"ours": ours, "bare": lambda: bare(url)}[which]
    WebServer(make, f"127.0.0.1:{port}", int(processes), SETTINGS.web_threads).run()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(*sys.argv[2:])
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))

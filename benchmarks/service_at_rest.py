"""How soon the service answers after it is started, and what memory it takes while nobody asks.

    python -m benchmarks.service_at_rest [STARTS]

`odwh-adapter serve` with a worker, on a register that is there, beside Flask under gunicorn with
one route; each is started in turns. Ready is the first answer of /health/ready that finds the
database and the worker well. Memory is that of the supervisor, the web server, its process and the
worker together, each page that several share counted once (PSS, of Linux), some seconds after the
start. Prints medians and ends with 1 where a goal is missed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from benchmarks.figures import Unit, measured, missed
from benchmarks.processes import cpu_seconds, free_port, memory_mb

READY_GOAL, MEMORY_GOAL = 2.0, 200.0
AT_REST_SECONDS = 8
BARE = """
import sys
from flask import Flask
from gunicorn.app.wsgiapp import run

app = Flask(__name__)
app.route("/health/ready")(lambda: "")
if __name__ == "__main__":
    sys.argv[1:] = ["--chdir", sys.argv[1], "--bind", sys.argv[2], "bare:app"]
    run()
"""


def main(starts: int) -> int:
    with TemporaryDirectory(prefix="odwh-benchmark-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'register.sqlite3'}"
        register = open_register(url)
        upgrade(register)
        register.close()
        bare = folder / "bare.py"
        bare.write_text(BARE)
        # As an installed package has it: its bytecode is there.
        environment = os.environ | {
            "ODWH_DATABASE_URL": url,
            "ODWH_LOG_LEVEL": "WARNING",
            "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
            "PYTHONDONTWRITEBYTECODE": "",
        }
        found: dict[str, list[tuple[float, float, float]]] = {"ours": [], "bare": []}
        for turn in range(starts + 1):
            for which, measured in found.items():
                port = free_port()
                environment["ODWH_BIND"] = f"127.0.0.1:{port}"
                command = {
                    "ours": ["-m", "adapter", "serve"],
                    "bare": [str(bare), str(folder), f"127.0.0.1:{port}"],
                }[which]
                one = _start(command, environment, port)
                # The first one writes the bytecode.
                if turn:
                    measured.append(one)
    return _told(**found)


def _told(ours: list[tuple[float, float, float]], bare: list[tuple[float, float, float]]) -> int:
    ready, spent, memory = (list(column) for column in zip(*bare, strict=True))
    measured("bare: ready", ready, Unit.SECONDS)
    measured("bare: CPU until ready", spent, Unit.SECONDS)
    measured("bare: memory at rest", memory, Unit.MEGABYTES)
    ready, spent, memory = (list(column) for column in zip(*ours, strict=True))
    measured("CPU until ready", spent, Unit.SECONDS)
    return missed(
        [
            measured("service ready", ready, Unit.SECONDS, READY_GOAL),
            measured("memory of all processes at rest", memory, Unit.MEGABYTES, MEMORY_GOAL),
        ]
    )


def _start(
    command: list[str], environment: dict[str, str], port: int
) -> tuple[float, float, float]:
    """Seconds until it is ready, seconds of CPU of all its processes until then, and MB."""
    begun = perf_counter()
    with _running([sys.executable, *command], environment) as pid:
        while not _is_ready(port):
            sleep(0.01)
        ready = perf_counter() - begun
        spent = cpu_seconds(pid)
        sleep(AT_REST_SECONDS)
        return ready, spent, memory_mb(pid)


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own programs
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _is_ready(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10).close()
    except (urllib.error.URLError, ConnectionError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))

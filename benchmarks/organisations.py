"""What several organisations cost beside one, on SQLite, all idle.

    python -m benchmarks.organisations [ORGANISATIONS]
    python -m benchmarks.organisations 1000 34

The folder of so many (30) is read whole, looked at again with nothing changed, and found by
address; then one worker serves them. Baseline: the same for one organisation.

With a number of WORKERS the whole service is started in their place, as an installation of so many
has it: seconds until every organisation is worked for, memory of all processes (each page that
several share counted once), processors at rest, and the first and a later answer to one of them. A
thousand take 12 GB and a quarter of an hour, so that `make bench` leaves them out.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from adapter.ground.clock import SystemClock
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.programs import several_workers
from adapter.programs.opening import open_parts
from benchmarks.figures import Unit, measured
from benchmarks.log import log_nothing
from benchmarks.processes import family, free_port, memory_mb, own_cpu_seconds
from config.organisations import Organisations
from config.policy_files import FOLDER
from config.settings import Settings
from tests.fixtures.programs import running

SETTLING_SECONDS, WATCHED_SECONDS = 60.0, 30.0


def main(most: int, workers: int | None) -> None:
    log_nothing()
    if workers is not None:
        with TemporaryDirectory(prefix="odwh-benchmark-") as folder:
            _make(Path(folder), most)
            _serve(Path(folder), most, workers)
        return
    for number in (1, most):
        with TemporaryDirectory(prefix="odwh-benchmark-") as folder:
            _make(Path(folder), number)
            _read(Path(folder), number)
            _work(Path(folder), number)


def _make(folder: Path, number: int) -> None:
    template = folder / ".template.sqlite3"
    register = open_register(f"sqlite:///{template}")
    upgrade(register)
    register.close()
    for name in (f"organisation-{one}" for one in range(number)):
        own = folder / name
        shutil.copytree(FOLDER, own / "policy", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(template, own / "register.sqlite3")
        (own / "settings.toml").write_text(f'[pages]\nurl = "https://{name}.example.org"\n')


def _organisations(folder: Path) -> Organisations:
    return Organisations(Settings.model_validate({"organisations_folder": folder}))


def _read(folder: Path, number: int) -> None:
    organisations = _organisations(folder)
    began = time.process_time()
    assert len(organisations.all()) == number
    read = time.process_time() - began
    began = time.process_time()
    organisations._look_whole()
    again = time.process_time() - began
    began = time.process_time()
    for _ in range(1000):
        organisations.at("organisation-0.example.org")
    found = time.process_time() - began
    measured(f"{number} organisations: read", read, Unit.SECONDS)
    measured(f"{number} organisations: looked at again", again * 1000, Unit.MILLISECONDS)
    measured(f"{number} organisations: one found", found * 1000, Unit.MICROSECONDS)


def _work(folder: Path, number: int) -> None:
    stop = threading.Event()
    worker = threading.Thread(
        target=several_workers.run, args=(_organisations(folder), open_parts, stop)
    )
    worker.start()
    time.sleep(SETTLING_SECONDS)
    began, wall = time.process_time(), SystemClock().now()
    time.sleep(WATCHED_SECONDS)
    lasted = (SystemClock().now() - wall).total_seconds()
    share = (time.process_time() - began) / lasted
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    measured(f"{number} idle organisations: threads", threading.active_count(), Unit.COUNT)
    measured(f"{number} idle organisations: memory", pages * 4096 / 1e6, Unit.MEGABYTES)
    measured(f"{number} idle organisations: of a processor", share * 100, Unit.PERCENT)
    stop.set()
    worker.join()


def _serve(folder: Path, number: int, workers: int) -> None:
    port = free_port()
    environment = {
        "ODWH_ORGANISATIONS_FOLDER": str(folder),
        "ODWH_WORKERS": str(workers),
        "ODWH_BIND": f"127.0.0.1:{port}",
    }
    of = f"{number} organisations, {workers} workers"
    began = time.perf_counter()
    with running("serve", environment=environment) as service:
        while len(service.logged("worker.started")) < number:
            assert service.process.poll() is None, service.lines[-20:]
            time.sleep(1.0)
        measured(f"{of}: all worked for", time.perf_counter() - began, Unit.SECONDS)
        # The jobs of the day, which each begins with, take longer the more there are.
        time.sleep(max(SETTLING_SECONDS, number / 5))
        processes = list(family(service.process.pid))
        # Looked up once: to find them among ten thousand threads takes longer than to ask them.
        before, began = sum(map(own_cpu_seconds, processes)), time.perf_counter()
        time.sleep(WATCHED_SECONDS)
        spent = sum(map(own_cpu_seconds, processes)) - before
        share = spent / (time.perf_counter() - began)
        measured(f"{of}: processes", len(processes), Unit.COUNT)
        measured(f"{of}: memory", memory_mb(service.process.pid), Unit.MEGABYTES)
        measured(f"{of}: of a processor", share * 100, Unit.PERCENT)
        for turn in ("first", "later"):
            began = time.perf_counter()
            _ask(port, f"organisation-{number // 2}.example.org")
            took = (time.perf_counter() - began) * 1000
            measured(f"{of}: {turn} answer to one", took, Unit.MILLISECONDS)


def _ask(port: int, host: str) -> None:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/health/ready", headers={"Host": host})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body
    connection.close()


if __name__ == "__main__":
    sizes = [int(argument) for argument in sys.argv[1:]]
    main(sizes[0] if sizes else 30, sizes[1] if len(sizes) > 1 else None)

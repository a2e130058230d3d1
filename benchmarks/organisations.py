"""What several organisations cost beside one: `python -m benchmarks.organisations [30]`.

The folder of so many is read whole, looked at again with nothing changed, and found by address;
then a worker serves them, all idle, on SQLite. Baseline: the same for one organisation.
"""

from __future__ import annotations

import logging
import shutil
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from adapter.ground.clock import SystemClock
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.programs import several_workers
from adapter.programs.opening import open_parts
from benchmarks.figures import Unit, measured
from config.organisations import Organisations
from config.policy_files import FOLDER
from config.settings import Settings

SETTLING_SECONDS, WATCHED_SECONDS = 60.0, 30.0


def main() -> None:
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 30
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


if __name__ == "__main__":
    main()

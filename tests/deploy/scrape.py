"""What Prometheus reads of a web service and a worker that have worked:
`python -m tests.deploy.scrape FOLDER` prints it, so that promtool reads it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from tests.crash.test_killed_workers import LEARNERS
from tests.fixtures.observed import ObservedRun, observed_run
from tests.fixtures.outage import COLUMNS, LONG_AGO
from tests.fixtures.programs import wait_until


@contextmanager
def worked(folder: Path) -> Iterator[tuple[ObservedRun, int]]:
    """An LMS, an HRIS, an event that led to a hold, and jobs that ended."""
    register = open_register(f"sqlite:///{folder / 'register.sqlite3'}")
    upgrade(register)
    (folder / "hris").mkdir()
    rows = [f"20{n};A;;B;user{n}@example.org;Toezicht;;1;2019-09-01;;36;1" for n in LEARNERS]
    staff = folder / "hris" / "list.csv"
    staff.write_text("\n".join([COLUMNS, *rows, ""]), "utf-8")
    # A file that was written just now may not be whole yet.
    os.utime(staff, (LONG_AGO, LONG_AGO))
    url = register.engine.url.render_as_string(hide_password=False)
    shared = {
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        "ODWH_CSV_FOLDER": str(folder / "hris"),
    }
    with observed_run(folder, register, url, **shared) as (run, worker_port):
        run.enrol(100)
        run.until_all_is_done()
        wait_until(lambda: _all_there(run), "a job, a system or the full scan is not seen")
        yield run, worker_port
    register.close()


def _all_there(run: ObservedRun) -> bool:
    text = run.get("/metrics")
    wanted = ("odwh_job_failing{", "odwh_system_up{", "odwh_hris_full_scan_age_seconds ")
    return all(name in text for name in wanted)


def of_the_worker(port: int) -> str:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        return str(answer.read().decode())


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True)
    with worked(place) as (begun, _):
        sys.stdout.write(begun.get("/metrics"))

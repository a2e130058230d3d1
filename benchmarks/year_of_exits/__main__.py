"""A year of exits: 10,000 employees, 1,200 exits, and an HRIS that behaves badly.

    python -m benchmarks.year_of_exits [--employees N] [--exits N] [--seed N] [--database URL]

One webhook in five is lost, there are three outages of a week, pages shift while they are read, and
dates change and are withdrawn. Prints the figures; exit code 1 when an exit was found later than
one nightly scan after it could be seen, a statement is not what an independent recomputation says,
or somebody who stayed stands as a leaver. The database must be empty; without one, SQLite.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from click import echo

from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from benchmarks.figures import Unit, measured, missed
from benchmarks.log import log_nothing
from benchmarks.year_of_exits.verdict import Verdict, judge
from benchmarks.year_of_exits.year import Year, live_through

SHOWN = 20


def main() -> int:
    asked = ArgumentParser(prog="python -m benchmarks.year_of_exits")
    asked.add_argument("--employees", type=int, default=10_000)
    asked.add_argument("--exits", type=int, default=1_200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--database", default=None)
    given = asked.parse_args()
    log_nothing()
    began = perf_counter()
    with TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{Path(folder) / 'year.sqlite3'}"
        register = open_register(url)
        upgrade(register)
        year = live_through(register, given.employees, given.exits, given.seed, echo)
        verdict = judge(year)
        register.close()
    return _report(year, verdict, perf_counter() - began)


def _report(year: Year, verdict: Verdict, seconds: float) -> int:
    waited = Counter(verdict.scans_waited)
    echo(f"employees {len(year.people)}, exits {verdict.exits}, settlements {verdict.statements}")
    echo(f"webhooks {year.webhooks}, of which lost {year.lost}")
    dropped = sum(one.dropped is not None for one in year.hris.answered)
    echo(f"full readings answered {len(year.hris.answered)}, of which shifted {dropped}")
    for scans, count in sorted(waited.items()):
        echo(f"found after {scans} nightly scans: {count}")
    measured("nightly scan", year.scan_seconds, Unit.SECONDS)
    measured("the whole year", seconds, Unit.SECONDS)
    figure = measured("violations", len(verdict.violations), Unit.COUNT, 0)
    for one in verdict.violations[:SHOWN]:
        echo(f"  {one}")
    return missed([figure])


if __name__ == "__main__":
    sys.exit(main())

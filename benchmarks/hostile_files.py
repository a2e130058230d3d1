"""What a file that was made to kill costs, beside an honest one and beside starting a process.

    python -m benchmarks.hostile_files

Prints for each file the seconds on the clock until its sentence, and the most memory that the
process that read it had, beside those of a Python that does nothing. Goal: under 1 second, and at
most 50 MB more than at rest.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import xlsxwriter

from adapter.ground.spreadsheets.workbook import read_workbook
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from benchmarks.figures import Figure, Unit, measured, missed

HOSTILE = Path(__file__).parents[1] / "tests" / "recordings" / "hostile"
SHEETS = ("Aanvragen", "Training requests")
MOST_SECONDS, MOST_MEGABYTES_MORE = 1.0, 50.0


def main() -> int:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-I", "-c", "pass"], check=True)
    at_rest = _children_mb()
    measured("Python that does nothing, seconds", time.perf_counter() - begin, Unit.SECONDS)
    measured("Python that does nothing, memory", at_rest, Unit.MEGABYTES)
    hostile = [(file.name, file.read_bytes()) for file in sorted(HOSTILE.glob("*.xlsx"))]
    figures = [
        figure for name, raw in hostile for figure in _read_apart(name, raw, MOST_SECONDS, at_rest)
    ]
    for rows in (40, 10_000):
        figures += _read_apart(f"honest, {rows} rows", _honest(rows), None, at_rest)
    return missed(figures)


def _read_apart(name: str, raw: bytes, most: float | None, at_rest: float) -> Iterator[Figure]:
    """In a process of its own, because the memory of past children is kept per process."""
    here, there = get_context("spawn").Pipe()
    child = get_context("spawn").Process(target=_read, args=(there, raw))
    child.start()
    seconds, megabytes, outcome = here.recv()
    child.join()
    print(f"{name}: {outcome}")
    yield measured(f"{name}, seconds", seconds, Unit.SECONDS, most)
    more = None if most is None else MOST_MEGABYTES_MORE
    yield measured(f"{name}, memory above rest", megabytes - at_rest, Unit.MEGABYTES, more)


def _read(answer: Connection, raw: bytes) -> None:
    begin = time.perf_counter()
    try:
        outcome = f"{len(read_workbook(raw, SHEETS).cells)} rows"
    except UnreadableWorkbook as refused:
        outcome = refused.reason
    answer.send((time.perf_counter() - begin, _children_mb(), outcome))


def _children_mb() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_000


def _honest(rows: int) -> bytes:
    written = BytesIO()
    workbook = xlsxwriter.Workbook(written)
    sheet = workbook.add_worksheet(SHEETS[0])
    for row in range(rows):
        for column in range(23):
            sheet.write(row, column, row if column % 2 else f"waarde {row} {column}")
    workbook.close()
    return written.getvalue()


if __name__ == "__main__":
    sys.exit(main())

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
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import xlsxwriter

from adapter.ground.spreadsheets.workbook import read_workbook
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook

HOSTILE = Path(__file__).parents[1] / "tests" / "recordings" / "hostile"
SHEETS = ("Aanvragen", "Training requests")


def main() -> None:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-I", "-c", "pass"], check=True)
    _line("Python that does nothing", time.perf_counter() - begin, _children_mb(), "")
    for file in sorted(HOSTILE.glob("*.xlsx")):
        _measured(file.name, file.read_bytes())
    _measured("honest, 40 rows", _honest(40))
    _measured("honest, 10,000 rows", _honest(10_000))


def _measured(name: str, raw: bytes) -> None:
    """In a process of its own, because the memory of past children is kept per process."""
    here, there = get_context("spawn").Pipe()
    child = get_context("spawn").Process(target=_read, args=(there, raw))
    child.start()
    _line(name, *here.recv())
    child.join()


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


def _line(name: str, seconds: float, megabytes: float, outcome: str) -> None:
    print(f"{name:<28} {seconds:6.2f} s  {megabytes:6.1f} MB  {outcome}")


if __name__ == "__main__":
    main()

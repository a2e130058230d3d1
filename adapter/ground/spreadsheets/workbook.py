"""A workbook that came in, read in a process of its own: the service itself opens no archive."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import structlog

from adapter.ground.spreadsheets.workbook_program import REFUSED
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from connectors.confined import (
    Limits,
    Made,
    Overrun,
    confined,
)

Value = str | float | bool | date | datetime | time | timedelta
Place = tuple[int, int]
"""Row and column, from 0."""

MOST_BYTES = 10_000_000
LIMITS = Limits(memory=128_000_000, seconds=10, output=16_000_000)
"""The largest workbook that is taken, 250,000 cells, needs less than 96 MB and 3 seconds."""

_PROGRAM = Path(__file__).with_name("workbook_program.py")
_KINDS = {"date": date, "datetime": datetime, "time": time}
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet of a workbook, cell by cell; an empty cell is an empty text.

    `name` is None when no sheet has a name that is wanted; `sheets` are the names that it has.
    `odd` are the cells that are not what a person typed there: `formula`, `merged` or `error`.
    """

    sheets: tuple[str, ...]
    name: str | None
    cells: list[list[Value]] = field(default_factory=list)
    odd: Mapping[Place, str] = field(default_factory=dict)


def read_workbook(raw: bytes, names: Iterable[str]) -> WorkbookSheet:
    """The first sheet with one of these names, in any case. Raises `UnreadableWorkbook`."""
    if len(raw) > MOST_BYTES:
        raise UnreadableWorkbook("too_large", megabytes=MOST_BYTES // 1_000_000)
    wanted = [name.casefold().strip() for name in names]
    try:
        with confined(_PROGRAM, wanted, raw, LIMITS) as made:
            return _sheet_of(made)
    except Overrun as error:
        _log.warning("workbook refused", reason=str(error), bytes=len(raw))
        raise UnreadableWorkbook("too_heavy") from error


def _sheet_of(made: Made) -> WorkbookSheet:
    if made.status == REFUSED:
        refusal = json.loads(made.said)
        raise UnreadableWorkbook(refusal["reason"], **refusal["numbers"])
    if made.status != 0:
        raise Overrun(f"the reader ended with status {made.status}")
    return _parsed(made.output)


def _parsed(lines: BinaryIO) -> WorkbookSheet:
    first = json.loads(lines.readline())
    cells: list[list[Value]] = []
    odd: dict[Place, str] = {}
    for line in lines:
        read = json.loads(line)
        if isinstance(read, list):
            cells.append([_value(cell) for cell in read])
        else:
            odd = {(row, column): mark for row, column, mark in read["odd"]}
    return WorkbookSheet(tuple(first["sheets"]), first["sheet"], cells, odd)


def _value(cell: Any) -> Value:
    if not isinstance(cell, dict):
        return cell  # type: ignore[no-any-return] # JSON's own kinds
    ((kind, written),) = cell.items()
    if kind == "timedelta":
        return timedelta(seconds=written)
    return _KINDS[kind].fromisoformat(written)  # type: ignore[no-any-return, attr-defined]

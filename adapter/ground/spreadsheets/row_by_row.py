"""Writes down what a sheet holds, record by record: each whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Connection

from adapter.ground.spreadsheets.sheet import Sheet
from adapter.ground.spreadsheets.wrong_cells import WrongCell

Record = TypeVar("Record")


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class WrittenDown:
    """How many rows the sheet has, how many records had which outcome, and every wrong cell."""

    rows: int
    outcomes: Counter[Outcome]
    wrong: tuple[WrongCell, ...]

    def is_kept(self, *, valid_rows: bool, dry_run: bool = False) -> bool:
        """Nothing is while a row is wrong, unless the valid rows are asked for; nothing of a
        trial."""
        return not dry_run and (valid_rows or not self.wrong)


class WrongRecord(Exception):
    """Undoes what was written of one record; `cells` are all that are wrong with it."""

    def __init__(self, cells: Sequence[WrongCell]) -> None:
        super().__init__("the record cannot be used")
        self.cells = cells


def write_down(
    connection: Connection,
    sheet: Sheet,
    records: Iterable[Record],
    write: Callable[[Record], Outcome],
) -> WrittenDown:
    """`write` raises `WrongRecord`; the other records of the sheet are written all the same."""
    outcomes: Counter[Outcome] = Counter()
    wrong: list[WrongCell] = []
    for record in records:
        try:
            with connection.begin_nested():
                outcomes[write(record)] += 1
        except WrongRecord as error:
            wrong.extend(error.cells)
    return WrittenDown(len(sheet.rows), outcomes, tuple(wrong))

"""What a column of a sheet that comes in is: how it is read, and which member it fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from adapter.ground.spreadsheets.cells import Reader, WrongValue
from adapter.ground.spreadsheets.sheet import Sheet, SheetRow, read_sheet
from adapter.ground.spreadsheets.wrong_cells import WrongCell
from config.catalogue import Language


@dataclass(frozen=True, slots=True)
class Column:
    """`member` is the JSON pointer of what it fills; None for what is of the sheet alone."""

    member: str | None
    read: Reader
    required: bool = False


Wording = Callable[[str, Language], str]
"""The text of a column, by its name."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of sheet: its columns by name, in the order of the template, and their texts."""

    columns: Mapping[str, Column]
    sheet: Callable[[Language], str]
    heading: Wording
    explained: Wording
    choices: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """The table of texts and the codes of the columns with a list."""
    wide: Mapping[str, int] = field(default_factory=dict)

    def sheet_names(self) -> list[str]:
        return [self.sheet(language) for language in Language]

    def headings(self) -> dict[str, tuple[str, ...]]:
        return {
            name: tuple(self.heading(name, language) for language in Language)
            for name in self.columns
        }

    def required(self) -> tuple[str, ...]:
        return tuple(name for name, column in self.columns.items() if column.required)

    def read(self, raw: bytes) -> Sheet:
        """Read before a transaction begins: what a stranger sent holds up nobody's writing. Raises
        `UnreadableWorkbook`."""
        return read_sheet(raw, self.sheet_names(), self.headings(), self.required())

    def fill(self, body: dict[str, Any], sheet: Sheet, row: SheetRow) -> list[WrongCell]:
        """Put what the row says in the message, and return the cells that are missing or cannot be
        read. The message may do without a cell that a sheet needs in order to be read again."""
        missing = [name for name in self.required() if name not in row.values]
        wrong = fill(body, sheet, row, self.columns)
        return [*wrong, *(row.wrong(name, "missing") for name in missing)]

    def column_of(self, pointer: str) -> str | None:
        return filled_by(pointer, {name: column.member for name, column in self.columns.items()})


def filled_by(pointer: str, members: Mapping[str, str | None]) -> str | None:
    """By name of a column or field the member that it fills; which of them fills this member, or
    has a part of it: `/courseIds/1` is of the courses."""
    for name, member in members.items():
        if member is not None and f"{pointer}/".startswith(f"{member}/"):
            return name
    return None


def fill(
    body: dict[str, Any], sheet: Sheet, row: SheetRow, columns: Mapping[str, Column]
) -> list[WrongCell]:
    """Put what the row says in the message, and return the cells that cannot be read."""
    wrong = sheet.wrong_in(row)
    odd = {one.column for one in wrong}
    for name, cell in row.values.items():
        column = columns[name]
        if column.member is None or row.places[name] in odd:
            continue
        try:
            put(body, column.member, column.read(cell))
        except WrongValue as error:
            wrong.append(row.wrong(name, error.reason, **error.numbers))
    return wrong


def put(body: dict[str, Any], member: str | None, value: object) -> None:
    """Fill a member of the message: `/days/1/hours` is of the second of its days."""
    if member is None:
        return
    *above, last = member.strip("/").split("/")
    target: Any = body
    for part, following in pairwise([*above, last]):
        target = _below(target, part, [] if following.isdecimal() else {})
    target[last] = value


def _below(target: Any, part: str, new: object) -> Any:
    """What stands there under this name or place; `new` where there is nothing yet."""
    if isinstance(target, dict):
        return target.setdefault(part, new)
    while len(target) <= int(part):
        target.append({})
    return target[int(part)]

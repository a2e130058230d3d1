"""What a report says, apart from how it is written down: HTML, JSON, XLSX and PDF read the same.

Cells keep their types; a renderer writes them in the report's language. All texts come from the
catalogue before they get here. `name` of a report, section, table, column or fact is the stable
name that a program can rely on; `heading`, `caption` and `label` are for people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from config.catalogue import Language

Cell = str | int | Decimal | date | datetime | None
"""None is unknown or not applicable, and is shown as a dash."""


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    EUROS = "euros"
    """Whole eurocents, as int."""
    HOURS = "hours"
    """Decimal with two places."""
    DAY = "day"
    MOMENT = "moment"
    """Aware; shown in Amsterdam time."""
    COUNT = "count"
    PERCENT = "percent"
    """Whole percents, as int."""


_TYPES: dict[Kind, type] = {
    Kind.TEXT: str,
    Kind.EUROS: int,
    Kind.HOURS: Decimal,
    Kind.DAY: date,
    Kind.MOMENT: datetime,
    Kind.COUNT: int,
    Kind.PERCENT: int,
}

NUMERIC = frozenset({Kind.EUROS, Kind.HOURS, Kind.COUNT, Kind.PERCENT})


class Tone(StrEnum):
    """How a notice is meant; renderers say it in a word, and may add a colour."""

    INFO = "info"
    WARNING = "warning"


class MalformedReport(ValueError):
    """The report contradicts itself: a row of another width, a cell of another kind, a heading
    level left out, a name used twice."""


@dataclass(frozen=True, slots=True)
class Notice:
    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a summary: a label and a value."""

    name: str
    label: str
    value: Cell
    kind: Kind = Kind.TEXT

    def __post_init__(self) -> None:
        _check_cell(self.value, self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    heading: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Cut:
    """A line drawn across a table below its first `rows`, with what it means."""

    rows: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names the row. `total`, where given, is a last row that sums the others."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    cut: Cut | None = None

    def __post_init__(self) -> None:
        _refuse_repeats(f"table {self.name}", (column.name for column in self.columns))
        for row in (*self.rows, *([self.total] if self.total is not None else [])):
            if len(row) != len(self.columns):
                raise MalformedReport(
                    f"table {self.name} has {len(self.columns)} columns and a row of {len(row)}"
                )
            for cell, column in zip(row, self.columns, strict=True):
                _check_cell(cell, column.kind, f"{self.name}.{column.name}")


@dataclass(frozen=True, slots=True)
class Section:
    """Shown in the order notices, paragraphs, lists, tables. `level` is 2 to 4, below the title;
    on paper one with `new_page` begins a page, and one that is `whole` does not go on on the next,
    unless it is longer than a page."""

    name: str
    heading: str
    level: int = 2
    notices: tuple[Notice, ...] = ()
    paragraphs: tuple[str, ...] = ()
    lists: tuple[tuple[str, ...], ...] = ()
    tables: tuple[Table, ...] = ()
    new_page: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """`subtitle` is the period or day that it is about, `made_at` when it was made (UTC)."""

    name: str
    title: str
    subtitle: str
    language: Language
    made_at: datetime
    facts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    sections: tuple[Section, ...] = ()

    def __post_init__(self) -> None:
        _refuse_repeats(f"report {self.name}", (section.name for section in self.sections))
        before = 1
        for section in self.sections:
            if not 2 <= section.level <= min(before + 1, 4):
                raise MalformedReport(
                    f"section {section.name} has level {section.level} after level {before}"
                )
            before = section.level


def _check_cell(cell: Cell, kind: Kind, where: str) -> None:
    wanted = _TYPES[kind]
    # To Python a datetime is also a date and a bool an int; here neither is meant.
    right = isinstance(cell, str) if wanted is str else type(cell) is wanted
    if cell is not None and not right:
        raise MalformedReport(f"{where} holds {type(cell).__name__}, which is not {kind}")


def _refuse_repeats(where: str, names: Iterable[str]) -> None:
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated:
        raise MalformedReport(f"{where} uses a name twice: {', '.join(sorted(repeated))}")

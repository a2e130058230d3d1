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


class Shape(StrEnum):
    """How a picture is drawn."""

    BARS = "bars"
    """A lying bar per row, the parts of which stand one after the other, up to a limit."""
    COLUMNS = "columns"
    """A standing column per row, in order of time."""
    DISTRIBUTION = "distribution"
    """Columns that touch: how many there are in each class."""
    LINE = "line"
    """A point per row, in order of time."""


class Look(StrEnum):
    """How a part of a picture is told from the others: by pattern as much as by colour."""

    SOLID = "solid"
    HATCHED = "hatched"
    DOTTED = "dotted"
    OUTLINED = "outlined"


@dataclass(frozen=True, slots=True)
class Series:
    """What a picture shows of each row."""

    name: str
    label: str
    look: Look = Look.SOLID


@dataclass(frozen=True, slots=True)
class Entry:
    """One bar, column or point of a picture. Values are of the picture's kind, one per series;
    None is not known, or not shown. A row without a label is all that its picture is about."""

    label: str
    values: tuple[Cell, ...]
    limit: Cell = None


@dataclass(frozen=True, slots=True)
class Limit:
    """What the rows are set against, such as the norm or the budget; `left` and `over` are the
    words for what is left of it and what is beyond it."""

    label: str
    left: str
    over: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of numbers, which stand in its `table` too. `description` tells in a sentence what
    can be seen; `told_in` names the table of the report that has the numbers, where it is not to
    be repeated below the picture."""

    name: str
    title: str
    description: str
    shape: Shape
    kind: Kind
    series: tuple[Series, ...]
    rows: tuple[Entry, ...]
    row_heading: str = ""
    limit: Limit | None = None
    told_in: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in NUMERIC:
            raise MalformedReport(f"picture {self.name} draws {self.kind}, which is no number")
        for row in self.rows:
            if len(row.values) != len(self.series):
                raise MalformedReport(
                    f"picture {self.name} has {len(self.series)} series and a row of "
                    f"{len(row.values)}"
                )
            for value in (*row.values, row.limit):
                _check_cell(value, self.kind, f"picture {self.name}")

    @property
    def table(self) -> Table:
        """The same numbers."""
        columns = [Column(one.name, one.label, self.kind) for one in self.series]
        if self.limit is not None:
            columns.append(Column("limit", self.limit.label, self.kind))
        first = Column("row", self.row_heading)
        return Table(
            self.name,
            self.title,
            (first, *columns) if self.row_heading else tuple(columns),
            tuple(self._cells(row) for row in self.rows),
        )

    def _cells(self, row: Entry) -> tuple[Cell, ...]:
        label = (row.label,) if self.row_heading else ()
        limit = () if self.limit is None else (row.limit,)
        return (*label, *row.values, *limit)


@dataclass(frozen=True, slots=True)
class Section:
    """Shown in the order notices, paragraphs, lists, pictures, tables. `level` is 2 to 4, below the
    title; on paper one with `new_page` begins a page, and one that is `whole` does not go on on the
    next, unless it is longer than a page."""

    name: str
    heading: str
    level: int = 2
    notices: tuple[Notice, ...] = ()
    paragraphs: tuple[str, ...] = ()
    lists: tuple[tuple[str, ...], ...] = ()
    tables: tuple[Table, ...] = ()
    new_page: bool = False
    whole: bool = False
    pictures: tuple[Picture, ...] = ()

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """Those of its pictures too, unless another table has their numbers."""
        drawn = (one.table for one in self.pictures if one.told_in is None)
        return (*drawn, *self.tables)


@dataclass(frozen=True, slots=True)
class Report:
    """`subtitle` is the period or day that it is about, `made_at` when it was made (UTC).
    `file_name` is under what people save it, without the extension; else its name."""

    name: str
    title: str
    subtitle: str
    language: Language
    made_at: datetime
    facts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    sections: tuple[Section, ...] = ()
    file_name: str | None = None

    def __post_init__(self) -> None:
        _refuse_repeats(f"report {self.name}", (section.name for section in self.sections))
        before = 1
        for section in self.sections:
            if not 2 <= section.level <= min(before + 1, 4):
                raise MalformedReport(
                    f"section {section.name} has level {section.level} after level {before}"
                )
            before = section.level
        self._check_pictures()

    def _check_pictures(self) -> None:
        """Every picture leads to its numbers."""
        tables = {table.name for section in self.sections for table in section.tables}
        for section in self.sections:
            for picture in section.pictures:
                if picture.told_in is not None and picture.told_in not in tables:
                    raise MalformedReport(
                        f"picture {picture.name} is told in table {picture.told_in}, which the "
                        "report does not have"
                    )


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

"""Reading the decision sheet back: which cells say what, and which of them cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from xlsxwriter.utility import xl_col_to_name  # carries no types

from adapter.ground.spreadsheets.workbook import WorkbookSheet, read_workbook
from adapter.views.dossier.decision_sheet import ADDED_LATER, COLUMNS
from config.catalogue import Language, text
from policy.request_states import RequestOutcome

Read = TypeVar("Read")

_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,2})?", re.ASCII)


class UnreadableSheet(ValueError):
    """The file as a whole; `code` is a key of the texts `tranches.decide`."""

    def __init__(self, code: str, /, **numbers: object) -> None:
        super().__init__(code)
        self.code = code
        self.numbers = numbers


@dataclass(frozen=True, slots=True)
class CellProblem:
    """`row` counts as spreadsheets do; `message` is a whole key of the texts."""

    sheet: str
    row: int
    cell: str
    message: str
    numbers: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        message = text(self.message, language, **self.numbers)
        place = {"sheet": self.sheet, "row": self.row, "cell": self.cell}
        return text("tranches.decide.problem", language, message=message, **place)


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row as it was filled in; None where a cell was left empty."""

    row: int
    version: str
    request_id: str
    outcome: RequestOutcome
    reason: str | None
    costs_cents: int | None
    hours: Decimal | None
    scheme: bool | None
    exemption: bool
    """Whether what goes above the hours norm is allowed in the same decision (P4)."""


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """`empty` counts the rows without a decision, `versions` are those of all rows."""

    name: str
    places: Mapping[str, int]
    rows: tuple[FilledRow, ...]
    problems: tuple[CellProblem, ...]
    empty: int
    versions: frozenset[str]

    def problem(
        self, row: int, column: str, message: str, numbers: Mapping[str, object] | None = None
    ) -> CellProblem:
        cell = f"{xl_col_to_name(self.places[column])}{row}"
        return CellProblem(self.name, row, cell, message, numbers or {})


def read_filled_sheet(content: bytes) -> FilledSheet:
    """Raises `UnreadableWorkbook`, and `UnreadableSheet` when there is no sheet to read decisions
    from."""
    names = {text("tranches.sheet.name", language).casefold(): language for language in Language}
    found = read_workbook(content, names)
    if found.name is None:
        raise UnreadableSheet("no_sheet", columns=text("tranches.sheet.name"))
    return _read(found, found.name, names[found.name.casefold().strip()])


def _read(workbook: WorkbookSheet, name: str, language: Language) -> FilledSheet:
    cells = workbook.cells
    headings = {text(f"tranches.sheet.{one.name}", language): one.name for one in COLUMNS}
    needed = {heading for heading, name in headings.items() if name not in ADDED_LATER}
    header = next((at for at, row in enumerate(cells) if needed <= {str(one) for one in row}), None)
    if header is None:
        raise UnreadableSheet(
            "no_sheet", columns=", ".join(one for one in headings if one in needed)
        )
    places = {
        headings[str(heading)]: place
        for place, heading in enumerate(cells[header])
        if str(heading) in headings
    }
    sheet = FilledSheet(name, places, (), (), 0, frozenset())
    rows: list[FilledRow] = []
    problems: list[CellProblem] = []
    empty, versions = 0, set()
    for number, row in enumerate(cells[header + 1 :], start=header + 2):
        filled = {column: _plain(row[place]) for column, place in places.items()}
        # A formula whose value was never computed reads as an empty cell, which would stand for
        # the proposal; so would the lower cells of a merge.
        odd = {
            column: workbook.odd[number - 1, place]
            for column, place in places.items()
            if (number - 1, place) in workbook.odd
        }
        problems += [sheet.problem(number, at, f"imports.cell.{mark}") for at, mark in odd.items()]
        if filled["request_id"] is not None:
            versions.add(str(filled["version"]))
        if odd or filled["request_id"] is None:
            continue
        if filled["decision"] is None:
            empty += 1
            continue
        reader = _RowReader(sheet, number, filled)
        read = reader.read()
        problems += reader.problems
        if read is not None:
            rows.append(read)
    return FilledSheet(name, places, tuple(rows), tuple(problems), empty, frozenset(versions))


class _RowReader:
    """Reads every cell of a row before it gives up, so that all mistakes are named at once."""

    def __init__(self, sheet: FilledSheet, row: int, cells: Mapping[str, object]) -> None:
        self._sheet = sheet
        self._row = row
        self._cells = cells
        self.problems: list[CellProblem] = []

    def read(self) -> FilledRow | None:
        outcome = self._value("decision", _outcome, "unknown_decision")
        costs = self._value("costs", _hundredths, "unreadable_amount")
        hours = self._value("hours", _hundredths, "unreadable_hours")
        scheme = self._value("scheme", _yes_no, "unknown_scheme")
        exemption = self._value("exemption", _yes_no, "unknown_scheme")
        if self.problems or outcome is None:
            return None
        reason = self._cells["reason"]
        return FilledRow(
            row=self._row,
            version=str(self._cells["version"]),
            request_id=str(self._cells["request_id"]),
            outcome=outcome,
            reason=None if reason is None else str(reason),
            costs_cents=costs,
            hours=None if hours is None else Decimal(hours).scaleb(-2),
            scheme=scheme,
            exemption=bool(exemption),
        )

    def _value(
        self, column: str, read: Callable[[object], Read | None], problem: str
    ) -> Read | None:
        cell = self._cells.get(column)
        if cell is None:
            return None
        value = read(cell)
        if value is None:
            self.problems.append(
                self._sheet.problem(self._row, column, f"tranches.decide.{problem}")
            )
        return value


def _plain(cell: object) -> object:
    """Text without the spaces around it; None for an empty cell."""
    if isinstance(cell, str):
        return cell.strip() or None
    return cell


def _outcome(cell: object) -> RequestOutcome | None:
    said = str(cell).casefold()
    for language in Language:
        for one in RequestOutcome:
            if said == text(f"tranches.outcome.{one}", language):
                return one
    return None


def _yes_no(cell: object) -> bool | None:
    if isinstance(cell, bool):
        return cell
    said = str(cell).casefold()
    for language in Language:
        if said in (yes := text("tranches.word.yes", language), text("tranches.word.no", language)):
            return said == yes
    return None


def _hundredths(cell: object) -> int | None:
    """Cents or hundredths of an hour, from a number or from text with a decimal comma or point."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    written = str(cell) if isinstance(cell, str) else f"{cell:.10f}".rstrip("0").rstrip(".")
    written = written.replace("€", "").replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    if "," in written:
        written = written.replace(".", "").replace(",", ".")
    return int(Decimal(written).scaleb(2)) if _AMOUNT.fullmatch(written) else None

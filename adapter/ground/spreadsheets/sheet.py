"""One sheet of a workbook that came in, as rows of named cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adapter.ground.spreadsheets.workbook import Place, Value, read_workbook
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook, WrongCell
from config.catalogue import Language, text


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`values` by the column's name; an empty cell has none. `number` counts from 0."""

    sheet: str
    number: int
    values: Mapping[str, Value]
    places: Mapping[str, int]
    """Where each column of the sheet stands."""

    def wrong(self, column: str | None, reason: str, /, **numbers: object) -> WrongCell:
        place = None if column is None else self.places.get(column)
        return WrongCell(self.sheet, self.number, place, reason, numbers)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that are not empty, and what is wrong with cells whatever they should hold.

    `other_headings` are those of columns that people added: nothing is read from them.
    """

    name: str
    rows: tuple[SheetRow, ...]
    wrong: tuple[WrongCell, ...]
    other_headings: tuple[str, ...] = ()

    def wrong_in(self, row: SheetRow) -> list[WrongCell]:
        """The cells of this row that are not what a person typed there. A formula whose value was
        never computed reads as an empty cell; so do the lower cells of a merge."""
        return [one for one in self.wrong if one.row == row.number]

    def other_columns(self, language: Language) -> str | None:
        """The sentence about columns that were not read, or None: a heading that was mistyped is
        then seen."""
        if not self.other_headings:
            return None
        headings = ", ".join(self.other_headings)
        return text("imports.line.other_columns", language, sheet=self.name, headings=headings)


def read_sheet(
    raw: bytes, names: Iterable[str], headings: Mapping[str, Iterable[str]], required: Iterable[str]
) -> Sheet:
    """The first sheet of these names, below the row that holds the headings.

    `headings` are by column name, in any language. Raises `UnreadableWorkbook`.
    """
    wanted = tuple(names)
    found = read_workbook(raw, wanted)
    if found.name is None:
        there = ", ".join(found.sheets) or "–"
        raise UnreadableWorkbook("no_such_sheet", wanted=wanted[0], there=there)
    top, places = _columns(found.cells, headings, found.name)
    _refuse_missing(places, headings, required, found.name)
    ours = set(places.values())
    other = (str(cell).strip() for at, cell in enumerate(found.cells[top]) if at not in ours)
    rows, wrong = _below(found.cells, top, places, found.odd, found.name)
    return Sheet(found.name, rows, wrong, tuple(heading for heading in other if heading))


def _columns(
    cells: list[list[Value]], headings: Mapping[str, Iterable[str]], sheet: str
) -> tuple[int, dict[str, int]]:
    """The row of the headings and the place of each column: the first row with two or more."""
    known = {_plain(heading): name for name, all_ in headings.items() for heading in all_}
    for number, row in enumerate(cells[:20]):
        named = [(known.get(_plain(cell)), place) for place, cell in enumerate(row)]
        found = {name: place for name, place in named if name is not None}
        if len(found) >= 2:
            _refuse_twice([name for name, _ in named if name is not None], headings, sheet)
            return number, found
    raise UnreadableWorkbook("no_headings", sheet=sheet)


def _plain(cell: Value) -> str:
    """Headings are compared without case, line breaks and the star of what is required."""
    return " ".join(str(cell).replace("*", " ").split()).casefold()


def _refuse_twice(found: list[str], headings: Mapping[str, Iterable[str]], sheet: str) -> None:
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise UnreadableWorkbook("heading_twice", sheet=sheet, headings=_first(twice, headings))


def _refuse_missing(
    places: Mapping[str, int],
    headings: Mapping[str, Iterable[str]],
    required: Iterable[str],
    sheet: str,
) -> None:
    missing = [name for name in required if name not in places]
    if missing:
        raise UnreadableWorkbook(
            "missing_headings", sheet=sheet, headings=_first(missing, headings)
        )


def _first(names: Iterable[str], headings: Mapping[str, Iterable[str]]) -> str:
    return ", ".join(next(iter(headings[name])) for name in names)


def _below(
    cells: list[list[Value]],
    top: int,
    places: Mapping[str, int],
    odd: Mapping[Place, str],
    sheet: str,
) -> tuple[tuple[SheetRow, ...], tuple[WrongCell, ...]]:
    rows: list[SheetRow] = []
    wrong: list[WrongCell] = []
    columns = sorted(places.values())
    for number, row in enumerate(cells[top + 1 :], top + 1):
        values = _values(row, places)
        strange = [place for place in columns if (number, place) in odd]
        if values or strange:
            rows.append(SheetRow(sheet, number, values, places))
        wrong += [WrongCell(sheet, number, place, odd[number, place]) for place in strange]
    return tuple(rows), tuple(wrong)


def _values(row: list[Value], places: Mapping[str, int]) -> dict[str, Value]:
    found = {name: row[place] for name, place in places.items() if place < len(row)}
    return {
        name: cell.strip() if isinstance(cell, str) else cell
        for name, cell in found.items()
        if str(cell).strip()
    }

"""One sheet of a workbook that came in, as rows of named cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from adapter.imports.archive import Place, checked_parts, formulas_in
from adapter.imports.wrong_cells import UnreadableWorkbook, WrongCell

Value = str | float | bool | date | datetime | time | timedelta

_FORMULA, _MERGED, _STRAY = "formula", "merged", "outside_the_columns"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`values` by the column's name; an empty cell has none. `number` counts from 0."""

    sheet: str
    number: int
    values: Mapping[str, Value]
    places: Mapping[str, int]
    """Where each column of the sheet stands."""

    def wrong(self, column: str | None, reason: str, **numbers: object) -> WrongCell:
        place = None if column is None else self.places.get(column)
        return WrongCell(self.sheet, self.number, place, reason, numbers)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that are not empty, and what is wrong with cells whatever they should hold."""

    name: str
    rows: tuple[SheetRow, ...]
    wrong: tuple[WrongCell, ...]


def read_sheet(
    raw: bytes, names: Iterable[str], headings: Mapping[str, Iterable[str]], required: Iterable[str]
) -> Sheet:
    """The first sheet of these names, below the row that holds the headings.

    `headings` are by column name, in any language. Raises `UnreadableWorkbook`.
    """
    parts = checked_parts(raw)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(raw)) as workbook:
            name = _name_of(workbook, tuple(names))
            found = workbook.get_sheet_by_name(name)
            cells: list[list[Value]] = found.to_python(skip_empty_area=False)
            merged = frozenset(_merged_places(found))
            part = _part_of(parts, workbook.sheet_names.index(name))
    except CalamineError as error:
        raise UnreadableWorkbook("not_a_workbook") from error
    top, places = _columns(cells, headings, name)
    _refuse_missing(places, headings, required, name)
    odd = dict.fromkeys(merged, _MERGED) | dict.fromkeys(formulas_in(part), _FORMULA)
    return _below(cells, top, places, odd, name)


def _name_of(workbook: CalamineWorkbook, names: tuple[str, ...]) -> str:
    wanted = {name.casefold() for name in names}
    for name in workbook.sheet_names:
        if name.casefold().strip() in wanted:
            return str(name)
    raise UnreadableWorkbook(
        "no_such_sheet", wanted=names[0], there=", ".join(workbook.sheet_names) or "–"
    )


def _part_of(parts: Mapping[str, bytes], position: int) -> bytes:
    """The XML of a sheet. Writers number the parts in the order of the sheets; where one does not,
    the formulas of all sheets count, so that none is missed."""
    by_number = {
        int(number[0]): xml for path, xml in parts.items() if (number := _DIGITS.findall(path))
    }
    if sorted(by_number) == list(range(1, len(parts) + 1)):
        return by_number[position + 1]
    return b"".join(parts.values())


_DIGITS = re.compile(r"(\d+)\.xml$")


def _merged_places(sheet: CalamineSheet) -> Iterator[Place]:
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for row in range(top, bottom + 1):
            yield from ((row, column) for column in range(left, right + 1))


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
            _refuse_unknown(row, known, sheet)
            return number, found
    raise UnreadableWorkbook("no_headings", sheet=sheet)


def _plain(cell: Value) -> str:
    """Headings are compared without case, line breaks and the star of what is required."""
    return " ".join(str(cell).replace("*", " ").split()).casefold()


def _refuse_twice(found: list[str], headings: Mapping[str, Iterable[str]], sheet: str) -> None:
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise UnreadableWorkbook("heading_twice", sheet=sheet, headings=_first(twice, headings))


def _refuse_unknown(row: list[Value], known: Mapping[str, str], sheet: str) -> None:
    unknown = [str(cell).strip() for cell in row if str(cell).strip() and _plain(cell) not in known]
    if unknown:
        raise UnreadableWorkbook("unknown_headings", sheet=sheet, headings=", ".join(unknown))


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
) -> Sheet:
    rows: list[SheetRow] = []
    wrong: list[WrongCell] = []
    columns = set(places.values())
    strange = {number for number, _ in odd}
    for number, row in enumerate(cells[top + 1 :], top + 1):
        filled = {place for place, cell in enumerate(row) if str(cell).strip()}
        if not filled and number not in strange:
            continue
        rows.append(SheetRow(sheet, number, _values(row, places), places))
        for place in sorted(filled - columns):
            wrong.append(WrongCell(sheet, number, place, _STRAY))
        for place in sorted(columns):
            if (number, place) in odd:
                wrong.append(WrongCell(sheet, number, place, odd[number, place]))
    return Sheet(sheet, tuple(rows), tuple(wrong))


def _values(row: list[Value], places: Mapping[str, int]) -> dict[str, Value]:
    found = {name: row[place] for name, place in places.items() if place < len(row)}
    return {
        name: cell.strip() if isinstance(cell, str) else cell
        for name, cell in found.items()
        if str(cell).strip()
    }

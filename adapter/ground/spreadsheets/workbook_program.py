"""Run as a program, in a process with limits: a workbook in, the cells of one sheet out.

XLSX and ODS. The archive and its XML are walked first, in little memory: a zip archive can hold far
more than it weighs, and one cell far away makes a sheet of billions for who lays out the cells.
Imports nothing of ours, so that it starts fast and wherever the service was installed.
"""

from __future__ import annotations

import json
import posixpath
import re
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import IO, Any
from xml.parsers import expat

REFUSED = 3
"""The exit status of a file that is no honest workbook; standard error then says why."""

MOST_UNPACKED = 60_000_000
MOST_PARTS = 500
MOST_ROWS, MOST_COLUMNS = 10_000, 100
MOST_CELLS = 250_000
MOST_ELEMENTS = 2_000_000
DEEPEST = 60
LONGEST_TAG = 1_000_000

_CHUNK = 65_536
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
_FORMULA, _MERGED, _ERROR = "formula", "merged", "error"

Place = tuple[int, int]
Area = tuple[Place, Place]


class Refused(Exception):
    """`reason` is a key of the texts `imports.workbook`."""

    def __init__(self, reason: str, /, **numbers: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.numbers = numbers


@dataclass
class Marks:
    """What the values of a sheet do not show: which cells are not what a person typed there."""

    cells: dict[Place, str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)

    def within(self, rows: int, columns: int) -> dict[Place, str]:
        """By place, inside the area that is used."""
        found: dict[Place, str] = {}
        laid = 0
        for (top, left), (bottom, right) in self.merged:
            height, width = min(bottom + 1, rows) - top, min(right + 1, columns) - left
            laid += max(height, 0) * max(width, 0)
            if laid > MOST_ROWS * MOST_COLUMNS:
                raise _too_many_cells()
            for row in range(top, top + max(height, 0)):
                found.update(((row, column), _MERGED) for column in range(left, left + width))
        return found | self.cells


def main() -> int:
    """The names of the sheet that is wanted as arguments, in small letters, first found first."""
    try:
        for line in sheet_lines(sys.stdin.buffer.read(), sys.argv[1:]):
            sys.stdout.write(line + "\n")
    except Refused as refused:
        sys.stderr.write(json.dumps({"reason": refused.reason, "numbers": refused.numbers}))
        return REFUSED
    return 0


def sheet_lines(raw: bytes, wanted: list[str]) -> Iterator[str]:
    """JSON by the line: which sheet of which, its rows, and last the cells with a mark. Without
    such a sheet only the first. Raises `Refused`."""
    from python_calamine import CalamineError, CalamineWorkbook  # after what needs no parser

    marks = examined(raw)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(raw)) as workbook:
            names = [str(name) for name in workbook.sheet_names]
            name = next((one for one in names if one.casefold().strip() in wanted), None)
            yield json.dumps({"sheets": names[:MOST_PARTS], "sheet": name})
            if name is None:
                return
            cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise Refused("not_a_workbook") from error
    yield from _written(cells, marks.get(name, Marks()))


def _written(cells: list[list[Any]], marks: Marks) -> Iterator[str]:
    odd = marks.within(len(cells), max(map(len, cells), default=0))
    for row in cells:
        yield json.dumps([_plain(cell) for cell in row])
    yield json.dumps({"odd": [[row, column, mark] for (row, column), mark in odd.items()]})


def _plain(cell: Any) -> Any:
    """As JSON; a moment of any kind as its kind and its text."""
    if isinstance(cell, datetime | date | time):
        return {type(cell).__name__: cell.isoformat()}
    if isinstance(cell, timedelta):
        return {"timedelta": cell.total_seconds()}
    return cell


def examined(raw: bytes) -> dict[str, Marks]:
    """The marks of each sheet by its name; raises `Refused` for what is no workbook, or is too
    large to be an honest one."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            _refuse_bomb(archive)
            walk = _ods if _is_ods(archive) else _xlsx
            return walk(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError) as error:
        raise Refused("not_a_workbook") from error
    except (RuntimeError, EOFError, OSError, ValueError, LookupError, expat.ExpatError) as error:
        # A password, a part cut short, a name, a number or an encoding that nothing writes.
        raise Refused("not_a_workbook") from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined] # not named in its types
        raise Refused("not_a_workbook") from error


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused("unpacks_too_large", megabytes=MOST_UNPACKED // 1_000_000)
    # Of two parts with one name two readers may take another; the other methods unpack without
    # a bound, and no spreadsheet program uses them.
    twice = len({part.filename for part in parts}) < len(parts)
    plain = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    if twice or any(part.compress_type not in plain for part in parts):
        raise Refused("not_a_workbook")


def _is_ods(archive: zipfile.ZipFile) -> bool:
    return "content.xml" in archive.namelist() and "xl/workbook.xml" not in archive.namelist()


class _Budget:
    """What all parts together may hold."""

    def __init__(self) -> None:
        self.elements = 0
        self.cells = 0

    def count_cells(self, place: Place, more: int = 1) -> None:
        self.cells += more
        row, column = place
        if row >= MOST_ROWS or column >= MOST_COLUMNS or self.cells > MOST_CELLS:
            raise _too_many_cells()


def _too_many_cells() -> Refused:
    return Refused("too_many_cells", rows=MOST_ROWS, columns=MOST_COLUMNS, cells=MOST_CELLS)


Attributes = Mapping[str, str]
Visit = Callable[[str, Attributes], None]


def _walk(
    part: IO[bytes], budget: _Budget, begin: Visit | None = None, end: Visit | None = None
) -> None:
    """Every element of a part by its local name, with its attributes by theirs. A document type is
    refused: what it declares grows without bound, or reads other files."""
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def began(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        budget.elements += 1
        if depth > DEEPEST or budget.elements > MOST_ELEMENTS:
            raise Refused("unpacks_too_large", megabytes=MOST_UNPACKED // 1_000_000)
        if begin is not None:
            begin(_local(name), {_local(one): value for one, value in attributes.items()})

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(_local(name), {})

    def refuse(*_declared: object) -> None:
        raise Refused("not_a_workbook")

    parser.StartElementHandler = began
    parser.EndElementHandler = ended
    parser.StartDoctypeDeclHandler = refuse
    fed = 0
    while chunk := part.read(_CHUNK):
        parser.Parse(chunk, False)
        fed += len(chunk)
        # The parser keeps a tag until its end: one of megabytes is no tag of a spreadsheet.
        if fed - parser.CurrentByteIndex > LONGEST_TAG:
            raise Refused("not_a_workbook")
    parser.Parse(b"", True)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _drain(part: IO[bytes]) -> None:
    """To its end: then its checksum is compared, and what is larger than it says is refused."""
    while part.read(_CHUNK):
        pass


# XLSX


def _xlsx(archive: zipfile.ZipFile) -> dict[str, Marks]:
    budget = _Budget()
    if "xl/workbook.xml" not in archive.namelist():
        raise Refused("not_a_workbook")
    by_path: dict[str, Marks] = {}
    for info in archive.infolist():
        with archive.open(info) as part:
            if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                by_path[info.filename] = _worksheet(part, budget)
            elif info.filename.endswith((".xml", ".rels")):
                _walk(part, budget)
            else:
                _drain(part)
    return {name: by_path[path] for name, path in _sheet_paths(archive) if path in by_path}


def _worksheet(part: IO[bytes], budget: _Budget) -> Marks:
    marks = Marks()
    cell: Place = (0, 0)

    def begin(name: str, attributes: Attributes) -> None:
        nonlocal cell
        if name == "c":
            cell = _place(attributes.get("r", ""))
            budget.count_cells(cell)
            if attributes.get("t") == "e":
                marks.cells[cell] = _ERROR
        elif name == "f":
            marks.cells[cell] = _FORMULA
        elif name == "row" and int(attributes.get("r", "1")) > MOST_ROWS:
            raise _too_many_cells()
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            marks.merged.append((_place(first), _place(last or first)))
            budget.count_cells(marks.merged[-1][1], 0)

    _walk(part, budget, begin)
    return marks


def _place(written: str) -> Place:
    """`C12` counted from 0. Every program writes where a cell stands: without it the number of
    cells says nothing of the width of a sheet."""
    match = _PLACE.fullmatch(written)
    if match is None:
        raise Refused("not_a_workbook")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _sheet_paths(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            sheets.append((attributes.get("name", ""), attributes.get("id", "")))

    with archive.open("xl/_rels/workbook.xml.rels") as part:
        _walk(part, _Budget(), relation)
    with archive.open("xl/workbook.xml") as part:
        _walk(part, _Budget(), sheet)
    for name, relation_id in sheets:
        yield name, posixpath.normpath(posixpath.join("/xl", targets.get(relation_id, "")))[1:]


# ODS


def _ods(archive: zipfile.ZipFile) -> dict[str, Marks]:
    budget = _Budget()
    sheets: dict[str, Marks] = {}
    for info in archive.infolist():
        with archive.open(info) as part:
            if info.filename == "content.xml":
                tables = _Tables(budget)
                _walk(part, budget, tables.begin, tables.end)
                sheets = tables.sheets
            elif info.filename.endswith((".xml", ".rdf")):
                _walk(part, budget)
            else:
                _drain(part)
    return sheets


class _Tables:
    """The tables of a document, in which repeated rows and cells are written once."""

    def __init__(self, budget: _Budget) -> None:
        self.sheets: dict[str, Marks] = {}
        self._budget = budget
        self._marks = Marks()
        self._row = self._column = 0
        self._rows = self._cells = 1
        self._filled = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "table":
            self._marks = self.sheets.setdefault(attributes.get("name", ""), Marks())
            self._row = 0
        elif name == "table-row":
            self._rows = _times(attributes, "number-rows-repeated")
            self._column = 0
        elif name in ("table-cell", "covered-table-cell"):
            self._cells = _times(attributes, "number-columns-repeated")
            self._filled = "value-type" in attributes or "formula" in attributes
            self._mark(attributes)
        elif name == "p":
            self._filled = True

    def end(self, name: str, _attributes: Attributes) -> None:
        if name == "table-row":
            self._row += self._rows
        elif name in ("table-cell", "covered-table-cell"):
            if self._filled:
                last = (self._row + self._rows - 1, self._column + self._cells - 1)
                self._budget.count_cells(last, self._rows * self._cells)
            self._column += self._cells

    def _mark(self, attributes: Attributes) -> None:
        here = (self._row, self._column)
        if "formula" in attributes:
            self._marks.cells[here] = _FORMULA
        width = _times(attributes, "number-columns-spanned")
        height = _times(attributes, "number-rows-spanned")
        if width > 1 or height > 1:
            last = (here[0] + height - 1, here[1] + width - 1)
            self._budget.count_cells(last, 0)
            self._marks.merged.append((here, last))


def _times(attributes: Attributes, name: str) -> int:
    number = int(attributes.get(name, "1"))
    if number < 1:
        raise Refused("not_a_workbook")
    return number


if __name__ == "__main__":
    sys.exit(main())

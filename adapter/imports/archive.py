"""Looks at an XLSX file before anything reads it: a zip archive can hold far more than it weighs,
and a single cell far away makes a sheet of billions."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from adapter.imports.wrong_cells import UnreadableWorkbook

MOST_BYTES = 10_000_000
MOST_UNPACKED = 60_000_000
MOST_PARTS = 500
MOST_ROWS, MOST_COLUMNS = 10_000, 100

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PLACE = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\br="([A-Z]{1,3})(\d{1,7})"[^<>]*>\s*(<(?:\w+:)?f\b)?')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^<>]*?\br="(\d+)"')

Place = tuple[int, int]


def checked_parts(raw: bytes) -> dict[str, bytes]:
    """The XML of the worksheets by path; raises `UnreadableWorkbook` for what is no workbook or
    is too large to be an honest one."""
    if len(raw) > MOST_BYTES:
        raise UnreadableWorkbook("too_large", megabytes=MOST_BYTES // 1_000_000)
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            _refuse_bomb(archive)
            sheets = {
                part.filename: archive.read(part)
                for part in archive.infolist()
                if _SHEET.fullmatch(part.filename)
            }
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnreadableWorkbook("not_a_workbook") from error
    for sheet in sheets.values():
        _refuse_far_cells(sheet)
    return sheets


def formulas_in(sheet: bytes) -> frozenset[Place]:
    """The cells of a worksheet that hold a formula, as row and column from 0."""
    return frozenset(
        (int(match[2]) - 1, _column(match[1]))
        for match in _PLACE.finditer(sheet)
        if match[3] is not None
    )


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableWorkbook("unpacks_too_large", megabytes=MOST_UNPACKED // 1_000_000)
    if "xl/workbook.xml" not in archive.namelist():
        raise UnreadableWorkbook("not_a_workbook")
    # Reads every part no further than it says to be, and compares its checksum: a part that is
    # larger than it says does not get past this.
    if archive.testzip() is not None:
        raise UnreadableWorkbook("not_a_workbook")


def _refuse_far_cells(sheet: bytes) -> None:
    rows = [int(match[1]) for match in _ROW.finditer(sheet)]
    # Every program writes where a cell stands; without it, their number says nothing of the width.
    if len(_CELL.findall(sheet)) != len(_PLACE.findall(sheet)):
        raise UnreadableWorkbook("not_a_workbook")
    places = [(int(match[2]), _column(match[1])) for match in _PLACE.finditer(sheet)]
    rows.extend(row for row, _ in places)
    widest = max((column for _, column in places), default=0)
    if max(rows, default=0) > MOST_ROWS or widest >= MOST_COLUMNS:
        raise UnreadableWorkbook("too_many_cells", rows=MOST_ROWS, columns=MOST_COLUMNS)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1

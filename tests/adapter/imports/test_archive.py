"""Files that are no honest workbook are refused before anything is unpacked or laid out."""

from __future__ import annotations

import re
import struct
import zipfile
from io import BytesIO

import pytest

from adapter.imports import archive
from adapter.imports.archive import checked_parts, formulas_in
from adapter.imports.sheet import read_sheet
from adapter.imports.wrong_cells import UnreadableWorkbook, a1
from tests.adapter.imports.sheets import workbook_of

HONEST = workbook_of([["Titel", "Uren"], ["Cursus", 8]], "Blad")


def _repacked(parts: dict[str, bytes]) -> bytes:
    """The honest workbook with some parts replaced or added."""
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(HONEST)) as before,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            after.writestr(name, parts.pop(name, before.read(name)))
        for name, content in parts.items():
            after.writestr(name, content)
    return made.getvalue()


def _with_cells(cells: str) -> bytes:
    sheet = f'<worksheet><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    return _repacked({"xl/worksheets/sheet1.xml": sheet.encode()})


def _reason(raw: bytes) -> str:
    with pytest.raises(UnreadableWorkbook) as refused:
        checked_parts(raw)
    return refused.value.reason


def test_an_honest_workbook_passes() -> None:
    assert list(checked_parts(HONEST)) == ["xl/worksheets/sheet1.xml"]


def test_a_file_that_unpacks_to_far_more_than_it_weighs_is_refused() -> None:
    bomb = _repacked({"xl/media/zeros.bin": b"\0" * (archive.MOST_UNPACKED + 1)})
    assert len(bomb) < 200_000
    assert _reason(bomb) == "unpacks_too_large"


def test_a_part_that_hides_its_size_is_refused() -> None:
    raw = bytearray(_repacked({"xl/media/zeros.bin": b"\0" * 1_000_000}))
    size = struct.pack("<I", 1_000_000)
    for found in [match.start() for match in re.finditer(re.escape(size), bytes(raw))]:
        raw[found : found + 4] = struct.pack("<I", 10)
    assert _reason(bytes(raw)) == "not_a_workbook"


def test_too_many_parts_and_too_large_a_file_are_refused() -> None:
    many = {f"xl/media/{number}.bin": b"" for number in range(archive.MOST_PARTS)}
    assert _reason(_repacked(many)) == "unpacks_too_large"
    assert _reason(HONEST + b"\0" * archive.MOST_BYTES) == "too_large"


@pytest.mark.parametrize(
    "raw", [b"", b"naam;uren", b"PK\x03\x04", HONEST[:-30], b"\xd0\xcf\x11\xe0" + b"\0" * 600]
)
def test_what_is_no_archive_is_no_workbook(raw: bytes) -> None:
    assert _reason(raw) == "not_a_workbook"


def test_an_archive_of_something_else_is_no_workbook() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as other:
        other.writestr("word/document.xml", "<document/>")
    assert _reason(made.getvalue()) == "not_a_workbook"


def test_a_workbook_with_broken_xml_is_refused() -> None:
    broken = _repacked({"xl/workbook.xml": b"<workbook><sheets>"})
    with pytest.raises(UnreadableWorkbook):
        read_sheet(broken, ["Blad"], {"title": ["Titel"], "hours": ["Uren"]}, [])


@pytest.mark.parametrize("place", ["A1048576", "XFD1", "ZZZ9999999"])
def test_one_cell_far_away_does_not_make_a_sheet_of_billions(place: str) -> None:
    assert _reason(_with_cells(f'<c r="A1"/><c r="{place}"><v>1</v></c>')) == "too_many_cells"


def test_cells_that_do_not_say_where_they_stand_are_refused() -> None:
    assert _reason(_with_cells("<c><v>1</v></c>" * 1_000)) == "not_a_workbook"


def test_formulas_are_seen_whatever_stands_around_them() -> None:
    cells = b'<c r="B3" s="1"><f>1+1</f></c><c s="2" r="AA10">\n<x:f t="shared"/></c><c r="C1"/>'
    assert formulas_in(cells) == {(2, 1), (9, 26)}


@pytest.mark.parametrize(
    ("row", "column", "name"), [(0, 0, "A1"), (9, 25, "Z10"), (0, 26, "AA1"), (1, 702, "AAA2")]
)
def test_cells_are_named_as_spreadsheets_do(row: int, column: int, name: str) -> None:
    assert a1(row, column) == name

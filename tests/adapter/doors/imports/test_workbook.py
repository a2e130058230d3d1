"""Files that are no honest workbook are refused with a reason, and read by no process of the
service itself."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from adapter.ground.spreadsheets import workbook, workbook_program
from adapter.ground.spreadsheets.sheet import read_sheet
from adapter.ground.spreadsheets.workbook import read_workbook
from adapter.ground.spreadsheets.workbook_program import Refused, examined
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook, a1
from config.catalogue import Language
from connectors.confined import Limits
from tests.adapter.doors.imports.sheets import workbook_of

HOSTILE = Path(__file__).parents[3] / "recordings" / "hostile"
HONEST = workbook_of([["Titel", "Uren"], ["Cursus", 8]], "Blad")
HEADINGS = {"title": ["Titel"], "hours": ["Uren"]}
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)
NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def repacked(
    replaced: Mapping[str, bytes], before: bytes = HONEST, method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A workbook with some parts replaced or added."""
    parts = dict(replaced)
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(before)) as old,
        zipfile.ZipFile(made, "w", method) as new,
    ):
        for name in old.namelist():
            new.writestr(name, parts.pop(name, old.read(name)))
        for name, content in parts.items():
            new.writestr(name, content)
    return made.getvalue()


def with_sheet(xml: str) -> bytes:
    return repacked({"xl/worksheets/sheet1.xml": xml.encode()})


def with_cells(cells: str) -> bytes:
    return with_sheet(f'<worksheet><sheetData><row r="1">{cells}</row></sheetData></worksheet>')


def ods(rows: str, before: str = "") -> bytes:
    made = BytesIO()
    content = (
        f"<?xml version='1.0'?>{before}<office:document-content {NAMESPACES} office:version='1.3'>"
        f"<office:body><office:spreadsheet><table:table table:name='Blad'>{rows}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    return made.getvalue()


def ods_cell(words: str, attributes: str = "") -> str:
    return (
        f"<table:table-cell office:value-type='string' {attributes}>"
        f"<text:p>{words}</text:p></table:table-cell>"
    )


def reason(raw: bytes) -> str:
    with pytest.raises(Refused) as refused:
        examined(raw)
    return refused.value.reason


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("far.xlsx", "too_many_cells"),
        ("merge.xlsx", "too_many_cells"),
        ("redos.xlsx", "not_a_workbook"),
    ],
)
def test_a_spreadsheet_that_killed_the_service_is_refused_with_a_sentence(
    name: str, why: str
) -> None:
    with pytest.raises(UnreadableWorkbook, match=why) as refused:
        read_workbook((HOSTILE / name).read_bytes(), ["Aanvragen"])
    assert {refused.value.sentence(language) for language in Language} != {""}


def test_what_the_limits_stop_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "LIMITS", Limits(memory=30_000_000, seconds=10, output=10_000))
    many = workbook_of([["Titel", "Uren"], *([f"Cursus {n}" * 50, n] for n in range(5_000))], "B")
    with pytest.raises(UnreadableWorkbook, match="too_heavy") as refused:
        read_workbook(many, ["b"])
    assert "geheugen of tijd" in refused.value.sentence(Language.NL)


def test_cells_of_every_kind_come_through() -> None:
    days = [date(2027, 3, 1), datetime(2027, 3, 1, 12, 30), time(8, 15)]  # noqa: DTZ001
    sheet = workbook_of([["Titel", "Uren"], ["Cursus", 8.5], [days[0], True]], "Blad")
    read = read_workbook(sheet, ["BLAD "])
    assert read.name == "Blad"
    assert read.cells == [["Titel", "Uren"], ["Cursus", 8.5], [days[0], True]]
    lines = BytesIO(
        b'{"sheets": ["B"], "sheet": "B"}\n'
        b'[{"datetime": "2027-03-01T12:30:00"}, {"time": "08:15:00"}, {"timedelta": 90.0}]\n'
        b'{"odd": []}\n'
    )
    assert workbook._parsed(lines).cells == [[days[1], days[2], timedelta(seconds=90)]]


def test_a_file_of_libreoffice_is_read_as_one_of_excel() -> None:
    header = f"<table:table-row>{ods_cell('Titel')}{ods_cell('Uren')}</table:table-row>"
    filled = ods_cell("Cursus") + (
        "<table:table-cell office:value-type='float' office:value='8'><text:p>8</text:p>"
        "</table:table-cell>"
    )
    empty = (
        "<table:table-row table:number-rows-repeated='1048570'>"
        "<table:table-cell table:number-columns-repeated='16384'/></table:table-row>"
    )
    raw = ods(f"{header}<table:table-row>{filled}</table:table-row>{empty}")
    sheet = read_sheet(raw, ["Blad"], HEADINGS, ["title"])
    assert [dict(row.values) for row in sheet.rows] == [{"title": "Cursus", "hours": 8.0}]


def test_formulas_and_merged_cells_of_libreoffice_are_seen() -> None:
    formula = ods_cell("3", "table:formula='of:=1+2'")
    merged = ods_cell("samen", "table:number-rows-spanned='2'")
    three = ods_cell("a", "table:number-columns-repeated='3'")
    first = f"<table:table-row>{three}{formula}</table:table-row>"
    raw = ods(f"{first}<table:table-row>{merged}</table:table-row>")
    marks = examined(raw)["Blad"]
    assert marks.cells == {(0, 3): "formula"}
    assert marks.within(2, 4) == {(0, 3): "formula", (1, 0): "merged"}


@pytest.mark.parametrize(
    "repeated",
    [
        "table:number-columns-repeated='16384'",
        "table:number-columns-spanned='16384'",
        "table:number-columns-repeated='99999999999999999999'",
    ],
)
def test_a_cell_that_is_repeated_without_end_is_refused(repeated: str) -> None:
    assert reason(ods(f"<table:table-row>{ods_cell('a', repeated)}</table:table-row>")) == (
        "too_many_cells"
    )


def test_rows_that_are_repeated_without_end_are_refused() -> None:
    row = "<table:table-row table:number-rows-repeated='{}'>" + ods_cell("a") + "</table:table-row>"
    assert reason(ods(row.format(1_048_576))) == "too_many_cells"
    assert reason(ods(row.format(-5))) == "not_a_workbook"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE x>",
    ],
)
def test_a_document_type_is_refused_in_every_part(part: str, declared: str) -> None:
    assert reason(repacked({part: f"{declared}<worksheet/>".encode()})) == "not_a_workbook"
    assert reason(ods("", declared)) == "not_a_workbook"


def test_a_file_that_unpacks_to_far_more_than_it_weighs_is_refused() -> None:
    bomb = repacked({"xl/media/zeros.bin": b"\0" * (workbook_program.MOST_UNPACKED + 1)})
    assert len(bomb) < 200_000
    assert reason(bomb) == "unpacks_too_large"


def test_elements_in_elements_without_end_are_refused() -> None:
    deep = "<a>" * 1_000 + "</a>" * 1_000
    assert reason(with_sheet(f"<worksheet>{deep}</worksheet>")) == "unpacks_too_large"


def test_more_elements_than_a_sheet_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_program, "MOST_ELEMENTS", 1_000)
    assert reason(with_sheet("<worksheet>" + "<a/>" * 1_000 + "</worksheet>")) == (
        "unpacks_too_large"
    )


def test_a_tag_of_megabytes_is_refused() -> None:
    wide = "<worksheet" + " " * 3_000_000 + "/>"
    assert reason(with_sheet(wide)) == "not_a_workbook"


def test_a_part_that_hides_its_size_is_refused() -> None:
    raw = bytearray(repacked({"xl/media/zeros.bin": b"\0" * 1_000_000}))
    size = struct.pack("<I", 1_000_000)
    for found in [match.start() for match in re.finditer(re.escape(size), bytes(raw))]:
        raw[found : found + 4] = struct.pack("<I", 10)
    assert reason(bytes(raw)) == "not_a_workbook"


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_packing_that_unpacks_without_a_bound_is_refused(method: int) -> None:
    assert reason(repacked({}, method=method)) == "not_a_workbook"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_with_one_name_are_refused() -> None:
    made = BytesIO(HONEST)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    assert reason(made.getvalue()) == "not_a_workbook"


def test_too_many_parts_and_too_large_a_file_are_refused() -> None:
    many = {f"xl/media/{number}.bin": b"" for number in range(workbook_program.MOST_PARTS)}
    assert reason(repacked(many)) == "unpacks_too_large"
    with pytest.raises(UnreadableWorkbook, match="too_large"):
        read_workbook(HONEST + b"\0" * workbook.MOST_BYTES, ["Blad"])


@pytest.mark.parametrize(
    "raw", [b"", b"naam;uren", b"PK\x03\x04", HONEST[:-30], b"\xd0\xcf\x11\xe0" + b"\0" * 600]
)
def test_what_is_no_archive_is_no_workbook(raw: bytes) -> None:
    assert reason(raw) == "not_a_workbook"


@pytest.mark.parametrize("part", ["word/document.xml", "xl/workbook.bin"])
def test_an_archive_of_something_else_is_no_workbook(part: str) -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as other:
        other.writestr(part, "<document/>")
    assert reason(made.getvalue()) == "not_a_workbook"


@pytest.mark.parametrize("encoding", ["UTF99999999999-8", "zlib", "idna", "utf-7"])
def test_a_part_in_an_encoding_that_nothing_writes_is_refused(encoding: str) -> None:
    part = f'<?xml version="1.0" encoding="{encoding}"?><worksheet/>'
    assert reason(with_sheet(part)) == "not_a_workbook"


def test_a_workbook_with_broken_xml_is_refused() -> None:
    broken = repacked({"xl/workbook.xml": b"<workbook><sheets>"})
    with pytest.raises(UnreadableWorkbook):
        read_sheet(broken, ["Blad"], HEADINGS, [])


@pytest.mark.parametrize("place", ["A1048576", "XFD1", "ZZZ9999999"])
@pytest.mark.parametrize(
    "cell", ['<c r="{}"><v>1</v></c>', "<c r='{}'/>", '<x:c xmlns:x="urn:x" r="{}"/>']
)
def test_one_cell_far_away_does_not_make_a_sheet_of_billions(place: str, cell: str) -> None:
    assert reason(with_cells('<c r="A1"/>' + cell.format(place))) == "too_many_cells"


@pytest.mark.parametrize("area", ["A1:XFD1048576", "C3:XFD3", "A10001"])
def test_a_merge_that_reaches_far_is_refused(area: str) -> None:
    merged = f'<worksheet><mergeCells><mergeCell ref="{area}"/></mergeCells></worksheet>'
    assert reason(with_sheet(merged)) == "too_many_cells"


def test_merges_over_each_other_are_counted_together() -> None:
    areas = '<mergeCell ref="A1:CV10000"/>' * 3
    marks = examined(with_sheet(f"<worksheet>{areas}</worksheet>"))["Blad"]
    assert len(marks.within(1, 100)) == 100
    with pytest.raises(Refused, match="too_many_cells"):
        marks.within(10_000, 100)


def test_cells_that_do_not_say_where_they_stand_are_refused() -> None:
    assert reason(with_cells("<c><v>1</v></c>" * 1_000)) == "not_a_workbook"


def test_formulas_and_errors_are_seen_whatever_stands_around_them() -> None:
    cells = (
        '<c r="B3" s="1"><f>1+1</f></c><c s="2" r=\'AA10\'>\n<x:f xmlns:x="urn:x" t="shared"/></c>'
        '<c r="C1"/><c r="D1" t="e"><v>#N/A</v></c>'
    )
    assert examined(with_cells(cells))["Blad"].cells == {
        (2, 1): "formula",
        (9, 26): "formula",
        (0, 3): "error",
    }


def test_the_marks_are_those_of_the_sheet_that_the_relations_name() -> None:
    """A sheet of a chart before it, or parts in another order, shifts nothing."""
    relations = (
        '<Relationships><Relationship Id="rId1" Target="/xl/worksheets/other.xml"/></Relationships>'
    )
    raw = repacked(
        {
            "xl/_rels/workbook.xml.rels": relations.encode(),
            "xl/worksheets/other.xml": b'<worksheet><c r="B1"><f/></c></worksheet>',
        }
    )
    assert examined(raw)["Blad"].cells == {(0, 1): "formula"}


@pytest.mark.parametrize(
    ("row", "column", "name"), [(0, 0, "A1"), (9, 25, "Z10"), (0, 26, "AA1"), (1, 702, "AAA2")]
)
def test_cells_are_named_as_spreadsheets_do(row: int, column: int, name: str) -> None:
    assert a1(row, column) == name

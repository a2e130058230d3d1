"""Workbooks, read back the way a colleague's spreadsheet program does."""

from __future__ import annotations

import re
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from adapter.ground.rendering import xlsx
from adapter.ground.rendering.content import (
    Cell,
    Column,
    Fact,
    Kind,
    Report,
    Section,
    Table,
)
from adapter.ground.rendering.sheet_limits import DoesNotFit
from adapter.ground.rendering.sheet_names import sheet_names
from config.catalogue import Language
from tests.adapter.ground.rendering.test_rendering import COSTS, REPORT

NAMES = Table("names", "Namen", (Column("name", "Naam"),), (("=1+1",), ("https://x.nl",), ("12",)))


def opened(report: Report) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(xlsx.render(report)))


def sheet_xml(report: Report, number: int) -> str:
    with zipfile.ZipFile(BytesIO(xlsx.render(report))) as file:
        return file.read(f"xl/worksheets/sheet{number}.xml").decode()


def with_tables(*tables: Table) -> Report:
    return replace(REPORT, sections=(Section("one", "Eén", tables=tables),))


def test_cells_keep_their_types() -> None:
    rows = opened(REPORT).get_sheet_by_name("Eén").to_python()
    assert rows == [
        ["Trajecten", "", "", "", "", ""],
        ["Medewerker", "Kosten", "Uren", "Start", "Onderdelen", "Deel"],
        ["Iris <b>de Vries</b>", 2400.01, 79.5, date(2026, 9, 1), 1234, 0.5],
        ["Totaal", 2400.01, 79.5, "", 1234, ""],
    ]


def test_the_first_sheet_tells_what_the_report_is_about_and_where_its_tables_are() -> None:
    rows = opened(REPORT).get_sheet_by_name("Rapport").to_python()
    assert rows[:5] == [
        ["Voorbeeld", ""],
        ["2026", ""],
        ["Gemaakt op", datetime.fromisoformat("2026-07-01T12:05")],
        ["Let op", "Niet volledig."],
        ["Totaal", 2400.01],
    ]
    assert ["", "Alinea."] in rows
    assert ["", "• tweede"] in rows
    assert ["Werkblad", "Trajecten"] in rows
    assert "location=\"'Eén'!A1\"" in sheet_xml(REPORT, 1).replace("&apos;", "'")


def test_an_english_report_has_english_sheets_and_formats() -> None:
    english = replace(REPORT, language=Language.EN)
    assert opened(english).sheet_names[0] == "Report"
    with zipfile.ZipFile(BytesIO(xlsx.render(english))) as file:
        styles = file.read("xl/styles.xml").decode()
    assert "[$€-809]" in styles
    assert "[$€-413]" not in styles


def test_a_name_that_looks_like_a_formula_a_link_or_a_number_stays_text() -> None:
    report = with_tables(NAMES)
    rows = opened(report).get_sheet_by_name("Eén").to_python()
    assert [row[0] for row in rows[2:]] == ["=1+1", "https://x.nl", "12"]
    assert not re.search(r"<f[ >]|<hyperlink", sheet_xml(report, 2))


def test_whatever_people_type_comes_through() -> None:
    signs = [chr(number) for number in range(0x20, 0x110000, 397)]
    odd = ["a\ud800b", "a\ufffeb", "_x0041_", "  twee  ", "漢\nregel", *(f"a{s}b" for s in signs)]
    table = Table("odd", "Tekens", (Column("sign", "Teken"),), tuple((words,) for words in odd))
    rows = opened(with_tables(table)).get_sheet_by_name("Eén").to_python()
    read = [str(row[0]) for row in rows[2:]]
    assert read[:2] == ["a\ufffdb", "a\ufffdb"]
    different = [one for one, other in zip(odd[2:], read[2:], strict=True) if one != other]
    assert all("\ud800" <= words[1] <= "\udfff" for words in different)


def test_the_heading_row_stays_in_sight_and_filters_the_rows_without_the_total() -> None:
    found = sheet_xml(REPORT, 2)
    assert re.search(r'<pane xSplit="1" ySplit="2" topLeftCell="B3"[^>]*state="frozen"', found)
    assert '<autoFilter ref="A2:F3"/>' in found
    assert re.findall(r'<col min="\d" max="\d" width="([\d.]+)"', found)[3] == "19.7109375"


def test_the_same_report_gives_the_same_bytes() -> None:
    assert xlsx.render(REPORT) == xlsx.render(REPORT)


def test_a_section_with_more_tables_names_its_sheets_after_them() -> None:
    report = with_tables(COSTS, NAMES)
    assert opened(report).sheet_names == ["Rapport", "Trajecten", "Namen"]


def test_sheet_names_are_what_spreadsheets_accept_and_differ() -> None:
    long = "Inschrijvingen zonder toegekende aanvraag"
    names = sheet_names([long, long.upper(), "A/B: [x]?*", "'", "History", "a b x", ""])
    assert names == [
        "Inschrijvingen zonder toegeken…",
        "INSCHRIJVINGEN ZONDER TOEG… (2)",
        "A B x",
        "-",
        "History (2)",
        "a b x (2)",
        "- (2)",
    ]
    assert max(len(name) for name in names) == 31


@pytest.mark.parametrize("characters", [32_767, 32_768])
def test_a_text_that_no_cell_takes_is_refused_rather_than_cut_off(characters: int) -> None:
    report = replace(REPORT, facts=(Fact("long", "Lang", "x" * characters),))
    if characters <= 32_767:
        assert opened(report).get_sheet_by_index(0).to_python()[4][1] == "x" * characters
        return
    with pytest.raises(DoesNotFit, match="fact long of report sample has 32768 characters"):
        xlsx.render(report)


def test_memory_does_not_grow_with_the_rows() -> None:
    columns = (Column("name", "Naam"), Column("costs", "Kosten", Kind.EUROS))
    few, many = (_rows(500), _rows(10_000))
    peaks = [_peak(with_tables(Table("t", "T", columns, rows))) for rows in (few, many)]
    assert peaks[1] < peaks[0] + 2_000_000


def _rows(count: int) -> tuple[tuple[Cell, ...], ...]:
    return tuple((f"Medewerker {number} met een naam", number) for number in range(count))


def _peak(report: Report) -> int:
    """The most bytes that rendering held at once, the workbook itself included."""
    tracemalloc.start()
    try:
        xlsx.render(report)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

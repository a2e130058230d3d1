"""PDF: what it claims to be, how it is tagged, and that every word comes through.

Written by the typesetter without packed objects, so its structure can be read as it stands.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest

from adapter.ground.rendering import pdf
from adapter.ground.rendering.content import (
    Column,
    Notice,
    Report,
    Section,
    Table,
    Tone,
)
from adapter.ground.rendering.typesetting import NotTypeset, typeset
from config.catalogue import Language
from tests.adapter.ground.rendering.test_rendering import REPORT


@pytest.fixture(scope="module")
def made() -> bytes:
    return pdf.render(REPORT)


def titled(title: str) -> Report:
    return replace(REPORT, title=title, sections=())


def title_of(document: bytes) -> str:
    """From the metadata, where it stands as plain XML."""
    (found,) = re.findall(rb'<dc:title>.*?<rdf:li xml:lang="[^"]*">(.*?)</rdf:li>', document)
    return str(found.decode())


def tags(document: bytes) -> list[str]:
    return [found.decode() for found in re.findall(rb"/Type/StructElem/S/(\w+)", document)]


def test_it_says_that_it_is_pdf_a_2a_and_pdf_ua_1(made: bytes) -> None:
    for claim in (
        b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>",
        b"<pdfuaid:part>1</pdfuaid:part>",
        b"/MarkInfo<</Marked true",
        b"/DisplayDocTitle true",
        b"/OutputIntents ",
        b"/StructTreeRoot ",
        b"/Lang(nl-NL)",
    ):
        assert claim in made
    assert title_of(made) == "Voorbeeld – 2026"


def test_headings_lists_and_tables_are_tagged_as_such(made: bytes) -> None:
    found = tags(made)
    assert [tag for tag in found if re.fullmatch(r"H\d", tag)].count("H1") == 4
    assert found.count("H2") == 1
    assert found.count("Caption") == found.count("Table") == found.count("THead") == 1
    assert found.count("TH") == len(REPORT.sections[0].tables[0].columns)
    assert made.count(b"/Scope/Column") == found.count("TH")
    assert found.count("LI") == len(REPORT.facts) + 2


def test_its_fonts_are_inside_and_come_with_the_typesetter(made: bytes) -> None:
    fonts = set(re.findall(rb"/BaseFont/[A-Z]{6}\+([\w-]+)", made))
    assert fonts
    assert all(font.startswith(b"Libertinus") for font in fonts)
    assert made.count(b"/Type/FontDescriptor") == len(re.findall(rb"/FontFile\d ", made))


def test_an_english_report_says_that_it_is_english() -> None:
    assert b"/Lang(en-GB)" in pdf.render(replace(REPORT, language=Language.EN))


def test_the_same_report_gives_the_same_bytes(made: bytes) -> None:
    assert pdf.render(REPORT) == made
    assert b"/CreationDate(D:20260701100500" in made


def test_cells_are_written_as_in_the_other_forms() -> None:
    (table, *_) = pdf.content_of(REPORT)["sections"][0]["tables"]
    assert [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in table["rows"][0]] == [
        "Iris <b>de Vries</b>",
        "€ 2.400,01",
        "79,50",
        "1 september 2026",
        "1.234",
        "50 %",
    ]
    assert table["total"][3] == "–"


def test_words_never_become_markup() -> None:
    named = '#panic("x") *y* `z` $a$ @b \\ <i>'
    assert unescape(title_of(pdf.render(titled(named)))) == f"{named} – 2026"


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("漢 en 字", "[U+6F22] en [U+5B57]"),
        ("👩‍👧", "[U+1F469]"),
        ("a\x01b", "a[U+0001]b"),
        ("a\ue803\ud800b", "a[U+E803][U+D800]b"),
        ("Zoe\N{COMBINING DIAERESIS}", "Zoë"),
        ("Øystein Şahin Жук Łukasz", "Øystein Şahin Жук Łukasz"),
    ],
)
def test_a_character_that_no_font_has_is_written_as_its_code(title: str, written: str) -> None:
    assert title_of(pdf.render(titled(title))).startswith(written)


def test_whatever_people_type_comes_through() -> None:
    """A sample of all of Unicode in one document; what cannot be shown is spelled out."""
    signs = [chr(number) for number in range(0x20, 0x110000, 397)]
    odd = Section("odd", "Tekens", paragraphs=tuple(f"a{sign}b" for sign in signs))
    assert tags(pdf.render(replace(REPORT, sections=(odd,)))).count("P") >= len(signs)


def test_a_section_can_begin_a_page() -> None:
    sections = [Section(f"s{number}", "Deel", new_page=number > 1) for number in range(4)]
    document = pdf.render(replace(REPORT, sections=tuple(sections)))
    assert len(re.findall(rb"/MediaBox", document)) == 3


def test_a_wide_table_lies_on_its_side() -> None:
    columns = tuple(Column(f"c{number}", f"Kolom {number}") for number in range(8))
    table = Table("wide", "Breed", columns, (("x",) * 8,))
    document = pdf.render(replace(REPORT, sections=(Section("w", "Breed", tables=(table,)),)))
    boxes = re.findall(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", document)
    assert [float(width) > float(height) for width, height in boxes] == [False, True]


def test_everything_that_a_report_can_hold_can_be_empty() -> None:
    empty = Section(
        "empty",
        "Leeg",
        notices=(Notice(Tone.INFO, ""),),
        paragraphs=("",),
        lists=((), ("",)),
        tables=(Table("none", "Geen", (Column("a", "A"),), ()),),
    )
    assert pdf.render(replace(REPORT, facts=(), notices=(), sections=(empty,)))[:5] == b"%PDF-"


def test_a_document_that_cannot_be_set_says_what_the_typesetter_said() -> None:
    with pytest.raises(NotTypeset, match='does not contain key "title"'):
        typeset("report.typ", {"language": "nl"}, datetime(2026, 1, 1, tzinfo=UTC))

"""Pictures: what is drawn stands in proportion, is told in words and numbers, and is the same on a
page and on paper."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from adapter.ground.rendering.content import (
    Cell,
    Column,
    Entry,
    Kind,
    Limit,
    Look,
    MalformedReport,
    Picture,
    Report,
    Section,
    Series,
    Shape,
    Table,
)
from adapter.ground.rendering.html import content_security_policy, figure, small_figure
from adapter.ground.rendering.renderers import RENDERERS
from adapter.ground.rendering.svg import NARROW, WIDE, drawn
from config.catalogue import Language

SVG = "{http://www.w3.org/2000/svg}"
LIMIT = Limit("Norm", "Nog over", "Boven de norm")
HOURS = Picture(
    name="hours",
    title="2027: 60 van 80 uur",
    description="40 uur is gevolgd, 20 uur gepland.",
    shape=Shape.BARS,
    kind=Kind.HOURS,
    series=(Series("used", "Gevolgd"), Series("planned", "Gepland", Look.HATCHED)),
    rows=(Entry("", (Decimal("40.00"), Decimal("20.00")), Decimal("80.00")),),
    limit=LIMIT,
)
MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def over_months(shape: Shape, values: tuple[Cell, ...], kind: Kind = Kind.COUNT) -> Picture:
    rows = tuple(Entry(month, (value,)) for month, value in zip(MONTHS, values, strict=False))
    series = (Series("people", "Medewerkers"),)
    return Picture("months", "Per maand", "Steeds meer.", shape, kind, series, rows, "Maand")


def root_of(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)  # noqa: S314 - our own drawing


def elements(picture: Picture, name: str, width: int = WIDE) -> list[ElementTree.Element]:
    root = root_of(drawn(picture, Language.NL, width))
    return [one for one in root if one.tag == f"{SVG}{name}"]


def boxes(picture: Picture) -> list[dict[str, str]]:
    """The drawn parts, without the squares of the key."""
    return [one.attrib for one in elements(picture, "rect") if one.attrib["width"] != "14"]


def words_of(picture: Picture, width: int = WIDE) -> list[str]:
    return [one.text or "" for one in elements(picture, "text", width)]


def report_of(*pictures: Picture, tables: tuple[Table, ...] = ()) -> Report:
    section = Section("figures", "Beelden", pictures=pictures, tables=tables)
    made_at = datetime(2027, 4, 1, 6, tzinfo=UTC)
    return Report("mt", "Rapport", "2027-Q1", Language.NL, made_at, sections=(section,))


def test_a_bar_is_as_long_as_its_number_and_what_is_left_is_seen() -> None:
    room, used, planned = boxes(HOURS)
    assert float(room["width"]) == WIDE - 2
    assert float(used["width"]) == pytest.approx((WIDE - 2) / 2, abs=0.1)
    assert float(planned["width"]) == pytest.approx((WIDE - 2) / 4, abs=0.1)
    assert words_of(HOURS) == [
        "Gevolgd: 40 uur",
        "Gepland: 20 uur",
        "Nog over: 20 uur",
        "Norm: 80 uur",
    ]


def test_what_is_beyond_the_limit_has_a_look_of_its_own() -> None:
    beyond = replace(
        HOURS, rows=(Entry("", (Decimal("70.00"), Decimal("30.00")), Decimal("80.00")),)
    )
    *_, over = boxes(beyond)
    assert over["fill"] == f"url(#hours-{WIDE}-alarm)"
    assert float(over["width"]) == pytest.approx((WIDE - 2) * 0.2, abs=0.1)
    assert "Boven de norm: 20 uur" in words_of(beyond)


def test_parts_differ_by_pattern_and_not_by_colour_alone() -> None:
    room, used, planned = boxes(HOURS)
    assert {room["class"], used["class"]} == {"edge paper", "edge ink"}
    (patterns,) = elements(HOURS, "defs")
    assert [one.attrib["id"] for one in patterns] == [f"hours-{WIDE}-hatched"]
    assert planned["fill"] == f"url(#hours-{WIDE}-hatched)"


def test_a_bar_of_a_row_tells_its_whole_beside_its_label() -> None:
    row = Entry("Wettelijk", (Decimal("40.00"), Decimal("20.00")), Decimal("80.00"))
    assert words_of(replace(HOURS, rows=(row,), row_heading="Criterium"))[:2] == [
        "60 uur van 80 uur",
        "Wettelijk",
    ]


def test_a_label_that_is_too_long_is_broken_and_never_cut() -> None:
    label = "Wettelijke en functiegebonden eisen"
    row = Entry(label, (Decimal("40.00"), Decimal("20.00")), Decimal("80.00"))
    narrow = words_of(replace(HOURS, rows=(row,), row_heading="Criterium"), NARROW)
    assert "60 uur van 80 uur" in narrow
    assert label not in narrow
    assert " ".join(narrow[1:4]).startswith(label)


def test_columns_stand_in_proportion_with_their_numbers_above_them() -> None:
    low, high = boxes(over_months(Shape.DISTRIBUTION, (5, 20)))
    assert float(high["height"]) == pytest.approx(4 * float(low["height"]), abs=0.2)
    assert words_of(over_months(Shape.DISTRIBUTION, (5, 20))) == ["5", "20", "jan", "feb"]


def test_what_is_not_known_is_a_dash_and_no_zero() -> None:
    picture = over_months(Shape.COLUMNS, (None, 20))
    assert len(boxes(picture)) == 1
    assert "–" in words_of(picture)
    assert picture.table.rows == (("jan", None), ("feb", 20))


def test_a_line_goes_through_what_is_known_under_round_numbers() -> None:
    picture = over_months(Shape.LINE, (310_000, 640_000, None), Kind.EUROS)
    words = words_of(picture)
    assert words[:5] == [
        "€\N{NO-BREAK SPACE}0",
        "€\N{NO-BREAK SPACE}2.000",
        "€\N{NO-BREAK SPACE}4.000",
        "€\N{NO-BREAK SPACE}6.000",
        "€\N{NO-BREAK SPACE}8.000",
    ]
    assert len(elements(picture, "circle")) == 2


def test_months_that_do_not_fit_on_a_telephone_are_named_every_other_time() -> None:
    picture = over_months(Shape.LINE, tuple(range(100_000, 1_300_000, 100_000)), Kind.EUROS)
    assert [word for word in words_of(picture) if word in MONTHS] == list(MONTHS)
    assert [word for word in words_of(picture, NARROW) if word in MONTHS] == list(MONTHS[::2])


@pytest.mark.parametrize("shape", Shape)
def test_every_picture_names_and_describes_itself(shape: Shape) -> None:
    root = root_of(drawn(over_months(shape, (5, 20)), Language.NL))
    title, told = list(root)[:2]
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {told.attrib['id']}"
    assert (title.text, told.text) == ("Per maand", "Steeds meer.")


@pytest.mark.parametrize("shape", Shape)
def test_a_picture_of_nothing_can_be_drawn(shape: Shape) -> None:
    assert boxes(over_months(shape, ())) == []
    assert boxes(over_months(shape, (0, 0))) == []


def test_words_are_no_markup() -> None:
    hostile = replace(HOURS, title='<script>"&', description="</svg>")
    root = root_of(drawn(hostile, Language.NL))
    assert [one.text for one in list(root)[:2]] == ['<script>"&', "</svg>"]
    assert "<script>" not in figure(hostile, Language.NL)


def test_a_page_needs_no_style_of_the_picture_itself() -> None:
    assert not re.search(r"style=|<style", drawn(HOURS, Language.NL))
    assert "unsafe" not in content_security_policy()


def test_a_page_has_the_numbers_below_the_picture() -> None:
    page = RENDERERS["html"].render(report_of(HOURS)).decode()
    assert page.count("<svg") == 2, "one per width"
    assert re.findall(r'<td role="cell" class="number"[^>]*>([^<]*)<', page) == ["20,00", "80,00"]


def test_a_picture_can_lead_to_the_table_that_has_its_numbers() -> None:
    table = Table("norm", "Uren", (Column("used", "Gevolgd", Kind.HOURS),), ((Decimal("40.00"),),))
    report = report_of(replace(HOURS, told_in="norm"), tables=(table,))
    page = RENDERERS["html"].render(report).decode()
    assert 'href="#table-norm"' in page
    assert 'id="table-norm"' in page
    plain = json.loads(RENDERERS["json"].render(report))["sections"][0]
    assert plain["pictures"] == [
        {
            "name": "hours",
            "title": HOURS.title,
            "description": HOURS.description,
            "table": "norm",
        }
    ]
    assert [one["name"] for one in plain["tables"]] == ["norm"]


def test_a_picture_whose_numbers_are_nowhere_is_refused() -> None:
    with pytest.raises(MalformedReport, match="told in table norm"):
        report_of(replace(HOURS, told_in="norm"))


def test_a_picture_of_days_or_of_half_a_row_is_refused() -> None:
    with pytest.raises(MalformedReport, match="no number"):
        replace(HOURS, kind=Kind.DAY)
    with pytest.raises(MalformedReport, match="2 series and a row of 1"):
        replace(HOURS, rows=(Entry("", (Decimal("1.00"),)),))


def test_paper_has_the_picture_with_its_description() -> None:
    """The standards refuse a picture without an alternative text."""
    written = RENDERERS["pdf"].render(report_of(HOURS, over_months(Shape.LINE, (1, 2))))
    assert written.startswith(b"%PDF-1.7")
    assert written == RENDERERS["pdf"].render(report_of(HOURS, over_months(Shape.LINE, (1, 2))))


def test_a_workbook_has_the_numbers() -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(RENDERERS["xlsx"].render(report_of(HOURS))))
    assert book.get_sheet_by_index(1).to_python()[-1] == [40, 20, 80]


def test_a_bar_in_a_table_has_no_words_and_a_name() -> None:
    root = root_of(small_figure(HOURS, Language.NL))
    assert root.findall(f"{SVG}text") == []
    assert root.findtext(f"{SVG}title") == "2027: 60 van 80 uur"

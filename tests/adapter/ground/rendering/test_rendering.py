"""One report with every kind of content, as HTML and as JSON."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from adapter.ground.rendering import html
from adapter.ground.rendering import json as report_json
from adapter.ground.rendering.content import (
    Cell,
    Column,
    Fact,
    Kind,
    MalformedReport,
    Notice,
    Report,
    Section,
    Table,
    Tone,
)
from config.catalogue import Language

COSTS = Table(
    name="trajectories",
    caption="Trajecten",
    columns=(
        Column("employee", "Medewerker"),
        Column("costsEur", "Kosten", Kind.EUROS),
        Column("hours", "Uren", Kind.HOURS),
        Column("startDate", "Start", Kind.DAY),
        Column("parts", "Onderdelen", Kind.COUNT),
        Column("share", "Deel", Kind.PERCENT),
    ),
    rows=(("Iris <b>de Vries</b>", 240_001, Decimal("79.50"), date(2026, 9, 1), 1_234, 50),),
    total=("Totaal", 240_001, Decimal("79.50"), None, 1_234, None),
)
REPORT = Report(
    name="sample",
    title="Voorbeeld",
    subtitle="2026",
    language=Language.NL,
    made_at=datetime(2026, 7, 1, 10, 5, tzinfo=UTC),
    facts=(Fact("total", "Totaal", 240_001, Kind.EUROS),),
    notices=(Notice(Tone.WARNING, "Niet volledig."),),
    sections=(
        Section("one", "Eén", paragraphs=("Alinea.",), tables=(COSTS,)),
        Section("part", "Deel", level=3, lists=(("eerste", "tweede"),)),
        Section("two", "Twee"),
        Section("three", "Drie"),
        Section("four", "Vier"),
    ),
)


def test_a_page_writes_values_the_way_the_language_does() -> None:
    page = html.render(REPORT).decode().replace("\N{NO-BREAK SPACE}", " ")
    for written in (
        "€ 2.400,01",
        "79,50",
        "1 september 2026",
        "1.234",
        "50 %",
        "1 juli 2026 12:05",
    ):
        assert f"{written}</" in page
    english = html.render(replace(REPORT, language=Language.EN)).decode()
    assert '<html lang="en">' in english
    assert "€2,400.01" in english


def test_names_that_hold_markup_are_shown_as_they_are() -> None:
    page = html.render(REPORT).decode()
    assert "Iris &lt;b&gt;de Vries&lt;/b&gt;" in page
    assert "<b>" not in page


def test_the_policy_allows_exactly_the_style_sheet_of_the_page() -> None:
    page = html.render(REPORT).decode()
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = html.content_security_policy()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"style=|<script|<img|<link|url\(|https?:", page)


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_page_has_one_title_ordered_headings_and_tables_that_say_what_they_hold() -> None:
    outline = _Outline()
    outline.feed(html.render(REPORT).decode())
    headings = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings == [1, 2, 3, 2, 2, 2]
    names = [tag for tag, _ in outline.tags]
    assert names.count("caption") == names.count("table") == 1
    assert {attributes["scope"] for tag, attributes in outline.tags if tag == "th"} == {
        "col",
        "row",
    }
    ids = {attributes.get("id") for _, attributes in outline.tags}
    links = [attributes["href"] for tag, attributes in outline.tags if tag == "a"]
    assert set(links) <= {f"#{name}" for name in ids if name}
    assert len(links) == headings.count(2)


def test_a_warning_says_so_in_a_word() -> None:
    assert "<strong>Let op:</strong> Niet volledig." in html.render(REPORT).decode()


BACKGROUNDS = ("paper", "shade", "warning-shade")
TEXTS = ("text", "ink", "quiet", "link", "warning")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_colour_has_enough_contrast_on_every_background(scheme: str) -> None:
    page = html.render(REPORT).decode()
    assert set(re.findall(r"background: var\(--([\w-]+)\)", page)) == set(BACKGROUNDS)
    assert set(re.findall(r"[ {;]color: var\(--([\w-]+)\)", page)) <= set(TEXTS)
    light, _, dark = page.partition("prefers-color-scheme: dark")
    palette = dict(re.findall(r"--([\w-]+): (#\w+)", light if scheme == "light" else dark))
    for colour in TEXTS:
        for background in BACKGROUNDS:
            contrast = _contrast(palette[colour], palette[background])
            assert contrast >= 4.5, (colour, background)


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_json_holds_the_same_content_under_stable_names() -> None:
    plain = json.loads(report_json.render(REPORT))
    assert plain["madeAt"] == "2026-07-01T10:05:00Z"
    assert plain["facts"] == [
        {"name": "total", "label": "Totaal", "kind": "euros", "value": "2400.01"}
    ]
    (table,) = plain["sections"][0]["tables"]
    assert table["rows"] == [
        {
            "employee": "Iris <b>de Vries</b>",
            "costsEur": "2400.01",
            "hours": "79.50",
            "startDate": "2026-09-01",
            "parts": 1234,
            "share": 50,
        }
    ]
    assert table["total"]["startDate"] is None


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (1.5, Kind.HOURS),
        (240, Kind.HOURS),
        (Decimal("1.00"), Kind.EUROS),
        (True, Kind.COUNT),
        (datetime(2026, 1, 1, tzinfo=UTC), Kind.DAY),
        (3, Kind.TEXT),
    ],
)
def test_a_cell_of_another_kind_is_refused(cell: Cell, kind: Kind) -> None:
    with pytest.raises(MalformedReport, match=kind):
        Fact("total", "Totaal", cell, kind)


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(MalformedReport, match="2 columns and a row of 1"):
        Table("t", "T", (Column("a", "A"), Column("b", "B")), (("x",),))


def test_a_heading_level_left_out_is_refused() -> None:
    with pytest.raises(MalformedReport, match="level 4 after level 2"):
        replace(REPORT, sections=(Section("a", "A"), Section("b", "B", level=4)))


def test_a_name_used_twice_is_refused() -> None:
    with pytest.raises(MalformedReport, match="twice: a"):
        replace(REPORT, sections=(Section("a", "A"), Section("a", "B")))

"""What is too long to print is shortened and says so; what fits stays as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapter.ground.rendering import pdf, typesetting
from adapter.ground.rendering.content import (
    Column,
    Report,
    Section,
    Table,
)
from adapter.ground.rendering.shortened import shortened
from config.catalogue import Language
from connectors.confined import Limits

COLUMNS = (Column("name", "Naam"), Column("what", "Wat"))


def table(name: str, rows: int, words: str = "x") -> Table:
    return Table(name, "Bijschrift", COLUMNS, tuple((f"rij {n}", words) for n in range(rows)))


def report(*tables: Table) -> Report:
    sections = tuple(Section(one.name, "Kop", tables=(one,)) for one in tables)
    made_at = datetime(2027, 1, 1, tzinfo=UTC)
    return Report("lang", "Lang", "2027", Language.NL, made_at, sections=sections)


def test_what_fits_is_returned_as_it_is() -> None:
    fits = report(table("one", 10))
    assert shortened(fits, 1_000) is fits


def test_every_table_keeps_its_first_rows_and_says_how_many_there_are() -> None:
    short = shortened(report(table("long", 5_000), table("brief", 3)), 1_000)
    long, brief = (section.tables[0] for section in short.sections)
    assert 450 < len(long.rows) < 500
    assert long.rows[0] == ("rij 0", "x")
    assert long.caption == f"Bijschrift (de eerste {len(long.rows)} van 5000 rijen)"
    assert (len(brief.rows), brief.caption) == (3, "Bijschrift")
    assert "webpagina (HTML)" in short.notices[-1].text
    assert f"hoogstens {len(long.rows)} rijen" in short.notices[-1].text


def test_long_texts_count_for_more() -> None:
    short = shortened(report(table("long", 5_000, "woord " * 100)), 1_000)
    assert len(short.sections[0].tables[0].rows) < 170


def test_of_sections_without_end_only_the_first_are_printed() -> None:
    many = tuple(
        Section(f"s{number}", "Kop", paragraphs=("een", "twee"), lists=(("drie",),))
        for number in range(1_000)
    )
    short = shortened(replace(report(), sections=many), 300)
    assert short.sections == many[:100]
    assert short.notices


def test_what_takes_too_much_to_typeset_is_tried_shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's own refusal, not a guess: with this memory 5,000 rows are not set in type."""
    monkeypatch.setattr(typesetting, "_LIMITS", Limits(180_000_000, 60, 50_000_000))
    monkeypatch.setattr(pdf, "_MOST_PIECES", (12_000, 20))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf.render(report(table("long", 5_000)))
    monkeypatch.setattr(pdf, "_MOST_PIECES", (12_000,))
    with pytest.raises(typesetting.TooMuchToTypeset):
        pdf.render(report(table("long", 5_000)))

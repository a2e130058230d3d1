"""A report's tables follow from the class of their records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from adapter.ground.answers import Answer, HoursOut, PercentOut, TotalEurOut, YearOut
from adapter.ground.rendering.content import Kind, MalformedReport
from adapter.ground.rendering.records import Words, section
from config.catalogue import Language
from policy.sign_ups import SignUpState

WORDS = Words("overview", Language.NL)


class Said(Answer):
    message: str


class Followed(Answer):
    title: str
    version: int
    year: YearOut
    hours: HoursOut | None
    costs_eur: TotalEurOut
    share: PercentOut
    scheme: bool
    state: SignUpState
    decided_date: date | None
    at: datetime
    reasons: list[Said]


COLUMNS = {
    "training": "title",
    "version": "version",
    "year": "year",
    "hours": "hours",
    "costs": "costs_eur",
    "share": "share",
    "scheme": "scheme",
    "state": "state",
    "decided": "decided_date",
    "enrolled": "at",
    "reason": "reasons",
}
AT = datetime(2027, 6, 2, 9, tzinfo=UTC)
ONE = Followed(
    title="Omgevingsrecht",
    version=2,
    year=2027,
    hours=None,
    costs_eur=240_000,
    share=50,
    scheme=True,
    state=SignUpState.PLACED,
    decided_date=date(2027, 1, 12),
    at=AT,
    reasons=[Said(message="Te laat."), Said(message="Te duur.")],
)


def test_each_member_is_a_cell_of_its_own_kind() -> None:
    (table,) = section("grants", [ONE], WORDS, COLUMNS).tables
    kinds = [(column.name, column.kind) for column in table.columns]
    assert kinds == [
        ("training", Kind.TEXT),
        ("version", Kind.COUNT),
        ("year", Kind.TEXT),
        ("hours", Kind.HOURS),
        ("costs", Kind.EUROS),
        ("share", Kind.PERCENT),
        ("scheme", Kind.TEXT),
        ("state", Kind.TEXT),
        ("decided", Kind.DAY),
        ("enrolled", Kind.MOMENT),
        ("reason", Kind.TEXT),
    ]
    day = date(2027, 1, 12)
    said = ("ja", "heeft een plaats", day, AT, "Te laat. Te duur.")
    assert table.rows == (("Omgevingsrecht", 2, "2027", None, 240_000, 50, *said),)


def test_the_same_record_is_written_as_json() -> None:
    more = ONE.model_copy(update={"hours": Decimal("40.00")})
    written = more.model_dump(mode="json", by_alias=True)
    assert (written["costsEur"], written["hours"], written["year"]) == ("2400.00", "40.00", 2027)
    assert (written["state"], written["decidedDate"]) == ("placed", "2027-01-12")


def test_without_records_a_sentence_says_so() -> None:
    empty = section("grants", [], WORDS, COLUMNS)
    assert empty.tables == ()
    assert empty.paragraphs[-1] == "Er is niets vastgelegd."


def test_a_column_of_a_member_that_is_not_there_is_refused() -> None:
    with pytest.raises(MalformedReport, match="Followed has no price"):
        section("grants", [ONE], WORDS, {"costs": "price"})

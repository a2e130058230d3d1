"""The pictures that several pages and reports draw, each in the same words and patterns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from babel.dates import get_month_names

from adapter.ground.rendering.content import Entry, Kind, Limit, Look, Picture, Series, Shape
from adapter.ground.rendering.records import Words
from adapter.subjects.tranches.capacity import TeamMonth
from adapter.views.hours_of_year import YearOfHours
from config.catalogue import LOCALES, Language


def hours_picture(year: YearOfHours, language: Language) -> Picture:
    """One person's hours of a year against the limit (Visie §8)."""
    words = Words("pictures", language)
    numbers = {
        "year": year.year,
        "total": year.used + year.planned,
        "limit": year.limit,
        "used": year.used,
        "planned": year.planned,
    }
    return Picture(
        name=f"hours-{year.year}",
        title=words.say("hours.title", **numbers),
        description=words.say("hours.told", **numbers),
        shape=Shape.BARS,
        kind=Kind.HOURS,
        series=(
            Series("used", words.say("hours.used")),
            Series("planned", words.say("hours.planned"), Look.HATCHED),
        ),
        rows=(Entry("", (year.used, year.planned), year.limit),),
        limit=Limit(words.say("hours.limit"), words.say("hours.left"), words.say("hours.over")),
    )


def years_picture(years: Sequence[YearOfHours], told_in: str, language: Language) -> Picture:
    """One person's hours of several years, each against its own limit (Visie §8)."""
    words = Words("pictures", language)
    rows = [(str(one.year), one) for one in years]
    return _hours_per_row("hours-of-years", "years", "year", rows, told_in, words)


def people_picture(
    people: Iterable[tuple[str, YearOfHours]], told_in: str, language: Language
) -> Picture:
    """The hours of a year of each of a team, by name, against the limit (Visie §8)."""
    words = Words("pictures", language)
    return _hours_per_row("hours-of-people", "people", "person", people, told_in, words)


def _hours_per_row(
    name: str,
    subject: str,
    row: str,
    rows: Iterable[tuple[str, YearOfHours]],
    told_in: str,
    words: Words,
) -> Picture:
    return Picture(
        name=name,
        title=words.say(f"hours.title_of_{subject}"),
        description=words.say(f"hours.told_of_{subject}"),
        shape=Shape.BARS,
        kind=Kind.HOURS,
        series=(
            Series("used", words.say("hours.used")),
            Series("planned", words.say("hours.planned"), Look.HATCHED),
        ),
        rows=tuple(Entry(label, (one.used, one.planned), one.limit) for label, one in rows),
        row_heading=words.say(f"hours.{row}"),
        limit=Limit(words.say("hours.limit"), words.say("hours.left"), words.say("hours.over")),
        told_in=told_in,
    )


@dataclass(frozen=True, slots=True)
class Owed:
    """What one trajectory comes to for a leaver, in cents; `to_review_cents` waits for HR."""

    title: str
    basis_cents: int
    claimable_cents: int
    to_review_cents: int


def repayment_picture(owed: Sequence[Owed], told_in: str, language: Language) -> Picture:
    """Per trajectory, which part of its costs would be claimed back (Visie §7)."""
    words = Words("pictures", language)
    rows = [
        Entry(one.title, (one.claimable_cents, one.to_review_cents), one.basis_cents)
        for one in owed
    ]
    return Picture(
        name="repayment",
        title=words.say("repayment.title"),
        description=words.say("repayment.told"),
        shape=Shape.BARS,
        kind=Kind.EUROS,
        series=(
            Series("claimable", words.say("repayment.claimable")),
            Series("to_review", words.say("repayment.to_review"), Look.HATCHED),
        ),
        rows=tuple(rows),
        row_heading=words.say("repayment.trajectory"),
        limit=Limit(
            words.say("repayment.basis"), words.say("repayment.rest"), words.say("repayment.above")
        ),
        told_in=told_in,
    )


def budget_picture(
    granted_cents: int, proposed_cents: int, available_cents: int, language: Language
) -> Picture:
    """What is granted of a tranche and what HR proposes to grant beside it, against what there is
    for it (Visie §4)."""
    words = Words("pictures", language)
    amounts = {
        "granted": granted_cents / 100,
        "proposed": proposed_cents / 100,
        "together": (granted_cents + proposed_cents) / 100,
        "available": available_cents / 100,
    }
    title = words.say("budget.title_with_granted" if granted_cents else "budget.title", **amounts)
    return Picture(
        name="budget",
        title=title,
        description=title,
        shape=Shape.BARS,
        kind=Kind.EUROS,
        series=(
            Series("granted", words.say("budget.granted")),
            Series("proposed", words.say("budget.proposed"), Look.HATCHED),
        ),
        rows=(Entry("", (granted_cents, proposed_cents), available_cents),),
        limit=Limit(words.say("budget.limit"), words.say("budget.left"), words.say("budget.over")),
    )


def capacity_picture(
    months: Iterable[TeamMonth], year: int, told_in: str, language: Language
) -> Picture:
    """Granted and asked for, per month, as a share of the hours that a team has (P8)."""
    shares = [(one.month.number, one.granted_percent, one.all_percent) for one in months]
    return shares_picture(shares, year, told_in, language)


def shares_picture(
    shares: Iterable[tuple[int, int | None, int | None]],
    year: int,
    told_in: str,
    language: Language,
) -> Picture:
    """By the number of the month: what is granted, and what that and all that is asked for come to
    together, in percents of what the team has. What is asked for is drawn on top."""
    words = Words("pictures", language)
    names = get_month_names("abbreviated", "stand-alone", LOCALES[language])
    return Picture(
        name="capacity",
        title=words.say("capacity.title", year=year),
        description=words.say("capacity.told"),
        shape=Shape.COLUMNS,
        kind=Kind.PERCENT,
        series=(
            Series("granted", words.say("capacity.granted")),
            Series("requested", words.say("capacity.requested"), Look.HATCHED),
        ),
        rows=tuple(
            Entry(
                names[number].rstrip("."),
                (granted, None if together is None else together - (granted or 0)),
            )
            for number, granted, together in shares
        ),
        row_heading=words.say("capacity.month"),
        told_in=told_in,
    )

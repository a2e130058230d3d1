"""The pictures that several pages and reports draw, each in the same words and patterns."""

from __future__ import annotations

from collections.abc import Iterable

from babel.dates import get_month_names

from adapter.ground.rendering.content import Entry, Kind, Limit, Look, Picture, Series, Shape
from adapter.ground.rendering.records import Words
from adapter.subjects.tranches.capacity import TeamMonth
from adapter.views.overview.hours import YearOfHours
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


def budget_picture(proposed_cents: int, available_cents: int, language: Language) -> Picture:
    """What HR proposes to grant, against what there is (Visie §4)."""
    words = Words("pictures", language)
    title = words.say(
        "budget.title", proposed=proposed_cents / 100, available=available_cents / 100
    )
    return Picture(
        name="budget",
        title=title,
        description=title,
        shape=Shape.BARS,
        kind=Kind.EUROS,
        series=(Series("proposed", words.say("budget.proposed")),),
        rows=(Entry("", (proposed_cents,), available_cents),),
        limit=Limit(words.say("budget.limit"), words.say("budget.left"), words.say("budget.over")),
    )


def capacity_picture(
    months: Iterable[TeamMonth], year: int, told_in: str, language: Language
) -> Picture:
    """Granted and asked for, per month, as a share of the hours that a team has (P8)."""
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
        rows=tuple(Entry(names[one.month.number].rstrip("."), _shares(one)) for one in months),
        row_heading=words.say("capacity.month"),
        told_in=told_in,
    )


def _shares(month: TeamMonth) -> tuple[int | None, int | None]:
    """What is asked for comes on top of what is granted."""
    granted, everything = month.granted_percent, month.all_percent
    return granted, None if everything is None else everything - (granted or 0)

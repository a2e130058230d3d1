"""How periods, months and classes of the report are called."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from adapter.ground.rendering.records import Words
from adapter.views.mt_report.figures import CriterionOut, HoursClassOut
from config.catalogue import LOCALES, Language


def words_of(language: Language) -> Words:
    return Words("mt_report", language)


def period_title(name: str, words: Words) -> str:
    """`2027-Q1` as people call it."""
    year, _, part = name.partition("-")
    return words.say(f"period.{part[:1] or 'year'}", year=year, number=part[1:])


def class_title(one: HoursClassOut, words: Words) -> str:
    if one.above_hours is None:
        key = "none" if one.up_to_hours == 0 else "up_to"
    elif one.up_to_hours is None:
        key = "above"
    else:
        key = "up_to" if one.above_hours == 0 else "between"
    return words.say(f"class.{key}", above=one.above_hours, up_to=one.up_to_hours)


def criterion_title(one: CriterionOut, words: Words) -> str:
    """Those that are shown as one are all named."""
    return ", ".join(words.say(f"ground.{ground}") for ground in one.grounds)


def month_title(month: str, language: Language) -> str:
    """`2027-01` as people write it."""
    first = date.fromisoformat(f"{month}-01")
    return format_date(first, "LLLL yyyy", LOCALES[language])

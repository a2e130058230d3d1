"""The pictures of the report."""

from __future__ import annotations

from collections.abc import Sequence

from babel.dates import get_month_names

from adapter.ground.rendering.content import Entry, Kind, Limit, Look, Picture, Series, Shape
from adapter.ground.rendering.records import Words
from adapter.views.mt_report.figures import (
    CriterionOut,
    FiguresOut,
    HoursClassOut,
    MonthOut,
    OutlookOut,
)
from adapter.views.mt_report.wording import class_title, criterion_title, period_title
from config.catalogue import LOCALES


def money_picture(figures: FiguresOut, told_in: str, words: Words) -> Picture:
    money = figures.money
    limit = Limit(words.say("money.budget"), words.say("money.left"), words.say("money.over"))
    return Picture(
        name="money-of-the-year",
        title=words.say("picture.money", year=figures.from_date.year),
        description=words.say("picture.money_told"),
        shape=Shape.BARS,
        kind=Kind.EUROS,
        series=(
            Series("spent", words.say("money.spent")),
            Series("committed", words.say("money.committed"), Look.HATCHED),
        ),
        rows=(Entry("", (money.spent_eur, money.committed_eur), money.budget_eur),),
        limit=None if money.budget_eur is None else limit,
        told_in=told_in,
    )


def classes_picture(
    name: str, classes: Sequence[HoursClassOut], told_in: str, words: Words
) -> Picture:
    """`name` is of the texts: employees or teams."""
    return Picture(
        name=f"{name}-by-hours",
        title=words.say(f"picture.{name}"),
        description=words.say(f"picture.{name}_told"),
        shape=Shape.DISTRIBUTION,
        kind=Kind.COUNT,
        series=(Series(name, words.say(f"column.{name}")),),
        rows=tuple(Entry(class_title(one, words), (one.number,)) for one in classes),
        row_heading=words.say("column.class"),
        told_in=told_in,
    )


def months_picture(months: Sequence[MonthOut], told_in: str, words: Words) -> Picture:
    names = get_month_names("abbreviated", "stand-alone", LOCALES[words.language])
    return Picture(
        name="hours-by-month",
        title=words.say("picture.months"),
        description=words.say("picture.months_told"),
        shape=Shape.LINE,
        kind=Kind.HOURS,
        series=(
            Series("used", words.say("column.used")),
            Series("planned", words.say("column.planned"), Look.HATCHED),
        ),
        rows=tuple(
            Entry(names[int(one.month[-2:])].rstrip("."), (one.used_hours, one.planned_hours))
            for one in months
        ),
        row_heading=words.say("column.month"),
        told_in=told_in,
    )


def criteria_picture(criteria: Sequence[CriterionOut], told_in: str, words: Words) -> Picture:
    return Picture(
        name="granted-by-criterion",
        title=words.say("picture.criteria"),
        description=words.say("picture.criteria_told"),
        shape=Shape.BARS,
        kind=Kind.EUROS,
        series=(Series("granted", words.say("column.granted_costs")),),
        rows=tuple(Entry(criterion_title(one, words), (one.granted_eur,)) for one in criteria),
        row_heading=words.say("column.criterion"),
        told_in=told_in,
    )


def outlook_picture(outlook: Sequence[OutlookOut], told_in: str, words: Words) -> Picture:
    return Picture(
        name="money-ahead",
        title=words.say("picture.outlook"),
        description=words.say("picture.outlook_told"),
        shape=Shape.COLUMNS,
        kind=Kind.EUROS,
        series=(Series("starting", words.say("column.starting")),),
        rows=tuple(Entry(period_title(one.period, words), (one.starting_eur,)) for one in outlook),
        row_heading=words.say("column.period"),
        told_in=told_in,
    )

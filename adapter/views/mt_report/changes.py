"""What changed since the period that a report is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from adapter.ground.rendering.content import Column, Kind, Section, Table
from adapter.ground.rendering.records import Words
from adapter.views.mt_report.figures import FiguresOut, MtAct
from adapter.views.mt_report.wording import period_title

Measured = int | Decimal | None
Change = tuple[str, Measured, Measured]
"""What is measured, before and now."""


def changes_section(now: FiguresOut, before: FiguresOut | None, words: Words) -> Section:
    heading = words.say("heading.changes")
    if before is None:
        return Section("changes", heading, paragraphs=(words.say("intro.nothing_before"),))
    intro = words.say("intro.changes", before=period_title(before.period, words))
    changes = {
        Kind.EUROS: list(_money(now, before)),
        Kind.HOURS: list(_hours(now, before)),
        Kind.COUNT: list(_numbers(now, before)),
    }
    tables = tuple(_table(kind, some, now, before, words) for kind, some in changes.items())
    return Section("changes", heading, paragraphs=(intro,), tables=tables)


def _money(now: FiguresOut, before: FiguresOut) -> Iterator[Change]:
    """Without what could be claimed back: its difference would be of who came and who left."""
    yield "money.spent", before.money.spent_eur, now.money.spent_eur
    yield "money.committed", before.money.committed_eur, now.money.committed_eur
    granted = before.money.granted_in_period_eur, now.money.granted_in_period_eur
    yield "money.granted_in_period", granted[0], granted[1]


def _hours(now: FiguresOut, before: FiguresOut) -> Iterator[Change]:
    yield "hours.used", before.hours.used_hours, now.hours.used_hours
    yield "hours.planned", before.hours.planned_hours, now.hours.planned_hours


def _numbers(now: FiguresOut, before: FiguresOut) -> Iterator[Change]:
    yield "column.employees", before.employees, now.employees
    yield "class.none", before.without_hours, now.without_hours
    for act in (MtAct.GRANTED, MtAct.REJECTED, MtAct.DEPARTED, MtAct.EXEMPTED, MtAct.SET_ASIDE):
        yield f"act.{act}", before.acts_of(act), now.acts_of(act)
    yield "heading.overdue", before.overdue_tasks, now.overdue_tasks


def _table(
    kind: Kind, changes: list[Change], now: FiguresOut, before: FiguresOut, words: Words
) -> Table:
    return Table(
        f"changes_{kind}",
        words.say(f"caption.changes_{kind}"),
        (
            Column("what", words.say("column.what")),
            Column("before", period_title(before.period, words), kind),
            Column("now", period_title(now.period, words), kind),
            Column("difference", words.say("column.difference"), kind),
        ),
        tuple(
            (words.say(name), earlier, later, _difference(earlier, later))
            for name, earlier, later in changes
        ),
    )


def _difference(earlier: Measured, later: Measured) -> Measured:
    """None where one of them is not told."""
    return None if earlier is None or later is None else later - earlier

"""The report in five sentences: money, hours, people, decisions, and what asks for attention."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from adapter.ground.rendering.cells import briefly
from adapter.ground.rendering.content import Kind
from adapter.ground.rendering.records import Words
from adapter.views.mt_report.figures import FiguresOut, MtAct


def five_sentences(figures: FiguresOut, words: Words) -> tuple[str, ...]:
    return (
        _money(figures, words),
        _hours(figures, words),
        _people(figures, words),
        _decisions(figures, words),
        _attention(figures, words),
    )


def _money(figures: FiguresOut, words: Words) -> str:
    money = figures.money
    numbers = {
        "year": figures.from_date.year,
        "spent": briefly(money.spent_eur, Kind.EUROS, words.language),
        "committed": briefly(money.committed_eur, Kind.EUROS, words.language),
    }
    left = money.left_cents
    if money.budget_eur is None or left is None:
        return words.say("sentence.money_without_budget", **numbers)
    numbers["budget"] = briefly(money.budget_eur, Kind.EUROS, words.language)
    if left < 0:
        over = briefly(-left, Kind.EUROS, words.language)
        return words.say("sentence.money_over", **numbers, over=over)
    return words.say("sentence.money", **numbers, left=briefly(left, Kind.EUROS, words.language))


def _hours(figures: FiguresOut, words: Words) -> str:
    hours = figures.hours
    if hours.used_hours is None and hours.planned_hours is None:
        return words.say("sentence.hours_of_too_few")
    used, planned = hours.used_hours or Decimal(0), hours.planned_hours or Decimal(0)
    return words.say(
        "sentence.hours",
        used=briefly(used, Kind.HOURS, words.language),
        planned=briefly(planned, Kind.HOURS, words.language),
        percent=_percent(used + planned, hours.norm_hours),
        norm=briefly(hours.norm_hours, Kind.HOURS, words.language),
    )


def _people(figures: FiguresOut, words: Words) -> str:
    without = figures.without_hours
    if without is None:
        return words.say("sentence.people_of_too_few", employees=figures.employees)
    learning = figures.employees - without
    numbers = {
        "employees": figures.employees,
        "learning": learning,
        "percent": _percent(Decimal(learning), Decimal(figures.employees)),
    }
    above = _above_the_norm(figures)
    if above is None:
        return words.say("sentence.people", **numbers)
    return words.say("sentence.people_and_above", **numbers, above=above)


def _above_the_norm(figures: FiguresOut) -> int | None:
    norm = figures.hours.norm_hours / figures.employees
    return next((c.number for c in figures.employees_by_hours if c.above_hours == norm), None)


def _decisions(figures: FiguresOut, words: Words) -> str:
    numbers = {str(act): figures.acts_of(act) for act in MtAct}
    decided = sum(figures.acts_of(act) for act in (MtAct.GRANTED, MtAct.REJECTED, MtAct.DEFERRED))
    if decided:
        return words.say("sentence.decisions", **numbers, decided=decided)
    return words.say("sentence.no_decisions", **numbers)


def _attention(figures: FiguresOut, words: Words) -> str:
    following = figures.outlook[0]
    numbers = {
        "overdue": figures.overdue_tasks,
        "undecided": figures.undecided_requests,
        "starting": briefly(following.starting_eur, Kind.EUROS, words.language),
    }
    if not following.repayment_eur:
        return words.say("sentence.attention", **numbers)
    repayment = briefly(following.repayment_eur, Kind.EUROS, words.language)
    return words.say("sentence.attention_and_repayment", **numbers, repayment=repayment)


def _percent(part: Decimal, whole: Decimal) -> int:
    return int((part * 100 / whole).quantize(Decimal(1), ROUND_HALF_UP)) if whole else 0

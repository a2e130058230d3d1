"""An employee's overview in a few sentences: hours, training, costs, what waits, and leaving."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from adapter.ground.rendering.cells import briefly
from adapter.ground.rendering.content import Kind
from adapter.ground.rendering.records import Words
from adapter.views.hours_of_year import YearOfHours
from adapter.views.overview.learning import AgreementState, TrainingState
from adapter.views.overview.report import LearningOverviewOut
from policy.model import ActivityState


def overview_sentences(
    found: LearningOverviewOut, years: Sequence[YearOfHours], words: Words
) -> tuple[str, ...]:
    return (
        hours_sentence(years, found.as_of_date.year, words),
        _training(found, words),
        _grants(found, words),
        _attention(found, words),
        _leaving(found, words),
    )


def hours_sentence(years: Sequence[YearOfHours], year: int, words: Words) -> str:
    """Of this year; what counts in others stands in the table."""
    one = next((one for one in years if one.year == year), None)
    if one is None:
        return words.say("sentence.no_hours", year=year)
    numbers = {"year": year, "used": one.used, "planned": one.planned, "limit": one.limit}
    if one.over:
        return words.say("sentence.hours_over", **numbers, over=one.over)
    return words.say("sentence.hours", **numbers, left=one.left)


def _training(found: LearningOverviewOut, words: Words) -> str:
    states = Counter(one.state for one in found.activities)
    return words.say(
        "sentence.training",
        completed=states[ActivityState.COMPLETED],
        running=states[ActivityState.RUNNING],
        to_begin=states[ActivityState.GRANTED],
    )


def _grants(found: LearningOverviewOut, words: Words) -> str:
    if not found.grants:
        return words.say("sentence.no_grants")
    costs = sum(one.costs_eur for one in found.grants)
    return words.say(
        "sentence.grants",
        number=len(found.grants),
        costs=briefly(costs, Kind.EUROS, words.language),
    )


def _attention(found: LearningOverviewOut, words: Words) -> str:
    held = sum(one.state is TrainingState.HELD for one in found.training)
    unsigned = sum(one.state is AgreementState.UNSIGNED for one in found.agreements)
    if not held and not unsigned:
        return words.say("sentence.nothing_waits")
    return words.say("sentence.attention", held=held, unsigned=unsigned)


def _leaving(found: LearningOverviewOut, words: Words) -> str:
    claimable = found.repayment_if_leaving_today.total_claimable_eur
    if not claimable:
        return words.say("sentence.nothing_to_repay")
    return words.say("sentence.leaving", amount=briefly(claimable, Kind.EUROS, words.language))

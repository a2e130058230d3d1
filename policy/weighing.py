"""The weighing framework: in which order the requests of a tranche come (Visie §3, §4, P8).

A demonstrated necessity goes before everything else; within a class the weighted score decides.
Requests with the same score are tied: cost, submission and id put them in some order, so that the
list is the same every time, but the tie stays visible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from policy.model import Ground
from policy.parameters import Parameters

CLAUSE = "Visie §4"


class Criterion(StrEnum):
    """In the order of the text; the weights of the parameters have the same order."""

    NECESSITY = "necessity"
    ORGANISATION = "organisation"
    TEAM = "team"
    INDIVIDUAL = "individual"
    EFFICIENCY = "efficiency"


class PriorityClass(IntEnum):
    NECESSARY = 1
    OTHER = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A request as the framework looks at it. `scores` has one score per criterion, and is None
    while HR has not weighed the request; costs are eurocents of the whole request."""

    request_id: str
    ground: Ground
    evidence: bool
    scores: tuple[int, ...] | None
    costs_cents: int
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Ranked:
    """`place` counts from 1. `points` is the sum of weight × score, at most `highest_points`, and
    None while unweighed. `cumulative_cents` adds up from the top; `within_budget` is None without a
    budget."""

    candidate: Candidate
    place: int
    priority: PriorityClass
    points: int | None
    tied: bool
    cumulative_cents: int
    within_budget: bool | None


class WrongScores(ValueError):
    """`criteria` names those whose score is missing or not on the scale."""

    def __init__(self, criteria: Iterable[Criterion], highest: int) -> None:
        self.criteria = tuple(criteria)
        names = ", ".join(self.criteria)
        super().__init__(f"{names}: a score is a whole number from 0 to {highest}")


def refuse_wrong_scores(scores: tuple[int, ...], parameters: Parameters) -> None:
    """Raises `WrongScores` unless there is one score on the scale (A9) for each criterion."""
    highest = parameters.weighing_highest_score
    given = dict(zip(Criterion, scores, strict=False))
    wrong = [one for one in Criterion if not 0 <= given.get(one, -1) <= highest]
    if wrong:
        raise WrongScores(wrong, highest)


def highest_points(parameters: Parameters) -> int:
    return sum(parameters.weighing_weights) * parameters.weighing_highest_score


def priority_class(candidate: Candidate) -> PriorityClass:
    """Necessary: a legal or function-bound ground with evidence, which HR did not score as nothing.

    The text speaks of a demonstrated necessity; a 0 on the first criterion says it is not.
    """
    claimed = candidate.ground in (Ground.LEGAL, Ground.FUNCTION) and candidate.evidence
    refuted = candidate.scores is not None and candidate.scores[0] == 0
    return PriorityClass.NECESSARY if claimed and not refuted else PriorityClass.OTHER


def weighted_points(scores: tuple[int, ...], parameters: Parameters) -> int:
    """A whole number, so that no rounding makes or hides a tie. Raises `WrongScores`."""
    refuse_wrong_scores(scores, parameters)
    weighed = zip(parameters.weighing_weights, scores, strict=True)
    return sum(weight * score for weight, score in weighed)


def rank(
    candidates: Iterable[Candidate], parameters: Parameters, budget_cents: int | None = None
) -> tuple[Ranked, ...]:
    """The requests in order, with the budget cut: all those from the first that no longer fits on
    are below the line, also a cheaper one further down. Unweighed ones end their class.

    Raises `WrongScores`.
    """
    points = {
        one: None if one.scores is None else weighted_points(one.scores, parameters)
        for one in candidates
    }
    ordered = sorted(points, key=lambda one: _order(one, points[one]))
    times = Counter((priority_class(one), points[one]) for one in ordered)
    ranked, spent, fits = [], 0, True
    for place, one in enumerate(ordered, start=1):
        spent += one.costs_cents
        fits = fits and (budget_cents is None or spent <= budget_cents)
        priority = priority_class(one)
        ranked.append(
            Ranked(
                candidate=one,
                place=place,
                priority=priority,
                points=points[one],
                tied=points[one] is not None and times[priority, points[one]] > 1,
                cumulative_cents=spent,
                within_budget=None if budget_cents is None else fits,
            )
        )
    return tuple(ranked)


def _order(one: Candidate, points: int | None) -> tuple[int, int, int, datetime, str]:
    """Points descend, and none at all comes after every number of points."""
    weight = 1 if points is None else -points
    return (priority_class(one), weight, one.costs_cents, one.submitted_at, one.request_id)

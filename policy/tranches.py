"""In which tranche a training request falls, and whether it is in procedure (Visie §6, P2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import StrEnum
from itertools import pairwise

from policy.errors import BeforePolicy, OutsideCalendar, UnknownTranche
from policy.model import Ground
from policy.parameters import Policy
from policy.tranche_rules import TrancheRule

_NAME = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tranche:
    """Tranche `year`-`number`. All days are included, the first and last of each period too."""

    name: str
    year: int
    number: int
    submitted_from: date
    deadline_on: date
    decision_from: date
    decision_until: date


class Procedure(StrEnum):
    """How a request stands to the start of its training."""

    IN_PROCEDURE = "in_procedure"
    DECIDE_BEFORE_START = "decide_before_start"
    """In procedure, but the training starts inside the decision window."""
    INTERIM = "interim"
    """The training starts before the decision window opens (A15)."""


def tranche_for(submitted_on: date, policy: Policy) -> Tranche:
    """The tranche whose submission period contains a day (A13).

    Raises `BeforePolicy` for a day before the first tranche, `OutsideCalendar` at the end of 9999.
    """
    years = range(submitted_on.year - 2, submitted_on.year + 4)
    for tranche in _tranches(years, policy):
        if submitted_on <= tranche.deadline_on:
            return _refuse_before_first(tranche, submitted_on, policy)
    raise OutsideCalendar(f"the tranche of {submitted_on.isoformat()} ends after the year 9999")


def tranche_named(name: str, policy: Policy) -> Tranche:
    """The tranche with a name such as `2027-1`; raises `UnknownTranche` when there is none."""
    match = _NAME.fullmatch(name)
    if match and (int(match[1]), int(match[2])) >= _first(policy):
        year = int(match[1])
        for tranche in _tranches(range(year - 2, year + 3), policy):
            if tranche.name == name:
                return tranche
    raise UnknownTranche(f"there is no tranche {name}; names are a year and a number, as in 2027-1")


def tranches_between(first_day: date, last_day: date, policy: Policy) -> tuple[Tranche, ...]:
    """The tranches in which something could be submitted on one of these days, oldest first."""
    years = range(first_day.year - 2, last_day.year + 4)
    return tuple(
        tranche
        for tranche in _tranches(years, policy)
        if (tranche.year, tranche.number) >= _first(policy)
        and tranche.deadline_on >= first_day
        and tranche.submitted_from <= last_day
    )


def procedure(submitted_on: date, starts_on: date, policy: Policy) -> Procedure:
    """Whether a request can still go through its tranche before the training starts.

    Raises as `tranche_for` does.
    """
    tranche = tranche_for(submitted_on, policy)
    if starts_on < tranche.decision_from:
        return Procedure.INTERIM
    if starts_on <= tranche.decision_until:
        return Procedure.DECIDE_BEFORE_START
    return Procedure.IN_PROCEDURE


def interim_admissible(
    ground: Ground, *, evidence: bool, consented_on: date | None, starts_on: date
) -> bool:
    """Whether an interim request may be considered: a demonstrable legal or function-bound need,
    and consent of the management team that is not later than the start."""
    necessary = ground in (Ground.LEGAL, Ground.FUNCTION) and evidence
    return necessary and consented_on is not None and consented_on <= starts_on


def _first(policy: Policy) -> tuple[int, int]:
    return policy.editions[-1].tranche_first


def _refuse_before_first(tranche: Tranche, submitted_on: date, policy: Policy) -> Tranche:
    year, number = _first(policy)
    if (tranche.year, tranche.number) < (year, number):
        raise BeforePolicy(
            f"{submitted_on.isoformat()} is before the first tranche {year}-{number}; "
            "record it as an existing commitment"
        )
    return tranche


def _tranches(years: range, policy: Policy) -> Iterator[Tranche]:
    """The tranches with a deadline in or around these years, one after the other.

    A tranche follows the rules in force on its deadline and begins the day after the last deadline,
    so that a change of the rules leaves no day without a tranche and none with two.
    """
    rules = sorted(_deadlines(years, policy), key=lambda entry: entry[0])
    for (previous, _, _), (deadline, year, rule) in pairwise(rules):
        decision_from, decision_until = (
            rule.decision_from.in_year(year),
            rule.decision_until.in_year(year),
        )
        if decision_from and decision_until:
            yield Tranche(
                name=f"{year:04}-{rule.number}",
                year=year,
                number=rule.number,
                submitted_from=previous + _ONE_DAY,
                deadline_on=deadline,
                decision_from=decision_from,
                decision_until=decision_until,
            )


def _deadlines(years: range, policy: Policy) -> Iterator[tuple[date, int, TrancheRule]]:
    for year in range(max(years.start, MINYEAR), min(years.stop, MAXYEAR + 2)):
        for edition in policy.editions:
            for rule in edition.tranche_periods:
                deadline = rule.deadline.in_year(year)
                if deadline and policy.on(deadline).in_force_from == edition.in_force_from:
                    yield deadline, year, rule

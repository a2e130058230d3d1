"""The state of an exit: a pure function of the employments and of what was signalled.

Neither depends on the order in which things were told (see `employment_history`), so every order
and every repetition of the same history ends in the same state.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from adapter.subjects.leaving.employments import EmploymentFacts, ends_it, returns_after
from policy.days import amsterdam_day


class ExitState(StrEnum):
    SUSPECTED = "suspected"
    """Something says that the person left, but no last day is known: a task for HR."""
    ANNOUNCED = "announced"
    EFFECTIVE = "effective"
    """The last day has passed, or the HRIS said so on that day."""
    WITHDRAWN = "withdrawn"
    """No exit after all, or another employment continues it."""
    REHIRED = "rehired"
    """The person came back; what was claimed needs the eye of HR."""


RUNNING = frozenset({ExitState.SUSPECTED, ExitState.ANNOUNCED, ExitState.EFFECTIVE})


class EventKind(StrEnum):
    """The canonical kinds of the HRIS."""

    ANNOUNCED = "offboarding.announced"
    CHANGED = "offboarding.changed"
    WITHDRAWN = "offboarding.withdrawn"
    EFFECTIVE = "offboarding.effective"
    SUSPECTED = "offboarding.suspected"
    ACCESS_DISABLED = "access.disabled"
    OTHER_REMAINS = "employment.ended_other_remains"
    RENEWED = "employment.renewed"
    REHIRED = "employee.rehired"


HINTS = frozenset({EventKind.SUSPECTED, EventKind.ACCESS_DISABLED})
"""These say nothing about a date, and never move one."""

NO_EXIT = frozenset({EventKind.OTHER_REMAINS, EventKind.RENEWED})
"""These change employments, and never begin an exit."""

OF_AN_EXIT = frozenset(
    {EventKind.ANNOUNCED, EventKind.CHANGED, EventKind.WITHDRAWN, EventKind.EFFECTIVE}
)
"""These tell the last day of one employment, or that there is none any more."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What stands beside the dates of one employment, each as its latest moment; None for what was
    never told or has been answered since. `effective_on` is the day in Amsterdam."""

    suspected_at: datetime | None = None
    rehired_at: datetime | None = None
    effective_on: date | None = None


def state_of(
    employment: EmploymentFacts,
    all_employments: Collection[EmploymentFacts],
    signals: Signals,
    today: date,
) -> ExitState:
    """The state of the exit from one employment."""
    if employment.end is None:
        return _without_end(signals)
    if not ends_it(all_employments, employment):
        return ExitState.WITHDRAWN
    if returns_after(all_employments, employment) or _came_back(employment.end, signals):
        return ExitState.REHIRED
    told_effective = signals.effective_on is not None and signals.effective_on >= employment.end
    if told_effective or employment.end < today:
        return ExitState.EFFECTIVE
    return ExitState.ANNOUNCED


def _without_end(signals: Signals) -> ExitState:
    if signals.suspected_at is not None:
        return ExitState.SUSPECTED
    return ExitState.WITHDRAWN if signals.rehired_at is None else ExitState.REHIRED


def _came_back(last_day: date, signals: Signals) -> bool:
    """A return after the last day, in an HRIS that leaves the old last day standing."""
    return signals.rehired_at is not None and amsterdam_day(signals.rehired_at) > last_day

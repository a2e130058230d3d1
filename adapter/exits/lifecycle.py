"""The state of an exit, derived from the employments and from what was signalled.

It is derived anew after every event, from facts of which only the newest is kept. So every order
and every repetition of the same history ends in the same state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from adapter.exits.employments import EmploymentFacts, ends_it, returns_after


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


@dataclass(frozen=True, slots=True)
class Signals:
    """What was told about one exit beside its dates, each as the latest moment or day of it."""

    suspected_at: datetime | None = None
    rehired_at: datetime | None = None
    effective_on: date | None = None

    def with_event(self, kind: EventKind, noticed_at: datetime, noticed_on: date) -> Signals:
        """`noticed_on` is the day of the moment in Amsterdam."""
        return Signals(
            _latest(self.suspected_at, noticed_at if kind in HINTS else None),
            _latest(self.rehired_at, noticed_at if kind is EventKind.REHIRED else None),
            _later_day(self.effective_on, noticed_on if kind is EventKind.EFFECTIVE else None),
        )

    def seen_inactive(self, seen_at: datetime | None) -> Signals:
        """Inactive in the HRIS is a suspicion as of when it was seen; it is not kept here, since
        it ends when the HRIS shows the person as active again."""
        return replace(self, suspected_at=_latest(self.suspected_at, seen_at))


def state_of(
    employment: EmploymentFacts,
    all_employments: Sequence[EmploymentFacts],
    told_at: datetime | None,
    signals: Signals,
    today: date,
) -> ExitState:
    """The state of the exit from one employment.

    `told_at` is when the dates of the employment were last told; a suspicion or a return older than
    that has been answered by it.
    """
    if employment.end is None:
        return _without_end(told_at, signals)
    if not ends_it(all_employments, employment):
        return ExitState.WITHDRAWN
    if returns_after(all_employments, employment):
        return ExitState.REHIRED
    told_effective = signals.effective_on is not None and signals.effective_on >= employment.end
    if told_effective or employment.end < today:
        return ExitState.EFFECTIVE
    return ExitState.ANNOUNCED


def _without_end(told_at: datetime | None, signals: Signals) -> ExitState:
    if _stands(signals.rehired_at, told_at):
        return ExitState.REHIRED
    if _stands(signals.suspected_at, told_at):
        return ExitState.SUSPECTED
    return ExitState.WITHDRAWN


def _stands(signalled_at: datetime | None, told_at: datetime | None) -> bool:
    return signalled_at is not None and (told_at is None or signalled_at >= told_at)


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment is not None), default=None)


def _later_day(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)

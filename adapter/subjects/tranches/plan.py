"""What a tranche does by itself, and when (Visie §6, P2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from adapter.ground.clock import end_of_day
from policy.days import AMSTERDAM
from policy.tranches import Tranche

MORNING = time(8)
"""Nobody is written to at midnight."""


class Step(StrEnum):
    SIX_WEEKS = "six_weeks"
    TWO_WEEKS = "two_weeks"
    THREE_DAYS = "three_days"
    CLOSE = "close"
    WINDOW_OPENS = "window_opens"
    WINDOW_ENDS_SOON = "window_ends_soon"
    OVERDUE = "overdue"


DEADLINE_REMINDERS = (Step.SIX_WEEKS, Step.TWO_WEEKS, Step.THREE_DAYS)
WINDOW_REMINDERS = (Step.WINDOW_OPENS, Step.WINDOW_ENDS_SOON)


@dataclass(frozen=True, slots=True)
class Planned:
    """`due_at` is a moment in UTC. From `until` on the step has lost its point, so when nothing ran
    before then it is passed over; None means better late than never."""

    step: Step
    due_at: datetime
    until: datetime | None


def plan(tranche: Tranche) -> tuple[Planned, ...]:
    """The steps of a tranche in order. Days are Amsterdam's, whatever the clock change does."""
    six, two, three = (
        _morning(tranche.deadline_on - before)
        for before in (timedelta(weeks=6), timedelta(weeks=2), timedelta(days=3))
    )
    closes, opens = end_of_day(tranche.deadline_on), _morning(tranche.decision_from)
    ends_soon = _morning(tranche.decision_until - timedelta(weeks=2))
    ended = end_of_day(tranche.decision_until)
    return (
        Planned(Step.SIX_WEEKS, six, two),
        Planned(Step.TWO_WEEKS, two, three),
        Planned(Step.THREE_DAYS, three, closes),
        Planned(Step.CLOSE, closes, None),
        Planned(Step.WINDOW_OPENS, opens, ends_soon),
        Planned(Step.WINDOW_ENDS_SOON, ends_soon, ended),
        Planned(Step.OVERDUE, _morning(tranche.decision_until + timedelta(days=1)), None),
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, AMSTERDAM).astimezone(UTC)

"""Which exits a person has, from all that stands of them. Pure.

An exit that is not to be kept, and has no row, is as good as one that was withdrawn.
"""

from __future__ import annotations

from datetime import date

from adapter.subjects.leaving.employment_history import EmploymentHistory
from adapter.subjects.leaving.employments import (
    AHEAD,
    EmploymentFacts,
    ends_it,
    is_around,
)
from adapter.subjects.leaving.lifecycle import (
    OF_AN_EXIT,
    EventKind,
    ExitState,
    Signals,
    state_of,
)


def exits_to_have(found: EmploymentHistory, today: date) -> set[str]:
    """Employments whose end is an exit to keep: those of which an exit was told, those whose end is
    near and really ends the person's work, and the one of somebody suspected without a date."""
    return {
        number
        for number, facts in found.employments.items()
        if _told(found, number) or _is_exit(facts, found, today)
    }


def exit_state(found: EmploymentHistory, facts: EmploymentFacts, today: date) -> ExitState:
    """The state of the exit from one employment, which the HRIS may show no longer."""
    number = facts.employment_id
    ahead = facts.end is not None and facts.end > today + AHEAD
    if ahead and not _told(found, number):
        return ExitState.WITHDRAWN  # a fixed term, which only in the meantime seemed to end
    everything = {**found.employments, number: facts}.values()
    return state_of(facts, everything, found.signals.get(number, Signals()), today)


def _told(found: EmploymentHistory, number: str) -> bool:
    """With a new employment beside the old one, a return shows in the dates."""
    kinds = {one.kind for one in found.about.get(number, ())}
    returned = EventKind.REHIRED in kinds and len(found.employments) == 1
    return returned or not kinds.isdisjoint(OF_AN_EXIT)


def _is_exit(facts: EmploymentFacts, found: EmploymentHistory, today: date) -> bool:
    if facts.end is None:
        return found.signals[facts.employment_id].suspected_at is not None
    return is_around(facts.end, today) and ends_it(found.employments.values(), facts)

"""A trajectory that was granted in parts: what its grants come to together (Visie §7, P5).

Splitting a trajectory changes nothing: costs and hours of its parts add up, whatever the years.
A part that was withdrawn is not among them, and one that was never begun does not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from policy.model import Ground, MandatoryByLaw, Part, Trajectory

NECESSARY = (Ground.LEGAL, Ground.FUNCTION)
_NO_HOURS = Decimal("0.00")


def counting(parts: Iterable[Part], on: date) -> tuple[Part, ...]:
    """The parts that were begun by a day, or may still begin."""
    return tuple([part for part in parts if part.begun or part.end is None or part.end >= on])


def together(parts: Iterable[Part]) -> tuple[int, Decimal]:
    """Costs in eurocents and hours."""
    costs_cents, hours = 0, _NO_HOURS
    for part in parts:
        costs_cents, hours = costs_cents + part.costs_cents, hours + part.hours
    return costs_cents, hours


def as_left(trajectory: Trajectory, exit_on: date) -> Trajectory:
    """A trajectory in parts as one, for a leaver: what does not begin by the exit is left out of
    costs, dates and grounds (P6), also for who was enrolled in advance."""
    if not trajectory.parts:
        return trajectory
    may_count = counting(trajectory.parts, exit_on)
    if not may_count:
        return replace(trajectory, agreed_costs_cents=0)
    parts = tuple(part for part in may_count if _began_by(part, exit_on)) or may_count
    done = [part.completed_on for part in parts]
    known = [day for day in done if day is not None]
    return replace(
        trajectory,
        agreed_costs_cents=min(trajectory.agreed_costs_cents, together(parts)[0]),
        start=min(part.start for part in parts),
        completed_on=max(known) if len(known) == len(done) else None,
        ground=_ground(parts),
        mandatory_by_law=_mandatory(parts),
        in_grant=parts[-1].repayment_scheme,
    )


def _began_by(part: Part, day: date) -> bool:
    """A start that was planned later says nothing of what is completed already."""
    completed_on = part.completed_on
    return part.start <= day or (completed_on is not None and completed_on <= day)


def _ground(parts: tuple[Part, ...]) -> Ground:
    """A necessary part makes the whole one that the law may free (article 7:611a)."""
    necessary = [part.ground for part in parts if part.ground in NECESSARY]
    if any(part.mandatory_by_law is MandatoryByLaw.YES for part in parts):
        return Ground.LEGAL
    return necessary[0] if necessary else parts[-1].ground


def _mandatory(parts: tuple[Part, ...]) -> MandatoryByLaw:
    """What all parts say. One of several that is mandatory by law leaves open what the rest costs,
    so that HR reviews it."""
    said = {part.mandatory_by_law for part in parts}
    return said.pop() if len(said) == 1 else MandatoryByLaw.UNKNOWN

"""Holds that are not what today's decision asks for, and enrolments without any decision."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.store.tables.decisions import HoldRow
from adapter.register.holds import HoldState
from adapter.register.learning import EnrolledRow
from adapter.views.reconcile.finding import BOTH, Drift, Group
from adapter.views.reconcile.snapshot import (
    Enrolled,
    Snapshot,
    course_name,
)
from connectors.ports import EnrolmentMethod, EnrolmentStatus
from policy.decide import held_for_hours_alone
from policy.model import Number, Outcome, Regime, Severity

ACTIVE, UNREACHABLE, NOT_PLACED, NOT_RELEASED, NOT_DECIDED = CODES = (
    "held_but_active",
    "hold_unreachable",
    "hold_not_placed",
    "hold_not_released",
    "enrolment_not_decided",
)
DECIDED_AGAIN = frozenset({ACTIVE, NOT_PLACED, NOT_RELEASED, NOT_DECIDED})
"""What deciding again on the employee's enrolments repairs."""


def find(world: Snapshot) -> Iterator[Drift]:
    open_holds = {row.enrolment_row: row for row in world.open_holds}
    for enrolled in world.enrolled:
        hold = open_holds.get(enrolled.enrolment.id)
        if hold is not None:
            yield from _of_hold(world, enrolled, hold)
        if enrolled.enrolment.first_seen_at > world.settled_before:
            continue
        if hold is None and _should_be_held(world, enrolled):
            yield _found(NOT_PLACED, Severity.BLOCK, enrolled)
        if _undecided(world, enrolled):
            yield _found(NOT_DECIDED, Severity.ADVISE, enrolled)


def _of_hold(world: Snapshot, enrolled: Enrolled, hold: HoldRow) -> Iterator[Drift]:
    if hold.state == HoldState.UNREACHABLE:
        yield _found(UNREACHABLE, Severity.BLOCK, enrolled, why=_why_unreachable(enrolled))
    elif _active_again(world, enrolled.enrolment, hold):
        yield _found(ACTIVE, Severity.BLOCK, enrolled)
    released = enrolled.outcome is not Outcome.HOLD
    if released and hold.state != HoldState.RELEASING:
        yield _found(NOT_RELEASED, Severity.ADVISE, enrolled)


def _active_again(world: Snapshot, enrolment: EnrolledRow, hold: HoldRow) -> bool:
    """Seen active later than the hold was verified: someone lifted it in the LMS itself."""
    if hold.state != HoldState.HELD or enrolment.status != EnrolmentStatus.ACTIVE:
        return False
    return hold.verified_at is not None and world.seen_at[enrolment.id] > hold.verified_at


def _why_unreachable(enrolled: Enrolled) -> str:
    """`unknown_id`: a self enrolment that no event told the id of; else the method's own limit."""
    is_self = enrolled.enrolment.method == EnrolmentMethod.SELF
    return "unknown_id" if is_self and enrolled.enrolment.enrolment_id is None else "method"


def _should_be_held(world: Snapshot, enrolled: Enrolled) -> bool:
    if not _lets_in(world, enrolled.enrolment) or enrolled.outcome is not Outcome.HOLD:
        return False
    this = enrolled.one_enrolment
    if held_for_hours_alone(enrolled.decision) and this in world.admitted:
        return False
    if this in world.admitted_before_adoption:
        return False
    return enrolled.course.idnumber not in enrolled.learning.set_aside_courses(world.as_of)


def _lets_in(world: Snapshot, row: EnrolledRow) -> bool:
    if row.completed or row.status == EnrolmentStatus.SUSPENDED:
        return False
    return row.ends_at is None or row.ends_at > world.now


def _undecided(world: Snapshot, enrolled: Enrolled) -> bool:
    if enrolled.one_enrolment in world.decided:
        return False
    known = enrolled.employee_id in world.employees
    return known and enrolled.decision.regime is not Regime.OFF


def _found(code: str, severity: Severity, enrolled: Enrolled, /, **numbers: Number) -> Drift:
    return Drift(
        code=code,
        severity=severity,
        clause="Visie §9",
        employee_id=enrolled.employee_id,
        course_id=course_name(enrolled.course),
        numbers={"made": enrolled.made_on.isoformat(), **numbers},
        about=(enrolled.enrolment.method_text,),
    )


GROUP = Group("holds", CODES, BOTH, find)

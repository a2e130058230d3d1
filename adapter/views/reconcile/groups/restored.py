"""What a person must know when the LMS changed under us: a backup put back, a course or an account
that is gone, something undone that we did."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.store.tables.procedure import CommitmentRow, GrantRow
from adapter.views.reconcile.finding import (
    LMS,
    Drift,
    Group,
    local,
)
from adapter.views.reconcile.snapshot import Snapshot, course_name, name_of
from connectors.ports import EnrolmentStatus
from policy.model import Outcome, Severity

RESTORED, SUSPENDED_AGAIN, LOST_ACCOUNT, COURSE_GONE = CODES = (
    "lms_restored",
    "suspended_after_release",
    "hold_lost_account",
    "granted_course_gone",
)


def find(world: Snapshot) -> Iterator[Drift]:
    yield from _restored(world)
    yield from _suspended_again(world)
    yield from _lost_accounts(world)
    yield from _granted_but_gone(world)


def _restored(world: Snapshot) -> Iterator[Drift]:
    if world.restored is not None:
        sign, _, record = world.restored.reason.partition(":")
        numbers = {"sign": sign, "record": record, "at": local(world.restored.changed_at)}
        yield Drift(RESTORED, Severity.ADVISE, numbers=numbers, about=(sign, record))


def _suspended_again(world: Snapshot) -> Iterator[Drift]:
    """We released it and the LMS shows it suspended; today's decision is not to hold it."""
    if not world.released:
        return
    held = {hold.enrolment_row for hold in world.open_holds}
    for enrolled in world.enrolled:
        row = enrolled.enrolment
        released_at = world.released.get(row.id)
        suspended = row.status == EnrolmentStatus.SUSPENDED and row.id not in held
        if released_at is None or not suspended or enrolled.outcome is Outcome.HOLD:
            continue
        yield Drift(
            SUSPENDED_AGAIN,
            Severity.ADVISE,
            "Visie §9",
            enrolled.employee_id,
            course_name(enrolled.course),
            {"released": local(released_at)},
            (row.method_text,),
        )


def _lost_accounts(world: Snapshot) -> Iterator[Drift]:
    """Nothing can be decided for an account that bears no number: what keeps it out stays."""
    for hold in world.open_holds:
        user = world.held_accounts.get(hold.user_id)
        if user is not None and user.employee_id == hold.employee_id:
            continue
        course = world.courses[hold.course_id]
        if course.gone_at is None:
            account = hold.user_id if user is None else name_of(user)
            yield Drift(
                LOST_ACCOUNT,
                Severity.ADVISE,
                "Visie §9",
                hold.employee_id,
                course_name(course),
                {"account": account},
                (hold.user_id,),
            )


def _granted_but_gone(world: Snapshot) -> Iterator[Drift]:
    """Courses that were there once: one that was never in the LMS is training elsewhere."""
    there = {course.idnumber for course in world.courses.values() if course.gone_at is None}
    gone = {course.idnumber for course in world.courses.values()} - there
    if not gone:
        return
    for employee_id, learning in sorted(world.learning.items()):
        promised: tuple[GrantRow | CommitmentRow, ...] = (*learning.grants, *learning.commitments)
        lost = {
            idnumber
            for granted in promised
            for idnumber in granted.course_ids
            if idnumber in gone and _still_to_come(granted, world)
        }
        for idnumber in sorted(lost):
            yield Drift(COURSE_GONE, Severity.ADVISE, None, employee_id, idnumber)


def _still_to_come(granted: GrantRow | CommitmentRow, world: Snapshot) -> bool:
    return granted.ends_on is None or granted.ends_on >= world.as_of


GROUP = Group("restored", CODES, LMS, find)

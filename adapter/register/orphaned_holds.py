"""What is left in the register of a course, an account or a state that the LMS has no longer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, select, update

from adapter.ground.store.metadata import aliased
from adapter.ground.store.reading import first_row, row_or_none, rows_with
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.queues.outbox import cancel_subject
from adapter.register.holds import (
    OPEN,
    HoldState,
    HoldWay,
    hold_by_id,
    move,
)
from connectors.ports import EnrolmentStatus


def leave_course(connection: Connection, course_id: str, now: datetime) -> None:
    """A course that was deleted, or whose id is another course's now: nothing that waits for it may
    be carried out there."""
    _end(connection, HoldRow.course_id == course_id, OPEN)
    connection.execute(
        update(EnrolmentRow)
        .where(EnrolmentRow.course_id == course_id, EnrolmentRow.gone_at.is_(None))
        .values(gone_at=now, seen_at=now)
    )


def hand_over_account(connection: Connection, user_id: str, employee_id: str) -> None:
    """An account bears another employee's number now, or one again. What was decided about another
    must not be carried out on this one; what keeps the account out already stays, until it is
    decided again for whom it is now."""
    of_another = (HoldRow.user_id == user_id) & (HoldRow.employee_id != employee_id)
    _end(connection, of_another, (HoldState.PLANNED, HoldState.UNREACHABLE))
    stands = of_another & HoldRow.state.in_((HoldState.HELD, HoldState.RELEASING))
    for hold_id in connection.execute(select(HoldRow.id).where(stands)).scalars().all():
        # A release that waits, and what would be told of it, are about another too.
        cancel_subject(connection, f"hold:{hold_id}")
        move(connection, hold_id, HoldState.HELD, employee_id=employee_id)
    connection.execute(
        update(EnrolmentRow)
        .where(EnrolmentRow.user_id == user_id, EnrolmentRow.gone_at.is_(None))
        .values(to_decide=1)
    )


def hold_again(connection: Connection, back: Iterable[str], now: datetime) -> None:
    """What was out of sight for a while (a condition in the report, a lost right) is suspended
    still: the hold that ended meanwhile is ours to release."""
    for row_id in back:
        last = rows_with(
            connection,
            select(HoldRow, LmsUserRow.employee_id.label("whose"))
            .join(EnrolmentRow, EnrolmentRow.id == HoldRow.enrolment_row)
            .join(LmsUserRow, LmsUserRow.user_id == HoldRow.user_id)
            .where(
                HoldRow.enrolment_row == row_id, EnrolmentRow.status == EnrolmentStatus.SUSPENDED
            )
            .order_by(HoldRow.decided_at.desc())
            .limit(1),
        )
        for hold, number in list(last):
            suspended = hold.way == HoldWay.SUSPENDED and hold.verified_at is not None
            if hold.state == HoldState.ENDED and suspended:
                whose = number or hold.employee_id
                move(connection, hold.id, HoldState.HELD, verified_at=now, employee_id=whose)


def follow_merged_accounts(connection: Connection, gone: Iterable[str]) -> None:
    """Two accounts of one person were made one: what we suspended is suspended still, under the
    account that stays, and is ours to release."""
    for row_id in gone:
        hold = row_or_none(
            connection,
            select(HoldRow).where(
                HoldRow.enrolment_row == row_id,
                HoldRow.state == HoldState.HELD,
                HoldRow.way == HoldWay.SUSPENDED,
            ),
        )
        moved = None if hold is None else _moved(connection, hold)
        if hold is not None and moved is not None:
            move(connection, hold.id, HoldState.HELD, enrolment_row=moved.id, user_id=moved.user_id)


def _moved(connection: Connection, hold: HoldRow) -> EnrolmentRow | None:
    """The suspended enrolment of another account of the employee that no hold is on."""
    held = select(HoldRow.enrolment_row).where(
        HoldRow.state.in_(OPEN), HoldRow.enrolment_row.is_not(None)
    )
    return first_row(
        connection,
        select(EnrolmentRow)
        .join(LmsUserRow, LmsUserRow.user_id == EnrolmentRow.user_id)
        .where(
            LmsUserRow.employee_id == hold.employee_id,
            EnrolmentRow.user_id != hold.user_id,
            EnrolmentRow.course_id == hold.course_id,
            EnrolmentRow.method == hold.method,
            EnrolmentRow.status == EnrolmentStatus.SUSPENDED,
            EnrolmentRow.gone_at.is_(None),
            EnrolmentRow.id.not_in(held),
        )
        .order_by(EnrolmentRow.first_seen_at.desc(), EnrolmentRow.id)
        .limit(1),
    )


def end_left_release(connection: Connection, hold_id: str) -> None:
    """A person left a release undone, since it was done in the LMS or never will be: the hold is no
    longer ours, nobody is told, and what stands there is decided upon by itself."""
    hold = hold_by_id(connection, hold_id)
    if hold.state != HoldState.RELEASING:
        return
    cancel_subject(connection, f"hold:{hold_id}", tried=False)
    move(connection, hold_id, HoldState.ENDED)
    connection.execute(
        update(EnrolmentRow).where(EnrolmentRow.id == hold.enrolment_row).values(to_decide=1)
    )


def release_again(connection: Connection, now: datetime) -> None:
    """After a backup was put back: what we released last and is suspended again was released later
    than that backup. It counts as held once more, so that deciding again releases it."""
    newer = aliased(HoldRow, name="newer")
    found = connection.execute(
        select(HoldRow.id, HoldRow.enrolment_row)
        .join(EnrolmentRow, EnrolmentRow.id == HoldRow.enrolment_row)
        .where(
            HoldRow.state == HoldState.RELEASED,
            HoldRow.way == HoldWay.SUSPENDED,
            EnrolmentRow.status == EnrolmentStatus.SUSPENDED,
            EnrolmentRow.gone_at.is_(None),
            ~exists().where(
                newer.enrolment_row == HoldRow.enrolment_row,
                newer.decided_at > HoldRow.decided_at,
            ),
        )
    )
    for hold_id, enrolment_row in found.all():
        move(connection, hold_id, HoldState.HELD, verified_at=now, released_at=None)
        connection.execute(
            update(EnrolmentRow).where(EnrolmentRow.id == enrolment_row).values(to_decide=1)
        )


def _end(connection: Connection, which: ColumnElement[bool], states: tuple[HoldState, ...]) -> None:
    found = connection.execute(select(HoldRow.id).where(which, HoldRow.state.in_(states))).scalars()
    for hold_id in found.all():
        cancel_subject(connection, f"hold:{hold_id}")
        move(connection, hold_id, HoldState.ENDED)

"""What is left in the register of a course, an account or a state that the LMS has no longer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, select, update

from adapter.ground.store.tables.courses import enrolments
from adapter.ground.store.tables.decisions import holds
from adapter.ground.store.tables.people import lms_users
from adapter.queues.outbox import cancel_subject
from adapter.register.holds import (
    OPEN,
    HoldState,
    HoldWay,
    move,
)
from connectors.ports import EnrolmentStatus


def leave_course(connection: Connection, course_id: str, now: datetime) -> None:
    """A course that was deleted, or whose id is another course's now: nothing that waits for it may
    be carried out there."""
    _end(connection, holds.c.course_id == course_id, OPEN)
    connection.execute(
        update(enrolments)
        .where(enrolments.c.course_id == course_id, enrolments.c.gone_at.is_(None))
        .values(gone_at=now, seen_at=now)
    )


def hand_over_account(connection: Connection, user_id: str, employee_id: str) -> None:
    """An account bears another employee's number now, or one again. What was decided about another
    must not be carried out on this one; what keeps the account out already stays, until it is
    decided again for whom it is now."""
    of_another = (holds.c.user_id == user_id) & (holds.c.employee_id != employee_id)
    _end(connection, of_another, (HoldState.PLANNED, HoldState.UNREACHABLE))
    stands = of_another & holds.c.state.in_((HoldState.HELD, HoldState.RELEASING))
    for hold_id in connection.execute(select(holds.c.id).where(stands)).scalars().all():
        # A release that waits, and what would be told of it, are about another too.
        cancel_subject(connection, f"hold:{hold_id}")
        move(connection, hold_id, HoldState.HELD, employee_id=employee_id)
    connection.execute(
        update(enrolments)
        .where(enrolments.c.user_id == user_id, enrolments.c.gone_at.is_(None))
        .values(to_decide=1)
    )


def hold_again(connection: Connection, back: Iterable[str], now: datetime) -> None:
    """What was out of sight for a while (a condition in the report, a lost right) is suspended
    still: the hold that ended meanwhile is ours to release."""
    for row_id in back:
        last = connection.execute(
            select(holds, lms_users.c.employee_id.label("whose"))
            .join(enrolments, enrolments.c.id == holds.c.enrolment_row)
            .join(lms_users, lms_users.c.user_id == holds.c.user_id)
            .where(
                holds.c.enrolment_row == row_id, enrolments.c.status == EnrolmentStatus.SUSPENDED
            )
            .order_by(holds.c.decided_at.desc())
            .limit(1)
        ).one_or_none()
        if last is None or last.state != HoldState.ENDED:
            continue
        if last.way == HoldWay.SUSPENDED and last.verified_at is not None:
            whose = last.whose or last.employee_id
            move(connection, last.id, HoldState.HELD, verified_at=now, employee_id=whose)


def follow_merged_accounts(connection: Connection, gone: Iterable[str]) -> None:
    """Two accounts of one person were made one: what we suspended is suspended still, under the
    account that stays, and is ours to release."""
    for row_id in gone:
        hold = connection.execute(
            select(holds).where(
                holds.c.enrolment_row == row_id,
                holds.c.state == HoldState.HELD,
                holds.c.way == HoldWay.SUSPENDED,
            )
        ).one_or_none()
        moved = None if hold is None else _moved(connection, hold)
        if hold is not None and moved is not None:
            move(connection, hold.id, HoldState.HELD, enrolment_row=moved.id, user_id=moved.user_id)


def _moved(connection: Connection, hold: Row[Any]) -> Row[Any] | None:
    """The suspended enrolment of another account of the employee that no hold is on."""
    held = select(holds.c.enrolment_row).where(
        holds.c.state.in_(OPEN), holds.c.enrolment_row.is_not(None)
    )
    return connection.execute(
        select(enrolments)
        .join(lms_users, lms_users.c.user_id == enrolments.c.user_id)
        .where(
            lms_users.c.employee_id == hold.employee_id,
            enrolments.c.user_id != hold.user_id,
            enrolments.c.course_id == hold.course_id,
            enrolments.c.method == hold.method,
            enrolments.c.status == EnrolmentStatus.SUSPENDED,
            enrolments.c.gone_at.is_(None),
            enrolments.c.id.not_in(held),
        )
        .order_by(enrolments.c.first_seen_at.desc(), enrolments.c.id)
        .limit(1)
    ).first()


def release_again(connection: Connection, now: datetime) -> None:
    """After a backup was put back: what we released last and is suspended again was released later
    than that backup. It counts as held once more, so that deciding again releases it."""
    newer = holds.alias("newer")
    found = connection.execute(
        select(holds.c.id, holds.c.enrolment_row)
        .join(enrolments, enrolments.c.id == holds.c.enrolment_row)
        .where(
            holds.c.state == HoldState.RELEASED,
            holds.c.way == HoldWay.SUSPENDED,
            enrolments.c.status == EnrolmentStatus.SUSPENDED,
            enrolments.c.gone_at.is_(None),
            ~exists().where(
                newer.c.enrolment_row == holds.c.enrolment_row,
                newer.c.decided_at > holds.c.decided_at,
            ),
        )
    )
    for row in found.all():
        move(connection, row.id, HoldState.HELD, verified_at=now, released_at=None)
        connection.execute(
            update(enrolments).where(enrolments.c.id == row.enrolment_row).values(to_decide=1)
        )


def _end(connection: Connection, which: ColumnElement[bool], states: tuple[HoldState, ...]) -> None:
    found = connection.execute(select(holds.c.id).where(which, holds.c.state.in_(states))).scalars()
    for hold_id in found.all():
        cancel_subject(connection, f"hold:{hold_id}")
        move(connection, hold_id, HoldState.ENDED)

"""Holds: enrolments that the policy does not allow, kept out of the LMS until the cause is gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, insert, select, update

from adapter.ground.store.reading import row_of, row_or_none, rows_of
from adapter.ground.store.rows import one_of
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow
from connectors.ports import EnrolmentStatus


class HoldState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    """Carried out, and seen so when read back."""
    RELEASING = "releasing"
    RELEASED = "released"
    CANCELLED = "cancelled"
    """The cause was gone before it was carried out."""
    ENDED = "ended"
    """The enrolment itself disappeared, or a person made it active again."""
    UNREACHABLE = "unreachable"
    """The LMS offers no way to hold it: a finding for HR."""


class HoldWay(StrEnum):
    """How a hold keeps someone out, or will when it is carried out."""

    SUSPENDED = "suspended"
    REMOVED = "removed"


OPEN = (HoldState.PLANNED, HoldState.HELD, HoldState.RELEASING, HoldState.UNREACHABLE)


def held_by_the_lms(enrolment: EnrolmentRow) -> bool:
    """Whether our plugin in the LMS keeps it suspended, by what the LMS itself shows: an event that
    says so can be lost, late or overtaken."""
    return bool(
        enrolment.held_at is not None
        and enrolment.status == EnrolmentStatus.SUSPENDED
        and enrolment.gone_at is None
    )


def open_hold(connection: Connection, enrolment_row: str) -> HoldRow | None:
    """The open hold on an enrolment of the register, by its row."""
    return row_or_none(
        connection,
        select(HoldRow).where(HoldRow.enrolment_row == enrolment_row, HoldRow.state.in_(OPEN)),
    )


def open_holds_on(connection: Connection, enrolment_rows: Collection[str]) -> dict[str, HoldRow]:
    """The open holds on several enrolments, by their rows."""
    chosen = select(HoldRow).where(
        one_of(connection, HoldRow.enrolment_row, enrolment_rows), HoldRow.state.in_(OPEN)
    )
    return {str(row.enrolment_row): row for row in rows_of(connection, chosen)}


def place(
    connection: Connection,
    enrolment: EnrolmentRow,
    employee_id: str,
    decision_id: str,
    state: HoldState,
    now: datetime,
    **values: Any,
) -> str:
    """Record a hold on an enrolment with the dates it has now; returns its id."""
    hold_id = str(uuid4())
    connection.execute(
        insert(HoldRow).values(
            id=hold_id,
            decision_id=decision_id,
            employee_id=employee_id,
            enrolment_row=enrolment.id,
            user_id=enrolment.user_id,
            course_id=enrolment.course_id,
            method=enrolment.method,
            enrolment_id=enrolment.enrolment_id,
            starts_at=enrolment.starts_at,
            ends_at=enrolment.ends_at,
            state=state,
            decided_at=now,
            **values,
        )
    )
    return hold_id


def move(connection: Connection, hold_id: str, state: HoldState, **values: Any) -> None:
    connection.execute(update(HoldRow).where(HoldRow.id == hold_id).values(state=state, **values))


def move_planned(
    connection: Connection, hold_ids: Sequence[str], verified_at: datetime
) -> frozenset[str]:
    """What the LMS was seen to have done: those that were planned still are held now. Returns their
    ids."""
    held = connection.execute(
        update(HoldRow)
        .where(HoldRow.id.in_(hold_ids), HoldRow.state == HoldState.PLANNED)
        .values(state=HoldState.HELD, verified_at=verified_at)
        .returning(HoldRow.id)
    )
    return frozenset(held.scalars())


def hold_by_id(connection: Connection, hold_id: str) -> HoldRow:
    return row_of(connection, _BY_ID, {"of_id": hold_id})


_BY_ID = select(HoldRow).where(HoldRow.id == bindparam("of_id"))

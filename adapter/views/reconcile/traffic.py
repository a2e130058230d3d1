"""How the adapter itself is doing: what was read when, what came in, what does not get through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import ScanRow
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.queues.inbox import Channel, EventState
from adapter.queues.outbox import NOT_CARRIED_OUT

ENROLMENT_EVENTS = "user_enrolment"
RECENT = timedelta(days=30)
"""How long it is of use to know that no event told of an enrolment."""


@dataclass(frozen=True, slots=True)
class StuckWork:
    """Events or actions of one kind that do not get through. `state` is failed or dead; `source` is
    the sender of events, empty for actions of ours."""

    source: str
    kind: str
    state: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Traffic:
    """`told` are the user and course of the enrolments of the last weeks, `RECENT`, of which an
    event told and no id is known; `scanned_at` is the last complete and applied scan per HRIS,
    newest first, and `lms_read_at` the last reading of the courses."""

    first_lms_event_at: datetime | None
    told: frozenset[tuple[str, str]]
    stuck_events: tuple[StuckWork, ...]
    dead_letters: tuple[StuckWork, ...]
    scanned_at: dict[str, datetime]
    lms_read_at: datetime | None


def read_traffic(connection: Connection, now: datetime) -> Traffic:
    first_lms_event_at = connection.execute(
        select(func.min(InboxEventRow.received_at)).where(InboxEventRow.channel == Channel.LMS)
    ).scalar_one()
    return Traffic(
        first_lms_event_at=first_lms_event_at,
        told=frozenset() if first_lms_event_at is None else _told(connection, now - RECENT),
        stuck_events=_stuck_events(connection),
        dead_letters=_dead_letters(connection),
        scanned_at=_scanned_at(connection),
        lms_read_at=connection.execute(select(func.max(CourseRow.seen_at))).scalar_one(),
    )


def _told(connection: Connection, since: datetime) -> frozenset[tuple[str, str]]:
    """Only those that somebody asks about are kept: there can be a million events."""
    asked = connection.execute(
        select(EnrolmentRow.user_id, EnrolmentRow.course_id).where(
            EnrolmentRow.enrolment_id.is_(None),
            EnrolmentRow.gone_at.is_(None),
            EnrolmentRow.created_at > since,
        )
    )
    wanted = {(user_id, course_id) for user_id, course_id in asked}
    if not wanted:
        return frozenset()
    bodies = connection.execute(
        select(InboxEventRow.body)
        .where(
            InboxEventRow.channel == Channel.LMS, InboxEventRow.kind.startswith(ENROLMENT_EVENTS)
        )
        .execution_options(yield_per=1000)
    )
    told = ((body.get("user_id"), body.get("course_id")) for body in bodies.scalars())
    return frozenset(pair for pair in told if pair in wanted)


def _stuck_events(connection: Connection) -> tuple[StuckWork, ...]:
    rows = connection.execute(
        select(
            InboxEventRow.source, InboxEventRow.kind, InboxEventRow.state, InboxEventRow.received_at
        )
        .where(InboxEventRow.state.in_((EventState.FAILED, EventState.DEAD)))
        .order_by(InboxEventRow.received_at)
    )
    return tuple(StuckWork(source, kind, state, at) for source, kind, state, at in rows)


def _dead_letters(connection: Connection) -> tuple[StuckWork, ...]:
    rows = connection.execute(
        select(OutboxActionRow.kind, OutboxActionRow.state, OutboxActionRow.created_at)
        .where(OutboxActionRow.state.in_(NOT_CARRIED_OUT))
        .order_by(OutboxActionRow.created_at)
    )
    return tuple(StuckWork("", kind, state, at) for kind, state, at in rows)


def _scanned_at(connection: Connection) -> dict[str, datetime]:
    whole: ColumnElement[bool] = (ScanRow.complete == 1) & (ScanRow.applied == 1)
    last = func.max(ScanRow.finished_at).label("last")
    rows = connection.execute(
        select(ScanRow.source, last).where(whole).group_by(ScanRow.source).order_by(last.desc())
    )
    return dict(rows.all())

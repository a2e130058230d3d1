"""How the adapter itself is doing: what was read when, what came in, what does not get through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from adapter.ground.store.tables.courses import courses
from adapter.ground.store.tables.people import scans
from adapter.ground.store.tables.work import inbox, outbox
from adapter.queues.inbox import Channel, EventState
from adapter.queues.outbox import ActionState

ENROLMENT_EVENTS = "user_enrolment"


@dataclass(frozen=True, slots=True)
class Stuck:
    """Events or actions of one kind that do not get through. `state` is failed or dead; `source` is
    the sender of events, empty for actions of ours."""

    source: str
    kind: str
    state: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Traffic:
    """`told` are the user and course of every enrolment event, `scanned_at` the last complete and
    applied scan per HRIS, newest first; `lms_read_at` is the last reading of the courses."""

    first_lms_event_at: datetime | None
    told: frozenset[tuple[str, str]]
    stuck_events: tuple[Stuck, ...]
    dead_letters: tuple[Stuck, ...]
    scanned_at: dict[str, datetime]
    lms_read_at: datetime | None


def read_traffic(connection: Connection) -> Traffic:
    return Traffic(
        first_lms_event_at=connection.execute(
            select(func.min(inbox.c.received_at)).where(inbox.c.channel == Channel.LMS)
        ).scalar_one(),
        told=_told(connection),
        stuck_events=_stuck_events(connection),
        dead_letters=_dead_letters(connection),
        scanned_at=_scanned_at(connection),
        lms_read_at=connection.execute(select(func.max(courses.c.seen_at))).scalar_one(),
    )


def _told(connection: Connection) -> frozenset[tuple[str, str]]:
    bodies = connection.execute(
        select(inbox.c.body).where(
            inbox.c.channel == Channel.LMS, inbox.c.kind.startswith(ENROLMENT_EVENTS)
        )
    ).scalars()
    return frozenset(
        (body["user_id"], body["course_id"])
        for body in bodies
        if body.get("user_id") and body.get("course_id")
    )


def _stuck_events(connection: Connection) -> tuple[Stuck, ...]:
    rows = connection.execute(
        select(inbox.c.source, inbox.c.kind, inbox.c.state, inbox.c.received_at)
        .where(inbox.c.state.in_((EventState.FAILED, EventState.DEAD)))
        .order_by(inbox.c.received_at)
    )
    return tuple(Stuck(*row) for row in rows)


def _dead_letters(connection: Connection) -> tuple[Stuck, ...]:
    rows = connection.execute(
        select(outbox.c.kind, outbox.c.state, outbox.c.created_at)
        .where(outbox.c.state == ActionState.DEAD)
        .order_by(outbox.c.created_at)
    )
    return tuple(Stuck("", *row) for row in rows)


def _scanned_at(connection: Connection) -> dict[str, datetime]:
    whole: ColumnElement[bool] = (scans.c.complete == 1) & (scans.c.applied == 1)
    last = func.max(scans.c.finished_at).label("last")
    rows: list[Row[Any]] = list(
        connection.execute(
            select(scans.c.source, last).where(whole).group_by(scans.c.source).order_by(last.desc())
        )
    )
    return {row.source: row.last for row in rows}

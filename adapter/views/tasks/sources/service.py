"""What stands still in the adapter: a pause, dead letters, holds that the LMS cannot make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from adapter.ground.store.reading import rows_with
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.work import InboxEventRow
from adapter.queues import outbox
from adapter.queues.inbox import EventState
from adapter.register.enforcement_switch import pause_in_force
from adapter.register.holds import HoldState
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act
from adapter.views.tasks.task import Task, TaskKind
from policy.days import amsterdam_day

CLAUSE = "Visie §9"
A_DAY, TWO_DAYS, THREE_DAYS = (timedelta(days=days) for days in (1, 2, 3))


def find(act: Act) -> Iterator[Task]:
    yield from _pause(act)
    yield from _dead_events(act)
    yield from _dead_letters(act)
    yield from _unreachable(act)


def dead_letter(act: Act, letter_id: str) -> Task | None:
    """The task of an event or action that is dead; None when there is none such."""
    dead = (*_dead_events(act), *_dead_letters(act))
    return next((task for task in dead if task.about == (letter_id,)), None)


def _pause(act: Act) -> Iterator[Task]:
    pause = pause_in_force(act.connection)
    if pause is None:
        return
    since = amsterdam_day(pause.since)
    yield Task(
        TaskKind.ENFORCEMENT_PAUSED,
        (pause.since.isoformat(),),
        Role.HR,
        arose_on=since,
        due_on=since + A_DAY,
        clause=CLAUSE,
        numbers={"by": pause.by, "reason": pause.reason, "since": pause.since.isoformat()},
    )


def _dead_events(act: Act) -> Iterator[Task]:
    rows = act.connection.execute(
        select(
            InboxEventRow.id, InboxEventRow.kind, InboxEventRow.source, InboxEventRow.received_at
        )
        .where(InboxEventRow.state == EventState.DEAD)
        .order_by(InboxEventRow.received_at, InboxEventRow.id)
    )
    for event_id, kind, source, received_at in rows:
        received = amsterdam_day(received_at)
        yield Task(
            TaskKind.EVENT_DEAD,
            (event_id,),
            Role.ADMIN,
            arose_on=received,
            due_on=received + TWO_DAYS,
            numbers={"event": event_id, "event_kind": kind, "source": source},
        )


def _dead_letters(act: Act) -> Iterator[Task]:
    for row in outbox.dead_letters(act.connection):
        planned = amsterdam_day(row.created_at)
        yield Task(
            TaskKind.DEAD_LETTER,
            (row.id,),
            Role.ADMIN,
            arose_on=planned,
            due_on=planned + TWO_DAYS,
            numbers={"action": row.id, "action_kind": row.kind},
        )


def _unreachable(act: Act) -> Iterator[Task]:
    rows = rows_with(
        act.connection,
        select(HoldRow, CourseRow.full_name)
        .join(CourseRow, CourseRow.course_id == HoldRow.course_id)
        .where(HoldRow.state == HoldState.UNREACHABLE)
        .order_by(HoldRow.decided_at, HoldRow.id),
    )
    for row, course in rows:
        decided = amsterdam_day(row.decided_at)
        yield Task(
            TaskKind.HOLD_UNREACHABLE,
            (row.id,),
            Role.HR,
            arose_on=decided,
            due_on=decided + THREE_DAYS,
            clause=CLAUSE,
            employee_ids=(row.employee_id,),
            numbers={"course": course, "method": row.method},
        )

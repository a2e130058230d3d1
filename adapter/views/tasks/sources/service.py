"""What stands still in the adapter: a pause, dead letters, holds that the LMS cannot make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from adapter.ground.store.tables.courses import courses
from adapter.ground.store.tables.decisions import holds
from adapter.ground.store.tables.work import inbox
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
        select(inbox.c.id, inbox.c.kind, inbox.c.source, inbox.c.received_at)
        .where(inbox.c.state == EventState.DEAD)
        .order_by(inbox.c.received_at, inbox.c.id)
    )
    for row in rows:
        received = amsterdam_day(row.received_at)
        yield Task(
            TaskKind.EVENT_DEAD,
            (row.id,),
            Role.ADMIN,
            arose_on=received,
            due_on=received + TWO_DAYS,
            numbers={"event": row.id, "event_kind": row.kind, "source": row.source},
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
    rows = act.connection.execute(
        select(holds, courses.c.full_name)
        .join(courses, courses.c.course_id == holds.c.course_id)
        .where(holds.c.state == HoldState.UNREACHABLE)
        .order_by(holds.c.decided_at, holds.c.id)
    )
    for row in rows:
        decided = amsterdam_day(row.decided_at)
        yield Task(
            TaskKind.HOLD_UNREACHABLE,
            (row.id,),
            Role.HR,
            arose_on=decided,
            due_on=decided + THREE_DAYS,
            clause=CLAUSE,
            employee_ids=(row.employee_id,),
            numbers={"course": row.full_name, "method": row.method},
        )

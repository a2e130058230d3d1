"""What people add to a task: who takes it up, another day, a note, seen, ended. Append-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.rows import insert_into
from adapter.ground.store.tables.tasks import TaskChangeRow
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import OtherVersion


@dataclass(frozen=True, slots=True)
class Handling:
    """The newest of a task; version 0 is one that nobody has touched. `closed_on_facts` are the
    numbers of the task when a person ended it."""

    version: int = 0
    assignee: str | None = None
    due_on: date | None = None
    note: str | None = None
    seen_at: datetime | None = None
    closed_at: datetime | None = None
    closed_on_facts: Mapping[str, Any] | None = None


UNTOUCHED = Handling()


def all_handling(act: Act) -> dict[str, Handling]:
    """By task id."""
    rows = rows_of(act.connection, select(TaskChangeRow).order_by(TaskChangeRow.version))
    return {row.task_id: _handling(row) for row in rows}


def handling_of(act: Act, task_id: str) -> Handling:
    row = row_or_none(
        act.connection,
        select(TaskChangeRow)
        .where(TaskChangeRow.task_id == task_id)
        .order_by(TaskChangeRow.version.desc())
        .limit(1),
    )
    return UNTOUCHED if row is None else _handling(row)


def keep(act: Act, task_id: str, handling: Handling) -> Handling:
    """Add what a person changed as the next version; raises `OtherVersion` when somebody was
    first."""
    made = replace(handling, version=handling.version + 1)
    added = act.connection.execute(
        insert_into(act.connection, TaskChangeRow)
        .values(
            task_id=task_id,
            version=made.version,
            assignee=made.assignee,
            due_on=made.due_on,
            note=made.note,
            seen_at=made.seen_at,
            closed_at=made.closed_at,
            closed_on_facts=made.closed_on_facts,
            changed_by=act.actor,
            changed_at=act.now,
        )
        .on_conflict_do_nothing()
        .returning(TaskChangeRow.version)
    )
    if added.one_or_none() is None:
        raise OtherVersion
    return made


def _handling(row: TaskChangeRow) -> Handling:
    return Handling(
        version=row.version,
        assignee=row.assignee,
        due_on=row.due_on,
        note=row.note,
        seen_at=row.seen_at,
        closed_at=row.closed_at,
        closed_on_facts=row.closed_on_facts,
    )

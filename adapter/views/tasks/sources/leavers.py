"""What is still open of somebody who leaves, and the successor of a manager who does (P6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.exits import ExitRow
from adapter.register.keys import Role
from adapter.register.learning import Learning
from adapter.subjects.leaving.employments import BACK
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.leaving.look_ahead import OpenMatters, look_ahead
from adapter.subjects.requests.acts import Act
from adapter.views.tasks.task import Task, TaskKind
from policy.days import amsterdam_day

CLAUSE = "Visie §7"
A_WEEK = timedelta(days=7)


def find(act: Act, everyone: Mapping[str, Learning]) -> Iterator[Task]:
    rows = rows_of(
        act.connection,
        select(ExitRow)
        .where(ExitRow.state.in_((ExitState.ANNOUNCED, ExitState.EFFECTIVE)))
        .order_by(ExitRow.id),
    )
    if not rows:
        return
    leavers = {row.employee_id: row.last_day for row in rows}
    ahead = look_ahead(act.connection, leavers, everyone, act.today)
    for row in rows:
        found = ahead[row.employee_id]
        assert row.last_day is not None, "an exit in these states has one"
        if found.open_matters and row.last_day >= act.today - BACK:
            yield _open_matters(row, found)
        if found.team:
            yield _successor(row, found)


def _open_matters(row: ExitRow, found: OpenMatters) -> Task:
    return _task(
        TaskKind.EXIT_OPEN_MATTERS,
        row,
        (row.employee_id,),
        {
            "requests": ", ".join(one.title for one in found.requests) or None,
            "agreements": len(found.agreements),
            "training": ", ".join(one.course for one in found.training) or None,
        },
    )


def _successor(row: ExitRow, found: OpenMatters) -> Task:
    """The team is in no number: that one of them gets another manager does not make it new."""
    return _task(TaskKind.MANAGER_SUCCESSOR, row, (row.employee_id, *found.team), {})


def _task(
    kind: TaskKind, row: ExitRow, concerns: tuple[str, ...], numbers: dict[str, str | int | None]
) -> Task:
    assert row.last_day is not None, "an exit in these states has one"
    noticed = amsterdam_day(row.noticed_at)
    return Task(
        kind,
        (row.id,),
        Role.HR,
        arose_on=noticed,
        due_on=_due(noticed, row.last_day),
        clause=CLAUSE,
        employee_ids=concerns,
        numbers={"last_day": row.last_day.isoformat(), **numbers},
    )


def _due(noticed: date, last_day: date) -> date:
    """Before the last day; who hears of it later gets a week all the same."""
    return max(last_day, noticed + A_WEEK)

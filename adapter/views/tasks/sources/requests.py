"""Requests that were submitted and lack something (P2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.intake import LEGAL_ASSESSMENT, missing_parts
from adapter.views.tasks.task import Task, TaskKind
from policy.days import amsterdam_day
from policy.request_states import RequestState
from policy.tranches import tranche_named

CLAUSE = "Visie §6"
_WAITING = (RequestState.SUBMITTED, RequestState.UNDER_REVIEW)


def find(act: Act) -> Iterator[Task]:
    rows = rows_of(
        act.connection,
        select(TrainingRequestRow)
        .where(TrainingRequestRow.state.in_(_WAITING))
        .order_by(TrainingRequestRow.submitted_at, TrainingRequestRow.id),
    )
    for row in rows:
        # What HR has to settle is a task of its own (`law`).
        codes = [one.code for one in missing_parts(row) if one.code != LEGAL_ASSESSMENT]
        if codes:
            yield _task(act, row, codes)


def _task(act: Act, row: TrainingRequestRow, codes: list[str]) -> Task:
    assert row.submitted_at is not None, "it waits in a tranche"
    return Task(
        TaskKind.REQUEST_INCOMPLETE,
        (row.id,),
        Role.MANAGER,
        arose_on=amsterdam_day(row.submitted_at),
        due_on=_due(act, row),
        clause=CLAUSE,
        employee_ids=tuple(row.employee_ids),
        for_employee=row.submitted_by,
        numbers={"title": row.title, "count": len(codes), "missing": ", ".join(codes)},
    )


def _due(act: Act, row: TrainingRequestRow) -> date:
    """The day before the management team's window opens."""
    assert row.tranche is not None, "it waits in one"
    return tranche_named(row.tranche, act.policy).decision_from - timedelta(days=1)

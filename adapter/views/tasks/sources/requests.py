"""Requests that were submitted and lack something (P2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, select

from adapter.ground.store.tables.procedure import training_requests
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.intake import LEGAL_ASSESSMENT, missing
from adapter.views.tasks.task import Task, TaskKind
from policy.days import amsterdam_day
from policy.request_states import RequestState
from policy.tranches import tranche_named

CLAUSE = "Visie §6"
_WAITING = (RequestState.SUBMITTED, RequestState.UNDER_REVIEW)


def find(act: Act) -> Iterator[Task]:
    rows = act.connection.execute(
        select(training_requests)
        .where(training_requests.c.state.in_(_WAITING))
        .order_by(training_requests.c.submitted_at, training_requests.c.id)
    )
    for row in rows:
        # What HR has to settle is a task of its own (`law`).
        codes = [one.code for one in missing(row) if one.code != LEGAL_ASSESSMENT]
        if codes:
            yield _task(act, row, codes)


def _task(act: Act, row: Row[Any], codes: list[str]) -> Task:
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


def _due(act: Act, row: Row[Any]) -> date:
    """The day before the management team's window opens."""
    return tranche_named(row.tranche, act.policy).decision_from - timedelta(days=1)

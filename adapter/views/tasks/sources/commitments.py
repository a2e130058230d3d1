"""Existing commitments that the management team has not decided upon (P9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from adapter.ground.store.tables.procedure import CommitmentRow
from adapter.register.keys import Role
from adapter.subjects.enrolments.preview import next_enforcement
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.commitment_decisions import list_commitments, proposed_commitments
from adapter.views.tasks.task import Task, TaskKind
from policy.days import amsterdam_day

CLAUSE = "Visie §9.1"
A_MONTH = timedelta(days=30)


def find(act: Act) -> Iterator[Task]:
    enforced_from = next_enforcement(act.policy, act.policy.starts_on)
    proposed = proposed_commitments(act)
    for row in list_commitments(act, undecided=True):
        recorded = amsterdam_day(row.recorded_at)
        yield Task(
            TaskKind.COMMITMENT_OPEN,
            (row.id,),
            Role.MANAGEMENT_TEAM if row.id in proposed else Role.HR,
            arose_on=recorded,
            due_on=_due(recorded, enforced_from),
            clause=CLAUSE,
            employee_ids=(row.employee_id,),
            numbers={"title": _title(row), "agreed": row.agreed_on.isoformat()},
        )


def _due(recorded: date, enforced_from: date | None) -> date:
    """Before the policy begins to hold enrolments, or a month for what is recorded later."""
    later = recorded + A_MONTH
    return later if enforced_from is None else max(enforced_from - timedelta(days=1), later)


def _title(row: CommitmentRow) -> str:
    return row.title or row.trajectory_id

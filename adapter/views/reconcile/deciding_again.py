"""What a run can set going: that enrolments which do not stand as decided are decided again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from adapter.ground.store.tables.reconciliation import ReconciliationFindingRow
from adapter.queues.register_changes import announce
from adapter.views.reconcile import history
from adapter.views.reconcile.groups.holds import DECIDED_AGAIN, NOT_PLACED
from adapter.views.reconcile.history import FindingStatus

MOST_NEW_HOLDS = 20
"""Enrolments that a run may have held before a person has to confirm it: many at once means more
often that something was read wrongly than that so many people enrolled without a grant."""


@dataclass(frozen=True, slots=True)
class Again:
    """What is decided again when a run is applied: how many employees, and how many findings by
    code."""

    employees: int
    findings: Mapping[str, int]

    @property
    def brake(self) -> bool:
        """Whether so much would be held at once that a person has to say that it is right."""
        return self.findings.get(NOT_PLACED, 0) > MOST_NEW_HOLDS


def decided_again(connection: Connection, run_id: str) -> Again:
    """What applying this run sets going."""
    rows = connection.execute(
        select(ReconciliationFindingRow.code, func.count())
        .where(*_stale(run_id))
        .group_by(ReconciliationFindingRow.code)
    )
    people = select(func.count(func.distinct(ReconciliationFindingRow.employee_id)))
    return Again(
        employees=connection.execute(people.where(*_stale(run_id))).scalar_one(),
        findings=dict(rows.all()),
    )


def have_decided_again(connection: Connection, run_id: str, now: datetime) -> list[str]:
    """Announce them, and keep with the run whom."""
    people = select(ReconciliationFindingRow.employee_id).where(*_stale(run_id)).distinct()
    again = sorted(number for number in connection.execute(people).scalars() if number)
    history.change_run(connection, run_id, announced=again)
    announce(connection, again, now)
    return again


def _stale(run_id: str) -> tuple[ColumnElement[bool], ...]:
    findings = ReconciliationFindingRow
    return (
        findings.run_id == run_id,
        findings.code.in_(sorted(DECIDED_AGAIN)),
        findings.status != FindingStatus.RESOLVED,
        findings.employee_id.is_not(None),
    )

"""Runs and their findings as stored: what is new, what persists and what has been resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select

from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.reconciliation import (
    ReconciliationFindingRow,
    ReconciliationRunRow,
)
from adapter.views.reconcile.finding import Drift

_COPIED = ("key", "code", "severity", "clause", "employee_id", "course_id", "numbers", "since")


class FindingStatus(StrEnum):
    NEW = "new"
    PERSISTING = "persisting"
    RESOLVED = "resolved"
    """Listed once, in the first run that finds it no more."""


def previous_run(connection: Connection, as_of: date) -> ReconciliationRunRow | None:
    """The run to compare with: the last one about the same day or an earlier one, so that a look
    ahead makes nothing new or resolved for the runs of today."""
    return row_or_none(
        connection,
        select(ReconciliationRunRow)
        .where(ReconciliationRunRow.as_of <= as_of)
        .order_by(ReconciliationRunRow.as_of.desc(), ReconciliationRunRow.started_at.desc())
        .limit(1),
    )


def findings_compared(
    found: Iterable[Drift],
    before: Mapping[str, ReconciliationFindingRow],
    not_looked_at: frozenset[str],
    now: datetime,
) -> list[dict[str, Any]]:
    """The rows of a run's findings. `before` are the open findings of the previous run by key.

    Codes in `not_looked_at` were not, or not completely, looked for: what was open then is still.
    """
    rows: dict[str, dict[str, Any]] = {}
    for one in found:
        rows.setdefault(one.key, _row(one, before.get(one.key), now))
    for key, row in before.items():
        if key not in rows:
            still_open = row.code in not_looked_at
            status = FindingStatus.PERSISTING if still_open else FindingStatus.RESOLVED
            rows[key] = {name: getattr(row, name) for name in _COPIED} | {"status": status}
    return list(rows.values())


def _row(found: Drift, before: ReconciliationFindingRow | None, now: datetime) -> dict[str, Any]:
    return {
        "key": found.key,
        "code": found.code,
        "severity": found.severity,
        "clause": found.clause,
        "employee_id": found.employee_id,
        "course_id": found.course_id,
        "numbers": dict(found.numbers),
        "status": FindingStatus.NEW if before is None else FindingStatus.PERSISTING,
        "since": now if before is None else before.since,
    }


def open_findings(
    connection: Connection, run: ReconciliationRunRow | None
) -> dict[str, ReconciliationFindingRow]:
    if run is None:
        return {}
    findings = ReconciliationFindingRow
    still_open = select(findings).where(
        findings.run_id == run.id, findings.status != FindingStatus.RESOLVED
    )
    return {row.key: row for row in rows_of(connection, still_open)}


def keep_run(
    connection: Connection, run: Mapping[str, Any], findings: list[dict[str, Any]]
) -> None:
    connection.execute(insert(ReconciliationRunRow).values(**run))
    if findings:
        connection.execute(
            insert(ReconciliationFindingRow), [row | {"run_id": run["id"]} for row in findings]
        )


def later_than(moment: datetime, run: ReconciliationRunRow | None) -> datetime:
    """The moment, but later than the run before it, so that runs are ordered by their start."""
    if run is None or run.started_at < moment:
        return moment
    return run.started_at + timedelta(microseconds=1)


def run_by_id(connection: Connection, run_id: str) -> ReconciliationRunRow | None:
    return row_or_none(
        connection, select(ReconciliationRunRow).where(ReconciliationRunRow.id == run_id)
    )


def latest_run(connection: Connection) -> ReconciliationRunRow | None:
    """The run that was made last, whatever day it is about."""
    return row_or_none(
        connection,
        select(ReconciliationRunRow).order_by(ReconciliationRunRow.started_at.desc()).limit(1),
    )


def runs(connection: Connection, limit: int, offset: int = 0) -> Sequence[ReconciliationRunRow]:
    """Newest first."""
    newest_first = ReconciliationRunRow.started_at.desc()
    return rows_of(
        connection,
        select(ReconciliationRunRow).order_by(newest_first).limit(limit).offset(offset),
    )


def findings_of(
    connection: Connection,
    run_id: str,
    *,
    status: FindingStatus | None = None,
    code: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[ReconciliationFindingRow]:
    findings = ReconciliationFindingRow
    query = select(findings).where(findings.run_id == run_id).order_by(findings.key)
    if status is not None:
        query = query.where(findings.status == status)
    if code is not None:
        query = query.where(findings.code == code)
    return rows_of(connection, query.limit(limit).offset(offset))


def counts_of(connection: Connection, run_id: str) -> dict[tuple[str, FindingStatus], int]:
    """How many findings a run has, by code and status."""
    findings = ReconciliationFindingRow
    rows = connection.execute(
        select(findings.code, findings.status, func.count())
        .where(findings.run_id == run_id)
        .group_by(findings.code, findings.status)
    )
    return {(code, FindingStatus(status)): number for code, status, number in rows}

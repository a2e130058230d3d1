"""Runs and their findings as stored: what is new, what persists and what has been resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from adapter.ground.store.tables.reconciliation import reconciliation_findings, reconciliation_runs
from adapter.views.reconcile.finding import Found

_COPIED = ("key", "code", "severity", "clause", "employee_id", "course_id", "numbers", "since")


class FindingStatus(StrEnum):
    NEW = "new"
    PERSISTING = "persisting"
    RESOLVED = "resolved"
    """Listed once, in the first run that finds it no more."""


def previous_run(connection: Connection, as_of: date) -> Row[Any] | None:
    """The run to compare with: the last one about the same day or an earlier one, so that a look
    ahead makes nothing new or resolved for the runs of today."""
    return connection.execute(
        select(reconciliation_runs)
        .where(reconciliation_runs.c.as_of <= as_of)
        .order_by(reconciliation_runs.c.as_of.desc(), reconciliation_runs.c.started_at.desc())
        .limit(1)
    ).one_or_none()


def compared(
    found: Iterable[Found],
    before: Mapping[str, Row[Any]],
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


def _row(found: Found, before: Row[Any] | None, now: datetime) -> dict[str, Any]:
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


def open_findings(connection: Connection, run: Row[Any] | None) -> dict[str, Row[Any]]:
    if run is None:
        return {}
    findings = reconciliation_findings
    rows = connection.execute(
        select(findings).where(
            findings.c.run_id == run.id, findings.c.status != FindingStatus.RESOLVED
        )
    )
    return {row.key: row for row in rows}


def keep_run(
    connection: Connection, run: Mapping[str, Any], findings: list[dict[str, Any]]
) -> None:
    connection.execute(insert(reconciliation_runs).values(**run))
    if findings:
        connection.execute(
            insert(reconciliation_findings), [row | {"run_id": run["id"]} for row in findings]
        )


def after(moment: datetime, run: Row[Any] | None) -> datetime:
    """The moment, but later than the run before it, so that runs are ordered by their start."""
    if run is None or run.started_at < moment:
        return moment
    later: datetime = run.started_at + timedelta(microseconds=1)
    return later


def run_by_id(connection: Connection, run_id: str) -> Row[Any] | None:
    return connection.execute(
        select(reconciliation_runs).where(reconciliation_runs.c.id == run_id)
    ).one_or_none()


def latest_run(connection: Connection) -> Row[Any] | None:
    """The run that was made last, whatever day it is about."""
    return connection.execute(
        select(reconciliation_runs).order_by(reconciliation_runs.c.started_at.desc()).limit(1)
    ).one_or_none()


def runs(connection: Connection, limit: int, offset: int = 0) -> list[Row[Any]]:
    """Newest first."""
    newest_first = reconciliation_runs.c.started_at.desc()
    return list(
        connection.execute(
            select(reconciliation_runs).order_by(newest_first).limit(limit).offset(offset)
        )
    )


def findings_of(
    connection: Connection,
    run_id: str,
    *,
    status: FindingStatus | None = None,
    code: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[Row[Any]]:
    findings = reconciliation_findings
    query = select(findings).where(findings.c.run_id == run_id).order_by(findings.c.key)
    if status is not None:
        query = query.where(findings.c.status == status)
    if code is not None:
        query = query.where(findings.c.code == code)
    return list(connection.execute(query.limit(limit).offset(offset)))


def counts_of(connection: Connection, run_id: str) -> dict[tuple[str, FindingStatus], int]:
    """How many findings a run has, by code and status."""
    findings = reconciliation_findings
    rows = connection.execute(
        select(findings.c.code, findings.c.status, func.count())
        .where(findings.c.run_id == run_id)
        .group_by(findings.c.code, findings.c.status)
    )
    return {(code, FindingStatus(status)): number for code, status, number in rows}

"""Runs and their findings as stored: what is new, what persists and what has been resolved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, case, delete, func, insert, literal, select, update

from adapter.ground.store.metadata import aliased
from adapter.ground.store.portions import Cut, Stretch, listed
from adapter.ground.store.reading import row_of, row_or_none, rows_of, rows_streamed
from adapter.ground.store.rows import insert_into
from adapter.ground.store.tables.reconciliation import (
    ReconciliationFindingRow,
    ReconciliationRunRow,
)
from adapter.views.reconcile.finding import Drift


class RunState(StrEnum):
    ASKED = "asked"
    """A worker will make it."""
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


class FindingStatus(StrEnum):
    NEW = "new"
    PERSISTING = "persisting"
    RESOLVED = "resolved"
    """Listed once, in the first run that finds it no more."""


_OPEN = ReconciliationFindingRow.status != FindingStatus.RESOLVED
_COPIED = ("key", "code", "severity", "clause", "employee_id", "course_id", "numbers")
_MOST_KEYS = 500
"""A database takes only so many parameters."""


def previous_run(connection: Connection, as_of: date) -> ReconciliationRunRow | None:
    """The run to compare with: the last one about the same day or an earlier one, so that a look
    ahead makes nothing new or resolved for the runs of today."""
    return row_or_none(
        connection,
        select(ReconciliationRunRow)
        .where(ReconciliationRunRow.as_of <= as_of, ReconciliationRunRow.state == RunState.FINISHED)
        .order_by(ReconciliationRunRow.as_of.desc(), ReconciliationRunRow.started_at.desc())
        .limit(1),
    )


@dataclass(slots=True)
class Kept:
    """`now` is since when a new finding is there. `differing` counts the findings of a run that are
    not what they were in the one before it."""

    now: datetime
    differing: int = 0


def keep_findings(
    connection: Connection,
    run: ReconciliationRunRow,
    before: ReconciliationRunRow | None,
    found: Iterable[Drift],
    kept: Kept,
) -> None:
    """Some of a run's findings, as new or persisting. What was kept already stays as it is."""
    by_key: dict[str, Drift] = {}
    for one in found:
        by_key.setdefault(one.key, one)
    keys = list(by_key)
    for begin in range(0, len(keys), _MOST_KEYS):
        some = keys[begin : begin + _MOST_KEYS]
        known = _open_then(connection, before, some)
        rows = [_row(by_key[key], known.get(key), run.id, kept.now) for key in some]
        kept.differing += sum(_differs(row, known.get(row["key"])) for row in rows)
        connection.execute(
            insert_into(connection, ReconciliationFindingRow).on_conflict_do_nothing(), rows
        )


def _open_then(
    connection: Connection, before: ReconciliationRunRow | None, keys: Sequence[str]
) -> dict[str, ReconciliationFindingRow]:
    if before is None:
        return {}
    findings = ReconciliationFindingRow
    these = select(findings).where(findings.run_id == before.id, findings.key.in_(keys), _OPEN)
    return {row.key: row for row in rows_of(connection, these)}


def _row(
    found: Drift, before: ReconciliationFindingRow | None, run_id: str, now: datetime
) -> dict[str, Any]:
    return {
        "run_id": run_id,
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


def _differs(row: Mapping[str, Any], before: ReconciliationFindingRow | None) -> bool:
    if before is None:
        return True
    return (row["severity"], row["numbers"]) != (before.severity, before.numbers)


def keep_the_others(
    connection: Connection,
    run: ReconciliationRunRow,
    before: ReconciliationRunRow | None,
    not_looked_at: Collection[str],
) -> int:
    """What was open in the run before and was not found now: resolved, and still open where its
    code is in `not_looked_at`, of which not everything was looked for. Returns how many are
    resolved."""
    if before is None:
        return 0
    findings, now = ReconciliationFindingRow, aliased(ReconciliationFindingRow)
    found_again = select(now.key).where(now.run_id == run.id, now.key == findings.key).exists()
    status = case(
        (findings.code.in_(not_looked_at), FindingStatus.PERSISTING.value),
        else_=FindingStatus.RESOLVED.value,
    )
    columns = [getattr(findings, name) for name in _COPIED]
    gone = select(literal(run.id), *columns, findings.since, status).where(
        findings.run_id == before.id, _OPEN, ~found_again
    )
    connection.execute(insert(findings).from_select(["run_id", *_COPIED, "since", "status"], gone))
    resolved = select(func.count()).where(
        findings.run_id == run.id, findings.status == FindingStatus.RESOLVED
    )
    return connection.execute(resolved).scalar_one()


def begin_run(connection: Connection, run: Mapping[str, Any]) -> ReconciliationRunRow:
    connection.execute(insert(ReconciliationRunRow).values(**run))
    return row_of(
        connection, select(ReconciliationRunRow).where(ReconciliationRunRow.id == run["id"])
    )


def change_run(connection: Connection, run_id: str, **values: object) -> None:
    this = ReconciliationRunRow.id == run_id
    connection.execute(update(ReconciliationRunRow).where(this).values(**values))


def forget_findings(connection: Connection, run_id: str) -> None:
    """Of a run that did not come to its end, or that found nothing else than the one before."""
    findings = ReconciliationFindingRow
    connection.execute(delete(findings).where(findings.run_id == run_id))


def forget_run(connection: Connection, run_id: str) -> None:
    forget_findings(connection, run_id)
    connection.execute(delete(ReconciliationRunRow).where(ReconciliationRunRow.id == run_id))


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
        select(ReconciliationRunRow)
        .where(ReconciliationRunRow.state == RunState.FINISHED)
        .order_by(ReconciliationRunRow.started_at.desc())
        .limit(1),
    )


def runs(connection: Connection, limit: int, offset: int = 0) -> Sequence[ReconciliationRunRow]:
    """Newest first."""
    newest_first = ReconciliationRunRow.started_at.desc()
    return rows_of(
        connection,
        select(ReconciliationRunRow).order_by(newest_first).limit(limit).offset(offset),
    )


def page_of_runs(connection: Connection, cut: Cut) -> Stretch[ReconciliationRunRow]:
    """Newest first. Raises `UnknownCursor`."""
    runs = ReconciliationRunRow
    return listed(connection, select(runs), (runs.started_at, runs.id), cut, newest_first=True)


def findings_of(
    connection: Connection,
    run_id: str,
    *,
    status: FindingStatus | None = None,
    code: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[ReconciliationFindingRow]:
    """In the order of their keys. Of a run that is made nothing changes any more."""
    findings = ReconciliationFindingRow
    query = select(findings).where(findings.run_id == run_id).order_by(findings.key)
    if status is not None:
        query = query.where(findings.status == status)
    if code is not None:
        query = query.where(findings.code == code)
    return rows_of(connection, query.limit(limit).offset(offset))


def streamed(
    connection: Connection, statement: Select[ReconciliationFindingRow]
) -> Iterator[ReconciliationFindingRow]:
    """Findings some at a time: there can be a million."""
    return rows_streamed(connection, statement, 1_000)


def every_finding(run_id: str) -> Select[ReconciliationFindingRow]:
    findings = ReconciliationFindingRow
    return select(findings).where(findings.run_id == run_id).order_by(findings.key)


def counts_of(connection: Connection, run_id: str) -> dict[tuple[str, FindingStatus], int]:
    """How many findings a run has, by code and status."""
    findings = ReconciliationFindingRow
    rows = connection.execute(
        select(findings.code, findings.status, func.count())
        .where(findings.run_id == run_id)
        .group_by(findings.code, findings.status)
    )
    return {(code, FindingStatus(status)): number for code, status, number in rows}

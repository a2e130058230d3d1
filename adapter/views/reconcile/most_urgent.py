"""How many findings a run has of each kind, and those of them that a person can still take in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Select, case, func, select, true

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.reconciliation import (
    FindingAcknowledgementRow,
    ReconciliationFindingRow,
    ReconciliationRunRow,
)
from adapter.views.reconcile.acknowledgements import standing
from adapter.views.reconcile.duties import ORDER
from adapter.views.reconcile.history import FindingStatus

Parked = tuple[ReconciliationFindingRow, FindingAcknowledgementRow]
SHOWN = 1_000
"""Findings in what people read; a workbook has all of them."""


@dataclass(frozen=True, slots=True)
class OfOneKind:
    """The open findings with one code that are not left for now. `shown` are the most urgent; the
    others only count. `oldest` is since when the first of them is there."""

    code: str
    count: int
    new: int
    people: int
    oldest: datetime
    shown: Sequence[ReconciliationFindingRow]


def open_kinds(
    connection: Connection, run: ReconciliationRunRow, on: date, most: int = SHOWN
) -> tuple[OfOneKind, ...]:
    """The most urgent kind first. Together they show `most` findings: every kind as many as the
    others, and what a small one leaves goes to the large ones."""
    findings = ReconciliationFindingRow
    rows = connection.execute(
        select(
            findings.code,
            func.count(),
            func.sum(case((findings.status == FindingStatus.NEW, 1), else_=0)),
            func.count(func.distinct(findings.employee_id)),
            func.min(findings.since),
        )
        .where(*_open(run.id, on))
        .group_by(findings.code)
    ).all()
    counted = sorted(rows, key=lambda row: ORDER[row[0]])
    shares = _shares({row[0]: row[1] for row in counted}, most)
    return tuple(
        OfOneKind(
            code=code,
            count=count,
            new=int(new),
            people=people,
            oldest=oldest,
            shown=rows_of(
                connection, most_urgent(run.id, on, findings.code == code).limit(shares[code])
            ),
        )
        for code, count, new, people, oldest in counted
    )


def of_kind(
    connection: Connection,
    run: ReconciliationRunRow,
    on: date,
    code: str,
    *,
    limit: int,
    offset: int,
) -> list[ReconciliationFindingRow]:
    """A portion of the open findings of one kind that are not left for now."""
    mine = most_urgent(run.id, on, ReconciliationFindingRow.code == code)
    return rows_of(connection, mine.limit(limit).offset(offset))


def most_urgent(
    run_id: str, on: date, *which: ColumnElement[bool]
) -> Select[ReconciliationFindingRow]:
    """Open findings that are not left for now: by kind, the heaviest and the new ones first."""
    return _in_order(*_open(run_id, on), *which)


def in_order(run_id: str) -> Select[ReconciliationFindingRow]:
    """All findings in the same order, those that are resolved last."""
    return _in_order(ReconciliationFindingRow.run_id == run_id)


def _in_order(*which: ColumnElement[bool]) -> Select[ReconciliationFindingRow]:
    findings = ReconciliationFindingRow
    return (
        select(findings)
        .where(*which)
        .order_by(
            case((findings.status == FindingStatus.RESOLVED, 1), else_=0),
            case(ORDER, value=findings.code, else_=len(ORDER)),
            case({"block": 0, "advise": 1}, value=findings.severity, else_=2),
            case((findings.status == FindingStatus.NEW, 0), else_=1),
            findings.key,
        )
    )


def left_for_now(
    connection: Connection, run: ReconciliationRunRow, on: date, code: str | None = None
) -> list[Parked]:
    """The open findings (of one kind) that HR acknowledged, each with why and until when."""
    findings, acknowledgements = ReconciliationFindingRow, FindingAcknowledgementRow
    parked = rows_of(
        connection,
        select(findings)
        .where(
            *_still_open(run.id), standing(on), true() if code is None else findings.code == code
        )
        .order_by(findings.key)
        .limit(SHOWN),
    )
    keys = [row.key for row in parked]
    stand = select(acknowledgements).where(
        acknowledgements.finding_key.in_(keys), acknowledgements.replaced_at.is_(None)
    )
    by_key = {row.finding_key: row for row in rows_of(connection, stand)}
    return [(row, by_key[row.key]) for row in parked]


def _open(run_id: str, on: date) -> Iterator[ColumnElement[bool]]:
    yield from _still_open(run_id)
    yield ~standing(on)


def _still_open(run_id: str) -> Iterator[ColumnElement[bool]]:
    yield ReconciliationFindingRow.run_id == run_id
    yield ReconciliationFindingRow.status != FindingStatus.RESOLVED


def _shares(counts: Mapping[str, int], most: int) -> dict[str, int]:
    """How many of each may be shown."""
    shares: dict[str, int] = {}
    left = most
    for place, (code, count) in enumerate(sorted(counts.items(), key=lambda one: one[1])):
        shares[code] = min(count, left // (len(counts) - place))
        left -= shares[code]
    return shares

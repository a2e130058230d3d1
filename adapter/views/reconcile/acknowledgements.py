"""Findings that HR has seen and leaves for now: why, and until which day.

One that became heavier meanwhile is in the list again at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from adapter.ground.store.portions import Cut, Stretch, listed
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.reconciliation import (
    FindingAcknowledgementRow,
    ReconciliationFindingRow,
)
from adapter.register.audit_log import note_act
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import WrongField, WrongFields
from adapter.views.reconcile.history import FindingStatus, latest_run
from policy.model import Severity

LONGEST = timedelta(days=366)
"""How far ahead a finding can be put away."""
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Leave:
    """`returns_on` is the day on which the findings are in the list again."""

    finding_keys: tuple[str, ...]
    reason: str
    returns_on: date


def acknowledge(act: Act, leave: Leave) -> list[FindingAcknowledgementRow]:
    """Of open findings of the last run. A later acknowledgement replaces one that stands; with
    today as its day the finding is back at once.

    Raises `WrongFields` for an unknown finding, and for a day that is past or too far ahead.
    """
    _require_day(act, leave.returns_on)
    found = _open_now(act, leave.finding_keys)
    if len(found) != len(set(leave.finding_keys)):
        raise WrongFields([WrongField("/findingKeys", "finding_not_open")])
    acknowledgements = FindingAcknowledgementRow
    for finding in found:
        standing = and_(
            acknowledgements.finding_key == finding.key, acknowledgements.replaced_at.is_(None)
        )
        act.connection.execute(update(acknowledgements).where(standing).values(replaced_at=act.now))
        made = {
            "id": str(uuid4()),
            "finding_key": finding.key,
            "code": finding.code,
            "severity": finding.severity,
            "employee_id": finding.employee_id,
            "course_id": finding.course_id,
            "reason": leave.reason,
            "returns_on": leave.returns_on,
            "acknowledged_by": act.actor,
            "acknowledged_at": act.now,
        }
        act.connection.execute(insert(acknowledgements).values(made))
        note_act(
            act.connection,
            act.now,
            actor=act.actor,
            action="acknowledge_finding",
            record=finding.key,
            result=leave.returns_on.isoformat(),
        )
    keys = [finding.key for finding in found]
    return rows_of(
        act.connection,
        select(acknowledgements)
        .where(acknowledgements.finding_key.in_(keys), acknowledgements.replaced_at.is_(None))
        .order_by(acknowledgements.finding_key),
    )


def _require_day(act: Act, day: date) -> None:
    if day < act.today:
        raise WrongFields([WrongField("/returnsOnDate", "returns_before_today")])
    if day > act.today + LONGEST:
        raise WrongFields([WrongField("/returnsOnDate", "returns_too_far_ahead")])


def _open_now(act: Act, keys: Sequence[str]) -> list[ReconciliationFindingRow]:
    run = latest_run(act.connection)
    if run is None:
        return []
    findings = ReconciliationFindingRow
    return rows_of(
        act.connection,
        select(findings).where(
            findings.run_id == run.id,
            findings.key.in_(sorted(set(keys))[:_AT_A_TIME]),
            findings.status != FindingStatus.RESOLVED,
        ),
    )


def standing_ones(connection: Connection, cut: Cut) -> Stretch[FindingAcknowledgementRow]:
    """Those that no later one replaced, newest first. Raises `UnknownCursor`."""
    acknowledgements = FindingAcknowledgementRow
    return listed(
        connection,
        select(acknowledgements).where(acknowledgements.replaced_at.is_(None)),
        (acknowledgements.acknowledged_at, acknowledgements.id),
        cut,
        newest_first=True,
    )


def standing(on: date) -> ColumnElement[bool]:
    """Whether a finding (in the query around this) is left for now on a day."""
    findings, acknowledgements = ReconciliationFindingRow, FindingAcknowledgementRow
    as_heavy = or_(
        acknowledgements.severity == findings.severity,
        acknowledgements.severity == Severity.BLOCK,
        findings.severity == Severity.INFO,
    )
    return (
        select(acknowledgements.id)
        .where(
            acknowledgements.finding_key == findings.key,
            acknowledgements.replaced_at.is_(None),
            acknowledgements.returns_on > on,
            as_heavy,
        )
        .exists()
    )

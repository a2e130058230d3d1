"""The decision log as an auditor reads it: newest first, and one decision whole (Visie §9, P9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, tuple_

from adapter.ground.store.portions import LENGTH, Stretch, stretch
from adapter.ground.store.reading import rows_as, rows_with
from adapter.ground.store.tables.decisions import DecisionRow, PolicyVersionRow
from adapter.register.courses import course_names
from adapter.register.decision_log import findings_of
from adapter.subjects.requests.refusals import UnknownEntry
from policy.model import Finding


class _ListedRow:
    id: str
    course_id: str
    enrolled_on: date
    outcome: str
    regime: str
    decided_at: datetime
    version: str


@dataclass(frozen=True, slots=True)
class ListedDecision:
    """Without whom it is about: that is on the decision's own page."""

    id: str
    course: str
    enrolled_on: date
    outcome: str
    regime: str
    decided_at: datetime
    policy_version: str


@dataclass(frozen=True, slots=True)
class LoggedDecision:
    row: DecisionRow
    course: str
    policy_version: str
    findings: tuple[Finding, ...]


def listed_decisions(connection: Connection, course_id: str, after: str) -> Stretch[ListedDecision]:
    """The newest first; of one course where `course_id` is not empty, from the decision `after`
    on. Raises `UnknownEntry` when there is no such decision."""
    statement = (
        select(
            DecisionRow.id,
            DecisionRow.course_id,
            DecisionRow.enrolled_on,
            DecisionRow.outcome,
            DecisionRow.regime,
            DecisionRow.decided_at,
            PolicyVersionRow.version,
        )
        .join(PolicyVersionRow, PolicyVersionRow.digest == DecisionRow.policy_digest)
        .order_by(DecisionRow.decided_at.desc(), DecisionRow.id.desc())
        .limit(LENGTH + 1)
    )
    if course_id:
        statement = statement.where(DecisionRow.course_id == course_id)
    if after:
        place = tuple_(DecisionRow.decided_at, DecisionRow.id)
        statement = statement.where(place < tuple_(_decided_at(connection, after), after))
    rows = rows_as(connection, statement, _ListedRow)
    names = course_names(connection, {row.course_id for row in rows})
    listed = [
        ListedDecision(
            id=row.id,
            course=names.get(row.course_id, row.course_id),
            enrolled_on=row.enrolled_on,
            outcome=row.outcome,
            regime=row.regime,
            decided_at=row.decided_at,
            policy_version=row.version,
        )
        for row in rows
    ]
    return stretch(listed, lambda one: one.id)


def one_decision(connection: Connection, decision_id: str) -> LoggedDecision:
    """Raises `UnknownEntry`."""
    statement = (
        select(DecisionRow, PolicyVersionRow.version)
        .join(PolicyVersionRow, PolicyVersionRow.digest == DecisionRow.policy_digest)
        .where(DecisionRow.id == decision_id)
    )
    for row, version in rows_with(connection, statement):
        names = course_names(connection, [row.course_id])
        return LoggedDecision(
            row=row,
            course=names.get(row.course_id, row.course_id),
            policy_version=version,
            findings=findings_of(row.findings),
        )
    raise UnknownEntry


def _decided_at(connection: Connection, decision_id: str) -> datetime:
    at = connection.execute(
        select(DecisionRow.decided_at).where(DecisionRow.id == decision_id)
    ).scalar_one_or_none()
    if at is None:
        raise UnknownEntry
    return at

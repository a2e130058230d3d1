"""The information objects that are archived: each decision, ruling, agreement, repayment statement
and claim, with all rows that belong to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from adapter.ground.clock import end_of_day
from adapter.ground.store.metadata import Stored, table_of
from adapter.ground.store.tables.claims import (
    ClaimRow,
    ClaimStepRow,
    ExitEndingRow,
    PayrollEntryRow,
)
from adapter.ground.store.tables.decisions import DecisionRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow, StatementOverrideRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    CommitmentRow,
    GrantRow,
    LegalAssessmentRow,
    NormExemptionRow,
    SignatureRow,
    SignedFileRow,
    TrainingRequestRow,
)
from adapter.ground.store.tables.rulings import (
    CommitmentDecisionRow,
    CommitmentProposalRow,
    RequestDecisionRow,
    RequestProposalRow,
)
from adapter.register.courses import course_names

KeptRow = Mapping[str, Any]


class ObjectKind(StrEnum):
    DECISION = "decision"
    """What the rules said of one enrolment."""
    RULING = "ruling"
    """What the management team said of one request."""
    COMMITMENT_RULING = "commitment_ruling"
    """What became of a commitment from before the policy."""
    AGREEMENT = "agreement"
    STATEMENT = "statement"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class _Belongs:
    """Rows of `table` whose `column` has the value that `of` has in a row of `parent`."""

    table: type[Stored]
    column: str
    parent: type[Stored]
    of: str


@dataclass(frozen=True, slots=True)
class _Made:
    """The table of an object, by which column it is known, and when it was made."""

    table: type[Stored]
    key: str
    at: str
    belongs: tuple[_Belongs, ...] = ()


_MADE: Mapping[ObjectKind, _Made] = {
    ObjectKind.DECISION: _Made(DecisionRow, "id", "decided_at"),
    ObjectKind.RULING: _Made(
        RequestDecisionRow,
        "id",
        "recorded_at",
        (
            _Belongs(TrainingRequestRow, "id", RequestDecisionRow, "request_id"),
            _Belongs(RequestProposalRow, "id", RequestDecisionRow, "proposal_id"),
            _Belongs(LegalAssessmentRow, "request_id", RequestDecisionRow, "request_id"),
            _Belongs(GrantRow, "decision_id", RequestDecisionRow, "id"),
            _Belongs(NormExemptionRow, "decision_id", RequestDecisionRow, "id"),
        ),
    ),
    ObjectKind.COMMITMENT_RULING: _Made(
        CommitmentDecisionRow,
        "commitment_id",
        "recorded_at",
        (
            _Belongs(CommitmentRow, "id", CommitmentDecisionRow, "commitment_id"),
            _Belongs(CommitmentProposalRow, "id", CommitmentDecisionRow, "proposal_id"),
            _Belongs(GrantRow, "id", CommitmentDecisionRow, "grant_id"),
        ),
    ),
    ObjectKind.AGREEMENT: _Made(
        AgreementRow,
        "id",
        "recorded_at",
        (
            _Belongs(GrantRow, "id", AgreementRow, "grant_id"),
            _Belongs(SignatureRow, "agreement_id", AgreementRow, "id"),
            _Belongs(SignedFileRow, "agreement_id", AgreementRow, "id"),
        ),
    ),
    ObjectKind.STATEMENT: _Made(
        RepaymentStatementRow,
        "id",
        "made_at",
        (_Belongs(StatementOverrideRow, "statement_id", RepaymentStatementRow, "id"),),
    ),
    ObjectKind.CLAIM: _Made(
        ClaimRow,
        "id",
        "opened_at",
        (
            _Belongs(ClaimStepRow, "claim_id", ClaimRow, "id"),
            _Belongs(PayrollEntryRow, "claim_id", ClaimRow, "id"),
            _Belongs(ExitEndingRow, "exit_id", ClaimRow, "exit_id"),
        ),
    ),
}
KIND_OF_TABLE: Mapping[str, ObjectKind] = {
    made.table.__tablename__: kind for kind, made in _MADE.items()
}


@dataclass(frozen=True)
class InformationObject:
    """`rows` holds the object's own row first, then by table what belongs to it, whole as the
    database has it. `stands_at` is the last moment in them: a later one means that something was
    added, such as a signature. `about` says in a word or two what it is about."""

    kind: ObjectKind
    id: str
    made_at: datetime
    stands_at: datetime
    employees: tuple[str, ...]
    about: str
    rows: Mapping[str, Sequence[KeptRow]]

    @property
    def row(self) -> KeptRow:
        return self.rows[_MADE[self.kind].table.__tablename__][0]

    def rows_of(self, table: type[Stored]) -> Sequence[KeptRow]:
        return self.rows.get(table.__tablename__, ())


def key_column(kind: ObjectKind) -> str:
    """By which column of its table an object is known."""
    return _MADE[kind].key


def made_until(connection: Connection, day: date) -> Iterator[tuple[ObjectKind, str]]:
    """All objects that were made up to and including this day in Amsterdam, the oldest of each
    kind first."""
    for kind, made in _MADE.items():
        table = table_of(made.table)
        key, at = table.c[made.key], table.c[made.at]
        found = select(key).where(at < end_of_day(day)).order_by(at, key)
        yield from ((kind, object_id) for object_id in connection.execute(found).scalars())


def read_object(connection: Connection, kind: ObjectKind, object_id: str) -> InformationObject:
    """An object that `made_until` named, as it stands now."""
    made = _MADE[kind]
    rows: dict[str, list[KeptRow]] = {
        made.table.__tablename__: _rows(connection, made.table, made.key, [object_id])
    }
    for one in made.belongs:
        values = [row[one.of] for row in rows[one.parent.__tablename__]]
        if found := _rows(connection, one.table, one.column, values):
            rows[one.table.__tablename__] = found
    [row] = rows[made.table.__tablename__]
    moments = [value for several in rows.values() for one in several for value in one.values()]
    return InformationObject(
        kind,
        object_id,
        row[made.at],
        max(value for value in moments if isinstance(value, datetime)),
        tuple(_employees(connection, kind, rows)),
        _about(connection, kind, rows),
        rows,
    )


def _rows(
    connection: Connection, stored: type[Stored], column: str, values: Iterable[Any]
) -> list[KeptRow]:
    table = table_of(stored)
    which = table.c[column].in_([value for value in values if value is not None])
    found = connection.execute(select(table).where(which).order_by(*table.primary_key))
    return [dict(row) for row in found.mappings()]


def _employees(
    connection: Connection, kind: ObjectKind, rows: Mapping[str, Sequence[KeptRow]]
) -> list[str]:
    """About whom it is."""
    match kind:
        case ObjectKind.RULING:
            named = [row["employee_ids"] for row in rows[TrainingRequestRow.__tablename__]]
            return [str(one) for several in named for one in several]
        case ObjectKind.COMMITMENT_RULING:
            return [str(row["employee_id"]) for row in rows[CommitmentRow.__tablename__]]
        case ObjectKind.STATEMENT | ObjectKind.CLAIM:
            exits = select(ExitRow.employee_id).where(ExitRow.id.in_(_exits(kind, rows)))
            return list(connection.execute(exits).scalars())
        case _:
            return [str(row["employee_id"]) for row in rows[_MADE[kind].table.__tablename__]]


def _exits(kind: ObjectKind, rows: Mapping[str, Sequence[KeptRow]]) -> list[str]:
    return [str(row["exit_id"]) for row in rows[_MADE[kind].table.__tablename__]]


def _about(connection: Connection, kind: ObjectKind, rows: Mapping[str, Sequence[KeptRow]]) -> str:
    [row] = rows[_MADE[kind].table.__tablename__]
    match kind:
        case ObjectKind.DECISION:
            course: str = row["course_id"]
            return course_names(connection, [course]).get(course, course)
        case ObjectKind.RULING:
            [request] = rows[TrainingRequestRow.__tablename__]
            return str(request["title"])
        case ObjectKind.COMMITMENT_RULING:
            [commitment] = rows[CommitmentRow.__tablename__]
            return str(commitment["title"] or commitment["trajectory_id"])
        case ObjectKind.AGREEMENT:
            [grant] = rows[GrantRow.__tablename__]
            asked = select(TrainingRequestRow.title).where(
                TrainingRequestRow.id == grant["request_id"]
            )
            return str(connection.execute(asked).scalar_one_or_none() or row["trajectory_id"])
        case ObjectKind.STATEMENT | ObjectKind.CLAIM:
            last_day = select(ExitRow.last_day).where(ExitRow.id.in_(_exits(kind, rows)))
            return str(connection.execute(last_day).scalar_one() or "")

"""What a statement tells of a trajectory beside what is computed: costs per kind, dates, the
agreement and its version, and the legal position with its source and assessor (Visie §7, P6).

Kept with the version: what is recorded later makes a new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_of, row_or_none
from adapter.ground.store.tables.exits import RepaymentStatementRow
from adapter.ground.store.tables.procedure import (
    CommitmentRow,
    GrantRow,
    LegalAssessmentRow,
    TrainingRequestRow,
    TrajectoryRecordRow,
)
from adapter.register.learning_reader import newest_records
from adapter.subjects.leaving import commitment_terms
from adapter.subjects.leaving.trajectories import Granted, Promised, Trajectories
from adapter.subjects.requests.costs import per_employee
from adapter.subjects.requests.requests import participants
from policy.cost_basis import KINDS, CostLine, cost_lines
from policy.model import Ground, MandatoryByLaw
from policy.statutory import to_settle
from policy.trajectories import as_left


@dataclass(frozen=True, slots=True)
class LegalPosition:
    """Whether the employer must provide the training for nothing (article 7:611a BW): by which
    source, who assessed it and when. None where nobody recorded it."""

    mandatory_by_law: MandatoryByLaw
    source: str | None
    assessed_by: str | None
    assessed_on: date | None


@dataclass(frozen=True, slots=True)
class AgreementMade:
    """The version that counts, and when each party signed it."""

    version: int
    signed_by_employee_on: date | None
    signed_by_manager_on: date | None


@dataclass(frozen=True, slots=True)
class Particulars:
    """Of one employee; costs in eurocents. The kinds, wage and subsidy are those that were paid
    where HR recorded them, else those that were asked for; `kinds` is empty where neither is known.
    `legal` is None for an existing commitment, which has terms of its own (`terms`)."""

    trajectory_id: str
    title: str
    granted_on: date | None
    agreed_costs_cents: int | None
    actual_costs_cents: int | None
    start: date | None
    completed_on: date | None
    broken_off_on: date | None
    agreement: AgreementMade | None
    legal: LegalPosition | None
    kinds: Mapping[str, int] = field(default_factory=dict)
    subsidy_cents: int = 0
    wage_cents: int = 0
    terms: Any = None

    def lines(self, basis_cents: int) -> tuple[CostLine, ...]:
        return cost_lines(self.kinds, self.subsidy_cents, basis_cents)


_Records = Mapping[str, TrajectoryRecordRow]

# Built with the first statement that is kept or read.
_ALL = TypeAdapter(tuple[Particulars, ...], config=ConfigDict(defer_build=True))


def read_particulars(
    connection: Connection, employee_id: str, trajectories: Trajectories, last_day: date
) -> list[dict[str, Any]]:
    """As JSON holds them in the register, in the order of the items; of a trajectory in parts of
    what counts on the last day."""
    records = newest_records(connection, employee_id)
    found = (
        *(_of_granted(connection, one, records, last_day) for one in trajectories.granted),
        *(_of_promised(connection, one, records) for one in trajectories.promised),
    )
    plain: list[dict[str, Any]] = _ALL.dump_python(found, mode="json")
    return plain


def particulars_of(statement: RepaymentStatementRow) -> dict[str, Particulars]:
    """By trajectory id; empty for a version from before they were kept."""
    told: Sequence[Particulars] = _ALL.validate_python(statement.particulars or ())
    return {one.trajectory_id: one for one in told}


def without_words(plain: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As JSON holds them, without what people typed. A trajectory goes by its id then."""
    return [
        {
            **one,
            "title": one["trajectory_id"],
            "legal": one["legal"] and {**one["legal"], "source": None},
            "terms": commitment_terms.without_words(one.get("terms")),
        }
        for one in plain
    ]


def _of_granted(
    connection: Connection, granted: Granted, records: _Records, last_day: date
) -> Particulars:
    facts = as_left(granted.facts, last_day)
    grant = row_of(connection, select(GrantRow).where(GrantRow.id == granted.grant_id))
    request = _request(connection, grant.request_id)
    costs = _paid(records.get(facts.trajectory_id)) or _asked(request)
    return Particulars(
        trajectory_id=facts.trajectory_id,
        title=granted.title,
        granted_on=grant.decided_on,
        agreed_costs_cents=facts.agreed_costs_cents,
        actual_costs_cents=facts.actual_costs_cents,
        start=facts.start,
        completed_on=facts.completed_on,
        broken_off_on=facts.broken_off_on,
        agreement=_agreement(granted),
        legal=_legal(connection, facts.mandatory_by_law, grant, request),
        kinds=_kinds(costs),
        subsidy_cents=costs.get("subsidy", 0),
        wage_cents=costs.get("wage", 0),
    )


def _of_promised(connection: Connection, promised: Promised, records: _Records) -> Particulars:
    facts = promised.facts
    row = row_of(connection, select(CommitmentRow).where(CommitmentRow.id == facts.commitment_id))
    record = records.get(facts.trajectory_id)
    costs = _paid(record)
    return Particulars(
        trajectory_id=facts.trajectory_id,
        title=promised.title,
        granted_on=row.agreed_on,
        agreed_costs_cents=row.costs_cents,
        actual_costs_cents=None if record is None else record.actual_costs_cents,
        start=facts.start,
        completed_on=facts.completed_on,
        broken_off_on=None if record is None else record.broken_off_on,
        agreement=None,
        legal=None,
        kinds=_kinds(costs),
        subsidy_cents=costs.get("subsidy", 0),
        wage_cents=costs.get("wage", 0),
        terms=facts.terms,
    )


def _request(connection: Connection, request_id: str | None) -> TrainingRequestRow | None:
    return row_or_none(
        connection, select(TrainingRequestRow).where(TrainingRequestRow.id == request_id)
    )


def _paid(record: TrajectoryRecordRow | None) -> dict[str, int]:
    """What HR recorded; nothing where only a total is known."""
    if record is None or record.actual_costs is None:
        return {}
    return {name.removesuffix("_cents"): cents for name, cents in record.actual_costs.items()}


def _kinds(costs: Mapping[str, int]) -> dict[str, int]:
    return {kind: costs[kind] for kind in KINDS if kind in costs}


def _asked(request: TrainingRequestRow | None) -> dict[str, int]:
    """One employee's part of each kind: a request asks for all its people together (A17)."""
    people = 0 if request is None else participants(request)
    if request is None or not people:
        return {}
    return {
        name.removesuffix("_cents"): per_employee(cents, people)
        for name, cents in request.costs.items()
    }


def _legal(
    connection: Connection,
    mandatory: MandatoryByLaw,
    grant: GrantRow,
    request: TrainingRequestRow | None,
) -> LegalPosition:
    """By HR's last assessment. What was answered with the request stands as assessed by nobody
    where HR still has to settle it (A27)."""
    about = (
        LegalAssessmentRow.grant_id == grant.id
        if request is None
        else LegalAssessmentRow.request_id == request.id
    )
    assessed = row_or_none(
        connection,
        select(LegalAssessmentRow).where(about).order_by(LegalAssessmentRow.number.desc()).limit(1),
    )
    if assessed is not None:
        return LegalPosition(mandatory, assessed.source, assessed.assessed_by, assessed.assessed_on)
    if request is None:
        return LegalPosition(mandatory, None, None, None)
    if to_settle(None, Ground(request.ground)):
        return LegalPosition(mandatory, request.mandatory_source, None, None)
    return LegalPosition(
        mandatory,
        request.mandatory_source,
        request.mandatory_assessed_by,
        request.mandatory_assessed_on,
    )


def _agreement(granted: Granted) -> AgreementMade | None:
    """The version that the calculation went by."""
    facts, version = granted.facts.agreement, granted.agreement_version
    if facts is None or version is None:
        return None
    return AgreementMade(version, facts.signed_by_employee_on, facts.signed_by_manager_on)

"""The decision log: append-only, and every line can be recomputed from itself.

A line keeps the facts, the whole policy set that was used (once per set) and the outcome, so that
the same decision comes out years later, whatever the policy files say by then. Lines and policies
are sealed in a chain (`adapter/ground/store/chain.py`), and the database refuses to change them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    select,
)

from adapter.ground.counted import DECISIONS, count
from adapter.ground.store import chain
from adapter.ground.store.at_once import AtOnce, Question
from adapter.ground.store.columns import canonical_json
from adapter.ground.store.reading import row_of, row_or_none
from adapter.ground.store.rows import insert_into
from adapter.ground.store.tables.decisions import DecisionRow, PolicyVersionRow
from adapter.register.enrolment_facts import CollectedFacts
from policy.decide import decide_enrolment
from policy.model import EnrolmentDecision, EnrolmentFacts, Finding, Outcome, YearHours
from policy.parameters import Policy

_FACTS = TypeAdapter(EnrolmentFacts)
_FINDINGS = TypeAdapter(tuple[Finding, ...])
_YEARS = TypeAdapter(tuple[YearHours, ...])

# As canonical JSON writes it.
WAITED_FOR_ADOPTION = cast(DecisionRow.findings, Text).contains('"code":"policy_not_adopted"')
"""Whether a logged decision, by its findings, advised because no adoption was in effect."""


@dataclass(frozen=True, slots=True)
class Recomputation:
    """`same` says whether today's code and the logged policy give the logged decision again."""

    same: bool
    outcome: str
    findings: list[dict[str, Any]]
    years: list[dict[str, Any]]


def record(
    connection: Connection,
    collected: CollectedFacts,
    decision: EnrolmentDecision,
    policy: Policy,
    now: datetime,
) -> str:
    """Log a decision and return its id; the same facts under the same policy are the same line."""
    facts = _FACTS.dump_python(collected.facts, mode="json")
    digest = hashlib.sha256(canonical_json(facts).encode()).hexdigest()
    known = _newest(connection, collected.facts)
    if known and known.facts_sha256 == digest and known.policy_digest == policy.digest:
        return str(known.id)
    keep_policy(connection, policy, now)
    decision_id = str(uuid4())
    line = {
        "id": decision_id,
        "employee_id": collected.facts.employee_id,
        "course_id": collected.facts.course.course_id,
        "enrolled_on": collected.facts.enrolled_on,
        "outcome": decision.outcome,
        "regime": decision.regime,
        "policy_digest": policy.digest,
        "facts": facts,
        "facts_sha256": digest,
        "sources": collected.sources,
        "findings": _FINDINGS.dump_python(decision.findings, mode="json"),
        "years": _YEARS.dump_python(decision.years, mode="json"),
        "decided_at": now,
    }
    chain.append(connection, "decisions", line)
    count(DECISIONS, decision.outcome)
    return decision_id


def keep_policy(connection: Connection, policy: Policy, now: datetime) -> None:
    """Store the policy set under its digest, once."""
    values = {
        "digest": policy.digest,
        "version": policy.version,
        "content": policy.to_plain(),
        "recorded_at": now,
    }
    added = connection.execute(
        insert_into(connection, PolicyVersionRow)
        .values(values)
        .on_conflict_do_nothing()
        .returning(PolicyVersionRow.digest)
    )
    if added.one_or_none() is not None:
        chain.note(connection, "policy_versions", policy.digest, values)


def policy_of(connection: Connection, digest: str) -> Policy:
    """The policy set that a logged decision or statement was made with."""
    content = connection.execute(
        select(PolicyVersionRow.content).where(PolicyVersionRow.digest == digest)
    ).scalar_one()
    return Policy.from_plain(content)


def recompute(connection: Connection, decision_id: str) -> Recomputation | None:
    """Decide again from the logged facts and policy; None for an unknown decision."""
    row = row_or_none(connection, select(DecisionRow).where(DecisionRow.id == decision_id))
    if row is None:
        return None
    return _again(row, policy_of(connection, row.policy_digest))


def _again(row: DecisionRow, policy: Policy) -> Recomputation:
    again = decide_again(row, policy)
    findings = _FINDINGS.dump_python(again.findings, mode="json")
    years = _YEARS.dump_python(again.years, mode="json")
    same = (again.outcome, findings, years) == (row.outcome, row.findings, row.years)
    return Recomputation(same, again.outcome, findings, years)


def differing(connection: Connection) -> Iterator[tuple[str, bool]]:
    """Each logged decision in the order of its id, and whether it comes out otherwise today, or not
    at all because its facts cannot be read."""
    policies: dict[str, Policy] = {}
    ids = connection.execute(select(DecisionRow.id).order_by(DecisionRow.id)).scalars().all()
    for decision_id in ids:
        row = row_of(connection, select(DecisionRow).where(DecisionRow.id == decision_id))
        if row.policy_digest not in policies:
            policies[row.policy_digest] = policy_of(connection, row.policy_digest)
        try:
            differs = not _again(row, policies[row.policy_digest]).same
        except ValidationError:
            differs = True
        yield decision_id, differs


def decide_again(row: DecisionRow, policy: Policy) -> EnrolmentDecision:
    """What a policy makes of the facts of a logged decision."""
    return decide_enrolment(_FACTS.validate_python(row.facts), policy)


def findings_of(logged: list[dict[str, Any]]) -> tuple[Finding, ...]:
    return _FINDINGS.validate_python(logged)


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whether an enrolment was once decided upon without a hold, and whether once because no
    adoption was in effect."""

    once: bool
    before_adoption: bool


def _let_in(_engine: str) -> dict[str, Question]:
    """One row: null where no decision let the enrolment in, else whether one did because no
    adoption was in effect."""
    waited = func.max(case((WAITED_FOR_ADOPTION, 1), else_=0)).label("waited")
    this = (
        DecisionRow.employee_id == bindparam("employee_id", "", Text),
        DecisionRow.course_id == bindparam("course", "", Text),
        DecisionRow.enrolled_on == bindparam("enrolled_on", None, Date),
    )
    return {"logged": Question(select(waited).where(*this, DecisionRow.outcome != Outcome.HOLD))}


_LET_IN = AtOnce(_let_in)


def admitted(connection: Connection, facts: EnrolmentFacts) -> Admitted:
    rows = _LET_IN.rows(
        connection,
        employee_id=facts.employee_id,
        course=facts.course.course_id,
        enrolled_on=facts.enrolled_on.isoformat(),
    )
    waited = rows["logged"][0].waited
    return Admitted(once=waited is not None, before_adoption=waited == 1)


def _of_enrolment(facts: EnrolmentFacts) -> ColumnElement[bool]:
    return and_(
        DecisionRow.employee_id == facts.employee_id,
        DecisionRow.course_id == facts.course.course_id,
        DecisionRow.enrolled_on == facts.enrolled_on,
    )


def _newest(connection: Connection, facts: EnrolmentFacts) -> DecisionRow | None:
    return row_or_none(
        connection,
        select(DecisionRow)
        .where(_of_enrolment(facts))
        .order_by(DecisionRow.decided_at.desc(), DecisionRow.id)
        .limit(1),
    )

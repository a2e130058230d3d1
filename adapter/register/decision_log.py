"""The decision log: append-only, and every line can be recomputed from itself.

A line keeps the facts, the whole policy set that was used (once per set) and the outcome, so that
the same decision comes out years later, whatever the policy files say by then. Lines and policies
are sealed in a chain (`adapter/ground/store/chain.py`), and the database refuses to change them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Text,
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
from adapter.ground.store.committed import once_committed
from adapter.ground.store.reading import row_of, row_or_none
from adapter.ground.store.rows import insert_into
from adapter.ground.store.tables.decisions import DecisionRow, PolicyVersionRow
from adapter.register.enrolment_facts import CollectedFacts
from policy.decide import decide_enrolment
from policy.model import EnrolmentDecision, EnrolmentFacts, Finding, Outcome, YearHours
from policy.parameters import Policy


@cache
def _facts() -> TypeAdapter[EnrolmentFacts]:
    """Built with the first decision that is logged or read; so are the next two."""
    return TypeAdapter(EnrolmentFacts)


@cache
def _findings() -> TypeAdapter[tuple[Finding, ...]]:
    return TypeAdapter(tuple[Finding, ...])


@cache
def _years() -> TypeAdapter[tuple[YearHours, ...]]:
    return TypeAdapter(tuple[YearHours, ...])


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
    return record_all(connection, [(collected, decision)], policy, now)[0]


def record_all(
    connection: Connection,
    decided: Sequence[tuple[CollectedFacts, EnrolmentDecision]],
    policy: Policy,
    now: datetime,
) -> list[str]:
    """The same of several decisions, each about another enrolment; their ids in the same order."""
    newest = _newest(connection, [collected.facts for collected, _ in decided])
    ids: list[str] = []
    lines: list[dict[str, Any]] = []
    for collected, decision in decided:
        facts = _facts().dump_python(collected.facts, mode="json")
        digest = hashlib.sha256(canonical_json(facts).encode()).hexdigest()
        known = newest.get(_enrolment(collected.facts))
        if known is not None and known[1:] == (digest, policy.digest):
            ids.append(known[0])
            continue
        line = _line(collected, decision, policy, now) | {"facts": facts, "facts_sha256": digest}
        lines.append(line)
        ids.append(line["id"])
        once_committed(connection, partial(count, DECISIONS, decision.outcome))
    if lines:
        keep_policy(connection, policy, now)
        chain.append(connection, "decisions", *lines)
    return ids


def _line(
    collected: CollectedFacts, decision: EnrolmentDecision, policy: Policy, now: datetime
) -> dict[str, Any]:
    """A line but for its facts."""
    return {
        "id": str(uuid4()),
        "employee_id": collected.facts.employee_id,
        "course_id": collected.facts.course.course_id,
        "enrolled_on": collected.facts.enrolled_on,
        "outcome": decision.outcome,
        "regime": decision.regime,
        "policy_digest": policy.digest,
        "sources": collected.sources,
        "findings": _findings().dump_python(decision.findings, mode="json"),
        "years": _years().dump_python(decision.years, mode="json"),
        "decided_at": now,
    }


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
    findings = _findings().dump_python(again.findings, mode="json")
    years = _years().dump_python(again.years, mode="json")
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
    return decide_enrolment(_facts().validate_python(row.facts), policy)


def findings_of(logged: list[dict[str, Any]]) -> tuple[Finding, ...]:
    return _findings().validate_python(logged)


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whether an enrolment was once decided upon without a hold, and whether once because no
    adoption was in effect."""

    once: bool
    before_adoption: bool


_WAITED = func.max(case((WAITED_FOR_ADOPTION, 1), else_=0)).label("waited")


def _let_in(_engine: str) -> dict[str, Question]:
    """One row: null where no decision let the enrolment in, else whether one did because no
    adoption was in effect."""
    this = (
        DecisionRow.employee_id == bindparam("employee_id", "", Text),
        DecisionRow.course_id == bindparam("course", "", Text),
        DecisionRow.enrolled_on == bindparam("enrolled_on", None, Date),
    )
    return {"logged": Question(select(_WAITED).where(*this, DecisionRow.outcome != Outcome.HOLD))}


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


def admitted_each(connection: Connection, about: Sequence[EnrolmentFacts]) -> list[Admitted]:
    """The same of several enrolments, in their order."""
    if len(about) < 2:
        return [admitted(connection, facts) for facts in about]
    of_them = (DecisionRow.employee_id, DecisionRow.course_id, DecisionRow.enrolled_on)
    rows = connection.execute(
        select(*of_them, _WAITED)
        .where(*_about(about), DecisionRow.outcome != Outcome.HOLD)
        .group_by(*of_them)
    )
    waited = {(row[0], row[1], row[2]): row[3] for row in rows}
    known = [waited.get(_enrolment(facts)) for facts in about]
    return [Admitted(once=one is not None, before_adoption=one == 1) for one in known]


_Enrolment = tuple[str, str, date]
"""Employee, course and day of enrolment: what a decision is about."""
_Logged = tuple[str, str, str]
"""A decision's id, and the digests of its facts and of its policy."""


def _enrolment(facts: EnrolmentFacts) -> _Enrolment:
    return facts.employee_id, facts.course.course_id, facts.enrolled_on


def _newest(connection: Connection, about: Sequence[EnrolmentFacts]) -> dict[_Enrolment, _Logged]:
    """The decision that was logged last about each of these enrolments."""
    rows = connection.execute(
        select(
            DecisionRow.employee_id,
            DecisionRow.course_id,
            DecisionRow.enrolled_on,
            DecisionRow.id,
            DecisionRow.facts_sha256,
            DecisionRow.policy_digest,
        )
        .where(*_about(about))
        .order_by(DecisionRow.decided_at, DecisionRow.id.desc())
    )
    return {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in rows}


def _about(about: Sequence[EnrolmentFacts]) -> tuple[ColumnElement[bool], ...]:
    """Decisions of these people on these courses: of those who are asked about, and perhaps more
    than is asked."""
    people = {facts.employee_id for facts in about}
    courses = {facts.course.course_id for facts in about}
    return DecisionRow.employee_id.in_(people), DecisionRow.course_id.in_(courses)

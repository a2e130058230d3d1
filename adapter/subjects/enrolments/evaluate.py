"""Enrolments: facts → decision → decision log and outbox, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType

import structlog
from sqlalchemy import Connection, select, update

from adapter.ground.store.committed import once_committed
from adapter.ground.store.reading import rows_of
from adapter.ground.store.rows import one_of
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.ground.traces import Step
from adapter.register import decision_log
from adapter.register.enrolment_facts import CollectedFacts, collect, takes_part_from
from adapter.register.holds import held_by_the_lms, open_holds_on
from adapter.register.learning import Learning
from adapter.register.learning_reader import read_learning, read_learning_of_each
from adapter.register.people import known_among
from adapter.subjects.enrolments.enforce import (
    Enforcement,
    HoldNotice,
    Planned,
    carry_out,
    plan,
)
from policy.days import amsterdam_day
from policy.decide import decide_enrolment, held_for_hours_alone
from policy.model import EnrolmentDecision, EnrolmentFacts, Outcome, Regime
from policy.parameters import Policy

_log = structlog.get_logger(__name__)
Within = Mapping[str, Callable[[], AbstractContextManager[object]]]
"""By row, the step that its decision is part of, where that is not the one at hand."""
_NOTHING: Within = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Subject:
    """An enrolment to decide on, and whose it is."""

    enrolment: EnrolmentRow
    course: CourseRow
    employee_id: str


@dataclass(frozen=True, slots=True)
class _Decided:
    subject: _Subject
    collected: CollectedFacts
    decision: EnrolmentDecision
    set_aside: frozenset[str]
    """The courses of which HR set the hold aside."""


def evaluate(
    connection: Connection,
    enrolment_row_id: str,
    policy: Policy,
    enforcement: Enforcement,
    learning: Learning | None = None,
    within: Within = _NOTHING,
) -> str | None:
    """Decide on an enrolment of the register and plan what follows; returns the decision's id.

    None when there is nothing to decide: nobody knows which employee it is (it then stays to be
    decided), or the enrolment was made before the policy (its regime is off) and is not held.
    """
    subjects = _subjects(connection, [enrolment_row_id])
    learned = {} if learning is None else {one.employee_id: learning for one in subjects}
    return _decide_all(connection, subjects, learned, policy, enforcement, within).get(
        enrolment_row_id
    )


def evaluate_each(
    connection: Connection,
    enrolment_row_ids: Sequence[str],
    policy: Policy,
    enforcement: Enforcement,
    within: Within = _NOTHING,
) -> dict[str, str]:
    """The same of several enrolments as one after the other, each of another employee, in few
    statements: the decisions by row."""
    subjects = _subjects(connection, enrolment_row_ids)
    people = [one.employee_id for one in subjects]
    if len(set(people)) != len(people):
        raise ValueError("an employee is among them twice: the one decision may change the other")
    learned = read_learning_of_each(connection, people) if len(people) > 1 else {}
    return _decide_all(connection, subjects, learned, policy, enforcement, within)


def _decide_all(
    connection: Connection,
    subjects: Sequence[_Subject],
    learned: dict[str, Learning],
    policy: Policy,
    enforcement: Enforcement,
    within: Within,
) -> dict[str, str]:
    """`learned` is by employee; of who is not in it, it is read."""
    if not subjects:
        return {}
    rows = [one.enrolment.id for one in subjects]
    connection.execute(
        update(EnrolmentRow).where(one_of(connection, EnrolmentRow.id, rows)).values(to_decide=0)
    )
    decided = []
    for subject in subjects:
        whose = subject.employee_id
        learning = learned.get(whose) or read_learning(connection, whose)
        decided.append(_decide(subject, learning, policy, enforcement.now))
    kept = [one for one in decided if _is_of_the_policy(one)]
    ids = decision_log.record_all(
        connection, [(one.collected, one.decision) for one in kept], policy, enforcement.now
    )
    holds = open_holds_on(connection, rows)
    wanted = _to_be_held(connection, kept, holds)
    planned = Planned()
    for one, decision_id in zip(kept, ids, strict=True):
        row_id = one.subject.enrolment.id
        aside = row_id in wanted and one.subject.course.idnumber in one.set_aside
        with within.get(row_id, nullcontext)(), Step("decide", own=True) as step:
            plan(
                connection,
                planned,
                one.subject.enrolment,
                one.subject.employee_id,
                decision_id,
                enforcement,
                holds.get(row_id),
                wanted=row_id in wanted and not aside,
                release_notice=HoldNotice.SET_ASIDE if aside else HoldNotice.RELEASE,
            )
            outcome = one.decision.outcome
            step.tell({"odwh.decision_id": decision_id, "odwh.outcome": str(outcome)})
            about = {"decision_id": decision_id, "outcome": outcome, "held": row_id in wanted}
            once_committed(connection, partial(_log.info, "decided", **about))
    carry_out(connection, planned, enforcement)
    return {one.subject.enrolment.id: made for one, made in zip(kept, ids, strict=True)}


def _decide(subject: _Subject, learning: Learning, policy: Policy, now: datetime) -> _Decided:
    enrolment = subject.enrolment
    enrolled_on = amsterdam_day(enrolment.created_at or enrolment.first_seen_at)
    collected = collect(learning, subject.course, enrolled_on, takes_part_from(enrolment))
    decision = decide_enrolment(collected.facts, policy)
    return _Decided(subject, collected, decision, learning.set_aside_courses(amsterdam_day(now)))


def _to_be_held(
    connection: Connection, decided: Sequence[_Decided], holds: Mapping[str, HoldRow]
) -> set[str]:
    """Rows of the enrolments whose decision leads to a hold."""
    hold = [one for one in decided if one.decision.outcome is Outcome.HOLD]
    new = [one for one in hold if one.subject.enrolment.id not in holds]
    admitted = decision_log.admitted_each(connection, [one.collected.facts for one in new])
    stays = {
        one.subject.enrolment.id
        for one, before in zip(new, admitted, strict=True)
        if _stays_admitted(one.decision, before)
    }
    return {one.subject.enrolment.id for one in hold} - stays


def _is_of_the_policy(one: _Decided) -> bool:
    return one.decision.regime is not Regime.OFF or held_by_the_lms(one.subject.enrolment)


def is_to_be_held(
    connection: Connection, facts: EnrolmentFacts, decision: EnrolmentDecision, *, held: bool
) -> bool:
    """Whether a decision leads to a hold. `held` says whether there is one already.

    Training that was allowed is not stopped halfway for hours granted after it: the norm is
    weighed beforehand (Visie §8), so the later training is held. Nor is what was let in while no
    adoption was recorded held once one is, with an earlier day of effect (P1). The decision is
    logged all the same, and reconciliation shows what it would mean.
    """
    if decision.outcome is not Outcome.HOLD:
        return False
    return held or not _stays_admitted(decision, decision_log.admitted(connection, facts))


def _stays_admitted(decision: EnrolmentDecision, before: decision_log.Admitted) -> bool:
    return (held_for_hours_alone(decision) and before.once) or before.before_adoption


def _subjects(connection: Connection, enrolment_row_ids: Sequence[str]) -> list[_Subject]:
    """In the order of the ids, without those of nobody whom the HRIS names."""
    found = rows_of(
        connection,
        select(EnrolmentRow).where(one_of(connection, EnrolmentRow.id, enrolment_row_ids)),
    )
    enrolments = {row.id: row for row in found}
    course_ids = {row.course_id for row in found}
    read = rows_of(
        connection, select(CourseRow).where(one_of(connection, CourseRow.course_id, course_ids))
    )
    courses = {row.course_id: row for row in read}
    accounts = select(LmsUserRow.user_id, LmsUserRow.employee_id).where(
        one_of(connection, LmsUserRow.user_id, {row.user_id for row in found}),
        LmsUserRow.employee_id.is_not(None),
    )
    numbers = {user_id: str(number) for user_id, number in connection.execute(accounts)}
    known = known_among(connection, set(numbers.values()))
    subjects = []
    for row_id in enrolment_row_ids:
        enrolment = enrolments[row_id]
        employee_id = numbers.get(enrolment.user_id)
        if employee_id is not None and employee_id in known:
            subjects.append(_Subject(enrolment, courses[enrolment.course_id], employee_id))
    return subjects

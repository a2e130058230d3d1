"""One enrolment: facts → decision → decision log and outbox, in the caller's transaction."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, select, update

from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.ground.traces import Step
from adapter.register import decision_log
from adapter.register.enrolment_facts import collect, takes_part_from
from adapter.register.holds import held_by_the_lms, open_hold
from adapter.register.learning import Learning
from adapter.register.learning_reader import read_learning
from adapter.register.people import known_employee
from adapter.subjects.enrolments.enforce import Enforcement, HoldNotice, plan
from adapter.subjects.enrolments.set_asides import set_aside_on
from policy.days import amsterdam_day
from policy.decide import decide_enrolment, held_for_hours_alone
from policy.model import EnrolmentDecision, EnrolmentFacts, Outcome, Regime
from policy.parameters import Policy

_log = structlog.get_logger(__name__)


def evaluate(
    connection: Connection,
    enrolment_row_id: str,
    policy: Policy,
    enforcement: Enforcement,
    learning: Learning | None = None,
) -> str | None:
    """Decide on an enrolment of the register and plan what follows; returns the decision's id.

    None when there is nothing to decide: nobody knows which employee it is (it then stays to be
    decided), or the enrolment was made before the policy (its regime is off) and is not held.
    """
    with Step("decide", own=True) as step:
        return _evaluate(connection, enrolment_row_id, policy, enforcement, learning, step)


def _evaluate(
    connection: Connection,
    enrolment_row_id: str,
    policy: Policy,
    enforcement: Enforcement,
    learning: Learning | None,
    step: Step,
) -> str | None:
    enrolment, course, employee_id = _read(connection, enrolment_row_id)
    if employee_id is None or not known_employee(connection, employee_id):
        return None
    connection.execute(
        update(EnrolmentRow).where(EnrolmentRow.id == enrolment.id).values(to_decide=0)
    )
    enrolled_on = amsterdam_day(enrolment.created_at or enrolment.first_seen_at)
    learning = learning or read_learning(connection, employee_id)
    collected = collect(learning, course, enrolled_on, takes_part_from(enrolment))
    decision = decide_enrolment(collected.facts, policy)
    if decision.regime is Regime.OFF and not held_by_the_lms(enrolment):
        return None
    decision_id = decision_log.record(connection, collected, decision, policy, enforcement.now)
    held = open_hold(connection, enrolment.id) is not None
    wanted = is_to_be_held(connection, collected.facts, decision, held=held)
    day = amsterdam_day(enforcement.now)
    aside = set_aside_on(connection, employee_id, course.idnumber, day) if wanted else None
    plan(
        connection,
        enrolment,
        employee_id,
        decision_id,
        enforcement,
        wanted=wanted and aside is None,
        release_notice=HoldNotice.RELEASE if aside is None else HoldNotice.SET_ASIDE,
    )
    step.tell({"odwh.decision_id": decision_id, "odwh.outcome": str(decision.outcome)})
    _log.info("decided", decision_id=decision_id, outcome=decision.outcome, held=wanted)
    return decision_id


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
    if held:
        return True
    admitted = decision_log.admitted(connection, facts)
    stays_admitted = held_for_hours_alone(decision) and admitted.once
    return not (stays_admitted or admitted.before_adoption)


def _read(
    connection: Connection, enrolment_row_id: str
) -> tuple[EnrolmentRow, CourseRow, str | None]:
    enrolment = row_of(connection, select(EnrolmentRow).where(EnrolmentRow.id == enrolment_row_id))
    course = row_of(connection, select(CourseRow).where(CourseRow.course_id == enrolment.course_id))
    employee_id = connection.execute(
        select(LmsUserRow.employee_id).where(LmsUserRow.user_id == enrolment.user_id)
    ).scalar_one_or_none()
    return enrolment, course, employee_id

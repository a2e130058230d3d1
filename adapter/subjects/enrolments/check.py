"""What-if of one enrolment, from what the register knows now; nothing is logged or enforced."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from adapter.ground.clock import today
from adapter.ground.parts import Parts
from adapter.register.enforcement_switch import pause_in_force
from adapter.register.enrolment_facts import facts_of
from adapter.register.learning import Learning
from adapter.register.learning_reader import read_learning_for
from adapter.subjects.enrolments.evaluate import is_to_be_held
from policy.decide import decide_enrolment
from policy.model import EnrolmentDecision, EnrolmentFacts, Outcome


class UnknownRecord(LookupError):
    """The register does not know what some fields name: `fields` of `employeeId`, `courseId`."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(f"{' and '.join(fields)}: not in the register; synchronise it first")
        self.fields = fields


def check(parts: Parts, employee_id: str, course_id: str, enrolled_on: date) -> EnrolmentDecision:
    """Decide as if the employee enrolled on this day. `course_id` is the course's ID number.

    Raises `UnknownRecord` naming every field whose record the register does not know.
    """
    with parts.register.read() as connection:
        facts, _ = _facts(connection, employee_id, course_id, enrolled_on)
    return decide_enrolment(facts, parts.policy)


def check_for_the_lms(
    parts: Parts, employee_id: str, course_id: str, enrolled_on: date
) -> EnrolmentDecision:
    """The same for our plugin, which suspends on a hold: the outcome is a hold exactly when the
    adapter itself would place one now. While enforcement is paused, for what HR set aside and for
    what was allowed before, it is an advice, with the same findings."""
    with parts.register.read() as connection:
        facts, learning = _facts(connection, employee_id, course_id, enrolled_on)
        decision = decide_enrolment(facts, parts.policy)
        if decision.outcome is not Outcome.HOLD:
            return decision
        held = is_to_be_held(connection, facts, decision, held=False)
        paused = pause_in_force(connection) is not None
    set_aside = course_id in learning.set_aside_courses(today(parts.clock))
    if held and not paused and not set_aside:
        return decision
    return replace(decision, outcome=Outcome.ADVISE)


def _facts(
    connection: Connection, employee_id: str, course_id: str, enrolled_on: date
) -> tuple[EnrolmentFacts, Learning]:
    found = read_learning_for(connection, employee_id, course_id)
    if found.course is None or not found.known:
        missing = {"employeeId": not found.known, "courseId": found.course is None}
        raise UnknownRecord(tuple(field for field, absent in missing.items() if absent))
    return facts_of(found.learning, found.course, enrolled_on), found.learning

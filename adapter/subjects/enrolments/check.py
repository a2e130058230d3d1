"""What-if of one enrolment, from what the register knows now; nothing is logged or enforced."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from adapter.ground.clock import today
from adapter.ground.parts import Parts
from adapter.register.courses import course_by_idnumber
from adapter.register.enforcement_switch import pause_in_force
from adapter.register.enrolment_facts import collect
from adapter.register.learning_reader import read_learning
from adapter.register.people import known_employee
from adapter.subjects.enrolments.evaluate import is_to_be_held
from adapter.subjects.enrolments.set_asides import set_aside_on
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
        facts = _facts(connection, employee_id, course_id, enrolled_on)
    return decide_enrolment(facts, parts.policy)


def check_for_the_lms(
    parts: Parts, employee_id: str, course_id: str, enrolled_on: date
) -> EnrolmentDecision:
    """The same for our plugin, which suspends on a hold: the outcome is a hold exactly when the
    adapter itself would place one now. While enforcement is paused, for what HR set aside and for
    what was allowed before, it is an advice, with the same findings."""
    with parts.register.read() as connection:
        facts = _facts(connection, employee_id, course_id, enrolled_on)
        decision = decide_enrolment(facts, parts.policy)
        held = is_to_be_held(connection, facts, decision, held=False)
        aside = set_aside_on(connection, employee_id, course_id, today(parts.clock))
        paused = pause_in_force(connection) is not None
    if decision.outcome is Outcome.HOLD and (paused or aside is not None or not held):
        return replace(decision, outcome=Outcome.ADVISE)
    return decision


def _facts(
    connection: Connection, employee_id: str, course_id: str, enrolled_on: date
) -> EnrolmentFacts:
    course = course_by_idnumber(connection, course_id)
    known = known_employee(connection, employee_id)
    if course is None or not known:
        missing = {"employeeId": not known, "courseId": course is None}
        raise UnknownRecord(tuple(field for field, absent in missing.items() if absent))
    return collect(read_learning(connection, employee_id), course, enrolled_on).facts

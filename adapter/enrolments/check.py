"""What-if of one enrolment, from what the register knows now; nothing is logged or enforced."""

from __future__ import annotations

from datetime import date

from adapter.enrolments.facts import collect
from adapter.enrolments.learning import read_learning
from adapter.parts import Parts
from adapter.sync.courses import course_by_idnumber
from adapter.sync.people import known_employee
from policy.decide import decide_enrolment
from policy.model import EnrolmentDecision


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
        course = course_by_idnumber(connection, course_id)
        known = known_employee(connection, employee_id)
        if course is None or not known:
            missing = {"employeeId": not known, "courseId": course is None}
            raise UnknownRecord(tuple(field for field, absent in missing.items() if absent))
        collected = collect(read_learning(connection, employee_id), course, enrolled_on)
    return decide_enrolment(collected.facts, parts.policy)

"""Facts that a course within the policy's scope lacks in the LMS, one finding per fact (P3)."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.store.tables.courses import CourseRow
from adapter.views.reconcile.finding import LMS, Drift, Group
from adapter.views.reconcile.snapshot import Snapshot, course_name
from policy.model import Rule, Severity
from policy.regimes import severity

CODES = ("course_fact_missing",)
DECIDING = frozenset({"idnumber", "hours", "costs"})
"""Without these an enrolment cannot be decided upon; ground and dates come from the grant too."""


def find(world: Snapshot) -> Iterator[Drift]:
    weight = severity(Rule.COURSE_FACTS, world.policy.on(world.as_of)) or Severity.INFO
    for course in world.courses.values():
        if course.gone_at is not None or course.out_of_scope:
            continue
        for fact in _missing(course):
            yield Drift(
                code="course_fact_missing",
                severity=weight if fact in DECIDING else Severity.INFO,
                clause="Visie §6",
                course_id=course_name(course),
                numbers={"fact": fact, "problems": "; ".join(course.problems) or None},
                about=(fact,),
            )


def _missing(course: CourseRow) -> list[str]:
    """Without an ID number the participants report cannot name the course, so that none of its
    enrolments is seen."""
    facts = {
        "idnumber": course.idnumber or None,
        "hours": course.hours,
        "costs": course.costs_cents,
        "ground": course.ground,
        "start": course.start_on,
    }
    return [fact for fact, value in facts.items() if value is None]


GROUP = Group("courses", CODES, LMS, find, of_people=False)

"""Completions that the LMS shows without a date, or before the training began: the repayment terms
count from that day (P6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from adapter.ground.store.tables.courses import CourseRow
from adapter.register.learning import EnrolledRow, Promise, covers
from adapter.views.reconcile.finding import LMS, Drift, Group
from adapter.views.reconcile.snapshot import Snapshot, course_name
from policy.days import amsterdam_day
from policy.model import Severity

CODES = ("completed_without_date", "completed_before_start")


def find(world: Snapshot) -> Iterator[Drift]:
    for row in world.enrolments:
        if not row.completed:
            continue
        employee_id, course = world.employee_of(row), world.courses[row.course_id]
        if employee_id is None or course.out_of_scope:
            continue
        name = course_name(course)
        if row.completed_at is None:
            yield Drift("completed_without_date", Severity.ADVISE, "Visie §7", employee_id, name)
            continue
        done_on, starts_on = (
            amsterdam_day(row.completed_at),
            _starts_on(world, employee_id, row, course),
        )
        if starts_on is not None and done_on < starts_on:
            numbers = {"completed": done_on.isoformat(), "start": starts_on.isoformat()}
            yield Drift(
                "completed_before_start", Severity.ADVISE, "Visie §7", employee_id, name, numbers
            )


def _starts_on(
    world: Snapshot, employee_id: str, enrolment: EnrolledRow, course: CourseRow
) -> date | None:
    """Of the grant or commitment, from which repayment counts; else of this enrolment or course."""
    learning = world.learning[employee_id]
    covering: list[Promise] = [*learning.grants_covering(course)]
    covering += [row for row in learning.commitments if covers(row, course)]
    granted = [row.starts_on for row in covering if row.starts_on is not None]
    if granted:
        return min(granted)
    if enrolment.starts_at is not None:
        return amsterdam_day(enrolment.starts_at)
    return course.start_on


GROUP = Group("completions", CODES, LMS, find)

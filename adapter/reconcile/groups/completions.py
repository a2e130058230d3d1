"""Completions that the LMS shows without a date: the repayment terms count from it (P6)."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.reconcile.found import LMS, Found, Group
from adapter.reconcile.snapshot import Snapshot, course_name
from policy.model import Severity

CODES = ("completed_without_date",)


def find(world: Snapshot) -> Iterator[Found]:
    for row in world.enrolments:
        employee_id = world.employee_of(row)
        course = world.courses[row.course_id]
        undated = row.completed and row.completed_at is None
        if undated and employee_id is not None and not course.out_of_scope:
            yield Found(
                "completed_without_date",
                Severity.ADVISE,
                "Visie §7",
                employee_id,
                course_name(course),
            )


GROUP = Group("completions", CODES, LMS, find)

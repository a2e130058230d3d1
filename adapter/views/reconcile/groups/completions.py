"""Completions that the LMS shows without a date, or before the training began: the repayment terms
count from that day (P6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Row

from adapter.register.learning import covers
from adapter.views.reconcile.finding import LMS, Found, Group
from adapter.views.reconcile.snapshot import Snapshot, course_name
from policy.days import amsterdam_day
from policy.model import Severity

CODES = ("completed_without_date", "completed_before_start")


def find(world: Snapshot) -> Iterator[Found]:
    for row in world.enrolments:
        employee_id = world.employee_of(row)
        course = world.courses[row.course_id]
        if not row.completed or employee_id is None or course.out_of_scope:
            continue
        name = course_name(course)
        if row.completed_at is None:
            yield Found("completed_without_date", Severity.ADVISE, "Visie §7", employee_id, name)
            continue
        done_on, starts_on = (
            amsterdam_day(row.completed_at),
            _starts_on(world, employee_id, row, course),
        )
        if starts_on is not None and done_on < starts_on:
            numbers = {"completed": done_on.isoformat(), "start": starts_on.isoformat()}
            yield Found(
                "completed_before_start", Severity.ADVISE, "Visie §7", employee_id, name, numbers
            )


def _starts_on(
    world: Snapshot, employee_id: str, enrolment: Row[Any], course: Row[Any]
) -> date | None:
    """Of the grant or commitment, from which repayment counts; else of this enrolment or course."""
    learning = world.learning[employee_id]
    covering = [row for row in (*learning.grants, *learning.commitments) if covers(row, course)]
    granted: list[date] = [row.starts_on for row in covering if row.starts_on is not None]
    if granted:
        return min(granted)
    if enrolment.starts_at is not None:
        return amsterdam_day(enrolment.starts_at)
    starts_on: date | None = course.start_on
    return starts_on


GROUP = Group("completions", CODES, LMS, find)

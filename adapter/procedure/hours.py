"""The hours norm of every employee in a request, as if it were granted (Visie §8, P4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from adapter.enrolments.activities import activities
from adapter.enrolments.learning import read_learning
from adapter.procedure.acts import Act
from policy.hours import project
from policy.model import Activity, ActivityState, HoursProjection


@dataclass(frozen=True, slots=True)
class EmployeeHours:
    employee_id: str
    projection: HoursProjection


def projected_hours(
    act: Act, row: Row[Any], employee_ids: Sequence[str]
) -> tuple[EmployeeHours, ...]:
    """Empty while the start is not known: then nobody can say in which year the hours fall."""
    if row.starts_on is None:
        return ()
    asked = Activity(
        activity_id=row.trajectory_id,
        hours=row.hours,
        work_time_share=row.work_time_share,
        start=row.starts_on,
        end=row.ends_on,
        state=ActivityState.GRANTED,
    )
    return tuple(_projected(act, employee_id, asked) for employee_id in employee_ids)


def _projected(act: Act, employee_id: str, asked: Activity) -> EmployeeHours:
    learning = read_learning(act.connection, employee_id)
    # What is known of the same trajectory is replaced by what is asked for now.
    others = {**activities(learning), asked.activity_id: asked}
    known = tuple(others[key] for key in sorted(others))
    return EmployeeHours(
        employee_id,
        project(known, learning.exemptions, act.today, act.policy, asked.activity_id),
    )

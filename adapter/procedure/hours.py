"""The hours norm of every employee in a request, as if it were granted (Visie §8, P4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from adapter.enrolments.activities import activities, activity_id_of
from adapter.enrolments.learning import Learning, read_learning
from adapter.enrolments.trajectory_parts import parts_of
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
    return tuple(_projected(act, row, employee_id, asked) for employee_id in employee_ids)


def beside(
    learning: Learning, counted: Mapping[str, Activity], asked: Activity, row: Row[Any]
) -> tuple[Activity, dict[str, Activity]]:
    """What is asked for by a request (`row`) among the rest of the employee's training. What it was
    granted already, or promised before the policy, is replaced; another part of the trajectory
    counts beside it (P4)."""
    own = {activity_id_of(learning, one) for one in learning.grants if one.request_id == row.id}
    parts = [one for one in parts_of(learning, row.trajectory_id) if one.request_id != row.id]
    others = {key: one for key, one in counted.items() if key not in own}
    if not parts:
        return asked, {**others, asked.activity_id: asked}
    named = replace(asked, activity_id=f"{row.trajectory_id}/{len(parts) + 1}")
    while named.activity_id in others:
        named = replace(named, activity_id=f"{named.activity_id}+")
    return named, {**others, named.activity_id: named}


def _projected(act: Act, row: Row[Any], employee_id: str, asked: Activity) -> EmployeeHours:
    learning = read_learning(act.connection, employee_id)
    asked, others = beside(learning, activities(learning), asked, row)
    known = tuple(others[key] for key in sorted(others))
    return EmployeeHours(
        employee_id,
        project(known, learning.exemptions, act.today, act.policy, asked.activity_id),
    )

"""The hours norm of every employee in a request, as if it were granted (Visie §8, P4).

What goes beyond it needs an exemption, which can be given in the same act as the grant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.register.activities import activities, activity_id_of
from adapter.register.learning import Learning
from adapter.register.learning_reader import read_learning
from adapter.register.statutory_training import working_time
from adapter.register.trajectory_parts import parts_of
from adapter.subjects.requests.acts import Act
from policy.hours import parts_per_year, project
from policy.model import Activity, ActivityState, HoursProjection, YearHours


@dataclass(frozen=True, slots=True)
class EmployeeHours:
    employee_id: str
    projection: HoursProjection


@dataclass(frozen=True, slots=True)
class ExtraHours:
    """What one employee needs above the norm of a year."""

    employee_id: str
    year: int
    extra_hours: Decimal


def asked_activity(row: TrainingRequestRow) -> Activity:
    """What a request with a start asks of one employee, counted as if it were granted."""
    assert row.starts_on is not None, "asked of requests with a start only"
    return Activity(
        activity_id=row.trajectory_id,
        hours=row.hours,
        work_time_share=working_time(row),
        start=row.starts_on,
        end=row.ends_on,
        state=ActivityState.GRANTED,
        known_as=(row.trajectory_id, *row.course_ids),
    )


def projected_hours(
    act: Act, row: TrainingRequestRow, employee_ids: Sequence[str]
) -> tuple[EmployeeHours, ...]:
    """Empty while the start is not known: then nobody can say in which year the hours fall."""
    if row.starts_on is None:
        return ()
    asked = asked_activity(row)
    return tuple(_projected(act, row, employee_id, asked) for employee_id in employee_ids)


def above_the_norm(act: Act, row: TrainingRequestRow, hours: Decimal) -> tuple[ExtraHours, ...]:
    """What the employees of a request would need above the norm if it were granted with these
    hours: at most its own hours of a year."""
    if row.starts_on is None:
        return ()
    asked = replace(asked_activity(row), hours=hours)
    return tuple(
        ExtraHours(employee_id, year.year, min(year.excess, own))
        for employee_id in row.employee_ids
        for year, own in _own_years(_projected(act, row, employee_id, asked), asked)
        if year.excess
    )


def _own_years(found: EmployeeHours, asked: Activity) -> Iterator[tuple[YearHours, Decimal]]:
    parts = parts_per_year(asked)
    yield from ((year, parts[year.year]) for year in found.projection.years if year.year in parts)


def among_other_training(
    learning: Learning, counted: Mapping[str, Activity], asked: Activity, row: TrainingRequestRow
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


def _projected(
    act: Act, row: TrainingRequestRow, employee_id: str, asked: Activity
) -> EmployeeHours:
    learning = read_learning(act.connection, employee_id)
    asked, others = among_other_training(learning, activities(learning), asked, row)
    known = tuple(others[key] for key in sorted(others))
    return EmployeeHours(
        employee_id,
        project(known, learning.exemptions, act.today, act.policy, asked.activity_id),
    )

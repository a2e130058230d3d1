"""Other requests for the same training: candidates to organise together (P8)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, func, or_, select, type_coerce

from adapter.ground.store.columns import canonical_json
from adapter.ground.store.tables.procedure import GrantRow, TrainingRequestRow
from adapter.subjects.requests.acts import Act
from policy.request_states import UNDECIDED


@dataclass(frozen=True, slots=True)
class Overlap:
    """`same_employees` of the other requests name an employee of this one; `already_granted` counts
    employees of this one with a grant for the same trajectory."""

    other_requests: int
    same_employees: int
    already_granted: int


def overlapping(act: Act, row: TrainingRequestRow) -> Overlap:
    """Counts only, since the other requests are often another team's."""
    others = act.connection.execute(
        select(TrainingRequestRow.employee_ids).where(
            TrainingRequestRow.id != row.id,
            TrainingRequestRow.state.in_(UNDECIDED),
            or_(TrainingRequestRow.trajectory_id == row.trajectory_id, *_shared_courses(row)),
        )
    ).scalars()
    found = [set(employee_ids) for employee_ids in others]
    mine = set(row.employee_ids)
    granted = act.connection.execute(
        select(func.count(GrantRow.employee_id.distinct())).where(
            GrantRow.trajectory_id == row.trajectory_id,
            GrantRow.employee_id.in_(row.employee_ids),
            GrantRow.revoked_at.is_(None),
        )
    ).scalar_one()
    return Overlap(len(found), sum(1 for one in found if one & mine), granted)


def _shared_courses(row: TrainingRequestRow) -> list[ColumnElement[bool]]:
    """The list is kept as canonical JSON text, so a course is in it as its own JSON text."""
    listed = type_coerce(TrainingRequestRow.course_ids, Text)
    return [listed.contains(canonical_json(one), autoescape=True) for one in row.course_ids]

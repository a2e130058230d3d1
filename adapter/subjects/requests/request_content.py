"""What a training request asks for (Visie §6)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.subjects.requests.costs import Costs
from policy.model import Ground, MandatoryByLaw


@dataclass(frozen=True, slots=True)
class RequestContent:
    """What is asked for. Costs and participants are of the whole request, hours of one employee.

    A collective request names no employees but a number of participants.
    """

    title: str
    trajectory_id: str | None
    course_ids: tuple[str, ...]
    employee_ids: tuple[str, ...]
    collective: bool
    planned_participants: int | None
    ground: Ground
    mandatory_by_law: MandatoryByLaw
    mandatory_source: str | None
    evidence: str | None
    costs: Costs
    hours: Decimal
    work_time_share: Decimal
    starts_on: date | None
    ends_on: date | None
    appraisal_on: date | None
    motivation: str | None


def content_of(row: TrainingRequestRow) -> RequestContent:
    plain = {one.name: getattr(row, one.name) for one in fields(RequestContent)}
    plain.update(
        course_ids=tuple(row.course_ids),
        employee_ids=tuple(row.employee_ids),
        collective=bool(row.collective),
        ground=Ground(row.ground),
        mandatory_by_law=MandatoryByLaw(row.mandatory_by_law),
        costs=Costs(**row.costs),
    )
    return RequestContent(**plain)

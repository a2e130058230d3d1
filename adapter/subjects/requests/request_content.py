"""What a training request asks for (Visie §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.subjects.requests.costs import Costs
from policy.model import Ground, MandatoryByLaw


@dataclass(frozen=True, slots=True)
class RequestContent:
    """What is asked for. Costs and participants are of the whole request, hours of one employee.

    A collective request names no employees but a number of participants. `words` are texts that
    are kept as they were given, by column; of a change only those that change.
    """

    title: str
    trajectory_id: str | None
    course_ids: tuple[str, ...]
    employee_ids: tuple[str, ...]
    collective: bool
    planned_participants: int | None
    ground: Ground
    mandatory_by_law: MandatoryByLaw
    costs: Costs
    hours: Decimal
    work_time_share: Decimal
    starts_on: date | None
    ends_on: date | None
    appraisal_on: date | None
    words: Mapping[str, str | None]


def content_of(row: TrainingRequestRow) -> RequestContent:
    """The request as it is, without the words, which stay where nothing replaces them."""
    names = {one.name for one in fields(RequestContent)} - {"words"}
    plain: dict[str, Any] = {name: getattr(row, name) for name in names}
    plain.update(
        words={},
        course_ids=tuple(row.course_ids),
        employee_ids=tuple(row.employee_ids),
        collective=bool(row.collective),
        ground=Ground(row.ground),
        mandatory_by_law=MandatoryByLaw(row.mandatory_by_law),
        costs=Costs(**row.costs),
    )
    return RequestContent(**plain)

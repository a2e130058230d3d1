"""A training request for what a requirement of the quality criteria asks, as a draft begins
(Visie §3, §4: what the function needs goes first)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from adapter.ground.answers import hours
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.quality_criteria import QualityRequirementRow
from config.catalogue import Language, text
from policy.model import Ground, MandatoryByLaw
from policy.money import euros


def requirement_draft(
    requirement: QualityRequirementRow,
    course: CourseRow | None,
    employee_ids: Sequence[str],
    language: Language,
) -> dict[str, Any]:
    """The message of the API. Hours and costs are those of the requirement, else of the course;
    without a course its trajectory is the requirement, by which it is known again."""
    of_course = course.costs_cents if course is not None else None
    each = requirement.costs_cents if requirement.costs_cents is not None else of_course
    needed = requirement.hours if course is None else requirement.hours or course.hours
    numbers = {"expertise": requirement.expertise, "reference": requirement.reference}
    draft: dict[str, Any] = {
        "title": requirement.title,
        "employeeIds": list(employee_ids),
        "ground": str(Ground.FUNCTION),
        "mandatoryByLaw": str(MandatoryByLaw.UNKNOWN),
        "costs": {"feeEur": euros((each or 0) * len(employee_ids))},
        "hours": hours(needed or Decimal(0)),
        "evidence": requirement.source or requirement.title,
        "motivation": text("quality_criteria.request.motivation", language, **numbers),
    }
    if course is None:
        return draft | {"trajectoryId": requirement.reference}
    draft["courseIds"] = [course.idnumber]
    if course.start_on is not None:
        draft["startDate"] = course.start_on.isoformat()
    if course.end_on is not None:
        draft["endDate"] = course.end_on.isoformat()
    return draft

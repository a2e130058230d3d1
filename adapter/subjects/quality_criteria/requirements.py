"""What the quality criteria ask of an expertise, as HR keeps it (Visie §1, §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, or_, select

from adapter.ground.spreadsheets.row_by_row import Outcome
from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.quality_criteria import QualityRequirementRow
from adapter.subjects.quality_criteria.list_rows import keep, plain
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.courses import unknown_courses
from adapter.subjects.requests.days import wrong_if_before
from adapter.subjects.requests.refusals import refuse_if_any


@dataclass(frozen=True, slots=True)
class RequirementContent:
    """`reference` is HR's own key. What is None: see the columns of `QualityRequirementRow`."""

    reference: str
    expertise: str
    function: str | None
    title: str
    course_ids: tuple[str, ...]
    validity_months: int | None
    people: int | None
    hours: Decimal | None
    costs_cents: int | None
    source: str | None
    valid_from: date | None
    valid_until: date | None


def record_requirement(act: Act, content: RequirementContent) -> Outcome:
    """Under its reference: what is there already is changed into this. Raises `WrongFields`."""
    wrong = list(unknown_courses(act, content.course_ids, "/courseIds"))
    if content.valid_from is not None and content.valid_until is not None:
        wrong += wrong_if_before(
            content.valid_until, content.valid_from, "/validUntilDate", "before_its_beginning"
        )
    refuse_if_any(wrong)
    values = _columns(content)
    known = requirement_named(act.connection, content.reference)
    return keep(act, QualityRequirementRow, {"reference": content.reference}, values, known)


def requirement_named(connection: Connection, reference: str) -> QualityRequirementRow | None:
    return row_or_none(
        connection,
        select(QualityRequirementRow).where(QualityRequirementRow.reference == reference),
    )


def requirements_on(connection: Connection, day: date) -> list[QualityRequirementRow]:
    """Those that hold on a day, by expertise and reference."""
    row = QualityRequirementRow
    return rows_of(
        connection,
        select(row)
        .where(
            or_(row.valid_from.is_(None), row.valid_from <= day),
            or_(row.valid_until.is_(None), row.valid_until >= day),
        )
        .order_by(row.expertise, row.reference),
    )


def is_asked(requirement: QualityRequirementRow, functions: frozenset[str]) -> bool:
    """Whether it is asked of somebody of its expertise who has these functions there."""
    return requirement.function is None or plain(requirement.function) in map(plain, functions)


def _columns(content: RequirementContent) -> dict[str, Any]:
    return {
        "expertise": content.expertise,
        "function": content.function,
        "title": content.title,
        "course_ids": list(content.course_ids),
        "validity_months": content.validity_months,
        "people": content.people,
        "hours": content.hours,
        "costs_cents": content.costs_cents,
        "source": content.source,
        "valid_from": content.valid_from,
        "valid_until": content.valid_until,
    }

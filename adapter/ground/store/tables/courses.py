"""Courses and enrolments as the LMS last showed them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint

from adapter.ground.store.columns import (
    Json,
)
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class CourseRow(Stored):
    __tablename__ = "courses"

    course_id: Mapped[str] = mapped_column(primary_key=True)
    idnumber: Mapped[str] = mapped_column(index=True)
    shortname: Mapped[str]
    full_name: Mapped[str]
    visible: Mapped[int]
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    hours: Mapped[Decimal | None]
    costs_cents: Mapped[int | None] = mapped_column(BigInteger)
    ground: Mapped[str | None]
    trajectory: Mapped[str | None] = mapped_column(index=True)
    in_company: Mapped[int]
    out_of_scope: Mapped[int]
    enrolment_methods: Mapped[Any] = mapped_column(Json, nullable=False)
    problems: Mapped[Any] = mapped_column(Json, nullable=False)
    # Tells a course from another one that got its id after the LMS was put back from a backup.
    created_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class EnrolmentRow(Stored):
    __tablename__ = "enrolments"

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    course_id: Mapped[str]
    method: Mapped[str]
    method_text: Mapped[str]
    # The LMS's own id of an enrolment: our plugin there shows it, the report does not, and then
    # only an event tells it.
    enrolment_id: Mapped[str | None]
    status: Mapped[str]
    # When our plugin in the LMS suspended it; empty once it is active again.
    held_at: Mapped[datetime | None]
    created_at: Mapped[datetime | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    completed: Mapped[int]
    completed_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    # New or changed and not decided upon since; cleared in the transaction of the decision.
    to_decide: Mapped[int]

    __table_args__ = (
        UniqueConstraint("user_id", "course_id", "method_text"),
        Index("ix_enrolments_course", "course_id"),
    )


class EnrolmentMarkRow(Stored):
    """How far the changes of enrolments were read, and when all of them were."""

    __tablename__ = "enrolment_marks"

    source: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str | None]
    complete_at: Mapped[datetime]

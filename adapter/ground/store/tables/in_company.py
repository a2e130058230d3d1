"""In-company training: sessions, who signs up, and what was set and agreed beforehand (P7)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class InCompanySessionRow(Stored):
    __tablename__ = "in_company_sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    # The course's ID number.
    course_id: Mapped[str] = mapped_column(index=True)
    # `[{"date", "hours"}]` in order of date.
    dates: Mapped[Any] = mapped_column(Json, nullable=False)
    place: Mapped[str]
    capacity: Mapped[int]
    sign_up_closes_on: Mapped[date]
    # Of the whole session; one participant's part is this over the planned participants (A17).
    price_cents: Mapped[int | None] = mapped_column(BigInteger)
    planned_participants: Mapped[int]
    # What was agreed beforehand about absence; None: nothing, so nothing can follow from it (A8).
    absence_terms: Mapped[str | None]
    cancelled_at: Mapped[datetime | None]
    cancellation_reason: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    version: Mapped[int]


class SignUpRow(Stored):
    __tablename__ = "in_company_sign_ups"

    id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("in_company_sessions.id"), index=True)
    employee_id: Mapped[str] = mapped_column(index=True)
    # The order of sign-up within the session; who signs up again goes to the end.
    position: Mapped[int]
    state: Mapped[str]
    signed_up_by: Mapped[str]
    signed_up_at: Mapped[datetime]
    # The terms on absence as they were when this person signed up.
    absence_terms: Mapped[str | None]
    version: Mapped[int]

    __table_args__ = (UniqueConstraint("session_id", "employee_id"),)


class SignUpStepRow(Stored):
    __tablename__ = "in_company_sign_up_steps"

    sign_up_id: Mapped[str] = mapped_column(ForeignKey("in_company_sign_ups.id"), primary_key=True)
    # The version of the sign-up that this step made.
    version: Mapped[int] = mapped_column(primary_key=True)
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    at: Mapped[datetime]
    # None: the machine, which gave a place that came free.
    by: Mapped[str | None]
    reason: Mapped[str | None]


class TeamAvailabilityRow(Stored):
    __tablename__ = "in_company_team_availabilities"

    session_id: Mapped[str] = mapped_column(ForeignKey("in_company_sessions.id"), primary_key=True)
    manager_id: Mapped[str] = mapped_column(primary_key=True)
    # How many of the team can be away at once.
    most: Mapped[int]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class AbsenceConsequenceRow(Stored):
    __tablename__ = "in_company_absence_consequences"

    id: Mapped[str] = mapped_column(primary_key=True)
    sign_up_id: Mapped[str] = mapped_column(ForeignKey("in_company_sign_ups.id"), index=True)
    consequence: Mapped[str]
    ground: Mapped[str]
    # The terms that it rests on, as agreed beforehand.
    agreed_terms: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]

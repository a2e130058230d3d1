"""Employees as the HRIS last told, their accounts in the LMS, and the scans that told."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric

from adapter.ground.store.columns import (
    Json,
)
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class EmployeeRow(Stored):
    __tablename__ = "employees"

    employee_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    given_name: Mapped[str]
    family_name_prefix: Mapped[str]
    family_name: Mapped[str]
    email: Mapped[str | None]
    department: Mapped[str | None]
    manager_id: Mapped[str | None] = mapped_column(index=True)
    modified_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    # Complete scans in a row that did not show this employee.
    missing_scans: Mapped[int] = mapped_column(server_default="0")
    # What the HRIS says beside the dates: 0 inactive, 1 active, null when it says nothing.
    active: Mapped[int | None]
    # The employments as the HRIS showed them, where events told otherwise since and `employments`
    # holds what they told; null while the two are the same.
    shown_employments: Mapped[Any | None] = mapped_column(Json)


class EmploymentRow(Stored):
    __tablename__ = "employments"

    employee_id: Mapped[str] = mapped_column(ForeignKey("employees.employee_id"), primary_key=True)
    employment_id: Mapped[str] = mapped_column(primary_key=True)
    start_on: Mapped[date | None]
    end_on: Mapped[date | None] = mapped_column(index=True)
    hours_per_week: Mapped[Decimal | None]
    fte: Mapped[Decimal | None] = mapped_column(Numeric(6, 4))


class ScanRow(Stored):
    __tablename__ = "scans"

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    complete: Mapped[int]
    headcount: Mapped[int]
    # What tells one list from another, where the HRIS is a list.
    content: Mapped[str | None]
    rejected: Mapped[Any] = mapped_column(Json, nullable=False)
    brake: Mapped[list[dict[str, Any]]] = mapped_column(Json, nullable=False)
    applied: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]

    __table_args__ = (Index("ix_scans_finished", "source", "finished_at"),)


class LmsUserRow(Stored):
    __tablename__ = "lms_users"

    user_id: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(index=True)
    idnumber: Mapped[str]
    employee_id: Mapped[str | None] = mapped_column(index=True)
    full_name: Mapped[str]
    email: Mapped[str]
    suspended: Mapped[int]
    seen_at: Mapped[datetime]
    given_name: Mapped[str | None]
    family_name: Mapped[str | None]
    department: Mapped[str | None]

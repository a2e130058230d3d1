"""Employees as the HRIS last told, their accounts in the LMS, and the scans that told."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Numeric, Table, Text

from adapter.ground.store.columns import (
    Day,
    Hours,
    Json,
    Moment,
)
from adapter.ground.store.metadata import METADATA

employees = Table(
    "employees",
    METADATA,
    Column("employee_id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("family_name_prefix", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("email", Text),
    Column("department", Text),
    Column("manager_id", Text, index=True),
    Column("modified_at", Moment),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    # Complete scans in a row that did not show this employee.
    Column("missing_scans", Integer, nullable=False, server_default="0"),
    # What the HRIS says beside the dates: 0 inactive, 1 active, null when it says nothing.
    Column("active", Integer),
    # The employments as the HRIS showed them, where events told otherwise since and `employments`
    # holds what they told; null while the two are the same.
    Column("shown_employments", Json),
)

employments = Table(
    "employments",
    METADATA,
    Column("employee_id", Text, ForeignKey("employees.employee_id"), primary_key=True),
    Column("employment_id", Text, primary_key=True),
    Column("start_on", Day),
    Column("end_on", Day, index=True),
    Column("hours_per_week", Hours),
    Column("fte", Numeric(6, 4)),
)

scans = Table(
    "scans",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("complete", Integer, nullable=False),
    Column("headcount", Integer, nullable=False),
    # What tells one list from another, where the HRIS is a list.
    Column("content", Text),
    Column("rejected", Json, nullable=False),
    Column("brake", Json, nullable=False),
    Column("applied", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=False),
    Index("ix_scans_finished", "source", "finished_at"),
)

lms_users = Table(
    "lms_users",
    METADATA,
    Column("user_id", Text, primary_key=True),
    Column("username", Text, nullable=False, index=True),
    Column("idnumber", Text, nullable=False),
    Column("employee_id", Text, index=True),
    Column("full_name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("suspended", Integer, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("given_name", Text),
    Column("family_name", Text),
    Column("department", Text),
)

"""In-company training: sessions, who signs up, and what was set and agreed beforehand (P7)."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from adapter.ground.store.columns import Day, Json, Moment
from adapter.ground.store.metadata import METADATA

in_company_sessions = Table(
    "in_company_sessions",
    METADATA,
    Column("id", Text, primary_key=True),
    # The course's ID number.
    Column("course_id", Text, nullable=False, index=True),
    # `[{"date", "hours"}]` in order of date.
    Column("dates", Json, nullable=False),
    Column("place", Text, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("sign_up_closes_on", Day, nullable=False),
    # Of the whole session; one participant's part is this over the planned participants (A17).
    Column("price_cents", BigInteger),
    Column("planned_participants", Integer, nullable=False),
    # What was agreed beforehand about absence; None: nothing, so nothing can follow from it (A8).
    Column("absence_terms", Text),
    Column("cancelled_at", Moment),
    Column("cancellation_reason", Text),
    Column("created_by", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
)

sign_ups = Table(
    "in_company_sign_ups",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("session_id", Text, ForeignKey("in_company_sessions.id"), nullable=False, index=True),
    Column("employee_id", Text, nullable=False, index=True),
    # The order of sign-up within the session; who signs up again goes to the end.
    Column("position", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("signed_up_by", Text, nullable=False),
    Column("signed_up_at", Moment, nullable=False),
    # The terms on absence as they were when this person signed up.
    Column("absence_terms", Text),
    Column("version", Integer, nullable=False),
    UniqueConstraint("session_id", "employee_id"),
)

sign_up_steps = Table(
    "in_company_sign_up_steps",
    METADATA,
    Column("sign_up_id", Text, ForeignKey("in_company_sign_ups.id"), primary_key=True),
    # The version of the sign-up that this step made.
    Column("version", Integer, primary_key=True),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("at", Moment, nullable=False),
    # None: the machine, which gave a place that came free.
    Column("by", Text),
    Column("reason", Text),
)

team_availabilities = Table(
    "in_company_team_availabilities",
    METADATA,
    Column("session_id", Text, ForeignKey("in_company_sessions.id"), primary_key=True),
    Column("manager_id", Text, primary_key=True),
    # How many of the team can be away at once.
    Column("most", Integer, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", Moment, nullable=False),
)

absence_consequences = Table(
    "in_company_absence_consequences",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("sign_up_id", Text, ForeignKey("in_company_sign_ups.id"), nullable=False, index=True),
    Column("consequence", Text, nullable=False),
    Column("ground", Text, nullable=False),
    # The terms that it rests on, as agreed beforehand.
    Column("agreed_terms", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
)

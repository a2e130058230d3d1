"""Courses and enrolments as the LMS last showed them."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint

from adapter.ground.store.columns import (
    Day,
    Hours,
    Json,
    Moment,
)
from adapter.ground.store.metadata import METADATA

courses = Table(
    "courses",
    METADATA,
    Column("course_id", Text, primary_key=True),
    Column("idnumber", Text, nullable=False, index=True),
    Column("shortname", Text, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("visible", Integer, nullable=False),
    Column("start_on", Day),
    Column("end_on", Day),
    Column("hours", Hours),
    Column("costs_cents", BigInteger),
    Column("ground", Text),
    Column("trajectory", Text, index=True),
    Column("in_company", Integer, nullable=False),
    Column("out_of_scope", Integer, nullable=False),
    Column("enrolment_methods", Json, nullable=False),
    Column("problems", Json, nullable=False),
    # Tells a course from another one that got its id after the LMS was put back from a backup.
    Column("created_at", Moment),
    Column("seen_at", Moment, nullable=False),
    Column("gone_at", Moment),
)

enrolments = Table(
    "enrolments",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("course_id", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("method_text", Text, nullable=False),
    # The LMS's own id of an enrolment: our plugin there shows it, the report does not, and then
    # only an event tells it.
    Column("enrolment_id", Text),
    Column("status", Text, nullable=False),
    # When our plugin in the LMS suspended it; empty once it is active again.
    Column("held_at", Moment),
    Column("created_at", Moment),
    Column("starts_at", Moment),
    Column("ends_at", Moment),
    Column("completed", Integer, nullable=False),
    Column("completed_at", Moment),
    Column("first_seen_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("gone_at", Moment),
    # New or changed and not decided upon since; cleared in the transaction of the decision.
    Column("to_decide", Integer, nullable=False),
    UniqueConstraint("user_id", "course_id", "method_text"),
    Index("ix_enrolments_course", "course_id"),
)

# How far the changes of enrolments were read, and when all of them were.
enrolment_marks = Table(
    "enrolment_marks",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("mark", Text),
    Column("complete_at", Moment, nullable=False),
)

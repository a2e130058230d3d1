"""Compares rows of the participants report with the register and keeps what changed.

A poll brings the rows of all courses, an event those of one person in one course; either way only
what is new or different is written and decided upon. Of two readings at once the later one stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, select, update

from adapter.store.rows import insert_into
from adapter.store.tables.courses import enrolments
from connectors.ports import LmsEnrolment

Key = tuple[str, str, str]
"""User, course and method: the report shows one row for each."""

_COMPARED = ("status", "created_at", "starts_at", "ends_at", "completed", "completed_at")


@dataclass(slots=True)
class Observation:
    """Ids of enrolments in the register: `changed` are new or different, `gone` no longer shown.

    `unmatched` are rows of a user or course that the register does not know.
    """

    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unmatched: list[LmsEnrolment] = field(default_factory=list)


def observe(
    connection: Connection,
    shown: Iterable[LmsEnrolment],
    user_ids: Mapping[str, str],
    course_ids: Mapping[str, str],
    scope: ColumnElement[bool],
    read_at: datetime,
) -> Observation:
    """Bring the register's enrolments within `scope` in line with the rows shown.

    `user_ids` and `course_ids` translate usernames and course ID numbers to the LMS's own ids.
    `read_at` is the moment before the rows were asked for: an enrolment that was seen after it (by
    an event, or by our own writing, while a long report was being read) is left as it is.
    """
    known = {_key(row): row for row in connection.execute(select(enrolments).where(scope))}
    newer = {key for key, row in known.items() if row.seen_at > read_at}
    observation = Observation()
    seen: set[Key] = set()
    new: list[dict[str, Any]] = []
    for row in shown:
        user_id, course_id = user_ids.get(row.username), course_ids.get(row.course_idnumber)
        if user_id is None or course_id is None:
            observation.unmatched.append(row)
            continue
        key = (user_id, course_id, row.method_text)
        seen.add(key)
        before = known.get(key)
        if before is None:
            new.append(_values(row, read_at) | _identity(key, row, read_at))
        elif key not in newer and _differs(before, row):
            _change(connection, before, row, read_at)
            observation.changed.append(before.id)
    if new:
        # Another worker may have kept one of them meanwhile, from a reading of its own.
        connection.execute(insert_into(connection, enrolments).on_conflict_do_nothing(), new)
        observation.changed.extend(values["id"] for values in new)
    connection.execute(
        update(enrolments)
        .where(scope, enrolments.c.gone_at.is_(None), enrolments.c.seen_at < read_at)
        .values(seen_at=read_at)
    )
    unseen = known.keys() - seen - newer
    observation.gone = [
        row.id for key, row in known.items() if key in unseen and row.gone_at is None
    ]
    _mark_gone(connection, observation.gone, read_at)
    return observation


def _key(row: Row[Any]) -> Key:
    return row.user_id, row.course_id, row.method_text


def _identity(key: Key, row: LmsEnrolment, now: datetime) -> dict[str, Any]:
    user_id, course_id, method_text = key
    return {
        "id": str(uuid4()),
        "user_id": user_id,
        "course_id": course_id,
        "method": row.method,
        "method_text": method_text,
        "first_seen_at": now,
    }


def _values(row: LmsEnrolment, now: datetime) -> dict[str, Any]:
    return {
        "status": row.status,
        "created_at": row.created_at,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "completed": int(row.completed),
        "completed_at": row.completed_at,
        "seen_at": now,
        "to_decide": 1,
    }


def _differs(before: Row[Any], row: LmsEnrolment) -> bool:
    if before.gone_at is not None:
        return True
    return any(getattr(before, name) != getattr(row, name) for name in _COMPARED)


def _change(connection: Connection, before: Row[Any], row: LmsEnrolment, now: datetime) -> None:
    values = _values(row, now) | {"gone_at": None}
    if before.gone_at is not None or before.created_at != row.created_at:
        # Removed and made again: the LMS gave it another id, which only an event can tell.
        values |= {"enrolment_id": None}
    connection.execute(update(enrolments).where(enrolments.c.id == before.id).values(values))


def _mark_gone(connection: Connection, ids: list[str], now: datetime) -> None:
    for start in range(0, len(ids), 500):
        connection.execute(
            update(enrolments)
            .where(enrolments.c.id.in_(ids[start : start + 500]))
            .values(gone_at=now)
        )

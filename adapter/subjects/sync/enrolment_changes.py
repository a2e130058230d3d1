"""Compares what the LMS shows of enrolments with the register and keeps what changed.

A poll brings the rows of all courses or those that changed, an event those of one person in one
course; either way only what is new or different is written and decided upon. Of two readings at
once the later one stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, select, update

from adapter.ground.store.reading import rows_of
from adapter.ground.store.rows import insert_into
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.register.holds import HoldState
from adapter.register.known_places import KnownPlaces
from adapter.subjects.sync.enrolment_marks import completely_read_at
from adapter.subjects.sync.vanished_rows import GoneBrake
from connectors.ports import (
    EnrolmentReading,
    EnrolmentStatus,
    LmsEnrolment,
    RemovedEnrolment,
)

Key = tuple[str, str, str]
"""User, course and method: the LMS shows one row for each."""

_COMPARED = (
    "method",
    "method_text",
    "status",
    "created_at",
    "starts_at",
    "ends_at",
    "completed",
    "completed_at",
)


FARTHEST_TIME_ZONE = timedelta(hours=14)

_FROM_WIDE = (EnrolmentStatus.ACTIVE, EnrolmentStatus.NOT_CURRENT, EnrolmentStatus.SUSPENDED)


@dataclass(slots=True)
class EnrolmentChanges:
    """Ids of enrolments in the register: `changed` are new or different, `gone` no longer shown.

    `remade` were removed and made again since they were last seen: they are among `changed`, and
    what was decided about the one before is over. `made_earlier` are those of them that are older
    than the one before, which happens only when a backup of the LMS was put back. `back` were gone
    and are shown again, the very same. `doubted` are not shown either, but are too many at once to
    be believed. `unmatched` are rows of a user or course that the register
    does not know.
    """

    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    remade: list[str] = field(default_factory=list)
    made_earlier: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)
    unmatched: list[LmsEnrolment] = field(default_factory=list)
    known: int = 0
    """How many the register had that were not gone."""


def record_enrolments(
    connection: Connection,
    found: EnrolmentReading,
    names: KnownPlaces,
    scope: ColumnElement[bool],
    read_at: datetime,
    brake: GoneBrake | None = None,
) -> EnrolmentChanges:
    """Bring the register's enrolments within `scope` in line with the rows shown.

    `read_at` is the moment before the rows were asked for: an enrolment that was seen after it (by
    an event, or by our own writing, while a long report was being read) is left as it is, and so is
    one of which the row could not be read. `brake` is for a reading of everything.
    """
    plan = compare_enrolments(connection, found, names, scope, read_at, brake)
    for before, row in plan.different:
        _change(connection, before, row, read_at)
    if plan.new:
        # Another worker may have kept one of them meanwhile, from a reading of its own.
        connection.execute(insert_into(connection, EnrolmentRow).on_conflict_do_nothing(), plan.new)
    if found.complete:
        _note_still_active(connection, scope, read_at)
    _mark_gone(connection, plan.observation.gone, read_at)
    return plan.observation


@dataclass(slots=True)
class EnrolmentPlan:
    """What differs, before anything of it is written: the columns of new rows, and rows with what
    they are to become."""

    observation: EnrolmentChanges
    new: list[dict[str, Any]] = field(default_factory=list)
    different: list[tuple[EnrolmentRow, LmsEnrolment]] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        seen = self.observation
        return not (self.new or self.different or seen.gone or seen.doubted)


def compare_enrolments(
    connection: Connection,
    found: EnrolmentReading,
    names: KnownPlaces,
    scope: ColumnElement[bool],
    read_at: datetime,
    brake: GoneBrake | None = None,
) -> EnrolmentPlan:
    """What `record_enrolments` would keep. What did not change is not written, so of a row that is
    there the last complete reading tells when it was seen, if that is later."""
    known = {_key(row): row for row in rows_of(connection, select(EnrolmentRow).where(scope))}
    all_seen_at = completely_read_at(connection)
    later = all_seen_at is not None and all_seen_at > read_at
    newer = {
        key
        for key, row in known.items()
        if row.seen_at > read_at or (later and row.gone_at is None)
    }
    observation = EnrolmentChanges()
    plan = EnrolmentPlan(observation)
    shown: dict[Key, LmsEnrolment] = {}
    for row in found.rows:
        place = names.of(row)
        if place is None:
            observation.unmatched.append(row)
            continue
        key = (*place, row.method_text)
        shown[key] = _widest(shown[key], row) if key in shown else row
    untouched = newer | set(_unread_keys(found, names))
    renamed = _renamed(known, shown, untouched)
    for key, row in shown.items():
        before = known.get(renamed.get(key, key))
        if before is None:
            plan.new.append(_values(row, read_at) | _identity(key, row, read_at))
        elif _key(before) not in newer and _differs(before, row):
            plan.different.append((before, row))
            observation.changed.append(before.id)
            _note_remade(observation, before, row)
            if before.gone_at is not None and _is_same(before, row):
                observation.back.append(before.id)
    observation.changed.extend(values["id"] for values in plan.new)
    unseen = known.keys() - shown.keys() - untouched - set(renamed.values())
    if not found.complete:
        unseen &= _removed_keys(known.values(), found.removed)
    there = {key: row.id for key, row in known.items() if row.gone_at is None}
    observation.known = len(there)
    gone = [row_id for key, row_id in there.items() if key in unseen]
    if brake is not None and found.complete and brake.stops(len(gone), len(there)):
        observation.doubted = gone
    else:
        observation.gone = gone
    return plan


_ACTIVE_THOUGH_HELD = and_(
    EnrolmentRow.id.in_(select(HoldRow.enrolment_row).where(HoldRow.state == HoldState.HELD)),
    EnrolmentRow.status == EnrolmentStatus.ACTIVE,
    EnrolmentRow.gone_at.is_(None),
)


def lets_in_who_is_held(connection: Connection) -> bool:
    """Whether somebody was let in, in the LMS itself, who is held."""
    some = select(EnrolmentRow.id).where(_ACTIVE_THOUGH_HELD).limit(1)
    return connection.execute(some).first() is not None


def _note_still_active(
    connection: Connection, scope: ColumnElement[bool], read_at: datetime
) -> None:
    """Of who is held and shown active it counts when that was seen last."""
    connection.execute(
        update(EnrolmentRow)
        .where(scope, _ACTIVE_THOUGH_HELD, EnrolmentRow.seen_at < read_at)
        .values(seen_at=read_at)
    )


def _widest(one: LmsEnrolment, other: LmsEnrolment) -> LmsEnrolment:
    """Of two enrolments by one method (a course can have two cohort syncs) the one that lets in
    most, the older one where they are alike."""
    return min((one, other), key=lambda row: (_FROM_WIDE.index(row.status), str(row.created_at)))


def _unread_keys(found: EnrolmentReading, names: KnownPlaces) -> Iterator[Key]:
    for row in found.unread:
        place = names.named(row.username, row.course_idnumber)
        if place is not None:
            yield (*place, row.method_text)


def _removed_keys(known: Iterable[EnrolmentRow], removed: Iterable[RemovedEnrolment]) -> set[Key]:
    """Only of that very enrolment: another may have been made in its place."""
    gone = {(one.user_id, one.course_id, one.enrolment_id) for one in removed}
    return {_key(row) for row in known if (row.user_id, row.course_id, row.enrolment_id) in gone}


def _renamed(
    known: Mapping[Key, EnrolmentRow], shown: Mapping[Key, LmsEnrolment], untouched: set[Key]
) -> dict[Key, Key]:
    """Enrolments whose method goes by another text than before, new key to old: the language of the
    LMS or of its service user changed, or our plugin came or went. They are the same enrolments,
    with their holds."""
    unseen: dict[tuple[str, str, str, datetime | None], list[Key]] = defaultdict(list)
    for key, row in known.items():
        if row.gone_at is None and key not in shown and key not in untouched:
            made = _minute(row.created_at)
            unseen[row.user_id, row.course_id, row.method, made].append(key)
    found: dict[Key, Key] = {}
    for (user_id, course_id, text), shown_row in shown.items():
        if (user_id, course_id, text) not in known and unseen:
            made = _minute(shown_row.created_at)
            same = unseen.get((user_id, course_id, shown_row.method, made))
            if same:
                found[user_id, course_id, text] = same.pop()
    return found


def _minute(moment: datetime | None) -> datetime | None:
    """To which a report gives its moments, rounded down."""
    return None if moment is None else moment.replace(second=0, microsecond=0)


def _key(row: EnrolmentRow) -> Key:
    return row.user_id, row.course_id, row.method_text


def _identity(key: Key, row: LmsEnrolment, now: datetime) -> dict[str, Any]:
    user_id, course_id, _ = key
    return {
        "id": str(uuid4()),
        "user_id": user_id,
        "course_id": course_id,
        "first_seen_at": now,
    }


def _values(row: LmsEnrolment, now: datetime) -> dict[str, Any]:
    return {
        "method": row.method,
        "method_text": row.method_text,
        "status": row.status,
        "created_at": row.created_at,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "completed": int(row.completed),
        "completed_at": row.completed_at,
        "enrolment_id": row.enrolment_id,
        "held_at": row.held_at,
        "seen_at": now,
        "to_decide": 1,
    }


def _differs(before: EnrolmentRow, row: LmsEnrolment) -> bool:
    if before.gone_at is not None:
        return True
    ids = (before.enrolment_id, before.held_at)
    if row.enrolment_id is not None and ids != (row.enrolment_id, row.held_at):
        return True
    return any(getattr(before, name) != getattr(row, name) for name in _COMPARED)


def _change(connection: Connection, before: EnrolmentRow, row: LmsEnrolment, now: datetime) -> None:
    values = _values(row, now) | {"gone_at": None}
    remade = before.gone_at is not None or _minute(before.created_at) != _minute(row.created_at)
    if row.enrolment_id is None and not remade:
        # A report shows no id; one made again has another, which only an event can tell then.
        values["enrolment_id"] = before.enrolment_id
    connection.execute(update(EnrolmentRow).where(EnrolmentRow.id == before.id).values(values))


def _is_same(before: EnrolmentRow, row: LmsEnrolment) -> bool:
    return _may_be_same(before, row) and _minute(before.created_at) == _minute(row.created_at)


def _may_be_same(before: EnrolmentRow, row: LmsEnrolment) -> bool:
    """By its own id in the LMS, where both are known."""
    return len({before.enrolment_id, row.enrolment_id} - {None}) < 2


def _note_remade(observation: EnrolmentChanges, before: EnrolmentRow, row: LmsEnrolment) -> None:
    was, made = _minute(before.created_at), _minute(row.created_at)
    if before.gone_at is not None or was is None or made is None or was == made:
        return
    if _stayed_suspended(before, row) and _is_time_zone(made - was):
        return
    observation.remade.append(before.id)
    if made < was:
        observation.made_earlier.append(before.id)


def _stayed_suspended(before: EnrolmentRow, row: LmsEnrolment) -> bool:
    """Who is enrolled anew is let in. A hold must not end for how the LMS shows its moments."""
    suspended = EnrolmentStatus.SUSPENDED
    return _may_be_same(before, row) and before.status == row.status == suspended


def _is_time_zone(shift: timedelta) -> bool:
    """Whether the same moment differs by this when it is shown in another time zone."""
    return abs(shift) <= FARTHEST_TIME_ZONE and shift % timedelta(hours=1) == timedelta(0)


def _mark_gone(connection: Connection, ids: list[str], now: datetime) -> None:
    for start in range(0, len(ids), 500):
        connection.execute(
            update(EnrolmentRow)
            .where(EnrolmentRow.id.in_(ids[start : start + 500]))
            .values(gone_at=now)
        )

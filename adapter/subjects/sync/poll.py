"""Polls the LMS: courses, and enrolments, all of them or what changed where the LMS can tell.

The poll is the truth that no webhook is needed for: it finds every enrolment, decides on what is
new or different, and costs what changed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, true

from adapter.ground.parts import Parts
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import EmployeeRow, LmsUserRow
from adapter.register.courses import keep_courses, mark_gone
from adapter.register.known_places import read_known_places
from adapter.register.orphaned_holds import follow_merged_accounts, hold_again, release_again
from adapter.register.restore_signs import RestoreSign, note_restore, recent_restore
from adapter.subjects.enrolments.context import enforcement_of
from adapter.subjects.enrolments.enforce import Enforcement, end_holds_of_gone
from adapter.subjects.enrolments.evaluate import evaluate
from adapter.subjects.sync.enrolment_changes import (
    EnrolmentChanges,
    compare_enrolments,
    lets_in_who_is_held,
    record_enrolments,
)
from adapter.subjects.sync.enrolment_marks import keep_mark, mark_to_go_on_from
from adapter.subjects.sync.missing_references import learn_unknown
from adapter.subjects.sync.unreadable_rows import refuse_unread
from adapter.subjects.sync.vanished_rows import (
    GoneBrake,
    VanishedKind,
    VanishedRows,
    report_too_many_gone,
)
from connectors.errors import Misconfigured
from connectors.ports import EnrolmentReading, Lms

DECISIONS_PER_TRANSACTION = 100
# A report without a single row while we know of many enrolments is a lost right, not the truth.
EMPTY_REPORT_ALARM = 10
MOST_PEOPLE_BY_NAME = 500


class SuspiciousReport(Misconfigured):
    """The participants report is empty although the register knows enrolments."""


@dataclass(frozen=True, slots=True)
class CoursePoll:
    """Counts: courses shown, seen for the first time, and no longer there."""

    shown: int
    new: int
    gone: int


@dataclass(frozen=True, slots=True)
class EnrolmentPoll:
    """Counts of one poll: rows shown, new or changed, no longer there, and decided upon."""

    shown: int
    changed: int
    gone: int
    unmatched: int
    decided: int


def poll_courses(parts: Parts, *, dry_run: bool = False, confirm: bool = False) -> CoursePoll:
    """Read all courses with their policy facts. With `dry_run` nothing is kept.

    Raises `TooManyGone` when the brake does not believe how many are gone, after what is shown was
    kept; `confirm` lets it pass.
    """
    lms = _lms(parts)
    shown = lms.courses()
    if not shown:
        raise SuspiciousReport("the LMS shows no course at all; check the rights of its account")
    with parts.register.read() as connection:
        known = set(
            connection.execute(
                select(CourseRow.course_id).where(CourseRow.gone_at.is_(None))
            ).scalars()
        )
    ids = {course.course_id for course in shown}
    gone = known - ids
    brake = _brake(parts, confirm)
    doubted = brake.stops(len(gone), len(known))
    if not dry_run:
        now = parts.clock.now()
        with parts.register.write() as connection:
            keep_courses(connection, shown, now)
            mark_gone(connection, () if doubted else gone, now)
    if doubted:
        counted = VanishedRows(VanishedKind.COURSES, len(gone), len(known), brake.percent)
        raise report_too_many_gone(parts, counted, tell=not dry_run)
    return CoursePoll(len(shown), len(ids - known), len(gone))


def poll_enrolments(parts: Parts, *, dry_run: bool = False, confirm: bool = False) -> EnrolmentPoll:
    """Read all enrolments and decide on those that are new or changed.

    With `dry_run` the differences are counted and nothing is kept. Raises `UnreadRows` for texts
    that nobody can read, and `TooManyGone` when the brake does not believe how many are gone, after
    everything else was kept and decided upon; `confirm` lets the latter pass.
    """
    return _poll_enrolments(parts, since=None, dry_run=dry_run, confirm=confirm)


def poll_changed_enrolments(parts: Parts) -> EnrolmentPoll:
    """The same for what changed since the last poll, where the LMS can tell; all every hour."""
    with parts.register.read() as connection:
        since = mark_to_go_on_from(connection, parts.clock.now())
    return _poll_enrolments(parts, since=since, dry_run=False)


def _poll_enrolments(
    parts: Parts, *, since: str | None, dry_run: bool, confirm: bool = False
) -> EnrolmentPoll:
    lms = _lms(parts)
    read_at = parts.clock.now()
    found = lms.enrolments(since)
    _refuse_empty(parts, found)
    learn_unknown(parts, lms, found)
    brake = _brake(parts, confirm)
    if dry_run:
        observation = _compare_only(parts, found, read_at, brake)
        decided = 0
    else:
        observation = _kept(parts, found, read_at, brake)
        decided = decide_waiting(parts, enforcement_of(parts))
    if observation.doubted:
        counted = VanishedRows(
            VanishedKind.ENROLMENTS, len(observation.doubted), observation.known, brake.percent
        )
        raise report_too_many_gone(parts, counted, tell=not dry_run)
    refuse_unread(found.unread)
    return _summary(found, observation, decided)


def _kept(
    parts: Parts, found: EnrolmentReading, read_at: datetime, brake: GoneBrake
) -> EnrolmentChanges:
    """What is doubted may be of courses that were deleted since they were last read. A long
    comparison in which nothing changed keeps no writer waiting."""
    unchanged = _unchanged(parts, found, read_at, brake)
    if unchanged is not None:
        with parts.register.write() as connection:
            keep_mark(connection, found, read_at)
        return unchanged
    with parts.register.write() as connection:
        observation = _keep(connection, found, read_at, brake)
    if not observation.doubted:
        return observation
    poll_courses(parts)
    with parts.register.write() as connection:
        again = _keep(connection, found, read_at, brake)
    again.changed = [*observation.changed, *again.changed]
    return again


def _unchanged(
    parts: Parts, found: EnrolmentReading, read_at: datetime, brake: GoneBrake
) -> EnrolmentChanges | None:
    """What was seen where nothing is to be kept of it; None where something is."""
    with parts.register.read() as connection:
        if recent_restore(connection, read_at) is not None or lets_in_who_is_held(connection):
            return None
        names = read_known_places(connection)
        plan = compare_enrolments(connection, found, names, _scope(found), read_at, brake)
    return plan.observation if plan.changes_nothing else None


def _brake(parts: Parts, confirm: bool) -> GoneBrake:
    return GoneBrake(parts.settings.brake.gone_percent, confirm)


def decide_waiting(parts: Parts, enforcement: Enforcement) -> int:
    """Decide on every enrolment that is new or changed since its last decision; returns how many.

    In short transactions, so that events can be processed in between and a crash costs nothing.
    """
    with parts.register.read() as connection:
        waiting = connection.execute(
            select(EnrolmentRow.id)
            .join(LmsUserRow, LmsUserRow.user_id == EnrolmentRow.user_id)
            .join(EmployeeRow, EmployeeRow.employee_id == LmsUserRow.employee_id)
            .where(EnrolmentRow.to_decide == 1, EnrolmentRow.gone_at.is_(None))
        ).scalars()
        row_ids = list(waiting)
    for start in range(0, len(row_ids), DECISIONS_PER_TRANSACTION):
        with parts.register.write() as connection:
            for row_id in row_ids[start : start + DECISIONS_PER_TRANSACTION]:
                evaluate(connection, row_id, parts.policy, enforcement)
    return len(row_ids)


def _summary(found: EnrolmentReading, seen: EnrolmentChanges, decided: int) -> EnrolmentPoll:
    return EnrolmentPoll(
        len(found.rows), len(seen.changed), len(seen.gone), len(seen.unmatched), decided
    )


def _keep(
    connection: Connection, found: EnrolmentReading, read_at: datetime, brake: GoneBrake
) -> EnrolmentChanges:
    names = read_known_places(connection)
    observation = record_enrolments(connection, found, names, _scope(found), read_at, brake)
    if not observation.doubted:
        keep_mark(connection, found, read_at)
    follow_merged_accounts(connection, observation.gone)
    hold_again(connection, observation.back, read_at)
    end_holds_of_gone(connection, [*observation.gone, *observation.remade])
    if observation.made_earlier:
        note_restore(connection, RestoreSign.ENROLMENT, observation.made_earlier[0], read_at)
    if recent_restore(connection, read_at) is not None:
        release_again(connection, read_at)
    return observation


def _scope(found: EnrolmentReading) -> ColumnElement[bool]:
    """What of the register a reading is compared with: of changes only those people."""
    people = {row.user_id for row in found.rows} | {row.user_id for row in found.removed}
    if found.complete or len(people) > MOST_PEOPLE_BY_NAME:
        return true()
    return EnrolmentRow.user_id.in_(people)


class _NothingKept(Exception):
    """Ends the transaction of a dry run without keeping anything."""


def _compare_only(
    parts: Parts, found: EnrolmentReading, read_at: datetime, brake: GoneBrake
) -> EnrolmentChanges:
    observation = EnrolmentChanges()
    with suppress(_NothingKept), parts.register.write() as connection:
        observation = _keep(connection, found, read_at, brake)
        raise _NothingKept
    return observation


def _refuse_empty(parts: Parts, found: EnrolmentReading) -> None:
    if found.rows or found.unread or not found.complete:
        return
    with parts.register.read() as connection:
        known = connection.execute(
            select(EnrolmentRow.id).where(EnrolmentRow.gone_at.is_(None)).limit(EMPTY_REPORT_ALARM)
        ).all()
    if len(known) == EMPTY_REPORT_ALARM:
        raise SuspiciousReport(
            "the participants report is empty, but many enrolments are known; check the report's "
            "audience and the rights of the LMS account. Nothing was changed."
        )


def _lms(parts: Parts) -> Lms:
    if parts.lms is None:
        raise Misconfigured("no LMS is configured; set ODWH_MOODLE_URL and ODWH_MOODLE_TOKEN")
    return parts.lms

"""An employee's training as the hours norm counts it (Visie §8).

One activity per grant or commitment, and one per course followed without either.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from adapter.register.learning import EnrolledRow, Learning, Promise, is_commitment
from adapter.register.participation import absence, dated_sessions
from adapter.register.statutory_training import WHOLLY_WITHIN_WORKING_TIME, working_time
from adapter.register.trajectory_parts import (
    commitments_beside_grants,
    enrolled_in,
    enrolled_on,
    parts_of,
    promised_on,
)
from connectors.ports import EnrolmentStatus
from policy.model import Activity, ActivityState


def activities(learning: Learning) -> Mapping[str, Activity]:
    """All countable training by activity id: the trajectory's id, or the course's."""
    known: Mapping[str, Activity] | None = learning.worked_out.get("activities")
    if known is None:
        known = learning.worked_out["activities"] = _activities(learning)
    return known


def _activities(learning: Learning) -> dict[str, Activity]:
    found: dict[str, Activity] = {}
    covered: set[str] = set()
    beside = {row.id for row in commitments_beside_grants(learning)}
    promised: tuple[Promise, ...] = (*learning.grants, *learning.commitments)
    for granted in promised:
        mine = enrolled_in(learning, granted)
        covered.update([row.id for row in mine])
        if not _counts_itself(learning, granted, beside):
            continue
        activity = _granted_activity(learning, granted, mine)
        if activity is not None:
            found.setdefault(activity.activity_id, activity)
    for row in learning.enrolments:
        if row.id not in covered and row.hours is not None and has_hours_that_count(learning, row):
            found.setdefault(row.idnumber, _followed_activity(learning, row, row.hours))
    return found


def _counts_itself(learning: Learning, granted: Promise, beside: Container[str]) -> bool:
    """Not where a grant took its place: of the employee's own that of a collective one for the same
    courses, and any that of a commitment for them."""
    if is_commitment(granted):
        return granted.id in beside
    if granted.employee_id is not None:
        return True
    return any(row.id == granted.id for row in parts_of(learning, granted.trajectory_id))


def other_activities(learning: Learning, *but: str) -> tuple[Activity, ...]:
    """All countable training in the order of its ids, without that of these ids."""
    known = activities(learning)
    ordered: tuple[Activity, ...] | None = learning.worked_out.get("activities in order")
    if ordered is None:
        ordered = tuple(known[key] for key in sorted(known))
        learning.worked_out["activities in order"] = ordered
    if not any(one in known for one in but):
        return ordered
    return tuple([activity for activity in ordered if activity.activity_id not in but])


def activity_id_of(learning: Learning, granted: Promise) -> str:
    """The trajectory's id; of its second and later parts with their place, since each counts
    (P4), and so of a commitment beside them or beside another one."""
    rows = parts_of(learning, granted.trajectory_id)
    if is_commitment(granted):
        same = [
            one.id
            for one in commitments_beside_grants(learning)
            if one.trajectory_id == granted.trajectory_id
        ]
        alone = not rows and same[:1] == [granted.id]
        return granted.trajectory_id if alone else f"{granted.trajectory_id}/{granted.id}"
    if len(rows) < 2:
        return granted.trajectory_id
    parts = [row.id for row in rows]
    place = parts.index(granted.id) if granted.id in parts else 0
    return f"{granted.trajectory_id}/{place + 1}" if place else granted.trajectory_id


def _granted_activity(
    learning: Learning, granted: Promise, mine: list[EnrolledRow]
) -> Activity | None:
    collective = granted.employee_id is None
    hours = hours_of(learning, granted, mine)
    if hours is None or (collective and not mine and not _has_a_place(learning, granted)):
        return None
    start = granted.starts_on or _first(row.start_on for row in mine)
    activity = Activity(
        activity_id=activity_id_of(learning, granted),
        hours=hours,
        work_time_share=_within_working_time(granted),
        start=start or _first_enrolled(mine) or promised_on(granted),
        end=granted.ends_on,
        state=_state(learning, granted.trajectory_id, mine),
        known_as=(granted.trajectory_id, *granted.course_ids),
    )
    if _is_as_signed_up(learning, activity):
        return activity
    course_ids = {row.idnumber for row in mine} or set(granted.course_ids)
    return _as_signed_up(learning, activity, course_ids)


def _has_a_place(learning: Learning, granted: Promise) -> bool:
    return not learning.placed_courses.isdisjoint(granted.course_ids)


def hours_of(learning: Learning, granted: Promise, mine: list[EnrolledRow]) -> Decimal | None:
    """Those of the grant or commitment; of a commitment that names none (P9) those of the courses
    that are followed under it. None while nobody knows any."""
    if granted.hours is not None:
        return granted.hours
    followed = [
        row.hours for row in mine if row.hours is not None and has_hours_that_count(learning, row)
    ]
    return sum(followed, Decimal("0.00")) if followed else None


def _within_working_time(granted: Promise) -> Decimal:
    return granted.work_time_share if is_commitment(granted) else working_time(granted)


def _state(learning: Learning, trajectory_id: str, mine: list[EnrolledRow]) -> ActivityState:
    progress = learning.progress.get(trajectory_id)
    if progress is not None and progress.broken_off_on is not None:
        return ActivityState.BROKEN_OFF
    if not mine:
        return ActivityState.GRANTED
    under_way = [row for row in mine if not row.completed]
    return ActivityState.RUNNING if under_way else ActivityState.COMPLETED


def _followed_activity(learning: Learning, row: EnrolledRow, hours: Decimal) -> Activity:
    activity = Activity(
        activity_id=row.idnumber,
        hours=hours,
        work_time_share=WHOLLY_WITHIN_WORKING_TIME,
        start=row.start_on or enrolled_on(row),
        end=row.end_on,
        state=ActivityState.COMPLETED if row.completed else ActivityState.RUNNING,
        known_as=() if row.trajectory is None else (row.trajectory,),
    )
    if _is_as_signed_up(learning, activity):
        return activity
    return _as_signed_up(learning, activity, {row.idnumber})


def _is_as_signed_up(learning: Learning, activity: Activity) -> bool:
    """Whether nothing was signed up for, and the end is not before the start."""
    end = activity.end
    return not learning.sign_ups and (end is None or end >= activity.start)


def _as_signed_up(learning: Learning, activity: Activity, course_ids: set[str]) -> Activity:
    """In-company training goes by what the knowledge broker recorded: the days of the session, and
    absence, which counts no hours."""
    state = absence(learning.sign_ups, course_ids) or activity.state
    days = dated_sessions(learning.sign_ups, course_ids, activity.hours)
    start = min((day.on for day in days), default=activity.start)
    end = max((day.on for day in days), default=_not_before(start, activity.end))
    return replace(activity, state=state, start=start, end=end, sessions=days)


def has_hours_that_count(learning: Learning, row: EnrolledRow) -> bool:
    """Whether an enrolment has hours of its own that count."""
    if row.out_of_scope or row.hours is None:
        return False
    if row.completed:
        return True
    return row.status != EnrolmentStatus.SUSPENDED and row.course_id not in learning.held


def _first_enrolled(mine: list[EnrolledRow]) -> date | None:
    return _first(enrolled_on(row) for row in mine)


def _first(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _not_before(start: date, end: date | None) -> date | None:
    """An end that lies before the start says nothing; the course facts report it as a problem."""
    return end if end is None or end >= start else None

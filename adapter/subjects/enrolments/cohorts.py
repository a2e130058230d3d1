"""Cohorts of employees who may enrol themselves: self enrolment in a governed course is expected to
be restricted to one.

Membership follows grants and commitments, not enrolments, since an employee must be a member before
enrolling. Only courses with self enrolment. Also before the rules are enforced: on the day that
they are, whoever was granted a course must be able to enrol.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select

from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.decisions import CohortMemberRow, HoldSetAsideRow
from adapter.ground.store.tables.in_company import SignUpRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.ground.store.tables.procedure import CommitmentRow, ConsentRow, GrantRow
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.queues.outbox import (
    Action,
    ActionKind,
    ActionState,
    put,
)
from adapter.register.enforcement_switch import pause_in_force
from adapter.register.enrolment_facts import facts_of
from adapter.register.learning import Learning, Promise, covers
from adapter.register.learning_reader import read_learning
from policy.days import amsterdam_day
from policy.decide import decide_enrolment
from policy.model import Outcome
from policy.parameters import Policy

SELF_ENROLMENT = "self"
EMPLOYEES_PER_TRANSACTION = 50


def cohort_idnumber(course_idnumber: str) -> str:
    return f"OK-{course_idnumber}"


def cohort_name(course: CourseRow) -> str:
    """How it is called when it is made; its ID number is in it, since people choose by the name."""
    return f"{cohort_idnumber(course.idnumber)} {course.full_name}"


def maintain_cohorts(parts: Parts) -> int:
    """Read every cohort back from the LMS and plan what makes it right; returns of how many.

    In short transactions, so that events can be stored in between.
    """
    if parts.lms is None:
        return 0
    with parts.register.read() as connection:
        governed = _governed(connection)
        paused = pause_in_force(connection) is not None
    if not governed:
        return 0
    if not paused:
        # Also where nobody may enrol yet: self enrolment can be restricted to it before that.
        names = {cohort_idnumber(course.idnumber): cohort_name(course) for course in governed}
        parts.lms.ensure_cohorts(names)
    shown = parts.lms.cohort_members([cohort_idnumber(course.idnumber) for course in governed])
    with parts.register.write() as connection:
        for course in governed:
            _note_members(connection, course, shown[cohort_idnumber(course.idnumber)])
        candidates = _candidates(connection)
    for start in range(0, len(candidates), EMPLOYEES_PER_TRANSACTION):
        with parts.register.write() as connection:
            for employee_id in candidates[start : start + EMPLOYEES_PER_TRANSACTION]:
                plan_cohorts_of(connection, parts.policy, employee_id, parts.clock.now())
    with parts.register.write() as connection:
        _remove_strangers(connection, governed, parts.clock.now())
    return len(governed)


def plan_cohorts_of(
    connection: Connection,
    policy: Policy,
    employee_id: str,
    now: datetime,
) -> None:
    """Plan the additions and removals of one employee, as the register knows the cohorts."""
    governed = _governed(connection)
    if not governed:
        return
    on = amsterdam_day(now)
    learning = read_learning(connection, employee_id)
    for user_id in _accounts(connection, employee_id):
        member_of = _cohorts_of(connection, user_id)
        for course in governed:
            _plan(
                connection,
                course,
                user_id,
                wanted=_may_enrol(learning, course, policy, on),
                member=cohort_idnumber(course.idnumber) in member_of,
                now=now,
            )


def note_member(connection: Connection, cohort: str, user_id: str, *, member: bool) -> None:
    """Keep what the LMS confirmed of one member."""
    connection.execute(
        delete(CohortMemberRow).where(
            CohortMemberRow.cohort == cohort, CohortMemberRow.user_id == user_id
        )
    )
    if member:
        connection.execute(insert(CohortMemberRow).values(cohort=cohort, user_id=user_id))


def _governed(connection: Connection) -> list[CourseRow]:
    """Courses within scope that employees can enrol in themselves."""
    rows = rows_of(
        connection,
        select(CourseRow).where(CourseRow.gone_at.is_(None), CourseRow.out_of_scope == 0),
    )
    return [row for row in rows if SELF_ENROLMENT in row.enrolment_methods and row.idnumber]


def _may_enrol(learning: Learning, course: CourseRow, policy: Policy, on: date) -> bool:
    """Employed, covered by a grant or commitment, and nothing else would hold the enrolment; or HR
    set the hold aside."""
    if learning.employment_ends_on is not None and learning.employment_ends_on < on:
        return False
    if course.idnumber in learning.set_aside_courses(on):
        return True
    promises: tuple[Promise, ...] = (*learning.grants, *learning.commitments)
    if not any(covers(one, course) for one in promises):
        return False
    decision = decide_enrolment(facts_of(learning, course, on), policy)
    return decision.outcome is not Outcome.HOLD


def _plan(
    connection: Connection,
    course: CourseRow,
    user_id: str,
    *,
    wanted: bool,
    member: bool,
    now: datetime,
) -> None:
    kind = ActionKind.COHORT_ADD if wanted else ActionKind.COHORT_REMOVE
    cohort = cohort_idnumber(course.idnumber)
    subject = f"cohort:{cohort}:{user_id}"
    waiting = _waiting_kind(connection, subject)
    if kind == waiting or (waiting is None and wanted == member):
        return
    action = Action(
        f"{subject}:{kind}:{now.isoformat()}",
        kind,
        subject,
        {"cohort": cohort, "course_id": course.course_id, "user_id": user_id},
    )
    put(connection, [action], now)


def _waiting_kind(connection: Connection, subject: str) -> str | None:
    """What the last action on this member will do, while it is not done yet."""
    return connection.execute(
        select(OutboxActionRow.kind)
        .where(OutboxActionRow.subject == subject, OutboxActionRow.state == ActionState.PENDING)
        .order_by(OutboxActionRow.position.desc())
        .limit(1)
    ).scalar_one_or_none()


def _note_members(connection: Connection, course: CourseRow, shown: Iterable[str]) -> None:
    cohort = cohort_idnumber(course.idnumber)
    connection.execute(delete(CohortMemberRow).where(CohortMemberRow.cohort == cohort))
    rows = [{"cohort": cohort, "user_id": user_id} for user_id in sorted(shown)]
    if rows:
        connection.execute(insert(CohortMemberRow), rows)


def _remove_strangers(connection: Connection, governed: list[CourseRow], now: datetime) -> None:
    """Members who are nobody's account any more, or whose grant is gone altogether."""
    candidates = _candidates(connection)
    theirs = {user for employee in candidates for user in _accounts(connection, employee)}
    for course in governed:
        members = connection.execute(
            select(CohortMemberRow.user_id).where(
                CohortMemberRow.cohort == cohort_idnumber(course.idnumber)
            )
        ).scalars()
        for user_id in sorted(set(members) - theirs):
            _plan(connection, course, user_id, wanted=False, member=True, now=now)


def _candidates(connection: Connection) -> list[str]:
    """Employees with a grant, a commitment, (for a collective grant) a consent or a sign-up, or a
    hold that HR set aside."""
    found: set[str] = set()
    for statement in (
        select(GrantRow.employee_id).where(GrantRow.revoked_at.is_(None)),
        select(CommitmentRow.employee_id),
        select(ConsentRow.employee_id),
        select(SignUpRow.employee_id),
        select(HoldSetAsideRow.employee_id),
    ):
        found.update(filter(None, connection.execute(statement).scalars()))
    return sorted(found)


def _accounts(connection: Connection, employee_id: str) -> list[str]:
    rows = connection.execute(
        select(LmsUserRow.user_id).where(
            LmsUserRow.employee_id == employee_id, LmsUserRow.suspended == 0
        )
    ).scalars()
    return list(rows)


def _cohorts_of(connection: Connection, user_id: str) -> frozenset[str]:
    rows = connection.execute(
        select(CohortMemberRow.cohort).where(CohortMemberRow.user_id == user_id)
    ).scalars()
    return frozenset(rows)

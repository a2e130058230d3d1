"""Cohorts of employees who may enrol themselves: self enrolment in a governed course is expected to
be restricted to one.

Membership follows grants and commitments, not enrolments, since an employee must be a member before
enrolling. Only courses with self enrolment, and only while the rules are enforced.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from adapter.clock import today
from adapter.enrolments.facts import collect
from adapter.enrolments.learning import covers, read_learning
from adapter.outbox.outbox import Action, ActionKind, put
from adapter.parts import Parts
from adapter.store.tables.courses import courses
from adapter.store.tables.people import lms_users
from adapter.store.tables.procedure import commitments, consents, grants
from policy.decide import decide_enrolment
from policy.model import Outcome, Regime
from policy.parameters import Policy

SELF_ENROLMENT = "self"


@dataclass(frozen=True, slots=True)
class Cohort:
    """The accounts that belong in the cohort of one course."""

    idnumber: str
    course_id: str
    user_ids: frozenset[str]


def cohort_idnumber(course_idnumber: str) -> str:
    return f"OK-{course_idnumber}"


def maintain_cohorts(parts: Parts) -> int:
    """Plan the additions and removals that make every cohort right; returns how many."""
    if parts.lms is None:
        return 0
    with parts.register.read() as connection:
        wanted = wanted_cohorts(connection, parts.policy, today(parts.clock))
    members = {cohort.idnumber: parts.lms.cohort_members(cohort.idnumber) for cohort in wanted}
    now = parts.clock.now()
    actions = [
        Action(
            f"cohort:{cohort.idnumber}:{user_id}:{kind}:{now.isoformat()}",
            kind,
            f"cohort:{cohort.idnumber}",
            {"cohort": cohort.idnumber, "course_id": cohort.course_id, "user_id": user_id},
        )
        for cohort in wanted
        for kind, user_ids in (
            (ActionKind.COHORT_ADD, cohort.user_ids - members[cohort.idnumber]),
            (ActionKind.COHORT_REMOVE, members[cohort.idnumber] - cohort.user_ids),
        )
        for user_id in sorted(user_ids)
    ]
    with parts.register.write() as connection:
        put(connection, actions, now)
    return len(actions)


def wanted_cohorts(connection: Connection, policy: Policy, on: date) -> list[Cohort]:
    """Who may enrol in which course on a day; no cohorts at all while nothing is enforced."""
    if policy.on(on).regime_general is not Regime.ENFORCE:
        return []
    governed = [
        course
        for course in connection.execute(
            select(courses).where(courses.c.gone_at.is_(None), courses.c.out_of_scope == 0)
        )
        if SELF_ENROLMENT in course.enrolment_methods and course.idnumber
    ]
    candidates = _candidates(connection, governed)
    allowed: dict[str, set[str]] = {course.course_id: set() for course in governed}
    for employee_id in sorted({person for people in candidates.values() for person in people}):
        learning = read_learning(connection, employee_id)
        for course in governed:
            if employee_id not in candidates[course.course_id]:
                continue
            decision = decide_enrolment(collect(learning, course, on).facts, policy)
            if decision.outcome is not Outcome.HOLD:
                allowed[course.course_id].add(employee_id)
    return [
        Cohort(
            cohort_idnumber(course.idnumber),
            course.course_id,
            _accounts(connection, allowed[course.course_id]),
        )
        for course in governed
    ]


def _candidates(connection: Connection, governed: list[Row[Any]]) -> dict[str, set[str]]:
    """Employees with a grant, a commitment or (for a collective grant) a consent, per course."""
    granted = [
        *connection.execute(
            select(grants).where(grants.c.revoked_at.is_(None), grants.c.employee_id.is_not(None))
        ),
        *connection.execute(select(commitments)),
    ]
    consented = list(connection.execute(select(consents.c.employee_id, consents.c.course_id)))
    return {
        course.course_id: {row.employee_id for row in granted if covers(row, course)}
        | {row.employee_id for row in consented if row.course_id == course.idnumber}
        for course in governed
    }


def _accounts(connection: Connection, employee_ids: set[str]) -> frozenset[str]:
    rows = connection.execute(
        select(lms_users.c.user_id).where(
            lms_users.c.employee_id.in_(sorted(employee_ids)), lms_users.c.suspended == 0
        )
    ).scalars()
    return frozenset(rows)

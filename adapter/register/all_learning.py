"""What `learning.read_learning` reads of one employee, of everybody at once.

One query per table instead of nine per employee: reconciliation looks at all of them. Of the
collective grants an employee gets those that count: for a course that the employee follows or has
signed up for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from adapter.ground.store.tables.courses import courses, enrolments
from adapter.ground.store.tables.decisions import hold_set_asides, holds
from adapter.ground.store.tables.people import employees, employments, lms_users
from adapter.ground.store.tables.procedure import (
    agreements,
    commitments,
    consents,
    grants,
    norm_exemptions,
    signatures,
    trajectory_records,
)
from adapter.register.adoption import adoptions, in_effect_from
from adapter.register.learning import (
    FOLLOWED,
    KEPT_OUT,
    OPEN_COMMITMENT,
    Learning,
    agreement_as_signed,
    covers,
    exemption,
)
from adapter.register.participation import SESSION_COURSES, SIGN_UPS
from policy.model import Agreement

_GRANTS = (
    select(grants).where(grants.c.revoked_at.is_(None)).order_by(grants.c.decided_on, grants.c.id)
)
_COMMITMENTS = (
    select(commitments)
    .where(commitments.c.state == OPEN_COMMITMENT)
    .order_by(commitments.c.agreed_on, commitments.c.id)
)
_ENROLMENTS = (
    select(
        enrolments,
        courses.c.idnumber,
        courses.c.trajectory,
        courses.c.hours,
        courses.c.start_on,
        courses.c.end_on,
        courses.c.out_of_scope,
        lms_users.c.employee_id,
    )
    .join(lms_users, lms_users.c.user_id == enrolments.c.user_id)
    .join(courses, courses.c.course_id == enrolments.c.course_id)
    .where(lms_users.c.employee_id.is_not(None), enrolments.c.gone_at.is_(None))
    .order_by(enrolments.c.created_at, enrolments.c.id)
)
_HELD = select(holds.c.employee_id, holds.c.course_id).where(holds.c.state.in_(KEPT_OUT))
_RECORDS = select(trajectory_records).order_by(trajectory_records.c.number)
_EXEMPTIONS = (
    select(norm_exemptions)
    .where(norm_exemptions.c.withdrawn_at.is_(None))
    .order_by(norm_exemptions.c.year, norm_exemptions.c.id)
)


def read_all_learning(connection: Connection) -> dict[str, Learning]:
    """By employee number: everyone whom the HRIS or an account in the LMS names."""
    granted = _grouped(connection, _GRANTS)
    shared = granted.pop(None, [])
    collective = _by_course(connection, shared)
    promised = _grouped(connection, _COMMITMENTS)
    enrolled = _grouped(connection, _ENROLMENTS)
    followed = _grouped(connection, FOLLOWED.where(lms_users.c.employee_id.is_not(None)))
    held = _grouped(connection, _HELD)
    progress = _grouped(connection, _RECORDS)
    exempted = _grouped(connection, _EXEMPTIONS)
    agreed = _newest_agreements(connection)
    consented = _grouped(connection, select(consents))
    signed_up = _grouped(connection, SIGN_UPS)
    session_courses = frozenset(connection.execute(SESSION_COURSES).scalars())
    set_aside = _grouped(connection, select(hold_set_asides).order_by(hold_set_asides.c.number))
    ends = employment_ends(connection)
    adopted_from = in_effect_from(adoptions(connection))
    return {
        employee_id: Learning(
            employee_id=employee_id,
            grants=_in_order(
                granted[employee_id],
                [
                    *(one for row in enrolled[employee_id] for one in collective[row.course_id]),
                    *_signed_up_for(signed_up[employee_id], shared),
                ],
            ),
            commitments=tuple(promised[employee_id]),
            enrolments=tuple(enrolled[employee_id]),
            held=frozenset(row.course_id for row in held[employee_id]),
            progress={row.trajectory_id: row for row in progress[employee_id]},
            exemptions=tuple(exemption(row) for row in exempted[employee_id]),
            agreements=agreed[employee_id],
            course_consents=frozenset(row.course_id for row in consented[employee_id]),
            sign_ups=tuple(signed_up[employee_id]),
            session_courses=session_courses,
            employment_ends_on=ends.get(employee_id),
            set_asides={row.course_idnumber: row.last_on for row in set_aside[employee_id]},
            adopted_from=adopted_from,
            ever_followed=frozenset(row.idnumber for row in followed[employee_id]),
        )
        for employee_id in _everyone(connection)
    }


def employment_ends(connection: Connection) -> dict[str, date]:
    """The last day of those whose every employment ends (A20)."""
    days: dict[str, list[date | None]] = defaultdict(list)
    for row in connection.execute(select(employments.c.employee_id, employments.c.end_on)):
        days[row.employee_id].append(row.end_on)
    known = {person: [day for day in ends if day is not None] for person, ends in days.items()}
    return {person: max(ends) for person, ends in known.items() if len(ends) == len(days[person])}


def _everyone(connection: Connection) -> list[str]:
    named = set(connection.execute(select(employees.c.employee_id)).scalars())
    named |= set(
        connection.execute(
            select(lms_users.c.employee_id).where(lms_users.c.employee_id.is_not(None))
        ).scalars()
    )
    return sorted(named)


def _grouped(connection: Connection, query: Select[Any]) -> defaultdict[Any, list[Row[Any]]]:
    """Rows by employee number, in the order of the query; None for those of everybody."""
    rows: defaultdict[Any, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        rows[row.employee_id].append(row)
    return rows


def _by_course(connection: Connection, collective: list[Row[Any]]) -> dict[str, list[Row[Any]]]:
    return {
        course.course_id: [grant for grant in collective if covers(grant, course)]
        for course in connection.execute(select(courses))
    }


def _signed_up_for(signed_up: Iterable[Row[Any]], shared: list[Row[Any]]) -> Iterator[Row[Any]]:
    for row in signed_up:
        yield from (grant for grant in shared if row.course_id in grant.course_ids)


def _in_order(own: Iterable[Row[Any]], collective: Iterable[Row[Any]]) -> tuple[Row[Any], ...]:
    """An employee's own grants, and the collective ones for courses that the employee follows or
    has signed up for."""
    found = {grant.id: grant for grant in (*collective, *own)}
    return tuple(sorted(found.values(), key=lambda row: (row.decided_on, row.id)))


def _newest_agreements(
    connection: Connection,
) -> defaultdict[str, dict[str, tuple[Row[Any], Agreement]]]:
    signed = {
        (row.agreement_id, row.party): row.signed_on
        for row in connection.execute(select(signatures))
    }
    newest: defaultdict[str, dict[str, tuple[Row[Any], Agreement]]] = defaultdict(dict)
    for row in connection.execute(select(agreements).order_by(agreements.c.version)):
        newest[row.employee_id][row.grant_id] = (row, agreement_as_signed(row, signed))
    return newest

"""The manager's consent to in-company training without sessions (Visie §5, P7).

For a course that is given in sessions, consent is a step of the sign-up (`subjects/in_company/`);
one that was recorded here before the sessions were planned counts when the employee signs up.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select

from adapter.ground.store.reading import row_of, rows_of
from adapter.ground.store.tables.procedure import ConsentRow
from adapter.queues.register_changes import announce
from adapter.register.courses import course_by_idnumber
from adapter.register.participation import SESSION_COURSES
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.days import wrong_if_future
from adapter.subjects.requests.refusals import NotNow, WrongField, refuse_if_any
from adapter.subjects.requests.teams import lock_employee, require_own, visible_employees


def consent(act: Act, employee_id: str, course_id: str, consented_on: date) -> ConsentRow:
    """Record that the manager lets an employee take part, and return the record.

    `course_id` is the course's ID number.

    Raises `WrongFields`, `OutsideTeam` for another manager's employee, and `NotNow` the second time
    or when the course is given in sessions.
    """
    require_own(act, [employee_id])
    refuse_if_any(_wrong(act, employee_id, course_id, consented_on))
    if course_id in set(act.connection.execute(SESSION_COURSES).scalars()):
        raise NotNow("consent_per_session")
    known = select(ConsentRow).where(
        ConsentRow.employee_id == employee_id, ConsentRow.course_id == course_id
    )
    if act.connection.execute(known).one_or_none() is not None:
        raise NotNow("consent_exists")
    act.connection.execute(
        insert(ConsentRow).values(
            employee_id=employee_id,
            course_id=course_id,
            consented_on=consented_on,
            consented_by=act.actor,
            recorded_at=act.now,
        )
    )
    announce(act.connection, [employee_id], act.now)
    return row_of(act.connection, known)


def list_consents(act: Act, course_id: str | None = None) -> list[ConsentRow]:
    query = select(ConsentRow).order_by(
        ConsentRow.course_id, ConsentRow.consented_on, ConsentRow.employee_id
    )
    if course_id is not None:
        query = query.where(ConsentRow.course_id == course_id)
    visible = visible_employees(act)
    if visible is not None:
        query = query.where(ConsentRow.employee_id.in_(visible))
    return rows_of(act.connection, query)


def _wrong(act: Act, employee_id: str, course_id: str, consented_on: date) -> list[WrongField]:
    wrong = wrong_if_future(act, consented_on, "/consentedDate")
    if not lock_employee(act, employee_id):
        wrong.append(WrongField("/employeeId", "unknown_record"))
    course = course_by_idnumber(act.connection, course_id)
    if course is None:
        wrong.append(WrongField("/courseId", "unknown_record"))
    elif not course.in_company:
        wrong.append(WrongField("/courseId", "not_in_company"))
    return wrong

"""What is asked of the register about training, table by table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    bindparam,
    exists,
    literal,
    or_,
    select,
    true,
    union_all,
)

from adapter.ground.store.at_once import AtOnce, Question
from adapter.ground.store.columns import Texts
from adapter.ground.store.reading import Asked
from adapter.ground.store.rows import among, listed_in
from adapter.ground.store.tables.adoptions import PolicyAdoptionRow
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow, HoldSetAsideRow
from adapter.ground.store.tables.in_company import InCompanySessionRow, SignUpRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    CommitmentRow,
    ConsentRow,
    GrantRow,
    NormExemptionRow,
    SignatureRow,
    TrajectoryRecordRow,
)
from adapter.register.courses import newest_course
from adapter.register.participation import SESSION_COURSES, SIGN_UPS

OPEN_COMMITMENT = "open"
# A hold in one of these states keeps the employee out, so the training does not count.
KEPT_OUT = ("held", "releasing")

Whose = Callable[[SQLColumnExpression[Any]], ColumnElement[bool]]
"""Whether a column with an employee number is about those who are asked about."""
# Empty until they are asked about: a statement is put into words before that.
_THIS_EMPLOYEE = bindparam("employee_id", "", type_=Text)
_THESE_EMPLOYEES = bindparam("employee_ids", (), type_=Texts)
_THIS_COURSE = bindparam("course", "", type_=Text)


def anybody(_column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    return true()


def _of_one(column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    return column == _THIS_EMPLOYEE


def _of_several(engine: str) -> Whose:
    return lambda column: among(engine, column, _THESE_EMPLOYEES)


_OF_AN_ENROLMENT = (
    EnrolmentRow.id,
    EnrolmentRow.user_id,
    EnrolmentRow.course_id,
    EnrolmentRow.method,
    EnrolmentRow.method_text,
    EnrolmentRow.enrolment_id,
    EnrolmentRow.status,
    EnrolmentRow.created_at,
    EnrolmentRow.starts_at,
    EnrolmentRow.ends_at,
    EnrolmentRow.completed,
    EnrolmentRow.completed_at,
    EnrolmentRow.first_seen_at,
    LmsUserRow.employee_id,
)
_OF_ITS_COURSE = (
    CourseRow.idnumber,
    CourseRow.trajectory,
    CourseRow.hours,
    CourseRow.start_on,
    CourseRow.end_on,
    CourseRow.out_of_scope,
)
"""The columns of `EnrolledRow`, and whose it is."""
ENROLMENTS = (
    select(*_OF_AN_ENROLMENT, *_OF_ITS_COURSE)
    .join(LmsUserRow, LmsUserRow.user_id == EnrolmentRow.user_id)
    .join(CourseRow, CourseRow.course_id == EnrolmentRow.course_id)
)
WITHOUT_COURSES = select(*_OF_AN_ENROLMENT).join(
    LmsUserRow, LmsUserRow.user_id == EnrolmentRow.user_id
)
COURSES = select(CourseRow.course_id, *_OF_ITS_COURSE)
"""The two halves of it apart: of everybody's enrolments a course is read once."""

COLLECTIVE = Question(
    select(GrantRow).where(GrantRow.employee_id.is_(None), GrantRow.revoked_at.is_(None)),
    (GrantRow.decided_on, GrantRow.id),
)


def questions_of_all(collective: Question) -> dict[str, Question]:
    """What is the same for every employee."""
    return {
        "collective": collective,
        "session_courses": Question(SESSION_COURSES),
        "adoptions": Question(select(PolicyAdoptionRow), (PolicyAdoptionRow.number,)),
    }


def questions(
    mine: Whose, enrolments: Select[*tuple[Any, ...]] = ENROLMENTS
) -> dict[str, Question]:
    """One per table, of the employees who are asked about."""
    of_account = and_(LmsUserRow.employee_id.is_not(None), mine(LmsUserRow.employee_id))
    return {
        "granted": Question(
            select(GrantRow).where(mine(GrantRow.employee_id), GrantRow.revoked_at.is_(None)),
            (GrantRow.decided_on, GrantRow.id),
        ),
        "promised": Question(
            select(CommitmentRow).where(
                mine(CommitmentRow.employee_id), CommitmentRow.state == OPEN_COMMITMENT
            ),
            (CommitmentRow.agreed_on, CommitmentRow.id),
        ),
        "enrolled": Question(
            enrolments.where(of_account, EnrolmentRow.gone_at.is_(None)),
            (EnrolmentRow.created_at, EnrolmentRow.id),
        ),
        "followed_before": Question(
            select(LmsUserRow.employee_id, CourseRow.idnumber)
            .join(EnrolmentRow, EnrolmentRow.user_id == LmsUserRow.user_id)
            .join(CourseRow, CourseRow.course_id == EnrolmentRow.course_id)
            .where(of_account, EnrolmentRow.gone_at.is_not(None))
            .distinct()
        ),
        "held": Question(
            select(HoldRow.employee_id, HoldRow.course_id).where(
                mine(HoldRow.employee_id), HoldRow.state.in_(KEPT_OUT)
            )
        ),
        "progress": Question(
            select(TrajectoryRecordRow).where(mine(TrajectoryRecordRow.employee_id)),
            (TrajectoryRecordRow.number,),
        ),
        "exempted": Question(
            select(NormExemptionRow).where(
                mine(NormExemptionRow.employee_id), NormExemptionRow.withdrawn_at.is_(None)
            ),
            (NormExemptionRow.year, NormExemptionRow.id),
        ),
        "agreed": Question(
            select(AgreementRow).where(mine(AgreementRow.employee_id)), (AgreementRow.version,)
        ),
        "signed": Question(
            select(SignatureRow)
            .join(AgreementRow, AgreementRow.id == SignatureRow.agreement_id)
            .where(mine(AgreementRow.employee_id))
        ),
        "consented": Question(
            select(ConsentRow.employee_id, ConsentRow.course_id).where(mine(ConsentRow.employee_id))
        ),
        "signed_up": Question(
            SIGN_UPS.where(mine(SignUpRow.employee_id)), (SignUpRow.signed_up_at, SignUpRow.id)
        ),
        "set_aside": Question(
            select(HoldSetAsideRow).where(mine(HoldSetAsideRow.employee_id)),
            (HoldSetAsideRow.number,),
        ),
        "ends": Question(
            select(EmploymentRow.employee_id, EmploymentRow.end_on).where(
                mine(EmploymentRow.employee_id)
            )
        ),
    }


def _for_a_course(engine: str) -> dict[str, Question]:
    """Of one employee and one course."""
    followed = (
        select(CourseRow.idnumber)
        .join(EnrolmentRow, EnrolmentRow.course_id == CourseRow.course_id)
        .join(LmsUserRow, LmsUserRow.user_id == EnrolmentRow.user_id)
        .where(LmsUserRow.employee_id == _THIS_EMPLOYEE)
    )
    signed_up = (
        select(InCompanySessionRow.course_id)
        .join(SignUpRow, SignUpRow.session_id == InCompanySessionRow.id)
        .where(SignUpRow.employee_id == _THIS_EMPLOYEE)
    )
    named = union_all(followed, signed_up, select(_THIS_COURSE)).subquery()
    trajectories = select(CourseRow.trajectory).where(
        CourseRow.idnumber.in_(select(named.c[0])), CourseRow.trajectory.is_not(None)
    )
    agreed = select(AgreementRow.grant_id).where(AgreementRow.employee_id == _THIS_EMPLOYEE)
    listed = listed_in(engine, GrantRow.course_ids)
    names_one = exists(literal(1)).select_from(listed).where(listed.c.value.in_(select(named.c[0])))
    collective = COLLECTIVE.selection.where(
        or_(GrantRow.trajectory_id.in_(trajectories), names_one, GrantRow.id.in_(agreed))
    )
    return {
        **questions_of_all(replace(COLLECTIVE, selection=collective)),
        **questions(_of_one),
        "course": Question(newest_course(_THIS_COURSE)),
        "known": Question(
            select(EmployeeRow.employee_id).where(EmployeeRow.employee_id == _THIS_EMPLOYEE)
        ),
    }


OF_ONE = AtOnce(lambda _engine: {**questions_of_all(COLLECTIVE), **questions(_of_one)})
FOR_A_COURSE = AtOnce(_for_a_course)


Statements = Mapping[str, Asked]


@cache
def of_all() -> Statements:
    """What is the same for every employee, asked apart. Statements are built once: that takes
    longer than to ask them."""
    return _statements(questions_of_all(COLLECTIVE))


@cache
def of_anybody() -> Statements:
    return _statements(questions(anybody))


@cache
def of_several(engine: str) -> Statements:
    """Of those whose numbers are the value of `employee_ids`, in the words of an engine."""
    return _statements(questions(_of_several(engine)))


@cache
def of_several_without_courses(engine: str) -> Statements:
    """The same, in which enrolments have only their own columns."""
    return _statements(questions(_of_several(engine), WITHOUT_COURSES))


def _statements(questions: Mapping[str, Question]) -> Statements:
    return {name: Asked(one.statement) for name, one in questions.items()}

"""What one employee is told of the own learning: what to do first, then hours, agreements, requests
and what leaving would cost (Visie §6, §7, §8; P3–P7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Text, cast, select

from adapter.ground.store.reading import row_or_none, rows_of, rows_with
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.ground.store.tables.in_company import InCompanySessionRow
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.register.decision_log import findings_of
from adapter.register.holds import OPEN
from adapter.register.learning import exemption
from adapter.register.participation import days_of
from adapter.register.people import full_name
from adapter.subjects.enrolments.set_asides import standing_set_aside
from adapter.subjects.enrolments.setting_aside import list_holds
from adapter.subjects.leaving import calculation
from adapter.subjects.leaving.claims.log import claim_of_exit
from adapter.subjects.leaving.claims.position import ClaimPosition, position_of
from adapter.subjects.leaving.statements import latest
from adapter.subjects.leaving.trajectories import Granted, Trajectories, read_trajectories
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.agreements import signatures_of
from adapter.subjects.requests.offering import is_offered
from adapter.subjects.requests.signatures import Party
from adapter.views.hours_of_year import YearOfHours, years_of_hours
from adapter.views.overview.learning import (
    Agreed,
    AgreementState,
    LearningOverview,
    learning_overview,
)
from adapter.views.overview.own_sign_ups import OwnSignUp, own_sign_ups
from policy.days import amsterdam_day
from policy.model import Finding, RepaymentItem, Severity
from policy.months import add_months
from policy.request_states import RequestState
from policy.sign_ups import SignUpState
from policy.trajectories import counting


@dataclass(frozen=True, slots=True)
class HeldEnrolment:
    """`let_in_until` is the last day on which HR lets the employee in all the same."""

    hold_id: str
    course: str
    since: date
    findings: tuple[Finding, ...]
    let_in_until: date | None


@dataclass(frozen=True, slots=True)
class RunningAgreement:
    """`to_sign` when the employee's own signature is asked for. `repayment_until` is the first day
    on which leaving costs nothing any more; None while the training is not completed, and without
    an end when it was `broken_off` (P6, A21)."""

    agreed: Agreed
    to_sign: bool
    repayment_until: date | None
    broken_off: bool


@dataclass(frozen=True, slots=True)
class OpenSession:
    """An in-company session that the employee can still sign up for. Who signs up agrees to the
    terms on absence, where there are any."""

    session_id: str
    course: str
    first_day: date
    place: str
    closes_on: date
    absence_terms: str | None


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """The newest version of an exit; `claim` is None while nothing was asked back."""

    leaver: ExitRow
    statement: RepaymentStatementRow
    claim: ClaimPosition | None


@dataclass(frozen=True, slots=True)
class OwnLearning:
    """`ask` is the manager's name, for questions; None when the HRIS names none."""

    overview: LearningOverview
    ask: str | None
    years: tuple[YearOfHours, ...]
    holds: tuple[HeldEnrolment, ...]
    agreements: tuple[RunningAgreement, ...]
    requests: tuple[TrainingRequestRow, ...]
    sessions: tuple[OpenSession, ...]
    sign_ups: tuple[OwnSignUp, ...]
    statements: tuple[OwnStatement, ...]


def own_learning(act: Act, employee_id: str) -> OwnLearning:
    """Raises `UnknownEntry` for an employee whom the register does not know."""
    overview = learning_overview(act, employee_id)
    exemptions = [exemption(row) for row in overview.exemptions]
    return OwnLearning(
        overview=overview,
        ask=_manager_of(act, employee_id),
        years=years_of_hours(overview.activities, exemptions, act.today, act.policy),
        holds=tuple(_holds(act, employee_id)),
        agreements=tuple(_agreements(act, overview)),
        requests=tuple(requests_about(act, employee_id)),
        sessions=tuple(_open_sessions(act, overview)),
        sign_ups=own_sign_ups(act, employee_id),
        statements=tuple(_statements(act, employee_id)),
    )


def if_leaving_on(act: Act, employee_id: str, day: date) -> tuple[RepaymentItem, ...]:
    """What would be asked back if that were the last day of the employment (P6)."""
    trajectories = read_trajectories(act.connection, employee_id, day)
    return calculation.items(day, trajectories, act.policy)


def _manager_of(act: Act, employee_id: str) -> str | None:
    manager = select(EmployeeRow.manager_id).where(EmployeeRow.employee_id == employee_id)
    row = row_or_none(
        act.connection,
        select(EmployeeRow).where(EmployeeRow.employee_id == manager.scalar_subquery()),
    )
    return None if row is None else full_name(row)


def _holds(act: Act, employee_id: str) -> Iterator[HeldEnrolment]:
    for row in list_holds(act, states=tuple(OPEN), employee_id=employee_id):
        aside = standing_set_aside(act.connection, employee_id, row.idnumber)
        findings = tuple(one for one in findings_of(row.findings) if one.severity is Severity.BLOCK)
        until = None if aside is None or aside.last_on is None else aside.last_on
        in_force = until if until is not None and until >= act.today else None
        yield HeldEnrolment(
            row.id, row.full_name, amsterdam_day(row.decided_at), findings, in_force
        )


def _agreements(act: Act, overview: LearningOverview) -> Iterator[RunningAgreement]:
    granted = {one.facts.trajectory_id: one for one in overview.trajectories.granted}
    for agreed in overview.agreements:
        known = granted.get(agreed.row.trajectory_id) if agreed.row.repayment_scheme else None
        until = None if known is None else _repayment_until(act, known)
        if until is not None and until <= act.today:
            continue
        signed = agreed.state is not AgreementState.UNSIGNED or _has_signed(act, agreed)
        offered = is_offered(act.connection, agreed.row, act.today)
        broken_off_on = None if known is None else known.facts.broken_off_on
        broken_off = broken_off_on is not None and broken_off_on <= act.today
        yield RunningAgreement(agreed, offered and not signed, until, broken_off)


def _has_signed(act: Act, agreed: Agreed) -> bool:
    return any(one.party == Party.EMPLOYEE for one in signatures_of(act, agreed.row.id))


def _repayment_until(act: Act, granted: Granted) -> date | None:
    """As a statement counts; never a day on which one would still ask for something, as of what was
    broken off. None while a part may still begin: that one moves the day."""
    if any(part.completed_on is None for part in counting(granted.facts.parts, act.today)):
        return None
    numbers = _if_left_on(act.today, granted, act).reasons[0].numbers
    completed, months = numbers["completed"], numbers["end_months"]
    if not isinstance(completed, str) or not isinstance(months, int):
        return None
    until = add_months(date.fromisoformat(completed), months)
    left = _if_left_on(max(until, act.today), granted, act)
    return until if left.computed_cents == 0 else None


def _if_left_on(day: date, granted: Granted, act: Act) -> RepaymentItem:
    (item,) = calculation.items(day, Trajectories((granted,), ()), act.policy)
    return item


def requests_about(act: Act, employee_id: str) -> list[TrainingRequestRow]:
    """Requests in which this employee is named, newest first; drafts are their manager's own."""
    named = cast(TrainingRequestRow.employee_ids, Text).contains(
        f'"{employee_id}"', autoescape=True
    )
    return rows_of(
        act.connection,
        select(TrainingRequestRow)
        .where(named, TrainingRequestRow.state != RequestState.DRAFT)
        .order_by(TrainingRequestRow.created_at.desc(), TrainingRequestRow.id),
    )


def _open_sessions(act: Act, overview: LearningOverview) -> Iterator[OpenSession]:
    """Those whose sign-up is open, and for whose course the employee has not signed up."""
    mine = {one.course_id for one in overview.in_company if one.state is not SignUpState.CANCELLED}
    statement = (
        select(InCompanySessionRow, CourseRow.full_name)
        .join(CourseRow, CourseRow.idnumber == InCompanySessionRow.course_id, isouter=True)
        .where(
            InCompanySessionRow.cancelled_at.is_(None),
            InCompanySessionRow.sign_up_closes_on >= act.today,
        )
        .order_by(InCompanySessionRow.sign_up_closes_on, InCompanySessionRow.id)
    )
    for row, name in rows_with(act.connection, statement):
        if row.course_id in mine:
            continue
        first = days_of(row)[0].on
        yield OpenSession(
            session_id=row.id,
            course=name or row.course_id,
            first_day=first,
            place=row.place,
            closes_on=row.sign_up_closes_on,
            absence_terms=row.absence_terms,
        )


def _statements(act: Act, employee_id: str) -> Iterator[OwnStatement]:
    exits = rows_of(
        act.connection,
        select(ExitRow)
        .where(ExitRow.employee_id == employee_id)
        .order_by(ExitRow.updated_at.desc()),
    )
    for leaver in exits:
        statement = latest(act.connection, leaver.id)
        if statement is not None:
            claim = claim_of_exit(act.connection, leaver.id)
            position = None if claim is None else position_of(act.connection, claim)
            yield OwnStatement(leaver, statement, position)

"""What enforcement would hold: today's enrolments decided as if made under a later regime."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from adapter.ground.store.reading import rows_with
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import EmployeeRow, LmsUserRow
from adapter.register.enrolment_facts import facts_of
from adapter.register.learning_reader import read_all_learning
from connectors.ports import EnrolmentStatus
from policy.decide import decide_enrolment
from policy.model import Outcome, Regime, Severity
from policy.parameters import Policy


@dataclass(frozen=True, slots=True)
class WouldHold:
    """One current enrolment that would be held, and the codes of the findings that hold it."""

    employee_id: str
    course_id: str
    codes: tuple[str, ...]


def next_enforcement(policy: Policy, today: date) -> date | None:
    """The day from which the policy enforces: today if it does now, None if it never will."""
    if policy.on(today).regime_general is Regime.ENFORCE:
        return today
    later = (
        edition.in_force_from
        for edition in policy.editions
        if edition.in_force_from > today and edition.regime_general is Regime.ENFORCE
    )
    return next(later, None)


def preview(connection: Connection, policy: Policy, on: date) -> list[WouldHold]:
    """Every active enrolment that would be held if it were made on a day under the rules then, once
    the policy is adopted."""
    rows = rows_with(
        connection,
        select(CourseRow, LmsUserRow.employee_id)
        .select_from(EnrolmentRow)
        .join(LmsUserRow, LmsUserRow.user_id == EnrolmentRow.user_id)
        .join(EmployeeRow, EmployeeRow.employee_id == LmsUserRow.employee_id)
        .join(CourseRow, CourseRow.course_id == EnrolmentRow.course_id)
        .where(
            EnrolmentRow.gone_at.is_(None),
            EnrolmentRow.completed == 0,
            EnrolmentRow.status != EnrolmentStatus.SUSPENDED,
        )
        .order_by(LmsUserRow.employee_id, CourseRow.idnumber)
        .distinct(),
    )
    learning = read_all_learning(connection)
    found: list[WouldHold] = []
    for course, employee_id in rows:
        if employee_id is None:
            continue
        facts = replace(facts_of(learning[employee_id], course, on), adopted=True)
        decision = decide_enrolment(facts, policy)
        if decision.outcome is Outcome.HOLD:
            codes = tuple(
                finding.code for finding in decision.findings if finding.severity is Severity.BLOCK
            )
            found.append(WouldHold(employee_id, course.idnumber, codes))
    return found

"""What enforcement would hold: today's enrolments decided as if made under a later regime."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from adapter.ground.store.tables.courses import courses, enrolments
from adapter.ground.store.tables.people import employees, lms_users
from adapter.register.all_learning import read_all_learning
from adapter.register.enrolment_facts import collect
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
    rows = connection.execute(
        select(lms_users.c.employee_id, courses)
        .select_from(enrolments)
        .join(lms_users, lms_users.c.user_id == enrolments.c.user_id)
        .join(employees, employees.c.employee_id == lms_users.c.employee_id)
        .join(courses, courses.c.course_id == enrolments.c.course_id)
        .where(
            enrolments.c.gone_at.is_(None),
            enrolments.c.completed == 0,
            enrolments.c.status != EnrolmentStatus.SUSPENDED,
        )
        .order_by(lms_users.c.employee_id, courses.c.idnumber)
        .distinct()
    ).all()
    learning = read_all_learning(connection)
    found: list[WouldHold] = []
    for row in rows:
        facts = replace(collect(learning[row.employee_id], row, on).facts, adopted=True)
        decision = decide_enrolment(facts, policy)
        if decision.outcome is Outcome.HOLD:
            codes = tuple(
                finding.code for finding in decision.findings if finding.severity is Severity.BLOCK
            )
            found.append(WouldHold(row.employee_id, row.idnumber, codes))
    return found

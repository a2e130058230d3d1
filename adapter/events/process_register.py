"""Processes our own word that something about an employee changed: decides again on the employee's
enrolments, so that a hold whose cause is gone is lifted, keeps the cohorts right and brings the
statement of a leaver up to date."""

from __future__ import annotations

from sqlalchemy import Connection, exists, or_, select

from adapter.enrolments.cohorts import plan_cohorts_of
from adapter.enrolments.context import enforcement_of
from adapter.enrolments.enforce import Enforcement
from adapter.enrolments.evaluate import evaluate
from adapter.enrolments.holds import OPEN
from adapter.enrolments.learning import read_learning
from adapter.events.inbox import StoredEvent, finish
from adapter.exits.employment_facts import lock_person
from adapter.exits.statements import recalculate
from adapter.parts import Parts
from adapter.store.tables.courses import enrolments
from adapter.store.tables.decisions import holds
from adapter.store.tables.people import lms_users
from adapter.sync.people import keep_lms_users
from connectors.ports import LmsUser


def process(parts: Parts, event: StoredEvent) -> None:
    enforcement = enforcement_of(parts)
    employee_id = event.body["employee_id"]
    accounts = _accounts_if_new(parts, employee_id)
    with parts.register.write() as connection:
        # Of two changes at the same moment the later reading must decide last.
        lock_person(connection, employee_id)
        keep_lms_users(connection, accounts, enforcement.now)
        decisions = decide_again(connection, parts, employee_id, enforcement)
        plan_cohorts_of(connection, parts.policy, employee_id, enforcement.now)
        recalculate(connection, [employee_id], parts.policy, enforcement.now)
        finish(connection, event.id, enforcement.now, decisions=decisions)


def _accounts_if_new(parts: Parts, employee_id: str) -> tuple[LmsUser, ...]:
    """The employee's accounts when the register knows none yet: without one there is nothing to
    put in a cohort."""
    with parts.register.read() as connection:
        known = connection.execute(
            select(lms_users.c.user_id).where(lms_users.c.employee_id == employee_id)
        ).first()
    if known is not None or parts.lms is None:
        return ()
    return parts.lms.users_by_employee([employee_id]).get(employee_id, ())


def decide_again(
    connection: Connection, parts: Parts, employee_id: str, enforcement: Enforcement
) -> list[str]:
    """Decide on every current enrolment of one employee; the ids of the decisions that stand.

    A self enrolment that a hold removed is no longer current, but its hold may now be lifted.
    """
    learning = read_learning(connection, employee_id)
    still_held = exists().where(
        holds.c.enrolment_row == enrolments.c.id,
        holds.c.state.in_(OPEN),
    )
    current = connection.execute(
        select(enrolments.c.id)
        .join(lms_users, lms_users.c.user_id == enrolments.c.user_id)
        .where(
            lms_users.c.employee_id == employee_id,
            or_(enrolments.c.gone_at.is_(None), still_held),
        )
    ).scalars()
    decided = [
        evaluate(connection, row_id, parts.policy, enforcement, learning)
        for row_id in current.all()
    ]
    return [decision for decision in decided if decision is not None]

"""Processes our own word that something about an employee changed: decides again on the employee's
enrolments, so that a hold whose cause is gone is lifted, keeps the cohorts right and brings the
statement of a leaver up to date."""

from __future__ import annotations

from sqlalchemy import Connection, exists, or_, select

from adapter.ground.parts import Parts
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.queues.completion import configured_lms
from adapter.queues.inbox import StoredEvent, finish
from adapter.queues.register_changes import ACCOUNTS_UNKNOWN, announce, ask_for_accounts
from adapter.register.holds import OPEN
from adapter.register.learning_reader import read_learning
from adapter.register.people import keep_lms_users
from adapter.subjects.enrolments.cohorts import plan_cohorts_of
from adapter.subjects.enrolments.context import enforcement_of
from adapter.subjects.enrolments.enforce import Enforcement
from adapter.subjects.enrolments.evaluate import evaluate
from adapter.subjects.leaving.employment_facts import lock_person
from adapter.subjects.leaving.statements import recalculate


def process(parts: Parts, event: StoredEvent) -> None:
    """Raises a connector's error; the event is then kept as failed."""
    if event.kind == ACCOUNTS_UNKNOWN:
        _look_for_accounts(parts, event)
    else:
        _decide_again(parts, event)


def _decide_again(parts: Parts, event: StoredEvent) -> None:
    """From the register alone: what an LMS that is away would have to tell is asked for beside it,
    and a statement about a leaver does not wait for that."""
    enforcement = enforcement_of(parts)
    employee_id = event.body["employee_id"]
    with parts.register.write() as connection:
        # Of two changes at the same moment the later reading must decide last.
        lock_person(connection, employee_id)
        if parts.lms is not None and not _has_accounts(connection, employee_id):
            ask_for_accounts(connection, employee_id, enforcement.now)
        decisions = decide_again(connection, parts, employee_id, enforcement)
        plan_cohorts_of(connection, parts.policy, employee_id, enforcement.now)
        recalculate(connection, [employee_id], parts.policy, enforcement.now)
        finish(connection, event.id, enforcement.now, decisions=decisions)


def _look_for_accounts(parts: Parts, event: StoredEvent) -> None:
    """Without an account there is nothing to put in a cohort, and none known is none held."""
    employee_id, now = event.body["employee_id"], parts.clock.now()
    accounts = configured_lms(parts).users_by_employee([employee_id]).get(employee_id, ())
    with parts.register.write() as connection:
        keep_lms_users(connection, accounts, now)
        if _has_accounts(connection, employee_id):
            announce(connection, [employee_id], now)
        finish(connection, event.id, now)


def _has_accounts(connection: Connection, employee_id: str) -> bool:
    """Whether the register knows any."""
    known = select(LmsUserRow.user_id).where(LmsUserRow.employee_id == employee_id).limit(1)
    return connection.execute(known).first() is not None


def decide_again(
    connection: Connection, parts: Parts, employee_id: str, enforcement: Enforcement
) -> list[str]:
    """Decide on every current enrolment of one employee; the ids of the decisions that stand.

    A self enrolment that a hold removed is no longer current, but its hold may now be lifted.
    """
    learning = read_learning(connection, employee_id)
    still_held = exists().where(
        HoldRow.enrolment_row == EnrolmentRow.id,
        HoldRow.state.in_(OPEN),
    )
    current = connection.execute(
        select(EnrolmentRow.id)
        .join(LmsUserRow, LmsUserRow.user_id == EnrolmentRow.user_id)
        .where(
            LmsUserRow.employee_id == employee_id,
            or_(EnrolmentRow.gone_at.is_(None), still_held),
        )
    ).scalars()
    decided = [
        evaluate(connection, row_id, parts.policy, enforcement, learning)
        for row_id in current.all()
    ]
    return [decision for decision in decided if decision is not None]

"""Accounts of the LMS that do not match one employee, now rather than at the last comparison; and
what the sync of accounts leaves to a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import func, select

from adapter.ground.store.tables.accounts import account_links
from adapter.ground.store.tables.courses import enrolments
from adapter.ground.store.tables.people import lms_users
from adapter.register.keys import Role
from adapter.subjects.accounts.matching import Problem
from adapter.subjects.accounts.stopped import stopped
from adapter.subjects.requests.acts import Act
from adapter.views.reconcile.finding import local
from adapter.views.reconcile.groups.accounts import TWO_ACCOUNTS
from adapter.views.reconcile.history import findings_of, latest_run
from adapter.views.tasks.task import Task, TaskKind
from connectors.ports import EnrolmentStatus
from policy.days import amsterdam_day

TWO_WEEKS = timedelta(days=14)


def find(act: Act) -> Iterator[Task]:
    yield from _two_accounts(act)
    yield from _without_number(act)
    yield from _doubtful(act)
    yield from _stopped(act)


def _two_accounts(act: Act) -> Iterator[Task]:
    rows = act.connection.execute(
        select(lms_users.c.employee_id, lms_users.c.username)
        .where(lms_users.c.employee_id.is_not(None), lms_users.c.suspended == 0)
        .order_by(lms_users.c.employee_id, lms_users.c.username)
    ).all()
    known_since = _known_since(act)
    for employee_id, accounts in groupby(rows, key=lambda row: str(row.employee_id)):
        names = [account.username for account in accounts]
        since = known_since.get(employee_id, act.today)
        if len(names) > 1:
            yield Task(
                TaskKind.TWO_ACCOUNTS,
                (employee_id,),
                Role.HR,
                arose_on=since,
                due_on=since + TWO_WEEKS,
                employee_ids=(employee_id,),
                numbers={"accounts": ", ".join(names), "count": len(names)},
            )


def _known_since(act: Act) -> dict[str, date]:
    """The LMS does not tell when an account came; the comparisons since then do."""
    run = latest_run(act.connection)
    if run is None:
        return {}
    found = findings_of(act.connection, run.id, code=TWO_ACCOUNTS)
    return {row.employee_id: amsterdam_day(row.since) for row in found}


def _without_number(act: Act) -> Iterator[Task]:
    """Only of accounts that follow something: nobody else's training goes unchecked."""
    rows = act.connection.execute(
        select(
            lms_users.c.user_id,
            lms_users.c.username,
            func.count().label("enrolments"),
            func.min(enrolments.c.first_seen_at).label("since"),
        )
        .join(enrolments, enrolments.c.user_id == lms_users.c.user_id)
        .where(
            lms_users.c.employee_id.is_(None),
            enrolments.c.gone_at.is_(None),
            enrolments.c.status == EnrolmentStatus.ACTIVE,
        )
        .group_by(lms_users.c.user_id, lms_users.c.username)
        .order_by(lms_users.c.user_id)
    )
    for row in rows:
        since = amsterdam_day(row.since)
        yield Task(
            TaskKind.ACCOUNT_WITHOUT_NUMBER,
            (row.user_id,),
            Role.HR,
            arose_on=since,
            due_on=since + TWO_WEEKS,
            numbers={"account": row.username},
        )


def _doubtful(act: Act) -> Iterator[Task]:
    """What the sync of accounts does not guess. Two accounts are a task of their own."""
    rows = act.connection.execute(
        select(account_links)
        .where(
            account_links.c.problem.is_not(None), account_links.c.problem != Problem.TWO_ACCOUNTS
        )
        .order_by(account_links.c.employee_id)
    )
    for row in rows:
        since = amsterdam_day(row.problem_since)
        yield Task(
            TaskKind.ACCOUNT_DOUBTFUL,
            (row.employee_id,),
            Role.HR,
            arose_on=since,
            due_on=since + TWO_WEEKS,
            employee_ids=(row.employee_id,),
            numbers={"problem": row.problem, "about": row.problem_about or None},
        )


def _stopped(act: Act) -> Iterator[Task]:
    now = stopped(act.connection)
    if now is None:
        return
    since = amsterdam_day(now.since)
    yield Task(
        TaskKind.ACCOUNTS_STOPPED,
        (),
        Role.HR,
        arose_on=since,
        due_on=since,
        numbers={"reasons": ", ".join(now.codes), "since": local(now.since)},
    )

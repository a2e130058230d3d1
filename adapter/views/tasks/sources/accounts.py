"""Accounts of the LMS that do not match one employee, now rather than at the last comparison; and
what the sync of accounts leaves to a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import func, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.accounts import AccountLinkRow
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.register.keys import Role
from adapter.subjects.accounts.matching import Problem
from adapter.subjects.accounts.stopped_accounts import stopped_accounts
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
    active = (LmsUserRow.employee_id.is_not(None), LmsUserRow.suspended == 0)
    several = (
        select(LmsUserRow.employee_id)
        .where(*active)
        .group_by(LmsUserRow.employee_id)
        .having(func.count() > 1)
    )
    rows = act.connection.execute(
        select(LmsUserRow.employee_id, LmsUserRow.username, LmsUserRow.user_id)
        .where(*active, LmsUserRow.employee_id.in_(several))
        .order_by(LmsUserRow.employee_id, LmsUserRow.username)
    ).all()
    known_since = _known_since(act)
    for employee_id, accounts in groupby(rows, key=lambda row: str(row[0])):
        names = [username or user_id for _, username, user_id in accounts]
        since = known_since.get(employee_id, act.today)
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
    return {
        row.employee_id: amsterdam_day(row.since) for row in found if row.employee_id is not None
    }


def _without_number(act: Act) -> Iterator[Task]:
    """Only of accounts that follow something: nobody else's training goes unchecked."""
    rows = act.connection.execute(
        select(LmsUserRow.user_id, LmsUserRow.username, func.min(EnrolmentRow.first_seen_at))
        .join(EnrolmentRow, EnrolmentRow.user_id == LmsUserRow.user_id)
        .where(
            LmsUserRow.employee_id.is_(None),
            EnrolmentRow.gone_at.is_(None),
            EnrolmentRow.status == EnrolmentStatus.ACTIVE,
        )
        .group_by(LmsUserRow.user_id, LmsUserRow.username)
        .order_by(LmsUserRow.user_id)
    )
    for user_id, username, first_seen_at in rows:
        since = amsterdam_day(first_seen_at)
        yield Task(
            TaskKind.ACCOUNT_WITHOUT_NUMBER,
            (user_id,),
            Role.HR,
            arose_on=since,
            due_on=since + TWO_WEEKS,
            numbers={"account": username or user_id},
        )


def _doubtful(act: Act) -> Iterator[Task]:
    """What the sync of accounts does not guess. Two accounts are a task of their own."""
    rows = rows_of(
        act.connection,
        select(AccountLinkRow)
        .where(AccountLinkRow.problem.is_not(None), AccountLinkRow.problem != Problem.TWO_ACCOUNTS)
        .order_by(AccountLinkRow.employee_id),
    )
    for row in rows:
        assert row.problem_since is not None, "a problem is kept with its day"
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
    now = stopped_accounts(act.connection)
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

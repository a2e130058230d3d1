"""Whose account in the LMS it is that opens the pages; never guessed (decision 15)."""

from __future__ import annotations

from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_or_none
from adapter.ground.store.tables.accounts import AccountLinkRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.register.sign_in.browser_sessions import Way
from adapter.register.sign_in.refusals import SignInRefused, Why


def owner_of(connection: Connection, account: str) -> str | None:
    """Whose it is at this moment; None when nobody knows, or it opens nothing."""
    try:
        return employee_with(connection, account)
    except SignInRefused:
        return None


def employee_with(connection: Connection, account: str) -> str:
    """The employee number. Raises `SignInRefused` saying what HR must look at."""
    shown = row_or_none(connection, select(LmsUserRow).where(LmsUserRow.user_id == account))
    if shown is None or shown.employee_id is None:
        raise SignInRefused(Way.LMS, Why.UNKNOWN_ACCOUNT)
    if shown.suspended:
        raise SignInRefused(Way.LMS, Why.SUSPENDED_ACCOUNT, shown.employee_id)
    if _is_in_doubt(connection, shown.employee_id, account):
        raise SignInRefused(Way.LMS, Why.ACCOUNT_IN_DOUBT, shown.employee_id)
    return shown.employee_id


def _is_in_doubt(connection: Connection, employee_id: str, account: str) -> bool:
    """Whether another account may be the employee's: one that is open under the same number, or the
    one that the adapter keeps, or none for sure while a person must look."""
    others = select(LmsUserRow.user_id).where(
        LmsUserRow.employee_id == employee_id,
        LmsUserRow.user_id != account,
        LmsUserRow.suspended == 0,
    )
    if connection.execute(others.limit(1)).first() is not None:
        return True
    link = row_or_none(
        connection, select(AccountLinkRow).where(AccountLinkRow.employee_id == employee_id)
    )
    if link is None or link.user_id == account:
        return False
    return link.user_id is not None or link.problem is not None

"""Which account is whose, and what was asked of it at the last look: so that what has not changed
needs no call of the LMS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from adapter.ground.store.rows import upsert_all
from adapter.ground.store.tables.accounts import account_links
from adapter.ground.store.tables.people import lms_users
from adapter.subjects.accounts.desired_account import Standing, Wanted
from adapter.subjects.accounts.matching import Doubt

LOOK_AGAIN = timedelta(hours=20)
"""A problem that a person solves in the LMS shows in nothing that is read anyway."""


@dataclass(frozen=True, slots=True)
class Link:
    """`user_id` is None while there is no account or no certainty. `suspended_at` is when the
    adapter suspended it. `problem_about` are usernames, or the LMS's own word."""

    employee_id: str
    user_id: str | None
    asked: Mapping[str, str]
    looked_at: datetime
    suspended_at: datetime | None = None
    problem: str | None = None
    problem_about: str | None = None
    problem_since: datetime | None = None

    def with_problem(self, doubt: Doubt | None, now: datetime) -> Link:
        """The moment at which a problem arose stays while it is the same one."""
        if doubt is None:
            return replace(self, problem=None, problem_about=None, problem_since=None)
        since = self.problem_since if self.problem == doubt.problem else None
        return replace(
            self,
            problem=doubt.problem,
            problem_about=", ".join(doubt.accounts),
            problem_since=since or now,
        )


def read_links(connection: Connection) -> dict[str, Link]:
    columns = [account_links.c[one.name] for one in fields(Link)]
    return {row.employee_id: Link(*row) for row in connection.execute(select(*columns))}


def keep_links(connection: Connection, links: list[Link]) -> None:
    rows = [
        {column.name: getattr(link, column.name) for column in account_links.columns}
        for link in links
    ]
    upsert_all(connection, account_links, ["employee_id"], rows)


def read_shown(connection: Connection) -> dict[str, Row[Any]]:
    """The accounts as the LMS last showed them, by id: what `drifted` compares."""
    columns = ("user_id", "employee_id", "given_name", "family_name", "department", "email")
    read = [lms_users.c[name] for name in (*columns, "suspended")]
    return {row.user_id: row for row in connection.execute(select(*read))}


def needs_look(
    wanted: Wanted, link: Link | None, shown: Mapping[str, Row[Any]], now: datetime
) -> bool:
    """Whether the LMS must be asked: something new is wanted, a problem has stood for a day, or the
    account has drifted from what was asked of it."""
    if wanted.standing is Standing.LEAVE_ALONE:
        return False
    if link is None or link.asked != wanted.as_asked():
        return True
    if link.problem is not None:
        return now - link.looked_at > LOOK_AGAIN
    account = None if link.user_id is None else shown.get(link.user_id)
    return account is not None and drifted(wanted, account)


def drifted(wanted: Wanted, account: Row[Any]) -> bool:
    if wanted.standing is Standing.LEFT:
        return not account.suspended
    return account.employee_id != wanted.employee_id or bool(differing(wanted, account))


def differing(wanted: Wanted, account: Row[Any]) -> tuple[str, ...]:
    """The fields in which an account of the register is not as the HRIS tells of the employed.
    What either side does not tell cannot differ."""
    pairs = [
        (name, getattr(wanted, name), getattr(account, name))
        for name in ("given_name", "family_name", "department")
    ]
    pairs.append(("email", wanted.email.lower(), account.email.lower()))
    found = [name for name, ours, theirs in pairs if ours and theirs is not None and ours != theirs]
    return (*found, "suspended") if account.suspended else tuple(found)

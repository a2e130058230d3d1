"""Which account is whose, and what was asked of it at the last look: so that what has not changed
needs no call of the LMS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from adapter.ground.store.reading import rows_as, rows_of
from adapter.ground.store.rows import upsert_all
from adapter.ground.store.tables.accounts import AccountLinkRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.subjects.accounts.desired_account import AccountStanding, DesiredAccount
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


_MEMBERS = tuple(one.name for one in fields(Link))


class ShownAccount:
    """The columns of an account that `has_drifted` compares."""

    user_id: str
    employee_id: str | None
    given_name: str | None
    family_name: str | None
    department: str | None
    email: str
    suspended: int


def read_links(connection: Connection) -> dict[str, Link]:
    return {
        row.employee_id: Link(
            row.employee_id,
            row.user_id,
            row.asked,
            row.looked_at,
            row.suspended_at,
            row.problem,
            row.problem_about,
            row.problem_since,
        )
        for row in rows_of(connection, select(AccountLinkRow))
    }


def keep_links(connection: Connection, links: list[Link]) -> None:
    rows = [{name: getattr(link, name) for name in _MEMBERS} for link in links]
    upsert_all(connection, AccountLinkRow, ["employee_id"], rows)


def read_shown(connection: Connection) -> dict[str, ShownAccount]:
    """The accounts as the LMS last showed them, by id."""
    columns = [getattr(LmsUserRow, name) for name in ShownAccount.__annotations__]
    return {row.user_id: row for row in rows_as(connection, select(*columns), ShownAccount)}


def needs_look(
    wanted: DesiredAccount, link: Link | None, shown: Mapping[str, ShownAccount], now: datetime
) -> bool:
    """Whether the LMS must be asked: something new is wanted, a problem has stood for a day, or the
    account has drifted from what was asked of it."""
    if wanted.standing is AccountStanding.LEAVE_ALONE:
        return False
    if link is None or link.asked != wanted.as_asked():
        return True
    if link.problem is not None:
        return now - link.looked_at > LOOK_AGAIN
    account = None if link.user_id is None else shown.get(link.user_id)
    return account is not None and has_drifted(wanted, account)


def has_drifted(wanted: DesiredAccount, account: LmsUserRow | ShownAccount) -> bool:
    if wanted.standing is AccountStanding.LEFT:
        return not account.suspended
    return account.employee_id != wanted.employee_id or bool(differing_fields(wanted, account))


def differing_fields(wanted: DesiredAccount, account: LmsUserRow | ShownAccount) -> tuple[str, ...]:
    """The fields in which an account of the register is not as the HRIS tells of the employed.
    What either side does not tell cannot differ."""
    pairs = [
        (name, getattr(wanted, name), getattr(account, name))
        for name in ("given_name", "family_name", "department")
    ]
    pairs.append(("email", wanted.email.lower(), account.email.lower()))
    found = [name for name, ours, theirs in pairs if ours and theirs is not None and ours != theirs]
    return (*found, "suspended") if account.suspended else tuple(found)

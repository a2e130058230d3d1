"""Employees and accounts that do not match one to one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from adapter.subjects.accounts.desired_account import AccountStanding, DesiredAccount
from adapter.subjects.accounts.links import differing_fields
from adapter.subjects.accounts.people import desired_account_of
from adapter.subjects.leaving.employments import EmploymentFacts
from adapter.views.reconcile.finding import BOTH, Drift, Group
from adapter.views.reconcile.snapshot import Account, Employment, Snapshot, name_of
from connectors.ports import EnrolmentStatus
from policy.model import Number, Severity

WITHOUT_ACCOUNT, WITHOUT_NUMBER, UNKNOWN_NUMBER, TWO_ACCOUNTS, DIFFERS = CODES = (
    "employee_without_account",
    "account_without_number",
    "account_number_unknown",
    "two_accounts",
    "account_differs",
)


def find(world: Snapshot) -> Iterator[Drift]:
    accounts: dict[str, list[Account]] = defaultdict(list)
    for user in world.users.values():
        if user.employee_id is not None:
            accounts[user.employee_id].append(user)
    still_open = {
        employee_id: [user for user in users if not user.suspended]
        for employee_id, users in accounts.items()
    }
    yield from _without_account(world, accounts)
    yield from _without_number(world)
    yield from _unknown_number(world, still_open)
    yield from _two_accounts(still_open)
    yield from _differs(world, accounts)


def _without_account(world: Snapshot, accounts: dict[str, list[Account]]) -> Iterator[Drift]:
    for employee_id in sorted(_employed(world) - accounts.keys()):
        yield Drift(WITHOUT_ACCOUNT, Severity.INFO, employee_id=employee_id)


def _employed(world: Snapshot) -> set[str]:
    return {row.employee_id for row in world.employments if _covers(row, world.as_of)}


def _covers(employment: Employment, day: date) -> bool:
    started = employment.start_on is None or employment.start_on <= day
    return started and (employment.end_on is None or employment.end_on >= day)


def _without_number(world: Snapshot) -> Iterator[Drift]:
    nobodys = {user.user_id: user for user in world.users.values() if user.employee_id is None}
    if not nobodys:
        return
    active = Counter(
        row.user_id
        for row in world.enrolments
        if row.status == EnrolmentStatus.ACTIVE and row.user_id in nobodys
    )
    for user_id, times in sorted(active.items()):
        numbers: dict[str, Number] = {"account": name_of(nobodys[user_id]), "enrolments": times}
        yield Drift(WITHOUT_NUMBER, Severity.ADVISE, numbers=numbers, about=(user_id,))


def _unknown_number(world: Snapshot, accounts: dict[str, list[Account]]) -> Iterator[Drift]:
    for employee_id in sorted(accounts.keys() - world.employees.keys()):
        names = ", ".join(sorted(user.username for user in accounts[employee_id]))
        if names:
            yield Drift(
                UNKNOWN_NUMBER, Severity.ADVISE, employee_id=employee_id, numbers={"account": names}
            )


def _two_accounts(accounts: dict[str, list[Account]]) -> Iterator[Drift]:
    for employee_id, users in sorted(accounts.items()):
        if len(users) > 1:
            names = ", ".join(sorted(name_of(user) for user in users))
            yield Drift(
                TWO_ACCOUNTS,
                Severity.ADVISE,
                employee_id=employee_id,
                numbers={"accounts": names, "count": len(users)},
            )


def _differs(world: Snapshot, accounts: dict[str, list[Account]]) -> Iterator[Drift]:
    """Of who has one account and is employed; what leavers still have open is found elsewhere."""
    terms: dict[str, list[EmploymentFacts]] = defaultdict(list)
    for row in world.employments:
        terms[row.employee_id].append(EmploymentFacts(row.employment_id, row.start_on, row.end_on))
    for employee_id, users in sorted(accounts.items()):
        employee = world.employees.get(employee_id)
        if employee is None or len(users) != 1:
            continue
        wanted = desired_account_of(employee, terms[employee_id], world.as_of, borne_out=True)
        fields = (
            _told_otherwise(wanted, users[0]) if wanted.standing is AccountStanding.EMPLOYED else ()
        )
        if fields:
            yield Drift(
                DIFFERS,
                Severity.INFO,
                employee_id=employee_id,
                numbers={"account": name_of(users[0]), "fields": ", ".join(fields)},
            )


def _told_otherwise(wanted: DesiredAccount, account: Account) -> tuple[str, ...]:
    """Where nobody fills in departments in the LMS, everyone would differ."""
    found = differing_fields(wanted, account)
    return found if account.department else tuple(one for one in found if one != "department")


GROUP = Group("accounts", CODES, BOTH, find)

"""Which account is whose: by employee number, then by e-mail address, never by a guess. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapter.subjects.accounts.desired_account import AccountStanding, DesiredAccount
from connectors.ports import LmsUser


class Problem(StrEnum):
    """Why a person must look before this employee's account is right."""

    TWO_ACCOUNTS = "two_accounts"
    EMAIL_OF_TWO_EMPLOYEES = "email_of_two_employees"
    EMAIL_OF_TWO_ACCOUNTS = "email_of_two_accounts"
    EMAIL_OF_ANOTHER_NUMBER = "email_of_another_number"
    USERNAME_OF_TWO_EMPLOYEES = "username_of_two_employees"
    INCOMPLETE = "incomplete"
    SUSPENDED_BY_HAND = "suspended_by_hand"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Doubt:
    """`accounts` are usernames."""

    problem: Problem
    accounts: tuple[str, ...] = ()


def match(
    wanted: DesiredAccount,
    by_number: Sequence[LmsUser],
    by_email: Sequence[LmsUser],
    *,
    shared_email: bool,
) -> LmsUser | Doubt | None:
    """The employee's account; None when there is none. `shared_email` says that another employee
    has the same address in the HRIS. Who left is found by number only."""
    if by_number:
        return _the_one(by_number)
    if wanted.standing is AccountStanding.LEFT or not wanted.email:
        return None
    if shared_email:
        return Doubt(Problem.EMAIL_OF_TWO_EMPLOYEES, _names(by_email))
    if len(by_email) > 1:
        return Doubt(Problem.EMAIL_OF_TWO_ACCOUNTS, _names(by_email))
    # An account with the own number can be so fresh that it was not found by it yet.
    if by_email and by_email[0].employee_id not in (None, wanted.employee_id):
        return Doubt(Problem.EMAIL_OF_ANOTHER_NUMBER, _names(by_email))
    return by_email[0] if by_email else None


def _the_one(accounts: Sequence[LmsUser]) -> LmsUser | Doubt:
    """A double that was suspended has been dealt with; two open ones have not."""
    open_ones = [account for account in accounts if not account.suspended]
    candidates = open_ones or accounts
    return candidates[0] if len(candidates) == 1 else Doubt(Problem.TWO_ACCOUNTS, _names(accounts))


def _names(accounts: Sequence[LmsUser]) -> tuple[str, ...]:
    return tuple(sorted(account.username for account in accounts))

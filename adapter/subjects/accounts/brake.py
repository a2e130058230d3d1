"""The brake on writing accounts: a plan that looks wrong stops before anything is written. Pure.

An account that is suspended locks somebody out, and a wrong column in the HRIS would rename
everybody. The reasons hold numbers only, no persons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from adapter.subjects.accounts.plan import Plan
from config.catalogue import Language, text

TOLERATED = 3
"""So few never brake, so that one leaver in a small team is not a wave."""
RENAMED_PERCENT = Decimal(20)
NEW_PERCENT = Decimal(20)
TOLERATED_NEW = 10


class AccountBrake(StrEnum):
    NOBODY = "nobody"
    """The register knows no employee, while accounts are linked to some."""
    TOO_MANY_SUSPENDED = "too_many_suspended"
    TOO_MANY_RENAMED = "too_many_renamed"
    TOO_MANY_NEW = "too_many_new"
    """Beside many accounts that are known: rather a lost field than so many newcomers."""


CONFIRMABLE = frozenset(AccountBrake) - {AccountBrake.NOBODY}


@dataclass(frozen=True, slots=True)
class AccountBrakeReason:
    code: AccountBrake
    numbers: Mapping[str, int | str]

    def sentence(self, language: Language = Language.NL) -> str:
        return text(f"sync.account_brake.{self.code}", language, **self.numbers)


def reasons_to_stop(
    made: Plan, *, employed: int, linked: int, suspended_percent: Decimal
) -> tuple[AccountBrakeReason, ...]:
    """Every reason to stop. `employed` is how many are to have an account, `linked` how many
    employees had one before this; the first time there are none, and all may be new."""
    if linked and not employed:
        return (AccountBrakeReason(AccountBrake.NOBODY, {"linked": linked}),)
    known = max(linked, len(made.alterations) + len(made.right))
    suspended = sum(one.suspends for one in made.alterations)
    renamed = sum(one.renames for one in made.alterations)
    new = len(made.creations) if linked else 0
    found = (
        _above(AccountBrake.TOO_MANY_SUSPENDED, suspended, known, suspended_percent, TOLERATED),
        _above(AccountBrake.TOO_MANY_RENAMED, renamed, known, RENAMED_PERCENT, TOLERATED),
        _above(AccountBrake.TOO_MANY_NEW, new, known, NEW_PERCENT, TOLERATED_NEW),
    )
    return tuple(reason for reason in found if reason is not None)


def _above(
    code: AccountBrake, count: int, known: int, percent: Decimal, tolerated: int
) -> AccountBrakeReason | None:
    if count <= tolerated or count * 100 <= percent * known:
        return None
    return AccountBrakeReason(code, {"count": count, "accounts": known, "percent": str(percent)})

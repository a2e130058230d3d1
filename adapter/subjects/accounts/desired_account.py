"""What the HRIS says an account in the LMS must look like. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from adapter.register.employments import BEFORE_START
from adapter.subjects.leaving.employments import EmploymentFacts


class AccountStanding(StrEnum):
    EMPLOYED = "employed"
    """An employment runs, or begins soon: an open account."""
    LEFT = "left"
    """The last day of every employment has passed: a suspended account, never a deleted one."""
    LEAVE_ALONE = "leave_alone"
    """Not certain, or not yet: nothing is made, changed or suspended."""


@dataclass(frozen=True, slots=True)
class DesiredAccount:
    """`family_name` is with its prefix: Moodle has no field of its own for it, and sorts on this
    one. Empty texts are what the HRIS does not tell."""

    employee_id: str
    standing: AccountStanding
    given_name: str
    family_name: str
    email: str
    department: str
    manager_id: str

    @property
    def missing(self) -> tuple[str, ...]:
        """What an account cannot do without."""
        return tuple(
            name for name in ("given_name", "family_name", "email") if not getattr(self, name)
        )

    def as_asked(self) -> dict[str, str]:
        """What is kept of a look that ended well: the same again needs no second look."""
        if self.standing is AccountStanding.LEFT:
            return {"standing": self.standing}
        return {
            "standing": self.standing,
            "given_name": self.given_name,
            "family_name": self.family_name,
            "email": self.email,
            "department": self.department,
            "manager_id": self.manager_id,
        }


def standing_on(
    today: date, employments: Iterable[EmploymentFacts], *, shown: bool, borne_out: bool
) -> AccountStanding:
    """`shown` is False for who is missing in the HRIS, or inactive there: perhaps a leaver, so no
    ground for an account. `borne_out` is False when only an event told the last day."""
    every = tuple(employments)
    if any(_runs_or_begins(one, today) for one in every):
        return AccountStanding.EMPLOYED if shown else AccountStanding.LEAVE_ALONE
    begun = any(one.start is None or one.start <= today for one in every)
    return AccountStanding.LEFT if begun and borne_out else AccountStanding.LEAVE_ALONE


def _runs_or_begins(one: EmploymentFacts, today: date) -> bool:
    over = one.end is not None and one.end < today
    return not over and (one.start is None or one.start <= today + BEFORE_START)


def family_name(prefix: str, name: str) -> str:
    """ "van der" and "Berg" are "van der Berg", which is how Moodle is to show it."""
    return " ".join(part for part in (prefix.strip(), name.strip()) if part)

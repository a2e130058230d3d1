"""What reconciliation finds, and the groups that find it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from adapter.views.reconcile.snapshot import Snapshot
from policy.days import AMSTERDAM
from policy.model import Number, Severity


class Source(StrEnum):
    """A system that is read anew before the comparison."""

    LMS = "lms"
    HRIS = "hris"


@dataclass(frozen=True, slots=True)
class Drift:
    """One finding. `course_id` is the course's ID number, else its short name.

    `about` is what, besides code, employee and course, makes it the same finding next time: a year,
    an account, a field. `clause` is None for what breaks no rule of the policy.
    """

    code: str
    severity: Severity
    clause: str | None = None
    employee_id: str | None = None
    course_id: str | None = None
    numbers: Mapping[str, Number] = field(default_factory=dict)
    about: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return "|".join((self.code, self.employee_id or "", self.course_id or "", *self.about))


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the comparison that succeeds or fails as a whole.

    `codes` are all that it can find: when it fails, none of those may be called resolved. `reads`
    are the systems whose records it looks at. Every group looks at the slice that is about no
    employee, and those `of_people` at all the others.
    """

    name: str
    codes: tuple[str, ...]
    reads: frozenset[Source]
    find: Callable[[Snapshot], Iterable[Drift]]
    of_people: bool = True


def local(moment: datetime) -> str:
    """A moment as findings write it: ISO 8601, in Amsterdam time with its offset."""
    return moment.astimezone(AMSTERDAM).isoformat(timespec="minutes")


BOTH = frozenset(Source)
LMS = frozenset({Source.LMS})
NEITHER: frozenset[Source] = frozenset()

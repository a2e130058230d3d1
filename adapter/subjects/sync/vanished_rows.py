"""The brake on what a complete reading of the LMS no longer shows. A lost right, a condition in the
report or another's filter looks like a wave of removals, and a removal ends holds.

More than a few percent at once is asked about and never believed: what is shown is kept, what is
not shown stays as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import structlog

from adapter.ground.parts import Parts
from adapter.queues.alarms import alarm
from config.catalogue import Language, text
from connectors.errors import Misconfigured
from policy.days import amsterdam_day

_log = structlog.get_logger(__name__)

TOLERATED = 3
"""So few never brake, so that one course that is cleared in a small site is not a wave."""


class VanishedKind(StrEnum):
    COURSES = "courses"
    ENROLMENTS = "enrolments"
    ACCOUNTS = "accounts"


class TooManyGone(Misconfigured):
    """More is gone at once than is believed; everything else was kept."""


@dataclass(frozen=True, slots=True)
class GoneBrake:
    """`confirmed` says that a person looked, and that it is right."""

    percent: Decimal
    confirmed: bool = False

    def stops(self, gone: int, known: int) -> bool:
        return not self.confirmed and gone > TOLERATED and gone * 100 > self.percent * known


@dataclass(frozen=True, slots=True)
class VanishedRows:
    """How many of what the register knows are not shown."""

    what: VanishedKind
    gone: int
    known: int
    percent: Decimal

    def sentence(self, language: Language) -> str:
        numbers = {"gone": self.gone, "known": self.known, "percent": str(self.percent)}
        return text(f"sync.gone.{self.what}", language, **numbers)

    def todo(self, language: Language) -> str:
        """What the administrator looks at, and how he confirms."""
        return text(f"sync.gone_todo.{self.what}", language)


def report_too_many_gone(parts: Parts, gone: VanishedRows, *, tell: bool) -> TooManyGone:
    """The error to raise; `tell` sends it to HR and the administrator, once a day."""
    language, now = Language(parts.settings.language), parts.clock.now()
    reason, todo = gone.sentence(language), gone.todo(language)
    _log.warning("lms.too_many_gone", what=gone.what, gone=gone.gone, known=gone.known)
    if tell:
        key = f"lms_gone:{gone.what}:{amsterdam_day(now).isoformat()}"
        numbers = {"reason": reason, "todo": todo}
        with parts.register.write() as connection:
            alarm(connection, parts.settings.mail, key, "lms_gone", numbers, now)
    return TooManyGone(f"{reason} {todo}", code="too_many_gone")

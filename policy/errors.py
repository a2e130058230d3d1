"""What the rules cannot answer. Each is a ValueError whose message can be shown."""

from __future__ import annotations

from datetime import date


class PolicyError(ValueError):
    """The rules have no answer for these values."""


class BeforePolicy(PolicyError):
    """What was asked before the first tranche is an existing commitment (P2, A14)."""


class UnknownTranche(PolicyError):
    """No tranche has this name."""


class UnknownPeriod(PolicyError):
    """No period of the reports has this name."""


class OutsideCalendar(PolicyError):
    """The answer lies beyond 31 December 9999, the last day that can be written."""


class NaiveMoment(PolicyError):
    """A moment without a time zone has no day."""


class ImpossibleActivity(PolicyError):
    """An activity that ends before it starts cannot be divided over years."""


class UnknownActivity(PolicyError):
    """The activity that the question is about is not among the activities given."""


class InvalidParameter(PolicyError):
    """A value of the policy that is missing, unreadable or in conflict with another one.

    `name` is the parameter (`hours.norm`), `valid_from` the date of effect of the value, None when
    there is no value at all.
    """

    def __init__(self, name: str, reason: str, valid_from: date | None = None) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason
        self.valid_from = valid_from

"""One thing that waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from adapter.register.keys import Role
from policy.model import Number

_OURS = UUID("6f0c9a52-6f0e-5b52-9d7b-0a1f6f7c2d11")


class TaskKind(StrEnum):
    REPAYMENT_REVIEW = "repayment_review"
    OVERRIDE_TO_REPEAT = "override_to_repeat"
    EXIT_SUSPECTED = "exit_suspected"
    EXIT_REHIRED = "exit_rehired"
    EXIT_OPEN_MATTERS = "exit_open_matters"
    MANAGER_SUCCESSOR = "manager_successor"
    EXIT_ENDING_UNKNOWN = "exit_ending_unknown"
    ACTUAL_COSTS_UNKNOWN = "actual_costs_unknown"
    CLAIM_TO_CONFIRM = "claim_to_confirm"
    CLAIM_TO_HAND_OVER = "claim_to_hand_over"
    CLAIM_TO_SETTLE = "claim_to_settle"
    CLAIM_DIFFERS = "claim_differs"
    TWO_ACCOUNTS = "two_accounts"
    ACCOUNT_WITHOUT_NUMBER = "account_without_number"
    ACCOUNT_DOUBTFUL = "account_doubtful"
    ACCOUNTS_STOPPED = "accounts_stopped"
    REQUEST_INCOMPLETE = "request_incomplete"
    LEGAL_TO_SETTLE = "legal_to_settle"
    STATUTORY_ABOVE_NORM = "statutory_above_norm"
    AGREEMENT_MISSING = "agreement_missing"
    AGREEMENT_UNSIGNED = "agreement_unsigned"
    AGREEMENT_INCOMPLETE = "agreement_incomplete"
    AGREEMENT_NOT_FILED = "agreement_not_filed"
    COMPLETION_OVERDUE = "completion_overdue"
    BROKEN_OFF = "broken_off"
    COMMITMENT_OPEN = "commitment_open"
    ENFORCEMENT_PAUSED = "enforcement_paused"
    EVENT_DEAD = "event_dead"
    DEAD_LETTER = "dead_letter"
    HOLD_UNREACHABLE = "hold_unreachable"


CLOSED_BY_HAND = frozenset(
    {
        TaskKind.OVERRIDE_TO_REPEAT,
        TaskKind.EXIT_REHIRED,
        TaskKind.EXIT_OPEN_MATTERS,
        TaskKind.CLAIM_DIFFERS,
        TaskKind.COMPLETION_OVERDUE,
        TaskKind.BROKEN_OFF,
        TaskKind.TWO_ACCOUNTS,
        TaskKind.ACCOUNT_WITHOUT_NUMBER,
        TaskKind.ACCOUNT_DOUBTFUL,
        TaskKind.EVENT_DEAD,
        TaskKind.DEAD_LETTER,
    }
)
"""Leaving it as it is, is an outcome of these, and nothing else in the register would show it.
Every other task ends where it is done."""

OF_MANAGERS = frozenset(
    {
        TaskKind.REQUEST_INCOMPLETE,
        TaskKind.AGREEMENT_MISSING,
        TaskKind.AGREEMENT_UNSIGNED,
        TaskKind.AGREEMENT_INCOMPLETE,
        TaskKind.COMPLETION_OVERDUE,
        TaskKind.BROKEN_OFF,
    }
)
"""A manager sees these of the own team; repayment and accounts are for HR."""


@dataclass(frozen=True, slots=True)
class Task:
    """Derived from the register: it is there as long as what it is about is so.

    `about` identifies it together with its kind. `employee_ids` are those whom it concerns.
    `for_employee` is who has to act, where that is one person. `numbers` fill the sentences.
    """

    kind: TaskKind
    about: tuple[str, ...]
    for_role: Role
    arose_on: date
    due_on: date
    clause: str | None = None
    employee_ids: tuple[str, ...] = ()
    for_employee: str | None = None
    numbers: Mapping[str, Number] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The same as long as the task is the same, and without a personnel number in it."""
        return id_of(self.kind, self.about)

    @property
    def facts(self) -> dict[str, Number]:
        return dict(self.numbers)


def id_of(kind: TaskKind, about: tuple[str, ...]) -> str:
    return str(uuid5(_OURS, "|".join((kind, *about))))

"""The states of a repayment claim and the steps between them (Visie §7, P6).

The machine proposes and withdraws; everything that a leaver notices is a step of HR. What payroll
holds is kept apart from the state: a claim can end while payroll still has to be put right.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ClaimState(StrEnum):
    PROPOSED = "proposed"
    """The statement says that something may be claimed; HR has not decided."""
    CONFIRMED = "confirmed"
    HANDED_TO_PAYROLL = "handed_to_payroll"
    SETTLED = "settled"
    """Paid or set off."""
    WAIVED = "waived"
    """HR let it go, on a ground."""
    WITHDRAWN = "withdrawn"
    """There is nothing to claim any more: no exit, or nothing due."""


class ClaimStep(StrEnum):
    """What happens to a claim; every step is a row that stays."""

    PROPOSE = "propose"
    """By the machine: a statement, or a newer version of it, is there to be judged."""
    CONFIRM = "confirm"
    HAND_OVER = "hand_over"
    SETTLE = "settle"
    WAIVE = "waive"
    WITHDRAW = "withdraw"
    """By the machine: the exit is withdrawn, or nothing is due any more."""
    REOPEN = "reopen"
    """By HR: back to be judged again."""


NEXT: Mapping[ClaimState, Mapping[ClaimStep, ClaimState]] = {
    ClaimState.PROPOSED: {
        ClaimStep.PROPOSE: ClaimState.PROPOSED,
        ClaimStep.CONFIRM: ClaimState.CONFIRMED,
        ClaimStep.WAIVE: ClaimState.WAIVED,
        ClaimStep.WITHDRAW: ClaimState.WITHDRAWN,
    },
    ClaimState.CONFIRMED: {
        ClaimStep.PROPOSE: ClaimState.PROPOSED,
        ClaimStep.REOPEN: ClaimState.PROPOSED,
        ClaimStep.HAND_OVER: ClaimState.HANDED_TO_PAYROLL,
        ClaimStep.WAIVE: ClaimState.WAIVED,
        ClaimStep.WITHDRAW: ClaimState.WITHDRAWN,
    },
    ClaimState.HANDED_TO_PAYROLL: {
        ClaimStep.SETTLE: ClaimState.SETTLED,
        ClaimStep.REOPEN: ClaimState.PROPOSED,
        ClaimStep.WAIVE: ClaimState.WAIVED,
        ClaimStep.WITHDRAW: ClaimState.WITHDRAWN,
    },
    ClaimState.SETTLED: {},
    ClaimState.WAIVED: {ClaimStep.PROPOSE: ClaimState.PROPOSED},
    ClaimState.WITHDRAWN: {ClaimStep.PROPOSE: ClaimState.PROPOSED},
}
"""The steps that each state allows, and where they lead. Of a settled claim money has moved: what
changes afterwards is for people. A waived or withdrawn one is judged anew when a newer version of
the statement says that something is due."""


class IllegalClaimStep(ValueError):
    """The table has no such step; `allowed` names those that it has from here."""

    def __init__(self, state: ClaimState, wanted: ClaimStep) -> None:
        self.state = state
        self.wanted = wanted
        self.allowed = tuple(NEXT[state])
        steps = ", ".join(self.allowed) or "nothing: this state is final"
        super().__init__(f"a claim that is {state} cannot {wanted}; possible: {steps}")


def step(state: ClaimState, wanted: ClaimStep) -> ClaimState:
    """The state after the step; raises `IllegalClaimStep`."""
    if wanted not in NEXT[state]:
        raise IllegalClaimStep(state, wanted)
    return NEXT[state][wanted]


def after_new_statement(
    state: ClaimState | None, *, something_due: bool, already_judged: bool
) -> ClaimStep | None:
    """What the newest version of the statement does to its claim; None when it does nothing.

    `state` is None while there is no claim. `something_due` says whether the version is of an exit
    that took effect and has an amount to claim or to review, `already_judged` whether the claim is
    about this version already. After the hand-over nothing changes by itself but the withdrawal.
    """
    if not something_due:
        takes_back = state is not None and ClaimStep.WITHDRAW in NEXT[state]
        return ClaimStep.WITHDRAW if takes_back else None
    if state is None or state is ClaimState.WITHDRAWN:
        return ClaimStep.PROPOSE
    if already_judged or ClaimStep.PROPOSE not in NEXT[state]:
        return None
    return ClaimStep.PROPOSE

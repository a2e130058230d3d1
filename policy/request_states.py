"""The states of a training request and the steps between them (Visie §6, P2).

A deferred request is weighed again: the text names deferring beside rejecting, and a deferral that
nothing can follow would be a rejection.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class RequestState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    PROPOSED = "proposed"
    GRANTED = "granted"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"


class RequestOutcome(StrEnum):
    """What HR can propose and the management team can decide."""

    GRANT = "grant"
    REJECT = "reject"
    DEFER = "defer"


STATE_OF: Mapping[RequestOutcome, RequestState] = {
    RequestOutcome.GRANT: RequestState.GRANTED,
    RequestOutcome.REJECT: RequestState.REJECTED,
    RequestOutcome.DEFER: RequestState.DEFERRED,
}
"""The state in which a decision leaves a request."""

NEXT: Mapping[RequestState, tuple[RequestState, ...]] = {
    RequestState.DRAFT: (RequestState.SUBMITTED, RequestState.WITHDRAWN),
    RequestState.SUBMITTED: (RequestState.UNDER_REVIEW, RequestState.WITHDRAWN),
    RequestState.UNDER_REVIEW: (RequestState.PROPOSED, RequestState.WITHDRAWN),
    RequestState.PROPOSED: (
        RequestState.GRANTED,
        RequestState.REJECTED,
        RequestState.DEFERRED,
        RequestState.WITHDRAWN,
    ),
    RequestState.DEFERRED: (RequestState.UNDER_REVIEW, RequestState.WITHDRAWN),
    RequestState.GRANTED: (),
    RequestState.REJECTED: (),
    RequestState.WITHDRAWN: (),
}
"""The steps that each state allows; a state without steps is final."""

UNDECIDED = frozenset(
    {
        RequestState.SUBMITTED,
        RequestState.UNDER_REVIEW,
        RequestState.PROPOSED,
        RequestState.DEFERRED,
    }
)
"""Asked for and not settled."""


class IllegalTransition(ValueError):
    """The table has no such step; `allowed` names the steps that it has from here."""

    def __init__(self, state: RequestState, wanted: RequestState) -> None:
        self.state = state
        self.wanted = wanted
        self.allowed = NEXT[state]
        steps = ", ".join(self.allowed) or "nothing: this state is final"
        super().__init__(f"from {state} a request cannot become {wanted}; it can become {steps}")


def step(state: RequestState, wanted: RequestState) -> RequestState:
    """The state after the step; raises `IllegalTransition`."""
    if wanted not in NEXT[state]:
        raise IllegalTransition(state, wanted)
    return wanted

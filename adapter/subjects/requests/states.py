"""The steps of a request before its decision: submit, take under review, withdraw (P2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import NotNow, OutsideRole
from adapter.subjects.requests.requests import procedure_of, request_for, write
from adapter.subjects.requests.transition_log import log_transition
from policy.errors import BeforePolicy
from policy.request_states import IllegalTransition, RequestState, step
from policy.tranches import tranche_for

_BY_HAND: Mapping[RequestState, frozenset[Role]] = {
    RequestState.SUBMITTED: frozenset({Role.MANAGER, Role.HR}),
    RequestState.UNDER_REVIEW: frozenset({Role.HR}),
    RequestState.WITHDRAWN: frozenset({Role.MANAGER, Role.HR}),
}
"""Who may ask for a step. The others follow from a proposal or a decision."""


def move(
    act: Act, request_id: str, version: int, wanted: RequestState, reason: str | None = None
) -> None:
    """Take one step. Submitting fixes the tranche, by the day in Amsterdam.

    Raises `UnknownEntry`, `OtherVersion`, `OutsideRole`, and `NotNow` naming the allowed states.
    """
    row = request_for(act, request_id, version)
    allowed_step(row, wanted)
    roles = _BY_HAND.get(wanted, frozenset())
    if act.by.role not in roles:
        raise OutsideRole(roles)
    values = _submitted(act, row) if wanted is RequestState.SUBMITTED else {}
    enter(act, row, wanted, values, reason)


def allowed_step(row: TrainingRequestRow, wanted: RequestState) -> None:
    """Raise `NotNow` when the table has no such step from the request's state."""
    try:
        step(RequestState(row.state), wanted)
    except IllegalTransition as error:
        raise NotNow(
            "illegal_transition", error.allowed, state=error.state, wanted=error.wanted
        ) from error


def enter(
    act: Act,
    row: TrainingRequestRow,
    state: RequestState,
    values: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Write the state with whatever changes with it, and log the step."""
    version = write(act, row, {**(values or {}), "state": state})
    log_transition(act, row.id, version, row.state, state, reason)


def _submitted(act: Act, row: TrainingRequestRow) -> dict[str, Any]:
    try:
        tranche = tranche_for(act.today, act.policy)
    except BeforePolicy as error:
        raise NotNow("before_policy") from error
    return {
        "submitted_at": act.now,
        "tranche": tranche.name,
        "procedure": procedure_of(act, act.today, row.starts_on),
    }

"""What HR proposes to the management team about a request (P8); the newest proposal counts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import insert, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.rulings import RequestProposalRow
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.grants import GrantTerms, wrong_terms
from adapter.subjects.requests.refusals import refuse_if_any
from adapter.subjects.requests.requests import request_for, write
from adapter.subjects.requests.states import allowed_step, enter
from policy.request_states import RequestOutcome, RequestState


@dataclass(frozen=True, slots=True)
class Proposal:
    """`terms` are those of the grant, and are there exactly when the proposal is to grant."""

    outcome: RequestOutcome
    reason: str
    terms: GrantTerms | None


def propose(act: Act, request_id: str, version: int, proposal: Proposal) -> str:
    """Record the proposal, and that the request now waits for the management team.

    Raises `UnknownEntry`, `OtherVersion`, `NotNow`, `WrongFields`.
    """
    row = request_for(act, request_id, version)
    again = row.state == RequestState.PROPOSED
    if not again:
        allowed_step(row, RequestState.PROPOSED)
    refuse_if_any(
        wrong_terms(act, row, proposal.terms, granting=proposal.outcome is RequestOutcome.GRANT)
    )
    proposal_id = _record(act, request_id, proposal)
    if again:
        write(act, row, {})
    else:
        enter(act, row, RequestState.PROPOSED)
    return proposal_id


def proposals(act: Act, request_id: str) -> list[RequestProposalRow]:
    """Oldest first."""
    return rows_of(
        act.connection,
        select(RequestProposalRow)
        .where(RequestProposalRow.request_id == request_id)
        .order_by(RequestProposalRow.position),
    )


def departs_from_proposal(
    proposed: RequestProposalRow, outcome: RequestOutcome, terms: GrantTerms | None
) -> bool:
    """Whether a decision differs from the proposal in its outcome, or in what it grants."""
    if proposed.outcome != outcome:
        return True
    asked: tuple[int | None, Decimal | None, int | None] = (
        proposed.costs_cents,
        proposed.hours,
        proposed.repayment_scheme,
    )
    return terms is not None and asked != (
        terms.costs_cents,
        terms.hours,
        int(terms.repayment_scheme),
    )


def _record(act: Act, request_id: str, proposal: Proposal) -> str:
    proposal_id = new_id()
    terms = proposal.terms
    act.connection.execute(
        insert(RequestProposalRow).values(
            id=proposal_id,
            request_id=request_id,
            position=len(proposals(act, request_id)) + 1,
            outcome=proposal.outcome,
            reason=proposal.reason,
            costs_cents=terms.costs_cents if terms else None,
            hours=terms.hours if terms else None,
            repayment_scheme=int(terms.repayment_scheme) if terms else None,
            proposed_by=act.actor,
            proposed_at=act.now,
        )
    )
    return proposal_id

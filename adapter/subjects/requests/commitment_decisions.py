"""Winding up existing commitments: HR proposes, the management team decides one by one (P9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Select, insert, select, update

from adapter.ground.store.portions import Cut, Portion, Stretch, listed, portion
from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.procedure import CommitmentRow
from adapter.ground.store.tables.rulings import CommitmentDecisionRow, CommitmentProposalRow
from adapter.queues.register_changes import announce
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.commitments import CommitmentState, one_commitment
from adapter.subjects.requests.days import wrong_if_before, wrong_if_future
from adapter.subjects.requests.grants import add_grant
from adapter.subjects.requests.refusals import NotNow, WrongField, refuse_if_any
from policy.model import Ground, MandatoryByLaw


class CommitmentOutcome(StrEnum):
    HONOUR = "honour"
    CONVERT = "convert"
    LAPSE = "lapse"


class CommitmentFilter(StrEnum):
    """The states, and apart from the open ones those that the management team honours."""

    OPEN = "open"
    HONOURED = "honoured"
    CONVERTED = "converted"
    LAPSED = "lapsed"


_STATE_OF: Mapping[CommitmentOutcome, CommitmentState] = {
    CommitmentOutcome.HONOUR: CommitmentState.OPEN,
    CommitmentOutcome.CONVERT: CommitmentState.CONVERTED,
    CommitmentOutcome.LAPSE: CommitmentState.LAPSED,
}


_ORDER = (CommitmentRow.agreed_on, CommitmentRow.id)


@dataclass(frozen=True, slots=True)
class ConversionTerms:
    """What the grant names that a commitment becomes; from then on the policy's terms hold."""

    costs_cents: int
    hours: Decimal
    repayment_scheme: bool
    ground: Ground
    mandatory_by_law: MandatoryByLaw


@dataclass(frozen=True, slots=True)
class CommitmentDecision:
    """`reason` is needed without a proposal, or where it departs from it; `terms` exactly when it
    converts."""

    outcome: CommitmentOutcome
    decided_on: date
    reason: str | None
    terms: ConversionTerms | None


def propose_for_commitment(
    act: Act, commitment_id: str, outcome: CommitmentOutcome, reason: str
) -> str:
    """Record what HR proposes. Raises `UnknownEntry`, `NotNow` once it is decided."""
    _undecided(act, commitment_id)
    proposal_id = new_id()
    act.connection.execute(
        insert(CommitmentProposalRow).values(
            id=proposal_id,
            commitment_id=commitment_id,
            position=len(commitment_proposals_of(act, commitment_id)) + 1,
            outcome=outcome,
            reason=reason,
            proposed_by=act.actor,
            proposed_at=act.now,
        )
    )
    return proposal_id


def decide_commitment(act: Act, commitment_id: str, decision: CommitmentDecision) -> None:
    """Record the decision, which is made once. Raises `UnknownEntry`, `NotNow`, `WrongFields`."""
    row = _undecided(act, commitment_id)
    proposed = next(reversed(commitment_proposals_of(act, commitment_id)), None)
    departs = proposed is None or proposed.outcome != decision.outcome
    refuse_if_any(_wrong(act, row, decision, departs=departs))
    grant_id = None if decision.terms is None else _convert(act, row, decision, decision.terms)
    act.connection.execute(
        insert(CommitmentDecisionRow).values(
            commitment_id=commitment_id,
            proposal_id=proposed.id if proposed else None,
            outcome=decision.outcome,
            departs=int(departs),
            reason=decision.reason,
            grant_id=grant_id,
            decided_on=decision.decided_on,
            decided_by=act.actor,
            recorded_at=act.now,
        )
    )
    act.connection.execute(
        update(CommitmentRow)
        .where(CommitmentRow.id == commitment_id)
        .values(state=_STATE_OF[decision.outcome])
    )
    announce(act.connection, [row.employee_id], act.now)


@dataclass(frozen=True, slots=True)
class RuledCommitment:
    """A commitment with what HR proposed, oldest first, and what the management team decided."""

    row: CommitmentRow
    proposals: tuple[CommitmentProposalRow, ...]
    decision: CommitmentDecisionRow | None


def with_rulings(act: Act, rows: Sequence[CommitmentRow]) -> list[RuledCommitment]:
    """In the same order, read at once."""
    ids = [row.id for row in rows]
    proposals: defaultdict[str, list[CommitmentProposalRow]] = defaultdict(list)
    for one in rows_of(
        act.connection,
        select(CommitmentProposalRow)
        .where(CommitmentProposalRow.commitment_id.in_(ids))
        .order_by(CommitmentProposalRow.position),
    ):
        proposals[one.commitment_id].append(one)
    decisions = {
        one.commitment_id: one
        for one in rows_of(
            act.connection,
            select(CommitmentDecisionRow).where(CommitmentDecisionRow.commitment_id.in_(ids)),
        )
    }
    return [RuledCommitment(row, tuple(proposals[row.id]), decisions.get(row.id)) for row in rows]


def proposed_commitments(act: Act) -> frozenset[str]:
    """Those for which HR has proposed something."""
    ids = select(CommitmentProposalRow.commitment_id).distinct()
    return frozenset(act.connection.execute(ids).scalars())


def commitment_proposals_of(act: Act, commitment_id: str) -> list[CommitmentProposalRow]:
    """Oldest first."""
    return rows_of(
        act.connection,
        select(CommitmentProposalRow)
        .where(CommitmentProposalRow.commitment_id == commitment_id)
        .order_by(CommitmentProposalRow.position),
    )


def commitment_decision_of(act: Act, commitment_id: str) -> CommitmentDecisionRow | None:
    return row_or_none(
        act.connection,
        select(CommitmentDecisionRow).where(CommitmentDecisionRow.commitment_id == commitment_id),
    )


def list_commitments(
    act: Act, wanted: CommitmentFilter | None = None, *, undecided: bool = False
) -> list[CommitmentRow]:
    """Oldest promise first. `undecided` keeps what is left to wind up."""
    return rows_of(act.connection, _listed(wanted, undecided=undecided).order_by(*_ORDER))


def page_of_commitments(
    act: Act, cut: Cut, wanted: CommitmentFilter | None = None, *, undecided: bool = False
) -> Stretch[CommitmentRow]:
    """The same by pages. Raises `UnknownCursor`."""
    return listed(act.connection, _listed(wanted, undecided=undecided), _ORDER, cut)


def undecided_commitments(act: Act, number: int) -> Portion[CommitmentRow]:
    query = _listed(None, undecided=True).order_by(*_ORDER)
    return portion(lambda cut: rows_of(act.connection, cut), query, number)


def _listed(wanted: CommitmentFilter | None, *, undecided: bool) -> Select[CommitmentRow]:
    decided = select(CommitmentDecisionRow.commitment_id)
    query = select(CommitmentRow)
    if undecided:
        query = query.where(CommitmentRow.id.not_in(decided))
    if wanted is CommitmentFilter.HONOURED:
        honoured = decided.where(CommitmentDecisionRow.outcome == CommitmentOutcome.HONOUR)
        query = query.where(CommitmentRow.id.in_(honoured))
    elif wanted is not None:
        query = query.where(CommitmentRow.state == wanted)
    return query


def _undecided(act: Act, commitment_id: str) -> CommitmentRow:
    row = one_commitment(act, commitment_id)
    if commitment_decision_of(act, commitment_id) is not None:
        raise NotNow("commitment_decided")
    return row


def _wrong(
    act: Act, row: CommitmentRow, decision: CommitmentDecision, *, departs: bool
) -> list[WrongField]:
    wrong = [
        *wrong_if_future(act, decision.decided_on, "/decidedDate"),
        *wrong_if_before(decision.decided_on, row.agreed_on, "/decidedDate", "before_commitment"),
    ]
    converting = decision.outcome is CommitmentOutcome.CONVERT
    terms = decision.terms
    if converting and terms is None:
        wrong.append(WrongField("/grant", "grant_terms_missing"))
    if terms is not None and not converting:
        wrong.append(WrongField("/grant", "only_when_granting"))
    if terms and terms.repayment_scheme and terms.mandatory_by_law is MandatoryByLaw.YES:
        wrong.append(WrongField("/grant/repaymentScheme", "scheme_void_by_law"))
    if departs and not decision.reason:
        wrong.append(WrongField("/reason", "reason_for_departing"))
    return wrong


def _convert(
    act: Act, row: CommitmentRow, decision: CommitmentDecision, terms: ConversionTerms
) -> str:
    return add_grant(
        act,
        {
            "employee_id": row.employee_id,
            "trajectory_id": row.trajectory_id,
            "course_ids": row.course_ids,
            "costs_cents": terms.costs_cents,
            "hours": terms.hours,
            "work_time_share": row.work_time_share,
            "ground": terms.ground,
            "mandatory_by_law": terms.mandatory_by_law,
            "repayment_scheme": int(terms.repayment_scheme),
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "decided_on": decision.decided_on,
        },
    )

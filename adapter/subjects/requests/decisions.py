"""Decisions of the management team about training requests (Visie §6, P2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import insert, select

from adapter.ground.store.reading import row_of, rows_of
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.rulings import RequestDecisionRow, RequestProposalRow
from adapter.ground.store.tables.tranches import WeighingRow
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.costs import per_employee
from adapter.subjects.requests.days import wrong_if_before, wrong_if_future
from adapter.subjects.requests.decision_notices import tell_of_decision
from adapter.subjects.requests.exemptions import exempt_with_grant, wrong_with_grant
from adapter.subjects.requests.findings import (
    AGREEMENTS,
    HOURS,
    REQUESTS,
    WEIGHING,
    advise,
    info,
)
from adapter.subjects.requests.grants import GrantTerms, make_grants, wrong_terms
from adapter.subjects.requests.hours import ExtraHours, above_the_norm
from adapter.subjects.requests.intake import agreement_consequences, granted_before
from adapter.subjects.requests.interim import admissible, refuse_inadmissible
from adapter.subjects.requests.proposals import departs_from_proposal, proposals
from adapter.subjects.requests.refusals import NotNow, WrongField, refuse_if_any
from adapter.subjects.requests.requests import participants, request_for, submitted_on
from adapter.subjects.requests.states import allowed_step, enter
from policy.agreements import required_for_costs
from policy.model import Finding, Ground
from policy.request_states import STATE_OF, RequestOutcome
from policy.trajectories import NECESSARY
from policy.tranches import Procedure, tranche_named

UNWEIGHED, WITHOUT_CONVERSATION = "unweighed", "without_conversation"
"""What a decision can lack to rest on (A29), as it is kept with the decision."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason` is needed where it departs from the proposal, and where there is little to rest on
    (A29); `terms` exactly when it grants.
    `exemptions` are the hours above the norm that are given in the same act (P4)."""

    outcome: RequestOutcome
    decided_on: date
    reason: str | None
    terms: GrantTerms | None
    exemptions: tuple[ExtraHours, ...] = ()


def decide(act: Act, request_id: str, version: int, decision: Decision) -> str:
    """Record the decision, with the grants that it makes, and return its id.

    A decision before or after the decision window is accepted; `decision_findings` notes it.
    Raises `UnknownEntry`, `OtherVersion`, `NotNow`, `WrongFields`.
    """
    row = request_for(act, request_id, version)
    state = STATE_OF[decision.outcome]
    allowed_step(row, state)
    proposed = proposals(act, request_id)[-1]
    departing = departs_from_proposal(proposed, decision.outcome, decision.terms)
    lacking = tuple(_lacking(act, row))
    refuse_if_any(_wrong(act, row, decision, lacking, departing=departing))
    if decision.terms is not None:
        _refuse_ungrantable(act, row, decision.decided_on)
    basis = _Basis(proposed.id, departing, lacking)
    decision_id = _record(act, row, decision, basis)
    if decision.terms is not None:
        made = (decision_id, decision.decided_on)
        make_grants(act, row, decision.terms, *made)
        trajectory_id = decision.terms.trajectory_id or row.trajectory_id
        exempt_with_grant(act, row, decision.exemptions, trajectory_id, made)
    enter(act, row, state, reason=decision.reason)
    tell_of_decision(
        act,
        row,
        decision_id,
        decision.outcome,
        decision.decided_on,
        decision.reason or proposed.reason,
        scheme=decision.terms is not None and decision.terms.repayment_scheme,
    )
    return decision_id


def decisions(act: Act, request_id: str) -> list[RequestDecisionRow]:
    """Oldest first: a deferred request can be decided again, on a newer proposal."""
    return rows_of(
        act.connection,
        select(RequestDecisionRow)
        .join(RequestProposalRow, RequestProposalRow.id == RequestDecisionRow.proposal_id)
        .where(RequestDecisionRow.request_id == request_id)
        .order_by(RequestProposalRow.position),
    )


def one_decision(act: Act, decision_id: str) -> RequestDecisionRow:
    """A decision that is known to be there."""
    return row_of(
        act.connection, select(RequestDecisionRow).where(RequestDecisionRow.id == decision_id)
    )


def decision_findings(
    act: Act, row: TrainingRequestRow, decided: RequestDecisionRow
) -> Iterator[Finding]:
    """What is worth knowing about a decision (`decided`) on a request (`row`)."""
    noted = decided.noted or ()
    if UNWEIGHED in noted:
        yield advise("decided_unweighed", WEIGHING)
    if WITHOUT_CONVERSATION in noted:
        yield advise("decided_without_conversation", WEIGHING)
    yield from _timing(act, row, decided.decided_on)
    if row.starts_on is not None and decided.decided_on > row.starts_on:
        numbers = {"decided": decided.decided_on.isoformat(), "start": row.starts_on.isoformat()}
        yield advise("decided_after_start", REQUESTS, **numbers)
    if decided.outcome == RequestOutcome.GRANT and row.procedure == Procedure.INTERIM:
        known = admissible(act, row)
        yield (
            info("granted_interim", REQUESTS)
            if known
            else advise("granted_inadmissible_interim", REQUESTS)
        )


def grant_findings(act: Act, row: TrainingRequestRow, terms: GrantTerms) -> Iterator[Finding]:
    """What the terms lead to for each employee."""
    costs_cents = per_employee(terms.costs_cents, participants(row))
    before = granted_before(act, row, trajectory_id=terms.trajectory_id)
    yield from agreement_consequences(act, costs_cents, terms.hours, row, before)
    parameters = act.policy.on(row.starts_on or act.today)
    whole_cents = costs_cents + before[0].costs_cents
    if terms.repayment_scheme and not required_for_costs(whole_cents, parameters):
        yield advise("scheme_below_threshold", AGREEMENTS)
    for year, extra in _above_per_year(above_the_norm(act, row, terms.hours)).items():
        numbers = {"year": str(year), "count": str(len(extra)), "excess": str(max(extra))}
        yield (
            advise("exemption_to_ask", HOURS, **numbers)
            if row.ground in NECESSARY
            else advise("above_the_norm", HOURS, **numbers)
        )


def _above_per_year(needed: Iterable[ExtraHours]) -> dict[int, list[Decimal]]:
    years: dict[int, list[Decimal]] = {}
    for one in needed:
        years.setdefault(one.year, []).append(one.extra_hours)
    return dict(sorted(years.items()))


def _timing(act: Act, row: TrainingRequestRow, decided_on: date) -> Iterator[Finding]:
    """An interim request does not wait for the window, so it cannot be early or late."""
    if row.tranche is None or row.procedure == Procedure.INTERIM:
        return
    tranche = tranche_named(row.tranche, act.policy)
    numbers = {
        "decided": decided_on.isoformat(),
        "decision_from": tranche.decision_from.isoformat(),
        "decision_until": tranche.decision_until.isoformat(),
    }
    if decided_on < tranche.decision_from:
        yield info("decided_early", REQUESTS, **numbers)
    if decided_on > tranche.decision_until:
        yield advise("decided_late", REQUESTS, **numbers)


def _lacking(act: Act, row: TrainingRequestRow) -> Iterator[str]:
    """What a decision on this request would lack to rest on: a weighing, and for individual
    development (criterion 4) the conversation (P8)."""
    weighed = act.connection.execute(
        select(WeighingRow.id).where(WeighingRow.request_id == row.id).limit(1)
    ).first()
    if weighed is None:
        yield UNWEIGHED
    if row.ground == Ground.INDIVIDUAL and row.appraisal_on is None:
        yield WITHOUT_CONVERSATION


def _wrong(
    act: Act,
    row: TrainingRequestRow,
    decision: Decision,
    lacking: Sequence[str],
    *,
    departing: bool,
) -> list[WrongField]:
    granting = decision.outcome is RequestOutcome.GRANT
    wrong = [
        *wrong_if_future(act, decision.decided_on, "/decidedDate"),
        *wrong_if_before(
            decision.decided_on, submitted_on(row), "/decidedDate", "before_submission"
        ),
        *wrong_terms(act, row, decision.terms, granting=granting),
        *wrong_with_grant(row, decision.exemptions, decision.decided_on, granting=granting),
    ]
    if departing and not decision.reason:
        wrong.append(WrongField("/reason", "reason_for_departing"))
    elif lacking and not decision.reason:
        parameters = act.policy.on(decision.decided_on)
        if parameters.weighing_departures == "with_reason":
            unweighed = UNWEIGHED in lacking
            reason = "reason_when_unweighed" if unweighed else "reason_without_conversation"
            wrong.append(WrongField("/reason", reason))
    return wrong


def _refuse_ungrantable(act: Act, row: TrainingRequestRow, decided_on: date) -> None:
    if participants(row) == 0:
        raise NotNow("nobody_to_grant")
    if row.starts_on is None:
        raise NotNow("start_unknown")
    refuse_inadmissible(act, row, decided_on)


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a decision rests on."""

    proposal_id: str
    departs: bool
    lacking: tuple[str, ...]


def _record(act: Act, row: TrainingRequestRow, decision: Decision, basis: _Basis) -> str:
    decision_id = new_id()
    act.connection.execute(
        insert(RequestDecisionRow).values(
            id=decision_id,
            request_id=row.id,
            proposal_id=basis.proposal_id,
            outcome=decision.outcome,
            departs=int(basis.departs),
            reason=decision.reason,
            noted=list(basis.lacking),
            decided_on=decision.decided_on,
            decided_by=act.actor,
            recorded_at=act.now,
        )
    )
    return decision_id

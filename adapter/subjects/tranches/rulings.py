"""Requests of a tranche with their newest weighing, proposal, decision and consent, in bulk."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import Select, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.procedure import GrantRow, TrainingRequestRow
from adapter.ground.store.tables.rulings import (
    InterimConsentRow,
    RequestDecisionRow,
    RequestProposalRow,
)
from adapter.ground.store.tables.tranches import WeighingRow
from adapter.subjects.requests.acts import Act
from policy.request_states import RequestState

OUTSIDE = (RequestState.DRAFT, RequestState.WITHDRAWN)
"""Never submitted, or taken back: not for the management team."""

Ruling = TypeVar(
    "Ruling", WeighingRow, RequestProposalRow, RequestDecisionRow, InterimConsentRow, GrantRow
)


@dataclass(frozen=True, slots=True)
class Rulings:
    """By request; `grants` are those that stand."""

    weighings: dict[str, WeighingRow]
    proposals: dict[str, RequestProposalRow]
    decisions: dict[str, RequestDecisionRow]
    consents: dict[str, date]
    grants: dict[str, list[GrantRow]]


def tranche_requests(act: Act, tranche: str) -> list[TrainingRequestRow]:
    """In order of submission."""
    return rows_of(
        act.connection,
        select(TrainingRequestRow)
        .where(
            TrainingRequestRow.tranche == tranche,
            TrainingRequestRow.state.not_in(OUTSIDE),
        )
        .order_by(TrainingRequestRow.submitted_at, TrainingRequestRow.id),
    )


def read_rulings(act: Act, tranche: str) -> Rulings:
    consented = _newest(act, _of(tranche, InterimConsentRow))
    granted = _of(tranche, GrantRow).where(GrantRow.revoked_at.is_(None))
    return Rulings(
        weighings=_newest(act, _of(tranche, WeighingRow).order_by(WeighingRow.position)),
        proposals=_newest(
            act, _of(tranche, RequestProposalRow).order_by(RequestProposalRow.position)
        ),
        decisions=_newest(act, _decisions(tranche)),
        consents={key: row.consented_on for key, row in consented.items()},
        grants=_all(act, granted),
    )


def _of(tranche: str, ruling: type[Ruling]) -> Select[Ruling]:
    return (
        select(ruling)
        .join(TrainingRequestRow, TrainingRequestRow.id == ruling.request_id)
        .where(TrainingRequestRow.tranche == tranche)
    )


def _decisions(tranche: str) -> Select[RequestDecisionRow]:
    """A deferred request is decided again on a newer proposal."""
    return (
        _of(tranche, RequestDecisionRow)
        .join(RequestProposalRow, RequestProposalRow.id == RequestDecisionRow.proposal_id)
        .order_by(RequestProposalRow.position)
    )


def _newest(act: Act, query: Select[Ruling]) -> dict[str, Ruling]:
    """The last row per request, in the order of the query."""
    return {row.request_id: row for row in rows_of(act.connection, query) if row.request_id}


def _all(act: Act, query: Select[GrantRow]) -> dict[str, list[GrantRow]]:
    found: defaultdict[str, list[GrantRow]] = defaultdict(list)
    for row in rows_of(act.connection, query):
        if row.request_id:
            found[row.request_id].append(row)
    return dict(found)

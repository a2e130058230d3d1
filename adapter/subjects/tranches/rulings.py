"""Requests of a tranche with their newest weighing, proposal, decision and consent, in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, Table, select

from adapter.ground.store.tables.procedure import grants, training_requests
from adapter.ground.store.tables.rulings import (
    interim_consents,
    request_decisions,
    request_proposals,
)
from adapter.ground.store.tables.tranches import weighings
from adapter.subjects.requests.acts import Act
from policy.request_states import RequestState

OUTSIDE = (RequestState.DRAFT, RequestState.WITHDRAWN)
"""Never submitted, or taken back: not for the management team."""


@dataclass(frozen=True, slots=True)
class Rulings:
    """By request. `granted_cents` are one employee's."""

    weighings: dict[str, Row[Any]]
    proposals: dict[str, Row[Any]]
    decisions: dict[str, Row[Any]]
    consents: dict[str, date]
    granted_cents: dict[str, int]


def tranche_requests(act: Act, tranche: str) -> list[Row[Any]]:
    """In order of submission."""
    return list(
        act.connection.execute(
            select(training_requests)
            .where(
                training_requests.c.tranche == tranche,
                training_requests.c.state.not_in(OUTSIDE),
            )
            .order_by(training_requests.c.submitted_at, training_requests.c.id)
        )
    )


def read_rulings(act: Act, tranche: str) -> Rulings:
    consented = _newest(act, _of(tranche, interim_consents))
    granted = _of(tranche, grants).where(grants.c.revoked_at.is_(None))
    return Rulings(
        weighings=_newest(act, _of(tranche, weighings).order_by(weighings.c.position)),
        proposals=_newest(
            act, _of(tranche, request_proposals).order_by(request_proposals.c.position)
        ),
        decisions=_newest(act, _decisions(tranche)),
        consents={key: row.consented_on for key, row in consented.items()},
        granted_cents={key: int(row.costs_cents) for key, row in _newest(act, granted).items()},
    )


def _of(tranche: str, table: Table) -> Select[Any]:
    return (
        select(table)
        .join(training_requests, training_requests.c.id == table.c.request_id)
        .where(training_requests.c.tranche == tranche)
    )


def _decisions(tranche: str) -> Select[Any]:
    """A deferred request is decided again on a newer proposal."""
    return (
        _of(tranche, request_decisions)
        .join(request_proposals, request_proposals.c.id == request_decisions.c.proposal_id)
        .order_by(request_proposals.c.position)
    )


def _newest(act: Act, query: Select[Any]) -> dict[str, Row[Any]]:
    """The last row per request, in the order of the query."""
    return {row.request_id: row for row in act.connection.execute(query)}

"""Requests that wait for a decision of any kind, per tranche."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from adapter.ground.store.tables.procedure import TrainingRequestRow
from policy.request_states import RequestState

WAITING = (RequestState.SUBMITTED, RequestState.UNDER_REVIEW, RequestState.PROPOSED)
"""Asked for, and neither granted nor rejected nor deferred."""


def undecided_by_tranche(connection: Connection) -> dict[str, int]:
    """Tranches in which nothing waits are left out."""
    requests = TrainingRequestRow
    rows = connection.execute(
        select(requests.tranche, func.count())
        .where(requests.state.in_(WAITING), requests.tranche.is_not(None))
        .group_by(requests.tranche)
    )
    return {tranche: waiting for tranche, waiting in rows if tranche is not None}

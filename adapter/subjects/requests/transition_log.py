"""Every step of a request, with who and when (P2)."""

from __future__ import annotations

from sqlalchemy import insert, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.procedure import RequestTransitionRow
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.entry_answers import show_step


def log_transition(
    act: Act,
    request_id: str,
    version: int,
    from_state: str | None,
    to_state: str,
    reason: str | None = None,
) -> None:
    act.connection.execute(
        insert(RequestTransitionRow).values(
            id=new_id(),
            request_id=request_id,
            version=version,
            from_state=from_state,
            to_state=to_state,
            at=act.now,
            by=act.actor,
            reason=reason,
        )
    )
    show_step(act.connection, request_id, version, act.now)


def transitions(act: Act, request_id: str) -> list[RequestTransitionRow]:
    """The steps of a request, oldest first."""
    return rows_of(
        act.connection,
        select(RequestTransitionRow)
        .where(RequestTransitionRow.request_id == request_id)
        .order_by(RequestTransitionRow.version),
    )

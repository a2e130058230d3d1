"""What a trajectory is called by who asked for it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from adapter.ground.store.tables.procedure import grants, training_requests


def trajectory_titles(connection: Connection) -> dict[str, str]:
    """By trajectory, as its latest grant was asked for; one that was never asked for is absent."""
    rows = connection.execute(
        select(grants.c.trajectory_id, training_requests.c.title)
        .join(training_requests, training_requests.c.id == grants.c.request_id)
        .order_by(grants.c.decided_on, grants.c.id)
    )
    return {row.trajectory_id: row.title for row in rows}

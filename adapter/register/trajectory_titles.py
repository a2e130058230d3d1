"""What a trajectory is called by who asked for it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from adapter.ground.store.tables.procedure import GrantRow, TrainingRequestRow


def trajectory_titles(connection: Connection) -> dict[str, str]:
    """By trajectory, as its latest grant was asked for; one that was never asked for is absent."""
    rows = connection.execute(
        select(GrantRow.trajectory_id, TrainingRequestRow.title)
        .join(TrainingRequestRow, TrainingRequestRow.id == GrantRow.request_id)
        .order_by(GrantRow.decided_on, GrantRow.id)
    )
    return dict(rows.all())

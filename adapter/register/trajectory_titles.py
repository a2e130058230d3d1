"""What a trajectory is called by who asked for it."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from adapter.ground.store.tables.procedure import CommitmentRow, GrantRow, TrainingRequestRow
from adapter.ground.store.tables.rulings import CommitmentDecisionRow


def trajectory_titles(connection: Connection) -> dict[str, str]:
    """By trajectory, as its latest grant was asked for, or was promised before the policy; one of
    which that is not known is absent."""
    title = func.coalesce(TrainingRequestRow.title, CommitmentRow.title)
    rows = connection.execute(
        select(GrantRow.trajectory_id, title)
        .outerjoin(TrainingRequestRow, TrainingRequestRow.id == GrantRow.request_id)
        .outerjoin(CommitmentDecisionRow, CommitmentDecisionRow.grant_id == GrantRow.id)
        .outerjoin(CommitmentRow, CommitmentRow.id == CommitmentDecisionRow.commitment_id)
        .where(title.is_not(None))
        .order_by(GrantRow.decided_on, GrantRow.id)
    )
    return dict(rows.all())

"""Requests that were written down and not submitted."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.subjects.requests.acts import Act
from policy.days import AMSTERDAM
from policy.request_states import RequestState
from policy.tranches import Tranche


def drafts_by_manager(act: Act, made_before: Tranche) -> dict[str, list[TrainingRequestRow]]:
    """The drafts from before a tranche's end, which a later closing does not speak of: one that was
    written down after it is in time for the next."""
    day_after = made_before.deadline_on + timedelta(days=1)
    end = datetime.combine(day_after, time(0), AMSTERDAM).astimezone(UTC)
    found: defaultdict[str, list[TrainingRequestRow]] = defaultdict(list)
    for row in rows_of(
        act.connection,
        select(TrainingRequestRow)
        .where(TrainingRequestRow.state == RequestState.DRAFT, TrainingRequestRow.created_at < end)
        .order_by(TrainingRequestRow.submitted_by, TrainingRequestRow.created_at),
    ):
        found[row.submitted_by].append(row)
    return dict(found)

"""Requests for the same training, wherever they come from, as one in-company course (P8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from adapter.ground.store.tables.procedure import TrainingRequestRow
from policy.bundling import Ask, Bundle, SessionPrice, bundle


def bundles(
    requests: Iterable[TrainingRequestRow], prices: Mapping[str, SessionPrice]
) -> dict[str, Bundle]:
    """By training, those that more than one request asks for."""
    asked: defaultdict[str, list[Ask]] = defaultdict(list)
    for row in requests:
        asked[training_of(row)].append(_ask(row))
    return {
        training_id: bundle(asks, prices.get(training_id))
        for training_id, asks in sorted(asked.items())
        if len(asks) > 1
    }


def training_of(row: TrainingRequestRow) -> str:
    """What makes two requests ask for the same: the only course, else the trajectory."""
    return row.course_ids[0] if len(row.course_ids) == 1 else row.trajectory_id


def _ask(row: TrainingRequestRow) -> Ask:
    planned = (row.planned_participants or 0) if row.collective else 0
    return Ask(row.id, tuple(row.employee_ids), planned, row.costs_cents)

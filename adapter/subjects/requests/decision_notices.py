"""Telling employees and their manager what the management team decided (Visie §6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.queues.outbox import Action, ActionKind, put
from adapter.subjects.requests.acts import Act
from policy.request_states import RequestOutcome


def tell_of_decision(
    act: Act,
    row: TrainingRequestRow,
    decision_id: str,
    outcome: RequestOutcome,
    decided_on: date,
    reason: str,
    *,
    scheme: bool,
) -> None:
    """Once per person and decision about a request (`row`); a collective one names no employees."""
    numbers = {
        "title": row.title,
        "decided": decided_on.isoformat(),
        "reason": reason,
        "period": "/".join("" if day is None else day.isoformat() for day in _dates(row)),
        "reference": row.id[:8],
    }
    put(act.connection, _actions(row, decision_id, outcome, numbers, scheme=scheme), act.now)


def _dates(row: TrainingRequestRow) -> tuple[date | None, date | None]:
    return row.starts_on, row.ends_on


def _actions(
    row: TrainingRequestRow,
    decision_id: str,
    outcome: RequestOutcome,
    numbers: dict[str, str],
    *,
    scheme: bool,
) -> Iterator[Action]:
    name = f"request_{outcome}_scheme_employee" if scheme else f"request_{outcome}_employee"
    for employee_id in row.employee_ids:
        yield _action(decision_id, employee_id, name, numbers)
    if row.submitted_by not in row.employee_ids:
        yield _action(decision_id, row.submitted_by, f"request_{outcome}_manager", numbers)


def _action(decision_id: str, recipient: str, name: str, numbers: dict[str, str]) -> Action:
    key = f"decision:{decision_id}:{recipient}"
    return Action(
        action_key=key,
        kind=ActionKind.TELL,
        subject=key,
        payload={"recipient": recipient, "text": name, "numbers": numbers},
    )

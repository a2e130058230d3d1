"""A step of a request is shown in the entry that it came from, if it came from one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from adapter.ground.store.tables.request_form import RequestEntryRow
from adapter.queues.outbox import Action, ActionKind, put


def show_step(connection: Connection, request_id: str, version: int, now: datetime) -> None:
    entry_id = connection.execute(
        select(RequestEntryRow.entry_id).where(
            RequestEntryRow.request_id == request_id, RequestEntryRow.gone_at.is_(None)
        )
    ).scalar_one_or_none()
    if entry_id is not None:
        answer_later(connection, entry_id, f"version {version}", now)


def answer_later(connection: Connection, entry_id: str, cause: str, now: datetime) -> None:
    """Have the entry show how it stands, once for each cause; what it says is found out then."""
    subject = f"request-entry:{entry_id}"
    action = Action(
        action_key=f"{subject}:{cause}",
        kind=ActionKind.ANSWER_REQUEST_ENTRY,
        subject=subject,
        payload={"entry_id": entry_id},
    )
    put(connection, [action], now)

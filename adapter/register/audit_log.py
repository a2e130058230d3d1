"""The audit trail: who did what to which record, with which result. Never a name or a secret."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, insert

from adapter.ground.store.tables.work import AuditLineRow


def note_act(
    connection: Connection, now: datetime, *, actor: str, action: str, record: str, result: str
) -> None:
    """`actor` is an employee number, the name of a key, or the user of a command; empty for a
    stranger."""
    connection.execute(
        insert(AuditLineRow).values(
            id=str(uuid4()), at=now, actor=actor, action=action, record=record, result=result
        )
    )

"""That this register itself was put back from a backup, and when.

What it did in the LMS since that backup stands there still, and nothing here tells of it: for a day
what the LMS shows suspended, and is to be held, counts as held by us (decision 38).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_or_none
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.work import SwitchRow
from adapter.register.audit_log import note_act

NAME = "register_put_back"
RECENT = timedelta(days=1)
"""By when every enrolment was read at least once."""


def note_put_back(connection: Connection, now: datetime, *, by: str) -> None:
    values = {"on": 1, "reason": "restore", "changed_by": by, "changed_at": now}
    upsert(connection, SwitchRow, {"name": NAME}, values)
    note_act(connection, now, actor=by, action="restore-register", record="register", result="done")


def was_put_back_lately(connection: Connection, now: datetime) -> bool:
    lately = select(SwitchRow).where(SwitchRow.name == NAME, SwitchRow.changed_at > now - RECENT)
    return row_or_none(connection, lately) is not None

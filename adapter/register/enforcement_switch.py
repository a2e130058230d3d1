"""The switch for a bad day: while it is on, nothing is written to the LMS.

A person throws it (`enforcement pause`), or the brake does when more holds than configured were
decided within an hour. Deciding and logging go on; what was held back is carried out on resume.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from adapter.ground.store.reading import row_or_none
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.work import SwitchRow
from adapter.register.audit_log import note_act

NAME = "enforcement_paused"
BRAKE = "brake"
_SWITCH = select(SwitchRow).where(SwitchRow.name == NAME)
"""Put into words once: each event and action asks it."""


@dataclass(frozen=True, slots=True)
class Pause:
    reason: str
    by: str
    since: datetime


def pause_in_force(connection: Connection) -> Pause | None:
    row = row_or_none(connection, _SWITCH)
    if row is None or not row.on:
        return None
    return Pause(row.reason, row.changed_by, row.changed_at)


def throw(connection: Connection, *, on: bool, reason: str, by: str, now: datetime) -> None:
    values = {"on": int(on), "reason": reason, "changed_by": by, "changed_at": now}
    upsert(connection, SwitchRow, {"name": NAME}, values)
    # The reason stays with the switch: what a person types can hold a name.
    result = "paused" if on else "resumed"
    note_act(connection, now, actor=by, action="switch-enforcement", record=NAME, result=result)


def holds_since_last_look(connection: Connection, now: datetime) -> int:
    """Holds decided within the last hour, and since the switch was last thrown: after HR has looked
    and resumed, the same holds do not trip the brake again."""
    since = now - timedelta(hours=1)
    thrown = connection.execute(
        select(SwitchRow.changed_at).where(SwitchRow.name == NAME)
    ).scalar_one_or_none()
    if thrown is not None:
        since = max(since, thrown)
    return connection.execute(
        select(func.count()).select_from(HoldRow).where(HoldRow.decided_at > since)
    ).scalar_one()

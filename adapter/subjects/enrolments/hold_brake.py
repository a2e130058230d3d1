"""The brake on holds: more of them in an hour than HR expects stops all writing to the LMS."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from adapter.queues.alarms import alarm
from adapter.register import enforcement_switch
from config.settings import MailSettings


def brake(
    connection: Connection, holds_per_hour: int, mail: MailSettings | None, now: datetime
) -> None:
    """Throw the switch, and ask HR by mail, when there are more; not while it is thrown already."""
    count = enforcement_switch.holds_since_last_look(connection, now)
    if count <= holds_per_hour or enforcement_switch.pause_in_force(connection):
        return
    enforcement_switch.throw(
        connection,
        on=True,
        reason=f"{count} holds within an hour, more than {holds_per_hour}",
        by=enforcement_switch.BRAKE,
        now=now,
    )
    numbers = {"holds": count, "limit": holds_per_hour}
    alarm(connection, mail, f"brake:{now.isoformat()}", "brake", numbers, now, ask_hr=True)

"""The brake on holds: more of them in an hour than HR expects stops all writing to the LMS."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from adapter.enrolments import enforcement_switch
from adapter.outbox.outbox import Action, ActionKind, put


def brake(connection: Connection, holds_per_hour: int, now: datetime) -> None:
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
    subject = f"brake:{now.isoformat()}"
    numbers = {"holds": count, "limit": holds_per_hour}
    ask = Action(subject, ActionKind.MAIL_HR, subject, {"text": "brake", "numbers": numbers})
    put(connection, [ask], now)

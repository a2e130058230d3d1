"""The mail to HR about a leaver of whom something is still open: once per last day.

It says nothing of the person: what is open stands on the page it leads to and on the work list.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.exits import ExitRow
from adapter.queues.outbox import Action, ActionKind, put
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.leaving.look_ahead import look_ahead_of_one
from policy.days import amsterdam_day


def tell_of_open_matters(connection: Connection, parts: Parts, employee_id: str) -> None:
    """In the transaction of the news; nothing where HR has no address."""
    if parts.settings.mail is None or parts.settings.mail.hr_address is None:
        return
    now = parts.clock.now()
    rows = rows_of(
        connection,
        select(ExitRow).where(
            ExitRow.employee_id == employee_id,
            ExitRow.state.in_((ExitState.ANNOUNCED, ExitState.EFFECTIVE)),
        ),
    )
    for row in rows:
        ahead = look_ahead_of_one(connection, row, amsterdam_day(now))
        if row.last_day is None or not (ahead.open_matters or ahead.team):
            continue
        key = f"exit_ahead:{row.id}:{row.last_day.isoformat()}"
        payload = {"text": "exit_ahead", "numbers": {"exit": row.id}}
        put(connection, [Action(key, ActionKind.MAIL_HR, key, payload)], now)

"""Whether the brake on accounts stands: kept, so that HR sees it until somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from adapter.accounts.brake import AccountBrakeReason
from adapter.outbox.outbox import Action, ActionKind, put
from adapter.store.rows import upsert
from adapter.store.tables.work import switches

NAME = "account_writes_stopped"


@dataclass(frozen=True, slots=True)
class Stopped:
    """`codes` are those of the brake."""

    codes: tuple[str, ...]
    since: datetime


def stopped(connection: Connection) -> Stopped | None:
    row = connection.execute(select(switches).where(switches.c.name == NAME)).one_or_none()
    if row is None or not row.on:
        return None
    return Stopped(tuple(row.reason.split(", ")), row.changed_at)


def note_stopped(
    connection: Connection, reasons: Sequence[AccountBrakeReason], now: datetime
) -> None:
    """Stopped for these reasons, or for none any more; since when stays while they are the same."""
    before = stopped(connection)
    codes = tuple(reason.code for reason in reasons)
    if codes == (() if before is None else before.codes):
        return
    values = {
        "on": int(bool(codes)),
        "reason": ", ".join(codes),
        "changed_by": "brake",
        "changed_at": now,
    }
    upsert(connection, switches, {"name": NAME}, values)
    if codes:
        _tell_hr(connection, codes, now)


def _tell_hr(connection: Connection, codes: Sequence[str], now: datetime) -> None:
    key = f"accounts_stopped:{now.isoformat()}"
    numbers = {"reasons": ", ".join(codes)}
    payload = {"text": "accounts_stopped", "numbers": numbers}
    put(connection, [Action(key, ActionKind.MAIL_HR, key, payload)], now)

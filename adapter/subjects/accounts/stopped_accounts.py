"""Whether the brake on accounts stands: kept, so that HR sees it until somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_or_none
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.work import SwitchRow
from adapter.queues.alarms import alarm
from adapter.subjects.accounts.brake import AccountBrakeReason
from config.settings import MailSettings

NAME = "account_writes_stopped"


@dataclass(frozen=True, slots=True)
class StoppedAccounts:
    """`codes` are those of the brake."""

    codes: tuple[str, ...]
    since: datetime


def stopped_accounts(connection: Connection) -> StoppedAccounts | None:
    row = row_or_none(connection, select(SwitchRow).where(SwitchRow.name == NAME))
    if row is None or not row.on:
        return None
    return StoppedAccounts(tuple(row.reason.split(", ")), row.changed_at)


def note_stopped(
    connection: Connection,
    reasons: Sequence[AccountBrakeReason],
    mail: MailSettings | None,
    now: datetime,
) -> None:
    """Stopped for these reasons, or for none any more; since when stays while they are the same."""
    before = stopped_accounts(connection)
    codes = tuple(reason.code for reason in reasons)
    if codes == (() if before is None else before.codes):
        return
    values = {
        "on": int(bool(codes)),
        "reason": ", ".join(codes),
        "changed_by": "brake",
        "changed_at": now,
    }
    upsert(connection, SwitchRow, {"name": NAME}, values)
    if codes:
        key, numbers = f"accounts_stopped:{now.isoformat()}", {"reasons": ", ".join(codes)}
        alarm(connection, mail, key, "accounts_stopped", numbers, now, ask_hr=True)

"""Who ended an employment, why, and whether in probation: recorded by HR (Visie §7, P6).

No HRIS that we know tells it. Rows are added: the last one stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import Connection, insert, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.claims import ExitEndingRow
from adapter.ground.store.tables.exits import ExitRow


class EndedBy(StrEnum):
    EMPLOYEE = "employee"
    EMPLOYER = "employer"
    MUTUAL = "mutual"
    """By mutual consent, in a settlement agreement."""
    TERM = "term"
    """A fixed term that ended and was not renewed."""
    OTHER = "other"
    """Such as retirement or death; the reason says what."""


@dataclass(frozen=True, slots=True)
class Ending:
    ended_by: EndedBy
    reason: str
    in_probation: bool

    @property
    def often_bars_recovery(self) -> bool:
        """Courts often refuse recovery when the employer ended it, or in probation."""
        return self.in_probation or self.ended_by is EndedBy.EMPLOYER


def record_ending(
    connection: Connection, exit_id: str, ending: Ending, by: str, now: datetime
) -> None:
    """Add what HR found out; what was recorded before stays readable."""
    connection.execute(select(ExitRow.id).where(ExitRow.id == exit_id).with_for_update())
    connection.execute(
        insert(ExitEndingRow).values(
            id=str(uuid4()),
            exit_id=exit_id,
            number=len(endings_of(connection, exit_id)) + 1,
            ended_by=ending.ended_by,
            reason=ending.reason.strip(),
            in_probation=int(ending.in_probation),
            recorded_by=by,
            recorded_at=now,
        )
    )


def endings_of(connection: Connection, exit_id: str) -> list[ExitEndingRow]:
    """All that was recorded, the oldest first."""
    rows = rows_of(
        connection,
        select(ExitEndingRow)
        .where(ExitEndingRow.exit_id == exit_id)
        .order_by(ExitEndingRow.number),
    )
    return list(rows)


def exits_with_ending(connection: Connection) -> frozenset[str]:
    """Of which somebody has said how the employment ended."""
    told = connection.execute(select(ExitEndingRow.exit_id).distinct()).scalars()
    return frozenset(told)


def ending_of(connection: Connection, exit_id: str) -> Ending | None:
    """What stands; None while nobody has said."""
    recorded = endings_of(connection, exit_id)
    if not recorded:
        return None
    last = recorded[-1]
    return Ending(EndedBy(last.ended_by), last.reason, bool(last.in_probation))

"""HR lowers an item of a statement or sets it aside, with a ground (Visie §7).

Append-only: the last one of an item counts, and the computed amount stays visible beside it. A new
version of the statement is judged anew, so an override stays with the version it was made on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import Connection, insert, select

from adapter.ground.store.tables.exits import RepaymentStatementRow, StatementOverrideRow
from adapter.subjects.leaving import calculation
from adapter.subjects.leaving.claims.revisions import judge_again
from adapter.subjects.leaving.settled_items import overrides_of
from adapter.subjects.leaving.statements import MAY_BE_CLAIMED, StatementKind, latest


class Refusal(StrEnum):
    NO_SUCH_ITEM = "no_such_item"
    MORE_THAN_COMPUTED = "more_than_computed"
    SUPERSEDED = "superseded"
    WITHOUT_GROUND = "without_ground"


class OverrideRefused(ValueError):
    """It cannot be made; `highest_cents` is the most that may be set, where that is why."""

    def __init__(self, refusal: Refusal, highest_cents: int = 0) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.highest_cents = highest_cents


@dataclass(frozen=True, slots=True)
class Override:
    """What HR decided: at most `claimable_cents` is claimed for the trajectory, on a ground."""

    trajectory_id: str
    claimable_cents: int
    ground: str
    decided_by: str


def record(
    connection: Connection, statement: RepaymentStatementRow, override: Override, now: datetime
) -> str:
    """Store the override and return its id; raises `OverrideRefused`."""
    if not override.ground.strip():
        raise OverrideRefused(Refusal.WITHOUT_GROUND)
    _lock(connection, statement.id)
    newest = latest(connection, statement.exit_id)
    if newest is None or newest.id != statement.id or newest.kind == StatementKind.WITHDRAWN:
        raise OverrideRefused(Refusal.SUPERSEDED)
    highest = _highest(statement, override.trajectory_id)
    if not 0 <= override.claimable_cents <= highest:
        raise OverrideRefused(Refusal.MORE_THAN_COMPUTED, highest)
    override_id = str(uuid4())
    connection.execute(
        insert(StatementOverrideRow).values(
            id=override_id,
            statement_id=statement.id,
            number=len(overrides_of(connection, statement.id)) + 1,
            trajectory_id=override.trajectory_id,
            claimable_cents=override.claimable_cents,
            ground=override.ground.strip(),
            decided_by=override.decided_by,
            decided_at=now,
        )
    )
    judge_again(connection, statement.exit_id, override.decided_by, now)
    return override_id


def _highest(statement: RepaymentStatementRow, trajectory_id: str) -> int:
    """The computed amount; zero where nothing can be claimed at all, for want of a signature."""
    items = calculation.items_read(statement.items)
    found = next((item for item in items if item.trajectory_id == trajectory_id), None)
    if found is None:
        raise OverrideRefused(Refusal.NO_SUCH_ITEM)
    return found.computed_cents if found.status in MAY_BE_CLAIMED else 0


def _lock(connection: Connection, statement_id: str) -> None:
    """Two people overriding at once follow one another, so that one of them is the last."""
    connection.execute(
        select(RepaymentStatementRow.id)
        .where(RepaymentStatementRow.id == statement_id)
        .with_for_update()
    )

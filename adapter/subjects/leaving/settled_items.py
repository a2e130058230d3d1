"""The items of a statement with what HR set of them: what is claimed in the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.exits import RepaymentStatementRow, StatementOverrideRow
from adapter.subjects.leaving import calculation
from policy.model import RepaymentItem


@dataclass(frozen=True, slots=True)
class SettledItem:
    """An item as it was computed with the override that stands, if any."""

    computed: RepaymentItem
    override: StatementOverrideRow | None

    @property
    def claimable_cents(self) -> int:
        override = self.override
        return self.computed.claimable_cents if override is None else int(override.claimable_cents)


def overrides_of(connection: Connection, statement_id: str) -> tuple[StatementOverrideRow, ...]:
    """All of them, the oldest first."""
    rows = rows_of(
        connection,
        select(StatementOverrideRow)
        .where(StatementOverrideRow.statement_id == statement_id)
        .order_by(StatementOverrideRow.number),
    )
    return tuple(rows)


def overrides_by_statement(
    connection: Connection, chosen: ColumnElement[bool]
) -> Mapping[str, list[StatementOverrideRow]]:
    """The same of all statements that a condition chooses, in one reading."""
    rows = rows_of(
        connection,
        select(StatementOverrideRow)
        .join(RepaymentStatementRow, RepaymentStatementRow.id == StatementOverrideRow.statement_id)
        .where(chosen)
        .order_by(StatementOverrideRow.number),
    )
    found: defaultdict[str, list[StatementOverrideRow]] = defaultdict(list)
    for row in rows:
        found[row.statement_id].append(row)
    return found


def settled_items(
    connection: Connection, statement: RepaymentStatementRow
) -> tuple[SettledItem, ...]:
    return items_with(statement, overrides_of(connection, statement.id))


def items_with(
    statement: RepaymentStatementRow, overrides: Iterable[StatementOverrideRow]
) -> tuple[SettledItem, ...]:
    """The items with the override that counts for each: the last."""
    standing = {row.trajectory_id: row for row in overrides}
    return tuple(
        SettledItem(item, standing.get(item.trajectory_id))
        for item in calculation.items_read(statement.items)
    )

"""What was claimed of somebody at an earlier exit: who came back and leaves again does not pay for
the same training twice (Visie §7, P6)."""

from __future__ import annotations

from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.claims import ClaimRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.subjects.leaving.claims.log import claims_with_log
from adapter.subjects.leaving.settled_items import settled_items


def claimed_earlier(connection: Connection, leaver: ExitRow) -> dict[str, int]:
    """Eurocents by trajectory id, of claims of the other exits of this person for which payroll
    took money that it did not give back."""
    others = select(ExitRow.id).where(
        ExitRow.employee_id == leaver.employee_id, ExitRow.id != leaver.id
    )
    claimed: dict[str, int] = {}
    for one in claims_with_log(connection, ClaimRow.exit_id.in_(others)):
        if one.in_payroll_cents <= 0:
            continue
        for trajectory_id, cents in _amounts(connection, one.claim.statement_id).items():
            claimed[trajectory_id] = claimed.get(trajectory_id, 0) + cents
    return claimed


def _amounts(connection: Connection, statement_id: str) -> dict[str, int]:
    """What a version claims by trajectory, with what HR set."""
    version = row_of(
        connection, select(RepaymentStatementRow).where(RepaymentStatementRow.id == statement_id)
    )
    return {
        one.computed.trajectory_id: one.claimable_cents
        for one in settled_items(connection, version)
        if one.claimable_cents
    }

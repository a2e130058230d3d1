"""How a claim stands against its statement and against what payroll holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select, true

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.claims import ClaimRow, ClaimStepRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow, StatementOverrideRow
from adapter.subjects.leaving.claims.log import Claim, LoggedClaim, claims_with_log
from adapter.subjects.leaving.settled_items import SettledItem, items_with, overrides_by_statement
from adapter.subjects.leaving.statements import StatementKind, latest_of
from policy.claim_states import ClaimState, ClaimStep
from policy.model import RepaymentStatus


@dataclass(frozen=True, slots=True)
class ClaimPosition:
    """`statement` is the newest version and `items` its items with what HR set. Amounts are
    eurocents: `claimable_cents` by that version now, `in_payroll_cents` what payroll takes."""

    claim: Claim
    leaver: ExitRow
    statement: RepaymentStatementRow
    items: tuple[SettledItem, ...]
    in_payroll_cents: int
    confirmation: ClaimStepRow | None
    settled: ClaimStepRow | None

    @property
    def claimable_cents(self) -> int:
        if self.statement.kind != StatementKind.SETTLEMENT:
            return 0
        return sum(item.claimable_cents for item in self.items)

    @property
    def to_review(self) -> tuple[str, ...]:
        """Trajectories that HR has to judge before the claim has an amount."""
        return tuple(
            item.computed.trajectory_id
            for item in self.items
            if item.override is None and item.computed.status is RepaymentStatus.NEEDS_REVIEW
        )

    @property
    def expected_in_payroll_cents(self) -> int:
        """What payroll should take, by the claim as it stands."""
        match self.claim.state:
            case ClaimState.HANDED_TO_PAYROLL:
                return self.claimable_cents
            case ClaimState.SETTLED:
                return self._expected_when_settled()
            case _:
                return 0

    @property
    def difference_cents(self) -> int:
        """Positive: payroll takes too much."""
        return self.in_payroll_cents - self.expected_in_payroll_cents

    def _expected_when_settled(self) -> int:
        """HR settled knowing the version of that day; only a newer one can differ."""
        assert self.settled is not None, "a settled claim has the step that settled it"
        if self.settled.statement_id == self.statement.id:
            return self.in_payroll_cents
        assert self.settled.amount_cents is not None, "settling names an amount"
        unpaid = self.in_payroll_cents - self.settled.amount_cents
        return self.claimable_cents + unpaid


def position_of(connection: Connection, claim: Claim) -> ClaimPosition:
    return positions(connection, ClaimRow.id == claim.id)[0]


def positions(
    connection: Connection, chosen: ColumnElement[bool] | None = None
) -> list[ClaimPosition]:
    """Of the claims that a condition on `ClaimRow` chooses, or of all, in a fixed number of
    readings; the one that moved last comes first."""
    left = select(ClaimRow.exit_id).where(true() if chosen is None else chosen)
    leavers = rows_of(connection, select(ExitRow).where(ExitRow.id.in_(left)))
    by_exit = {row.id: row for row in leavers}
    newest = latest_of(connection, ExitRow.id.in_(left))
    overrides = overrides_by_statement(connection, RepaymentStatementRow.exit_id.in_(left))
    return [
        _position(one, by_exit, newest, overrides) for one in claims_with_log(connection, chosen)
    ]


def _position(
    logged: LoggedClaim,
    leavers: Mapping[str, ExitRow],
    newest: Mapping[str, RepaymentStatementRow],
    overrides: Mapping[str, list[StatementOverrideRow]],
) -> ClaimPosition:
    """A claim is opened by a statement of its exit, so both are there."""
    statement = newest[logged.claim.exit_id]
    return ClaimPosition(
        claim=logged.claim,
        leaver=leavers[logged.claim.exit_id],
        statement=statement,
        items=items_with(statement, overrides.get(statement.id, ())),
        in_payroll_cents=logged.in_payroll_cents,
        confirmation=logged.last(ClaimStep.CONFIRM),
        settled=logged.last(ClaimStep.SETTLE),
    )

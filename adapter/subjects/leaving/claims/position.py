"""How a claim stands against its statement and against what payroll holds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.claims import ClaimStepRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.subjects.leaving.claims.log import (
    Claim,
    in_payroll_cents,
    last_confirmation,
    steps_of,
)
from adapter.subjects.leaving.overrides import SettledItem, settled_items
from adapter.subjects.leaving.statements import StatementKind, latest
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
    leaver = row_of(connection, select(ExitRow).where(ExitRow.id == claim.exit_id))
    statement = latest(connection, claim.exit_id)
    assert statement is not None, "a claim is opened by a statement"
    settled = [row for row in steps_of(connection, claim.id) if row.step == ClaimStep.SETTLE]
    return ClaimPosition(
        claim=claim,
        leaver=leaver,
        statement=statement,
        items=settled_items(connection, statement),
        in_payroll_cents=in_payroll_cents(connection, claim.id),
        confirmation=last_confirmation(connection, claim.id),
        settled=settled[-1] if settled else None,
    )

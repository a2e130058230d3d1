"""Everything that a document tells of one version of a repayment statement."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.ground.store.tables.people import EmployeeRow
from adapter.register.decision_log import policy_of
from adapter.subjects.leaving import calculation
from adapter.subjects.leaving.claims.log import claim_of_exit
from adapter.subjects.leaving.claims.position import ClaimPosition, position_of
from adapter.subjects.leaving.endings import Ending, ending_of
from adapter.subjects.leaving.particulars import Particulars, particulars_of
from adapter.subjects.leaving.settled_items import SettledItem, settled_items
from adapter.subjects.leaving.statements import StatementKind
from adapter.subjects.leaving.trajectories import Granted, Promised
from config.catalogue import Language, text
from policy.model import RepaymentStatus
from policy.parameters import Policy


@dataclass(frozen=True, slots=True)
class ToldStatement:
    """One version with the overrides that stand. `told` is empty for a version from before
    particulars were kept."""

    leaver: ExitRow
    row: RepaymentStatementRow
    person: EmployeeRow
    items: tuple[SettledItem, ...]
    titles: dict[str, str]
    told: dict[str, Particulars]
    ending: Ending | None
    claim: ClaimPosition | None
    policy: Policy
    language: Language

    def say(self, name: str, /, **numbers: object) -> str:
        return text(f"exits.document.{name}", self.language, **numbers)

    def title(self, item: SettledItem) -> str:
        trajectory_id = item.computed.trajectory_id
        title = self.titles.get(trajectory_id, trajectory_id)
        return title if title == trajectory_id else f"{trajectory_id} – {title}"

    @property
    def kind(self) -> StatementKind:
        return StatementKind(self.row.kind)

    @property
    def to_review(self) -> tuple[SettledItem, ...]:
        """What HR has to judge before it can be claimed."""
        return tuple(one for one in self.items if waits_for_hr(one))

    @property
    def total_computed_cents(self) -> int:
        return sum(item.computed.computed_cents for item in self.items)

    @property
    def total_claimable_cents(self) -> int:
        return sum(item.claimable_cents for item in self.items)


def waits_for_hr(item: SettledItem) -> bool:
    return item.override is None and item.computed.status is RepaymentStatus.NEEDS_REVIEW


def told_statement(
    connection: Connection, leaver: ExitRow, statement: RepaymentStatementRow, language: Language
) -> ToldStatement:
    """`leaver` is the row of the exit."""
    person = row_of(
        connection, select(EmployeeRow).where(EmployeeRow.employee_id == leaver.employee_id)
    )
    trajectories = calculation.read(statement.trajectories)
    told: tuple[Granted | Promised, ...] = (*trajectories.granted, *trajectories.promised)
    claim = claim_of_exit(connection, leaver.id)
    return ToldStatement(
        leaver,
        statement,
        person,
        settled_items(connection, statement),
        {one.facts.trajectory_id: one.title for one in told},
        particulars_of(statement),
        ending_of(connection, leaver.id),
        None if claim is None else position_of(connection, claim),
        policy_of(connection, statement.policy_digest),
        language,
    )

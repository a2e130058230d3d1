"""The budgets that the management team sets, per year and per tranche (Visie §3, §4, P8)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, insert, select

from adapter.ground.store.reading import next_position, rows_of
from adapter.ground.store.tables.procedure import GrantRow, TrainingRequestRow
from adapter.ground.store.tables.tranches import BudgetRow
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.refusals import WrongField, refuse_if_any
from policy.errors import UnknownTranche
from policy.tranches import Tranche, tranche_named


@dataclass(frozen=True, slots=True)
class Room:
    """Eurocents. `tranche_cents` and `year_cents` are what was set, None where nothing was;
    `granted_elsewhere_cents` was granted in the other tranches of the year."""

    tranche_cents: int | None
    year_cents: int | None
    granted_elsewhere_cents: int

    @property
    def for_tranche_cents(self) -> int | None:
        """Where the cut line lies: the tranche's budget, within what is left of the year's."""
        left = None if self.year_cents is None else self.year_cents - self.granted_elsewhere_cents
        known = [amount for amount in (self.tranche_cents, left) if amount is not None]
        return max(min(known), 0) if known else None


def set_budget(
    act: Act, year: int, tranche: str | None, amount_cents: int, reason: str | None
) -> str:
    """Set the budget of a tranche, or of the whole year, and return its id; the newest counts.

    Raises `WrongFields` for a tranche that does not exist or is of another year.
    """
    refuse_if_any(_wrong(act, year, tranche))
    budget_id = new_id()
    act.connection.execute(
        insert(BudgetRow).values(
            position=next_position(act.connection, BudgetRow.position),
            id=budget_id,
            year=year,
            tranche=tranche,
            amount_cents=amount_cents,
            reason=reason,
            set_by=act.actor,
            set_at=act.now,
        )
    )
    return budget_id


def list_budgets(act: Act, year: int | None = None) -> list[BudgetRow]:
    """Oldest first, with those that were replaced."""
    query = select(BudgetRow).order_by(BudgetRow.position)
    if year is not None:
        query = query.where(BudgetRow.year == year)
    return rows_of(act.connection, query)


def room(act: Act, tranche: Tranche) -> Room:
    newest = {row.tranche: int(row.amount_cents) for row in list_budgets(act, tranche.year)}
    return Room(newest.get(tranche.name), newest.get(None), _granted_elsewhere(act, tranche))


def _granted_elsewhere(act: Act, tranche: Tranche) -> int:
    """A grant counts once for each of its employees; a collective one for its participants."""
    prefix = f"{tranche.year:04}-"
    participants = func.coalesce(TrainingRequestRow.planned_participants, 1)
    total = act.connection.execute(
        select(func.sum(GrantRow.costs_cents * participants))
        .join(TrainingRequestRow, TrainingRequestRow.id == GrantRow.request_id)
        .where(
            GrantRow.revoked_at.is_(None),
            TrainingRequestRow.tranche.startswith(prefix, autoescape=True),
            TrainingRequestRow.tranche != tranche.name,
        )
    ).scalar_one()
    return int(total or 0)


def _wrong(act: Act, year: int, tranche: str | None) -> list[WrongField]:
    if tranche is None:
        return []
    try:
        found = tranche_named(tranche, act.policy)
    except UnknownTranche:
        return [WrongField("/tranche", "tranches.field.no_tranche")]
    if found.year != year:
        return [WrongField("/year", "tranches.field.other_year", {"year": found.year})]
    return []

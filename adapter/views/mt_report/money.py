"""Money granted, spent and committed in a calendar year (Visie §3, §4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Select, func, or_, select

from adapter.ground.store.reading import rows_as
from adapter.ground.store.tables.procedure import GrantRow, TrainingRequestRow, TrajectoryRecordRow
from adapter.ground.store.tables.tranches import BudgetRow
from adapter.views.mt_report.figures import MoneyOut
from policy.periods import Period


class GrantedRow:
    """A grant that stands, with how many people it is for."""

    id: str
    request_id: str | None
    employee_id: str | None
    trajectory_id: str
    costs_cents: int
    ground: str
    starts_on: date | None
    decided_on: date
    tranche: str | None
    participants: int


def standing_grants(ended_before: datetime, decided_until: date) -> Select[*tuple[object, ...]]:
    """Decided by a day, and not revoked before a moment."""
    return (
        select(
            GrantRow.id,
            GrantRow.request_id,
            GrantRow.employee_id,
            GrantRow.trajectory_id,
            GrantRow.costs_cents,
            GrantRow.ground,
            GrantRow.starts_on,
            GrantRow.decided_on,
            TrainingRequestRow.tranche,
            func.coalesce(TrainingRequestRow.planned_participants, 1).label("participants"),
        )
        .outerjoin(TrainingRequestRow, TrainingRequestRow.id == GrantRow.request_id)
        .where(
            GrantRow.decided_on <= decided_until,
            or_(GrantRow.revoked_at.is_(None), GrantRow.revoked_at >= ended_before),
        )
        .order_by(GrantRow.decided_on, GrantRow.id)
    )


def cost_of(grant: GrantedRow) -> int:
    """A grant counts once for its employee; a collective one for its participants (A17)."""
    return grant.costs_cents * (1 if grant.employee_id else grant.participants)


def is_of_year(grant: GrantedRow, year: int) -> bool:
    """By the tranche, whose budget it takes; without one by the day of the decision."""
    if grant.tranche is not None:
        return grant.tranche.startswith(f"{year:04}-")
    return grant.decided_on.year == year


def is_late(grant: GrantedRow, year: int) -> bool:
    """Decided in a year, of a tranche of an earlier one: its budget had been reported on."""
    earlier = grant.tranche is not None and grant.tranche < f"{year:04}-"
    return earlier and grant.decided_on.year == year


def money_of(
    connection: Connection, grants: Sequence[GrantedRow], period: Period, ended_before: datetime
) -> MoneyOut:
    """`grants` are of every year, in the order of their decision."""
    mine = [one for one in grants if is_of_year(one, period.year)]
    made_of = _spent_and_committed(connection, grants, ended_before)
    return MoneyOut(
        budget_eur=_budget(connection, period.year, ended_before),
        granted_eur=sum(map(cost_of, mine)),
        spent_eur=sum(made_of[one.id].spent_cents for one in mine),
        committed_eur=sum(made_of[one.id].committed_cents for one in mine),
        granted_in_period_eur=sum(
            cost_of(one) for one in grants if period.first <= one.decided_on <= period.last
        ),
        collective_eur=sum(cost_of(one) for one in mine if one.employee_id is None),
        earlier_years_eur=sum(cost_of(one) for one in grants if is_late(one, period.year)),
    )


class _MadeOf(NamedTuple):
    spent_cents: int
    committed_cents: int


def _spent_and_committed(
    connection: Connection, grants: Iterable[GrantedRow], ended_before: datetime
) -> dict[str, _MadeOf]:
    """By grant. Actual costs stand for a trajectory whole, so they are spread over all its grants
    to the same person, whatever the years; of collective grants they take off what is known of
    their participants."""
    actual = _actual_costs(connection, ended_before)
    own: defaultdict[tuple[str, str], list[GrantedRow]] = defaultdict(list)
    shared: defaultdict[str, list[GrantedRow]] = defaultdict(list)
    for grant in grants:
        if grant.employee_id is None:
            shared[grant.trajectory_id].append(grant)
        else:
            own[grant.employee_id, grant.trajectory_id].append(grant)
    of_participants: Counter[str] = Counter()
    for (person, trajectory_id), cents in actual.items():
        if (person, trajectory_id) not in own:
            of_participants[trajectory_id] += cents
    found: dict[str, _MadeOf] = {}
    for which, parts in own.items():
        found |= _spread(parts, actual.get(which, 0))
        if which in actual:
            # What the first one cost less than was granted is free again; of a later part nobody
            # knows whether it was paid yet.
            found[parts[0].id] = found[parts[0].id]._replace(committed_cents=0)
    for trajectory_id, parts in shared.items():
        found |= _spread(parts, of_participants[trajectory_id])
    return found


def _spread(parts: Sequence[GrantedRow], actual_cents: int) -> dict[str, _MadeOf]:
    """Each takes at most what was granted, in the order of decision, and the last what is left."""
    found: dict[str, _MadeOf] = {}
    left = actual_cents
    for part in parts:
        cents = cost_of(part)
        spent = left if part is parts[-1] else min(cents, left)
        found[part.id] = _MadeOf(spent, max(cents - spent, 0))
        left -= spent
    return found


class _ActualRow:
    employee_id: str
    trajectory_id: str
    actual_costs_cents: int | None


def _actual_costs(connection: Connection, ended_before: datetime) -> dict[tuple[str, str], int]:
    """What HR recorded last, by employee and trajectory."""
    rows = rows_as(
        connection,
        select(
            TrajectoryRecordRow.employee_id,
            TrajectoryRecordRow.trajectory_id,
            TrajectoryRecordRow.actual_costs_cents,
        )
        .where(TrajectoryRecordRow.recorded_at < ended_before)
        .order_by(TrajectoryRecordRow.number),
        _ActualRow,
    )
    newest = {(row.employee_id, row.trajectory_id): row.actual_costs_cents for row in rows}
    return {which: cents for which, cents in newest.items() if cents is not None}


def _budget(connection: Connection, year: int, ended_before: datetime) -> int | None:
    """Of the year; without one what its tranches have together."""
    rows = connection.execute(
        select(BudgetRow.tranche, BudgetRow.amount_cents)
        .where(BudgetRow.year == year, BudgetRow.set_at < ended_before)
        .order_by(BudgetRow.position)
    )
    newest: dict[str | None, int] = {row.tranche: row.amount_cents for row in rows}
    if None in newest:
        return newest[None]
    return sum(newest.values()) if newest else None

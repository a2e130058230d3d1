"""Money granted, spent and committed in a calendar year (Visie §3, §4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

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


def money_of(
    connection: Connection, grants: Iterable[GrantedRow], period: Period, ended_before: datetime
) -> MoneyOut:
    mine = [one for one in grants if is_of_year(one, period.year)]
    spent, committed = _spent_and_committed(connection, mine, ended_before)
    return MoneyOut(
        budget_eur=_budget(connection, period.year, ended_before),
        granted_eur=sum(map(cost_of, mine)),
        spent_eur=spent,
        committed_eur=committed,
        granted_in_period_eur=sum(
            cost_of(one) for one in mine if period.first <= one.decided_on <= period.last
        ),
        collective_eur=sum(cost_of(one) for one in mine if one.employee_id is None),
    )


def _spent_and_committed(
    connection: Connection, grants: Iterable[GrantedRow], ended_before: datetime
) -> tuple[int, int]:
    """Actual costs stand for a trajectory whole, so they take the place of all its grants to the
    same person; of a collective grant they take off what is known of its participants."""
    actual = _actual_costs(connection, ended_before)
    own: defaultdict[tuple[str, str], int] = defaultdict(int)
    shared: defaultdict[str, int] = defaultdict(int)
    for grant in grants:
        if grant.employee_id is None:
            shared[grant.trajectory_id] += cost_of(grant)
        else:
            own[grant.employee_id, grant.trajectory_id] += cost_of(grant)
    spent = sum(actual.get(one, 0) for one in own)
    committed = sum(cents for one, cents in own.items() if one not in actual)
    for trajectory_id, cents in shared.items():
        known = sum(
            some
            for (person, trajectory), some in actual.items()
            if trajectory == trajectory_id and (person, trajectory) not in own
        )
        spent += known
        committed += max(cents - known, 0)
    return spent, committed


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

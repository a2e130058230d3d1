"""What the coming periods hold: hours and money that are committed, and what would be claimed back
if people left (Visie §4, §7, §8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from sqlalchemy import Connection

from adapter.register.learning import Learning
from adapter.subjects.leaving import calculation
from adapter.subjects.leaving.trajectories import Trajectories, trajectories_of
from adapter.views.mt_report.figures import OutlookOut
from adapter.views.mt_report.learned import Learned
from adapter.views.mt_report.money import GrantedRow, cost_of
from policy.disclosure import SMALLEST_GROUP, rounded_cents, rounded_hours
from policy.parameters import Policy
from policy.periods import Period, period_after

_PERIODS = 4
"""How far is looked ahead."""


def outlook_of(
    connection: Connection,
    period: Period,
    learning: Mapping[str, Learning],
    learned: Mapping[str, Learned],
    grants: Iterable[GrantedRow],
    policy: Policy,
) -> list[OutlookOut]:
    bound = [
        trajectories_of(connection, learning[employee_id], period.last)
        for employee_id in learned
        if employee_id in learning and _is_bound(learning[employee_id])
    ]
    known = list(grants)
    return [
        OutlookOut(
            period=one.name,
            hours=rounded_hours(_planned_in(mine, one) for mine in learned.values()),
            starting_eur=sum(
                cost_of(grant)
                for grant in known
                if grant.starts_on is not None and one.first <= grant.starts_on <= one.last
            ),
            repayment_eur=_repayment(bound, one, policy),
        )
        for one in _coming(period, policy)
    ]


def _coming(period: Period, policy: Policy) -> Iterator[Period]:
    for _ in range(_PERIODS):
        period = period_after(period, policy)
        yield period


def _is_bound(learning: Learning) -> bool:
    return any(row.repayment_scheme for row, _ in learning.agreements.values())


def _planned_in(mine: Learned, period: Period) -> Decimal:
    return sum(
        (
            hours
            for month, hours in mine.planned.items()
            if period.first <= month.first_day <= period.last
        ),
        Decimal("0.00"),
    )


def _repayment(bound: Iterable[Trajectories], period: Period, policy: Policy) -> int | None:
    """If everybody's last day were the last of the period, of what can be claimed by the rules.
    Rounded: two exact sums beside each other tell what one who left in between would repay."""
    each = [
        sum(item.claimable_cents for item in calculation.items(period.last, one, policy))
        for one in bound
    ]
    some = [cents for cents in each if cents]
    return rounded_cents(sum(some)) if len(some) >= SMALLEST_GROUP else None

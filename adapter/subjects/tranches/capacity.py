"""Planned absence for learning against the available hours, per team and month (P8).

A team is whoever reports to one manager. Granted and running training comes from the register, what
is asked for from the requests without a decision; collective requests name nobody, so they are in
no team's hours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.register.activities import activities
from adapter.register.learning import Learning
from adapter.register.learning_reader import read_all_learning, read_learning_of
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.hours import asked_activity
from adapter.subjects.tranches.staff import Staff, read_staff, teams_of
from adapter.subjects.tranches.undecided import WAITING
from policy.capacity import Month, available_hours, parts_per_month, share_percent
from policy.hours import COUNTED
from policy.model import Activity

_NONE = Decimal("0.00")
Hours = Mapping[str, Mapping[Month, Decimal]]
"""Per employee and month."""


@dataclass(frozen=True, slots=True)
class TeamMonth:
    """`employees` have an employment in the month, and all hours are theirs; `available` is None
    where the HRIS does not tell the hours of one of them."""

    manager_id: str
    month: Month
    employees: int
    available: Decimal | None
    granted: Decimal
    requested: Decimal

    @property
    def granted_percent(self) -> int | None:
        return share_percent(self.granted, self.available)

    @property
    def all_percent(self) -> int | None:
        """When everything that is asked for would be granted too."""
        return share_percent(self.granted + self.requested, self.available)


def team_capacities(
    act: Act, months: Iterable[Month], manager_ids: Collection[str] | None = None
) -> tuple[TeamMonth, ...]:
    """By team and month; `manager_ids` None means every team."""
    staff = read_staff(act.connection, None if manager_ids is None else teams_of(manager_ids))
    learning = (
        read_all_learning(act.connection)
        if manager_ids is None
        else read_learning_of(act.connection, staff.people)
    )
    granted = granted_hours(learning)
    requested = requested_hours(waiting_requests(act))
    return capacities(staff, granted, requested, tuple(months))


def capacities(
    staff: Staff, granted: Hours, requested: Hours, months: tuple[Month, ...]
) -> tuple[TeamMonth, ...]:
    return tuple(
        _team_month(staff, manager_id, team, month, granted, requested)
        for manager_id, team in staff.teams.items()
        for month in months
    )


def granted_hours(learning: Mapping[str, Learning]) -> Hours:
    return {
        employee_id: _per_month(one for one in activities(known).values() if one.state in COUNTED)
        for employee_id, known in learning.items()
    }


def requested_hours(requests: Iterable[TrainingRequestRow]) -> Hours:
    """Of requests with a start; without one nobody can say in which month the hours fall."""
    asked: defaultdict[str, list[Activity]] = defaultdict(list)
    for row in requests:
        if row.starts_on is not None:
            for employee_id in row.employee_ids:
                asked[employee_id].append(asked_activity(row))
    return {employee_id: _per_month(wanted) for employee_id, wanted in asked.items()}


def waiting_requests(act: Act) -> list[TrainingRequestRow]:
    """Of every tranche, in order of submission."""
    return rows_of(
        act.connection,
        select(TrainingRequestRow)
        .where(TrainingRequestRow.state.in_(WAITING))
        .order_by(TrainingRequestRow.submitted_at, TrainingRequestRow.id),
    )


def _per_month(learned: Iterable[Activity]) -> dict[Month, Decimal]:
    total: defaultdict[Month, Decimal] = defaultdict(lambda: _NONE)
    for activity in learned:
        for month, hours in parts_per_month(activity).items():
            total[month] += hours
    return dict(total)


def _team_month(
    staff: Staff,
    manager_id: str,
    team: tuple[str, ...],
    month: Month,
    granted: Hours,
    requested: Hours,
) -> TeamMonth:
    employed = [person for person in team if _employed(staff, person, month)]
    working = [one for person in employed for one in staff.employments[person]]
    return TeamMonth(
        manager_id=manager_id,
        month=month,
        employees=len(employed),
        available=available_hours(working, month),
        granted=_sum(granted, employed, month),
        requested=_sum(requested, employed, month),
    )


def _employed(staff: Staff, employee_id: str, month: Month) -> bool:
    return any(
        (one.start is None or one.start <= month.last_day)
        and (one.end is None or one.end >= month.first_day)
        for one in staff.employments.get(employee_id, ())
    )


def _sum(hours: Hours, people: Iterable[str], month: Month) -> Decimal:
    return sum((hours.get(person, {}).get(month, _NONE) for person in people), _NONE)

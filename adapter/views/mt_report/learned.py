"""The hours of everybody, as the norm counts them: read once for all, and told of nobody
(Visie §8, P4, P7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import Connection, select

from adapter.ground.store.tables.courses import CourseRow
from adapter.register.activities import activities
from adapter.register.learning import Learning
from adapter.register.participation import SESSION_COURSES
from adapter.subjects.tranches.staff import Staff
from adapter.views.mt_report.figures import HoursClassOut, HoursOfAllOut, MonthOut
from policy.capacity import Month, months_of, parts_per_month
from policy.disclosure import SMALLEST_GROUP, HoursClass, hours_classes, rounded_hours
from policy.hours import COUNTED, MADE
from policy.model import Activity

_NONE = Decimal("0.00")
Hours = defaultdict[Month, Decimal]


def _no_hours() -> Hours:
    return defaultdict(lambda: _NONE)


@dataclass(slots=True)
class Learned:
    """Hours of one employee per month: used, planned, and of both what is in-company."""

    used: Hours = field(default_factory=_no_hours)
    planned: Hours = field(default_factory=_no_hours)
    in_company: Hours = field(default_factory=_no_hours)

    def counted(self, year: int) -> Decimal:
        return of_year(self.used, year) + of_year(self.planned, year)


def of_year(hours: Mapping[Month, Decimal], year: int) -> Decimal:
    return sum((some for month, some in hours.items() if month.year == year), _NONE)


def learned_of(
    connection: Connection, learning: Mapping[str, Learning], employees: Collection[str]
) -> dict[str, Learned]:
    """By employee, also of those who learn nothing."""
    in_company = frozenset(
        connection.execute(select(CourseRow.idnumber).where(CourseRow.in_company == 1)).scalars()
    ) | frozenset(connection.execute(SESSION_COURSES).scalars())
    found = {employee_id: Learned() for employee_id in sorted(employees)}
    for employee_id, mine in found.items():
        if employee_id in learning:
            for activity in activities(learning[employee_id]).values():
                if activity.state in COUNTED:
                    _add(mine, activity, in_company)
    return found


def _add(mine: Learned, activity: Activity, in_company: frozenset[str]) -> None:
    kept_in = mine.used if activity.state in MADE else mine.planned
    together = not in_company.isdisjoint((activity.activity_id, *activity.known_as))
    for month, hours in parts_per_month(activity).items():
        kept_in[month] += hours
        if together:
            mine.in_company[month] += hours


def hours_of_all(learned: Mapping[str, Learned], year: int, norm: Decimal) -> HoursOfAllOut:
    everybody = learned.values()
    return HoursOfAllOut(
        norm_hours=norm * len(learned),
        used_hours=rounded_hours(of_year(one.used, year) for one in everybody),
        planned_hours=rounded_hours(of_year(one.planned, year) for one in everybody),
        in_company_hours=rounded_hours(of_year(one.in_company, year) for one in everybody),
        individual_hours=rounded_hours(
            one.counted(year) - of_year(one.in_company, year) for one in everybody
        ),
        months=[
            MonthOut(
                month=str(month),
                used_hours=rounded_hours(one.used.get(month, _NONE) for one in everybody),
                planned_hours=rounded_hours(one.planned.get(month, _NONE) for one in everybody),
            )
            for month in months_of(year)
        ],
    )


def employees_by_hours(
    learned: Mapping[str, Learned], year: int, norm: Decimal
) -> list[HoursClassOut]:
    """In quarters of the norm."""
    edges = [norm * part / 4 for part in range(1, 5)]
    return _told(hours_classes((one.counted(year) for one in learned.values()), edges))


def teams_by_hours(
    learned: Mapping[str, Learned], staff: Staff, year: int, norm: Decimal
) -> tuple[list[HoursClassOut], int]:
    """Teams by the average of their employees, in quarters of the norm, and how many teams are too
    small to be counted among them. A team is whoever reports to one manager."""
    averages, too_small = [], 0
    for team in staff.teams.values():
        each = [learned[employee].counted(year) for employee in team if employee in learned]
        if sum(hours > 0 for hours in each) >= SMALLEST_GROUP:
            averages.append(sum(each, _NONE) / len(each))
        elif each:
            too_small += 1
    edges = [norm * part / 4 for part in range(1, 5)]
    return _told(hours_classes(averages, edges, smallest=1)), too_small


def _told(classes: Iterable[HoursClass]) -> list[HoursClassOut]:
    return [
        HoursClassOut(above_hours=one.above, up_to_hours=one.up_to, number=one.people)
        for one in classes
    ]

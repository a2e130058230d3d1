"""The learning of a manager's team: hours per person this year, capacity per month, what is held
and what waits for a signature (Visie §5, §8; P3–P5, P8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.people import EmployeeRow
from adapter.register.activities import activities
from adapter.register.holds import OPEN
from adapter.register.learning import Learning
from adapter.register.learning_reader import read_learning_of
from adapter.register.people import full_name
from adapter.subjects.enrolments.setting_aside import HoldOfCourse, list_holds
from adapter.subjects.requests.acts import Act
from adapter.subjects.tranches.capacity import TeamMonth, team_capacities
from adapter.subjects.tranches.staff import read_staff, teams_of
from adapter.views.hours_of_year import YearOfHours, years_of_hours
from policy.capacity import months_of
from policy.model import Activity


@dataclass(frozen=True, slots=True)
class TeamMember:
    employee_id: str
    name: str
    hours: YearOfHours
    followed: tuple[Activity, ...]
    to_sign: tuple[str, ...]
    """Agreements that lack the manager's signature."""


@dataclass(frozen=True, slots=True)
class TeamLearning:
    """`members` are employed today; `names` are of everyone whom the HRIS keeps in the team, also
    of who left. `months` are of this calendar year."""

    members: tuple[TeamMember, ...]
    names: dict[str, str]
    months: tuple[TeamMonth, ...]
    holds: tuple[HoldOfCourse, ...]

    def name(self, employee_id: str) -> str:
        return self.names.get(employee_id, employee_id)


def team_names(act: Act, manager_id: str) -> dict[str, str]:
    """Of those who report to this manager, by the HRIS: employee number → name, in order."""
    return {row.employee_id: full_name(row) for row in _team(act, manager_id)}


def team_learning(act: Act, manager_id: str) -> TeamLearning:
    """Of those who report to this manager, by the HRIS."""
    team = _team(act, manager_id)
    employed = read_staff(act.connection, teams_of({manager_id})).employed_on(act.today)
    people = [row for row in team if row.employee_id in employed]
    learned = read_learning_of(act.connection, [row.employee_id for row in people])
    return TeamLearning(
        members=tuple(_member(act, row, learned[row.employee_id]) for row in people),
        names={row.employee_id: full_name(row) for row in team},
        months=team_capacities(act, months_of(act.today.year), frozenset({manager_id})),
        holds=tuple(list_holds(act, states=tuple(OPEN))),
    )


def _team(act: Act, manager_id: str) -> list[EmployeeRow]:
    return rows_of(
        act.connection,
        select(EmployeeRow)
        .where(EmployeeRow.manager_id == manager_id)
        .order_by(EmployeeRow.family_name, EmployeeRow.given_name, EmployeeRow.employee_id),
    )


def _member(act: Act, row: EmployeeRow, learning: Learning) -> TeamMember:
    counted = activities(learning)
    followed = tuple(counted[key] for key in sorted(counted))
    return TeamMember(
        employee_id=row.employee_id,
        name=full_name(row),
        hours=years_of_hours(followed, learning.exemptions, act.today, act.policy)[0],
        followed=followed,
        to_sign=tuple(_to_sign(learning)),
    )


def _to_sign(learning: Learning) -> Iterator[str]:
    for row, agreement in learning.agreements.values():
        if agreement.signed_by_manager_on is None:
            yield row.id

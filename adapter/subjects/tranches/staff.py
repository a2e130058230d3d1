"""Who works where, of everybody or of some teams at once: names, teams and employments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, or_, select, true

from adapter.ground.store.metadata import aliased
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.register.people import full_name
from policy.capacity import Working


@dataclass(frozen=True)
class Staff:
    """By employee number."""

    people: dict[str, EmployeeRow]
    employments: dict[str, tuple[Working, ...]]

    def name(self, employee_id: str) -> str:
        """With the number, since two people can have one name; the number alone when unknown."""
        row = self.people.get(employee_id)
        if row is None:
            return employee_id
        return f"{full_name(row)} ({employee_id})"

    @cached_property
    def teams(self) -> dict[str, tuple[str, ...]]:
        """Who reports to each manager."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for employee_id, row in sorted(self.people.items()):
            if row.manager_id is not None:
                found[row.manager_id].append(employee_id)
        return {manager_id: tuple(team) for manager_id, team in sorted(found.items())}

    def employed_on(self, day: date) -> frozenset[str]:
        return frozenset(
            employee_id
            for employee_id in self.people
            if any(
                (one.start is None or one.start <= day) and (one.end is None or one.end >= day)
                for one in self.employments.get(employee_id, ())
            )
        )

    def last_day(self, employee_id: str) -> date | None:
        """Of the employment that ends last; None where one is open, or none is known."""
        ends = [one.end for one in self.employments.get(employee_id, ())]
        return None if None in ends else max((end for end in ends if end is not None), default=None)

    def manager_of(self, employee_id: str) -> str | None:
        row = self.people.get(employee_id)
        return None if row is None else row.manager_id


def read_staff(connection: Connection, chosen: ColumnElement[bool] | None = None) -> Staff:
    """Of everybody, or of whom a condition on `EmployeeRow` chooses."""
    wanted = true() if chosen is None else chosen
    working: defaultdict[str, list[Working]] = defaultdict(list)
    employed = select(EmploymentRow).where(
        EmploymentRow.employee_id.in_(select(EmployeeRow.employee_id).where(wanted))
    )
    for row in rows_of(connection, employed):
        working[row.employee_id].append(Working(row.start_on, row.end_on, row.hours_per_week))
    people = rows_of(connection, select(EmployeeRow).where(wanted))
    return Staff(
        {row.employee_id: row for row in people},
        {key: tuple(rows) for key, rows in working.items()},
    )


def teams_with(employee_ids: Collection[str]) -> ColumnElement[bool]:
    """These people, and their managers with everyone else who reports to those."""
    named = EmployeeRow.employee_id.in_(employee_ids)
    colleague = aliased(EmployeeRow)
    managers = select(colleague.manager_id).where(colleague.employee_id.in_(employee_ids))
    return or_(named, EmployeeRow.manager_id.in_(managers), EmployeeRow.employee_id.in_(managers))


def teams_of(manager_ids: Collection[str]) -> ColumnElement[bool]:
    """Everyone who reports to one of these managers."""
    return EmployeeRow.manager_id.in_(manager_ids)

"""Everyone of the register as the HRIS last showed them, in one reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from adapter.ground.store.tables.exits import exits
from adapter.ground.store.tables.people import employees, employments
from adapter.register.people import in_chunks
from adapter.subjects.leaving.employments import EmploymentFacts
from adapter.subjects.leaving.lifecycle import ExitState
from connectors.ports import Employee, Employment

SHOWN = (
    "employee_id",
    "given_name",
    "family_name_prefix",
    "family_name",
    "email",
    "department",
    "manager_id",
)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """`employee` is what a scan would show if nothing had changed, without the moment of change.
    `exit_days` holds the last day of each exit that was not withdrawn, by employment."""

    employee: Employee
    seen_at: datetime
    missing_scans: int
    exit_days: Mapping[str, date | None]

    @property
    def facts(self) -> Sequence[EmploymentFacts]:
        return facts_of(self.employee)

    def has_exit_on(self, employment_id: str, last_day: date) -> bool:
        return self.exit_days.get(employment_id) == last_day


def facts_of(employee: Employee) -> Sequence[EmploymentFacts]:
    return tuple(EmploymentFacts(e.employment_id, e.start, e.end) for e in employee.employments)


def read_known_people(
    connection: Connection, source: str, only: Collection[str] | None = None
) -> dict[str, KnownPerson]:
    """The employees of one HRIS by number, or `only` these of them."""
    if only is None:
        return _read(connection, source, None)
    found: dict[str, KnownPerson] = {}
    for chunk in in_chunks(sorted(only)):
        found |= _read(connection, source, chunk)
    return found


def _read(
    connection: Connection, source: str, only: Sequence[str] | None
) -> dict[str, KnownPerson]:
    own = _employments(connection, only)
    ended = _exit_days(connection, only)
    columns = [employees.c[name] for name in (*SHOWN, "active", "last_seen_at", "missing_scans")]
    people = select(*columns).where(employees.c.source == source)
    return {
        number: KnownPerson(
            Employee(
                number,
                given_name,
                prefix,
                family_name,
                email,
                department,
                manager_id,
                tuple(own[number]),
                active=None if active is None else bool(active),
            ),
            seen_at,
            missing_scans,
            ended[number],
        )
        for (
            number,
            given_name,
            prefix,
            family_name,
            email,
            department,
            manager_id,
            active,
            seen_at,
            missing_scans,
        ) in connection.execute(_of(people, employees, only))
    }


def _employments(
    connection: Connection, only: Sequence[str] | None
) -> Mapping[str, list[Employment]]:
    found: dict[str, list[Employment]] = defaultdict(list)
    every = select(
        employments.c.employee_id,
        employments.c.employment_id,
        employments.c.start_on,
        employments.c.end_on,
        employments.c.hours_per_week,
        employments.c.fte,
    ).order_by(employments.c.employment_id)
    for number, *facts in connection.execute(_of(every, employments, only)):
        found[number].append(Employment(*facts))
    return found


def _exit_days(
    connection: Connection, only: Sequence[str] | None
) -> Mapping[str, dict[str, date | None]]:
    found: dict[str, dict[str, date | None]] = defaultdict(dict)
    standing = select(exits).where(exits.c.state != ExitState.WITHDRAWN)
    for row in connection.execute(_of(standing, exits, only)):
        found[row.employee_id][row.employment_id] = row.last_day
    return found


def _of(statement: Select[Any], table: Table, only: Sequence[str] | None) -> Select[Any]:
    return statement if only is None else statement.where(table.c.employee_id.in_(only))

"""Everyone of the register as the HRIS last showed them, in one reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, select, true

from adapter.ground.store.reading import rows_as, rows_of
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
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


class _ShownPerson:
    employee_id: str
    given_name: str
    family_name_prefix: str
    family_name: str
    email: str | None
    department: str | None
    manager_id: str | None
    active: int | None
    last_seen_at: datetime
    missing_scans: int


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
    columns = [getattr(EmployeeRow, name) for name in _ShownPerson.__annotations__]
    people = select(*columns).where(EmployeeRow.source == source, _of(EmployeeRow, only))
    return {
        row.employee_id: KnownPerson(
            Employee(
                **{name: getattr(row, name) for name in SHOWN},
                employments=tuple(own[row.employee_id]),
                active=None if row.active is None else bool(row.active),
            ),
            row.last_seen_at,
            row.missing_scans,
            ended[row.employee_id],
        )
        for row in rows_as(connection, people, _ShownPerson)
    }


def _employments(
    connection: Connection, only: Sequence[str] | None
) -> Mapping[str, list[Employment]]:
    found: dict[str, list[Employment]] = defaultdict(list)
    every = (
        select(
            EmploymentRow.employee_id,
            EmploymentRow.employment_id,
            EmploymentRow.start_on,
            EmploymentRow.end_on,
            EmploymentRow.hours_per_week,
            EmploymentRow.fte,
        )
        .where(_of(EmploymentRow, only))
        .order_by(EmploymentRow.employment_id)
    )
    for number, employment_id, start, end, hours, fte in connection.execute(every):
        found[number].append(Employment(employment_id, start, end, hours, fte))
    return found


def _exit_days(
    connection: Connection, only: Sequence[str] | None
) -> Mapping[str, dict[str, date | None]]:
    found: dict[str, dict[str, date | None]] = defaultdict(dict)
    standing = select(ExitRow).where(ExitRow.state != ExitState.WITHDRAWN, _of(ExitRow, only))
    for row in rows_of(connection, standing):
        found[row.employee_id][row.employment_id] = row.last_day
    return found


def _of(
    table: type[EmployeeRow | EmploymentRow | ExitRow], only: Sequence[str] | None
) -> ColumnElement[bool]:
    return true() if only is None else table.employee_id.in_(only)

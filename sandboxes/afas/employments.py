"""The state behind the sandbox: employments as rows of the GetConnector, open to change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from connectors.afas.answers import RowValues
from connectors.afas.local_time import written

FIELDS: dict[str, tuple[str, str]] = {
    "EmployeeId": ("string", "Medewerker"),
    "PersonId": ("string", "Persoon"),
    "FirstName": ("string", "Voornaam"),
    "Prefix": ("string", "Voorvoegsel"),
    "LastName": ("string", "Achternaam"),
    "EmailWork": ("string", "E-mail werk"),
    "Blocked": ("boolean", "Geblokkeerd"),
    "Department": ("string", "Organisatorische eenheid"),
    "ManagerEmployeeId": ("string", "Leidinggevende"),
    "EmploymentId": ("int", "Dienstverband"),
    "EmploymentStartDate": ("date", "Datum in dienst"),
    "EmploymentEndDate": ("date", "Datum uit dienst"),
    "HoursPerWeek": ("decimal", "Uren per week"),
    "FTE": ("decimal", "FTE"),
    "ModifiedDate": ("date", "Gewijzigd op"),
}
"""Field name to data type and label, as `/metainfo/get` shows them."""


@dataclass(frozen=True, slots=True)
class SandboxEmployment:
    """One employment of one person; `end` is the last working day."""

    employee_id: str
    given_name: str
    family_name: str
    start: date
    end: date | None = None
    employment_id: int = 1
    prefix: str | None = None
    email: str | None = None
    department: str | None = None
    manager_id: str | None = None
    hours_per_week: Decimal = Decimal(36)
    fte: Decimal = Decimal(1)

    def row(self, modified: datetime) -> RowValues:
        return {
            "EmployeeId": self.employee_id,
            "PersonId": f"1{self.employee_id}",
            "FirstName": self.given_name,
            "Prefix": self.prefix,
            "LastName": self.family_name,
            "EmailWork": self.email,
            "Blocked": False,
            "Department": self.department,
            "ManagerEmployeeId": self.manager_id,
            "EmploymentId": self.employment_id,
            "EmploymentStartDate": _midnight(self.start),
            "EmploymentEndDate": _midnight(self.end) if self.end else None,
            "HoursPerWeek": float(self.hours_per_week),
            "FTE": float(self.fte),
            "ModifiedDate": f"{written(modified)}Z",
        }


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


class Employments:
    """Rows that tests and the demo change while the server answers. `clock` gives aware moments,
    which become the ModifiedDate of what is changed."""

    def __init__(
        self, employments: Iterable[SandboxEmployment], clock: Callable[[], datetime]
    ) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._rows: list[tuple[SandboxEmployment, datetime]] = []
        self._raw: list[RowValues] = []
        self._written: list[RowValues] | None = None
        """All rows as they are answered, made anew after a change."""
        self.add(*employments)

    def rows(self) -> list[RowValues]:
        with self._lock:
            if self._written is None:
                self._written = [one.row(modified) for one, modified in self._rows] + self._raw
            return self._written

    def add(self, *employments: SandboxEmployment) -> None:
        with self._lock:
            self._rows.extend((one, self._clock()) for one in employments)
            self._written = None

    def add_raw(self, row: RowValues) -> None:
        """A row with values that AFAS should not hold."""
        with self._lock:
            self._raw.append(row)
            self._written = None

    def remove(self, employee_id: str) -> None:
        """The person disappears from the GetConnector, as its filters may do."""
        with self._lock:
            self._known(employee_id)
            self._rows = [pair for pair in self._rows if pair[0].employee_id != employee_id]
            self._written = None

    def set_employment_end(
        self, employee_id: str, end: date | None, employment_id: int | None = None
    ) -> None:
        """Announce, move or withdraw an end; of the latest employment unless another is named."""
        with self._lock:
            numbers = [one.employment_id for one in self._known(employee_id)]
            chosen = max(numbers) if employment_id is None else employment_id
            self._rows = [
                (replace(one, end=end), self._clock())
                if (one.employee_id, one.employment_id) == (employee_id, chosen)
                else (one, modified)
                for one, modified in self._rows
            ]
            self._written = None

    def _known(self, employee_id: str) -> list[SandboxEmployment]:
        own = [one for one, _ in self._rows if one.employee_id == employee_id]
        if not own:
            raise KeyError(f"the sandbox AFAS has no employee {employee_id}")
        return own

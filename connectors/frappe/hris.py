"""`Hris` over Frappe HR. Its webhooks are a hint; what counts is read here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from connectors.employment_rows import EmploymentRow, one_person, people
from connectors.frappe.checks import checks
from connectors.frappe.client import (
    Condition,
    FrappeClient,
    RowValues,
    http_client,
)
from connectors.frappe.config import FrappeConfig
from connectors.frappe.rows import employment_row
from connectors.http import HttpClient
from connectors.ports import Check, Employee, EmployeeScan

IDS_AT_ONCE = 50


class FrappeHr:
    """Employees of one Frappe site. Safe to share between threads.

    `http` replaces the client made from the configuration.
    """

    def __init__(self, config: FrappeConfig, http: HttpClient | None = None) -> None:
        self._config = config
        self._http = http or http_client(config)
        self._client = FrappeClient(config, self._http)
        self._zone = ZoneInfo(config.timezone)

    @property
    def source(self) -> str:
        return f"urn:hris:frappe:{self._config.tenant}"

    def check(self) -> list[Check]:
        return checks(self._client, self.scan)

    def scan(self, changed_since: datetime | None = None) -> EmployeeScan:
        """Everyone, or those of whom a document changed since a moment, as a whole."""
        if changed_since is None:
            return self._everyone()
        since = (changed_since - self._config.overlap).astimezone(self._zone)
        written = since.strftime("%Y-%m-%d %H:%M:%S")
        changed = list(self._client.employees([["modified", ">=", written]]))
        whole = self._whole(changed)
        found = people(self._read(whole), "name")
        return EmployeeScan(
            found.employees, complete=False, rejected=found.rejected, questions=found.questions
        )

    def employee(self, employee_id: str) -> Employee | None:
        if not employee_id:
            return None
        rows = list(self._client.employees([self._is(employee_id)]))
        return one_person(self._read(rows), employee_id, "name")

    def close(self) -> None:
        self._http.close()

    def _everyone(self) -> EmployeeScan:
        # Counted first: who is added during the walk makes it longer, never too short.
        announced = self._client.count()
        rows = list(self._client.employees())
        found = people(self._read(rows), "name")
        # The site counts documents, of which a person may have several. One that cannot be read is
        # reported by itself; only what the site keeps back is missing.
        missing = max(0, announced - len(rows))
        expected = len(found.employees) + missing
        return EmployeeScan(found.employees, True, expected, found.rejected, found.questions)

    def _whole(self, changed: Sequence[RowValues]) -> list[RowValues]:
        """All documents of the people in them: another one of theirs may not have changed."""
        field = self._config.fields.employee_id
        if field == "name":
            return list(changed)
        ids = sorted({str(row[field]) for row in changed if row.get(field)})
        nameless = [row for row in changed if not row.get(field)]
        batches = (ids[i : i + IDS_AT_ONCE] for i in range(0, len(ids), IDS_AT_ONCE))
        return nameless + [
            row for batch in batches for row in self._client.employees([[field, "in", batch]])
        ]

    def _is(self, employee_id: str) -> Condition:
        return [self._config.fields.employee_id, "=", employee_id]

    def _read(self, rows: Sequence[RowValues]) -> list[EmploymentRow]:
        numbers = self._numbers(rows)
        fields = self._config.fields
        return [employment_row(row, fields, self._zone, numbers) for row in rows]

    def _numbers(self, rows: Sequence[RowValues]) -> dict[str, str]:
        """Employee numbers by name of document; a manager is named by document."""
        number, manager = self._config.fields.employee_id, self._config.fields.manager
        known = {str(row["name"]): str(row.get(number) or "") for row in rows}
        named = {str(row[manager]) for row in rows if manager and row.get(manager)}
        absent = sorted(named - known.keys())
        if number == "name":
            return known | {name: name for name in absent}
        batches = (absent[i : i + IDS_AT_ONCE] for i in range(0, len(absent), IDS_AT_ONCE))
        for batch in batches:
            asked = self._client.employees([["name", "in", batch]], ["name", number])
            known |= {str(row["name"]): str(row.get(number) or "") for row in asked}
        return {name: found for name, found in known.items() if found}

"""`Hris` over AFAS Profit. Polling is all there is: AFAS sends nothing by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from connectors.afas.checks import checks
from connectors.afas.client import AfasClient, PlacedRow, http_client
from connectors.afas.config import AfasConfig
from connectors.afas.filters import (
    LONGEST_QUERY,
    SEPARATORS,
    equal_to_any,
    in_batches,
    modified_since,
)
from connectors.afas.rows import employment_row
from connectors.employment_rows import EmploymentRow, one_person, people
from connectors.errors import Misconfigured
from connectors.http import HttpClient
from connectors.ports import (
    Check,
    Employee,
    EmployeeScan,
    RejectedRow,
)

ROOM_FOR_IDS = LONGEST_QUERY - 200
"""Characters of a query for employee numbers; the rest is for paging and ordering."""


class Afas:
    """Employees of one AFAS environment. Safe to share between threads.

    `http` replaces the client made from the configuration; `now` gives the moment against which
    the end of the token is judged.
    """

    def __init__(
        self,
        config: AfasConfig,
        http: HttpClient | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._config = config
        self._http = http or http_client(config)
        self._client = AfasClient(config, self._http)
        self._now = now
        self._fields_are_there = False

    @property
    def source(self) -> str:
        return f"urn:hris:afas:{self._config.tenant}"

    def check(self) -> list[Check]:
        return checks(self._config, self._client, self.scan, self._now())

    def scan(self, changed_since: datetime | None = None) -> EmployeeScan:
        """Everyone, or those changed since a moment; without a field for the moment of change
        that is everyone again, and the scan says that it is complete. The first reading compares
        the fields with what the GetConnector says it has, and raises `Misconfigured`."""
        self._require_fields()
        if changed_since is None or self._config.fields.modified is None:
            return self._scan(self._client.rows(), complete=True)
        return self._changes(changed_since, self._config.fields.modified)

    def employee(self, employee_id: str) -> Employee | None:
        if not employee_id or SEPARATORS & set(employee_id):
            return None  # no AFAS number holds a separator, and it would change the filter
        self._require_fields()
        chosen = equal_to_any(self._config.fields.employee_id, [employee_id])
        rows = [self._row(row) for row in self._client.rows(chosen)]
        return one_person(rows, employee_id, self._config.fields.order[1])

    def close(self) -> None:
        self._http.close()

    def _require_fields(self) -> None:
        """Once: the customer can rename a field at any time, and then each row says so as well."""
        if self._fields_are_there:
            return
        absent = self._client.absent_fields()
        if absent:
            raise Misconfigured(
                f"{self._config.connector} has no {', '.join(absent)}: add the fields to the "
                "GetConnector, or configure the names that it uses",
                code="fields",
            )
        self._fields_are_there = True

    def _changes(self, since: datetime, field: str) -> EmployeeScan:
        """The filter gives changed rows, so an employment that did not change is not among them:
        read everyone in whom something changed again, as a whole."""
        chosen = modified_since(field, since - self._config.overlap)
        changed = [self._row(row) for row in self._client.rows(chosen)]
        nameless = [fault for row in changed if row.employee_id is None for fault in row.faults]
        ids = {row.employee_id for row in changed if row.employee_id is not None}
        whole = self._whole(ids)
        return self._scan(whole, complete=False, nameless=nameless)

    def _whole(self, ids: set[str]) -> list[PlacedRow]:
        batches = in_batches(self._config.fields.employee_id, sorted(ids), ROOM_FOR_IDS)
        return [row for batch in batches for row in self._client.rows(batch)]

    def _scan(
        self, rows: list[PlacedRow], *, complete: bool, nameless: list[RejectedRow] | None = None
    ) -> EmployeeScan:
        found = people(map(self._row, rows), self._config.fields.order[1])
        rejected = (*(nameless or ()), *found.rejected)
        return EmployeeScan(found.employees, complete, rejected=rejected, questions=found.questions)

    def _row(self, row: PlacedRow) -> EmploymentRow:
        return employment_row(row, self._config.fields)

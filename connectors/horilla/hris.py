"""`Hris` over Horilla 1.5. It tells nothing by itself and knows no moment of change, so every
reading is one of everyone: a page for each twenty people, and two calls for each person.

Contracts are not read. Their filters let everyone through when a value is not known, and the last
working day is no part of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from connectors.employment_rows import EmploymentRow, one_person, people
from connectors.errors import Misconfigured
from connectors.horilla.answers import EmployeeDetail, WorkInformation
from connectors.horilla.checks import checks
from connectors.horilla.client import HorillaClient, http_client
from connectors.horilla.config import HorillaConfig
from connectors.horilla.reading import Reading
from connectors.horilla.rights import WITHOUT_EVERYONE, not_listed
from connectors.horilla.rows import END, employment_row
from connectors.http import HttpClient
from connectors.ports import Check, Employee, EmployeeScan


class Horilla:
    """People of one Horilla; the badge is the employee number. Safe to share between threads.

    Whoever has no badge cannot be an employee here: an account for administration, mostly. They
    are left out, and `check` counts them. `http` replaces the client made from the configuration.
    """

    def __init__(self, config: HorillaConfig, http: HttpClient | None = None) -> None:
        self._config = config
        self._client = HorillaClient(config, http or http_client(config))
        self._ids: dict[str, str] = {}
        """Technical ids by badge, as last seen: Horilla cannot be asked for a badge."""

    @property
    def source(self) -> str:
        return f"urn:hris:horilla:{self._config.tenant}"

    def check(self) -> list[Check]:
        return checks(self.read)

    def scan(self, changed_since: datetime | None = None) -> EmployeeScan:
        """Everyone, whatever the moment. Raises `Misconfigured` for fewer people than there must
        be or when some are hidden, `Transient` when the list kept moving."""
        return self.read().scan

    def employee(self, employee_id: str) -> Employee | None:
        if not employee_id:
            return None
        detail = self._detail_of(employee_id)
        if detail is None:
            return None
        work = self._work_of(detail)
        row = employment_row(detail, work, self._badge_of_manager(work), self._shifts())
        return one_person([row], employee_id, END)

    def close(self) -> None:
        self._client.close()

    def read(self) -> Reading:
        """The same as `scan`, with what it left out."""
        ids = self._client.employee_ids()
        if len(ids) < self._config.minimum_headcount:
            raise Misconfigured(
                f"Horilla shows {len(ids)} people where there are at least "
                f"{self._config.minimum_headcount}: {WITHOUT_EVERYONE}",
                code="partial_list",
            )
        if any(map(self._client.hides, not_listed(ids))):
            raise Misconfigured(
                f"Horilla hides people from this account: {WITHOUT_EVERYONE}", code="partial_list"
            )
        details = [found for found in map(self._client.employee, ids) if found is not None]
        numbered = [detail for detail in details if _badge(detail)]
        self._ids = {_badge(detail): detail.id for detail in numbered}
        found = people(self._rows(numbered), END)
        expected = len(found.employees) + len(ids) - len(details)
        scan = EmployeeScan(found.employees, True, expected, found.rejected, found.questions)
        return Reading(scan, len(details) - len(numbered))

    def _rows(self, details: Iterable[EmployeeDetail]) -> list[EmploymentRow]:
        shifts = self._shifts()
        badges = {technical_id: badge for badge, technical_id in self._ids.items()}
        return [employment_row(one, self._work_of(one), badges, shifts) for one in details]

    def _work_of(self, detail: EmployeeDetail) -> WorkInformation | None:
        if detail.employee_work_info_id is None:
            return None
        work = self._client.work_information(detail.employee_work_info_id)
        if work.employee_id != detail.id:
            raise Misconfigured(
                f"Horilla gave the work information of another person for employee id {detail.id}",
                code="other_person",
            )
        return work

    def _detail_of(self, badge: str) -> EmployeeDetail | None:
        """By the id as last seen, if that is still this person; else among those not seen yet."""
        known = self._ids.get(badge)
        detail = self._client.employee(known) if known is not None else None
        if detail is not None and _badge(detail) == badge:
            return detail
        # A badge that went to somebody else may be anybody's: then nothing seen counts.
        seen = frozenset(self._ids.values()) if known is None else frozenset()
        for technical_id in self._client.employee_ids():
            if technical_id in seen:
                continue
            found = self._client.employee(technical_id)
            if found is not None and _badge(found):
                self._ids[_badge(found)] = found.id
                if _badge(found) == badge:
                    return found
        return None

    def _badge_of_manager(self, work: WorkInformation | None) -> dict[str, str]:
        manager = work.reporting_manager_id if work else None
        detail = self._client.employee(manager) if manager else None
        return {} if detail is None or not _badge(detail) else {detail.id: _badge(detail)}

    def _shifts(self) -> dict[str, str]:
        """Without the right to see shifts the hours stay unknown; nothing depends on them."""
        try:
            shifts = self._client.shifts()
        except Misconfigured:
            return {}
        return {shift.id: shift.weekly_full_time or "" for shift in shifts}


def _badge(detail: EmployeeDetail) -> str:
    return (detail.badge_id or "").strip()

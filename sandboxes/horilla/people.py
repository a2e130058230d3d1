"""One person of the sandbox, and how Horilla shows it in each of its three places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HOURS_OF_SHIFT = {1: "36:00", 2: "32:00", 3: "24:00", 4: "28:30"}


@dataclass(slots=True)
class SandboxPerson:
    """`work_info_id` None is somebody without the record of work information. `manager` is a
    technical id."""

    id: int
    badge: str | None
    first_name: str
    last_name: str | None = None
    email: str | None = None
    department: str | None = None
    joined: str | None = None
    contract_end: str | None = None
    manager: int | None = None
    shift: int | None = None
    work_info_id: int | None = 0
    is_active: bool = True

    def __post_init__(self) -> None:
        if self.work_info_id == 0:
            self.work_info_id = self.id

    def listed(self) -> dict[str, Any]:
        """The address in the list is the private one."""
        return {
            "id": self.id,
            "employee_first_name": self.first_name,
            "employee_last_name": self.last_name,
            "email": f"person{self.id}.private@example.org",
            "employee_work_info_id": self._work_info(),
            "employee_profile": None,
            "employee_bank_details_id": None,
        }

    def detail(self) -> dict[str, Any]:
        """Ids are text here. The department is left out where it is empty, and null where there is
        no work information at all."""
        department: dict[str, Any] = {}
        if self.work_info_id is None:
            department = {"department_name": None, "department_id": None}
        elif self.department is not None:
            department = {"department_name": self.department, "department_id": "1"}
        return {
            "id": self.id,
            **department,
            "employee_work_info_id": self._work_info(),
            "badge_id": self.badge,
            "employee_first_name": self.first_name,
            "employee_last_name": self.last_name,
            "email": f"person{self.id}.private@example.org",
            "is_active": self.is_active,
        }

    def work_information(self) -> dict[str, Any]:
        """Ids are numbers here."""
        department = {} if self.department is None else {"department_name": self.department}
        return {
            "id": self.work_info_id,
            **department,
            "tags": [],
            "email": self.email,
            "date_joining": self.joined,
            "contract_end_date": self.contract_end,
            "employee_id": self.id,
            "department_id": None if self.department is None else 1,
            "reporting_manager_id": self.manager,
            "shift_id": self.shift,
        }

    def _work_info(self) -> str | None:
        return None if self.work_info_id is None else str(self.work_info_id)

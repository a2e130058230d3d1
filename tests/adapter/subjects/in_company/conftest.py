"""The small agency of the procedure's tests, with in-company sessions of `INC-001`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from adapter.ground.store.tables.work import OutboxActionRow
from adapter.register.keys import Role
from tests.adapter.subjects.requests.conftest import MANAGER, Body, Office, office

__all__ = ["office", "training"]

AFTERWARDS = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
SESSION: Body = {
    "courseId": "INC-001",
    "days": [{"date": "2027-03-01", "hours": "16.00"}, {"date": "2027-03-08", "hours": "8.00"}],
    "place": "Zaal 1",
    "capacity": 2,
    "signUpClosesDate": "2027-02-15",
    "priceEur": "3000.00",
    "plannedParticipants": 12,
}


class Training:
    """One session, and what people do with it."""

    def __init__(self, office: Office, **changes: Any) -> None:
        self.office = office
        answer = self.broker("POST", "", SESSION | changes)
        assert answer.status_code == 201, answer.get_json()
        self.id = answer.get_json()["id"]
        self.path = f"/in-company-sessions/{self.id}"

    def broker(self, method: str, path: str, body: Body | None = None, **more: Any) -> TestResponse:
        return self.office.call(
            method, f"/in-company-sessions{path}", Role.KNOWLEDGE_BROKER, body, **more
        )

    def sign_up(self, employee: str, role: Role = Role.EMPLOYEE, by: str = "") -> TestResponse:
        return self.office.call(
            "POST",
            f"{self.path}/participants",
            role,
            {"employeeId": employee},
            employee=by or employee,
        )

    def signed_up(self, *employees: str, consented: bool = False) -> None:
        for employee in employees:
            assert self.sign_up(employee).status_code == 201
            if consented:
                assert self.step(employee, "consent").status_code == 201

    def step(
        self,
        employee: str,
        step: str,
        role: Role = Role.MANAGER,
        by: str = MANAGER,
        reason: str | None = None,
        version: int | None = None,
    ) -> TestResponse:
        seen = self.participant(employee)
        body: Body = {"step": step} | ({} if reason is None else {"reason": reason})
        return self.office.call(
            "POST",
            f"{self.path}/participants/{seen['id']}/transitions",
            role,
            body,
            employee=by,
            version=seen["version"] if version is None else version,
        )

    def participants(self, role: Role = Role.HR, by: str | None = None) -> list[Body]:
        answer = self.office.call("GET", f"{self.path}/participants", role, employee=by)
        assert answer.status_code == 200, answer.get_json()
        found: list[Body] = answer.get_json()["items"]
        return found

    def participant(self, employee: str) -> Body:
        return next(one for one in self.participants() if one["employeeId"] == employee)

    def states(self) -> dict[str, str]:
        return {one["employeeId"]: one["state"] for one in self.participants()}

    def log(self, employee: str) -> list[tuple[str | None, str, str | None]]:
        path = f"{self.path}/participants/{self.participant(employee)['id']}/transitions"
        items = self.office.call("GET", path, Role.HR).get_json()["items"]
        return [(one["fromState"], one["toState"], one["by"]) for one in items]

    def told(self) -> list[tuple[str, str]]:
        """Who was told what, in no order."""
        with self.office.parts.register.read() as connection:
            rows = connection.execute(select(OutboxActionRow.payload)).scalars()
            return sorted((row["recipient"], row["text"]) for row in rows)


@pytest.fixture
def training(office: Office) -> Training:
    return Training(office)

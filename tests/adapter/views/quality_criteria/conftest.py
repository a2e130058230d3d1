"""The office of the procedure's tests, with the quality criteria and accounts in the LMS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import insert

from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.in_company import InCompanySessionRow, SignUpRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.ground.store.tables.procedure import TrajectoryRecordRow
from adapter.register.keys import Role
from tests.adapter.subjects.requests.conftest import Body, Office, office
from tests.fixtures.quality_criteria import keep_quality_criteria

__all__ = ["office"]


@dataclass
class Criteria:
    """What is kept of them, and the report about it."""

    office: Office

    def report(self, role: Role = Role.HR, employee: str | None = None) -> Body:
        answer = self.office.call("GET", "/reports/quality-criteria", role, employee=employee)
        assert answer.status_code == 200, answer.get_json()
        found: Body = answer.get_json()
        return found

    def requirement(self, reference: str) -> Body:
        (one,) = (o for o in self.report()["requirements"] if o["reference"] == reference)
        return dict(one)

    def numbers(self, reference: str, *names: str) -> tuple[Any, ...]:
        one = self.requirement(reference)
        return tuple(one[name] for name in names)

    def expert(self, employee: str, reference: str = "GEL-1") -> Body:
        (one,) = (
            o
            for o in self.report()["people"]
            if (o["employeeId"], o["reference"]) == (employee, reference)
        )
        return dict(one)

    def proposed(self, reference: str = "GEL-1") -> list[str]:
        people = self.report()["people"]
        return [o["employeeId"] for o in people if o["proposed"] and o["reference"] == reference]

    def enrol(self, employee: str, course: str = "OPL-003", **values: Any) -> None:
        """In the LMS; `completed_on` is the day of a completion."""
        completed_on: date | None = values.pop("completed_on", None)
        now = self.office.clock.now()
        with self.office.parts.register.write() as connection:
            user = f"u{employee}-{course}"
            connection.execute(
                insert(LmsUserRow).values(
                    user_id=user,
                    username=user,
                    idnumber=employee,
                    employee_id=employee,
                    full_name=user,
                    email=f"{user}@example.org",
                    suspended=0,
                    seen_at=now,
                )
            )
            ordinary = {
                "method": "manual",
                "method_text": "manual",
                "status": "active",
                "completed": int(completed_on is not None),
                "completed_at": completed_on and datetime.combine(completed_on, time(12), UTC),
                "first_seen_at": now,
                "seen_at": now,
                "to_decide": 0,
            }
            connection.execute(
                insert(EnrolmentRow).values(
                    id=f"e{employee}-{course}",
                    user_id=user,
                    course_id=f"lms-{course}",
                    **ordinary | values,
                )
            )

    def break_off(self, employee: str, trajectory: str) -> None:
        now = self.office.clock.now()
        with self.office.parts.register.write() as connection:
            connection.execute(
                insert(TrajectoryRecordRow).values(
                    id=f"broken-off-{employee}-{trajectory}",
                    employee_id=employee,
                    trajectory_id=trajectory,
                    number=1,
                    broken_off_on=now.date(),
                    broken_off_reason="Andere functie.",
                    recorded_by="hr",
                    recorded_at=now,
                )
            )

    def sign_up(self, employee: str, state: str, course: str = "OPL-003") -> None:
        """For a session of the course."""
        now = self.office.clock.now()
        with self.office.parts.register.write() as connection:
            connection.execute(
                insert(InCompanySessionRow).values(
                    id="S1",
                    course_id=course,
                    dates=[{"date": "2027-04-01", "hours": "8.00"}],
                    place="Den Haag",
                    capacity=12,
                    sign_up_closes_on=date(2027, 3, 1),
                    planned_participants=10,
                    created_by="broker",
                    created_at=now,
                    version=1,
                )
            )
            connection.execute(
                insert(SignUpRow).values(
                    id="U1",
                    session_id="S1",
                    employee_id=employee,
                    position=1,
                    state=state,
                    signed_up_by=employee,
                    signed_up_at=now,
                    version=1,
                )
            )

    def ask(self, employee: str, **changes: Any) -> Body:
        return self.office.ask(employeeIds=[employee], ground="function", **changes)


@pytest.fixture
def criteria(office: Office) -> Criteria:
    keep_quality_criteria(office.parts)
    return Criteria(office)

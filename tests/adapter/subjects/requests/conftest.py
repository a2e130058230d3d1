"""A small agency on both engines: two teams, four courses, and a key for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import InboxEventRow
from adapter.register.courses import keep_courses
from adapter.register.keys import Role, create_key
from adapter.register.people import keep_employee
from config.settings import Settings
from connectors.ports import Employee, Employment, LmsCourse
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.web import client_of
from tests.fixtures.workbench import POLICY, StandingClock

MANAGER, OTHER_MANAGER = "10009", "10019"
TEAM = ("10001", "10002", "10003")
OTHER_TEAM = ("10011",)
NOVEMBER = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)

Body = dict[str, Any]

REQUEST: Body = {
    "title": "Leergang omgevingsrecht",
    "courseIds": ["OPL-003"],
    "employeeIds": ["10001"],
    "ground": "individual",
    "mandatoryByLaw": "no",
    "costs": {"feeEur": "2300.00", "booksEur": "100.00"},
    "hours": "48.00",
    "startDate": "2027-03-01",
    "endDate": "2027-06-30",
    "appraisalDate": "2026-10-01",
    "motivation": "Nodig voor de volgende stap.",
}
GRANT: Body = {"costsEur": "2400.00", "hours": "48.00", "repaymentScheme": True}


@dataclass
class Office:
    """People at work on the API. `version` of a call is what goes into If-Match."""

    parts: Parts
    clock: StandingClock
    client: FlaskClient
    keys: dict[tuple[Role, str | None], str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        role: Role,
        body: Body | None = None,
        *,
        employee: str | None = None,
        version: object = None,
        language: str = "nl",
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self._key(role, employee)}"}
        headers["Accept-Language"] = language
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self.client.open(f"/v1{path}", method=method, json=body, headers=headers)

    def ask(self, **changes: Any) -> Body:
        """A draft of the team's manager."""
        answer = self.call(
            "POST", "/training-requests", Role.MANAGER, REQUEST | changes, employee=MANAGER
        )
        assert answer.status_code == 201, answer.get_json()
        found: Body = answer.get_json()
        return found

    def move(self, request: Body, state: str, role: Role = Role.HR) -> Body:
        """Take a step on the newest version, and return the answer."""
        answer = self.call(
            "POST",
            f"/training-requests/{request['id']}/transitions",
            role,
            {"toState": state},
            employee=MANAGER,
            version=self.version(request),
        )
        assert answer.status_code == 201, answer.get_json()
        found: Body = answer.get_json()
        return found

    def version(self, request: Body) -> int:
        found = self.call("GET", f"/training-requests/{request['id']}", Role.HR).get_json()
        return int(found["version"])

    def weigh(self, request: Body, *scores: int) -> None:
        """HR scores the criteria in the order of Visie §4."""
        names = ("necessity", "organisation", "team", "individual", "efficiency")
        body = {
            name: {"score": score, "reason": "Past bij het plan."}
            for name, score in zip(names, scores, strict=True)
        }
        answer = self.call(
            "POST",
            f"/training-requests/{request['id']}/weighings",
            Role.HR,
            body,
            version=self.version(request),
        )
        assert answer.status_code == 201, answer.get_json()

    def propose(self, request: Body, outcome: str = "grant", grant: Body | None = None) -> None:
        body: Body = {"outcome": outcome, "reason": "Past in het plan."}
        if outcome == "grant":
            body["grant"] = grant or GRANT
        answer = self.call(
            "POST",
            f"/training-requests/{request['id']}/proposals",
            Role.HR,
            body,
            version=self.version(request),
        )
        assert answer.status_code == 201, answer.get_json()

    def decide(self, request: Body, **body: Any) -> TestResponse:
        return self.call(
            "POST",
            f"/training-requests/{request['id']}/decisions",
            Role.MANAGEMENT_TEAM,
            {"outcome": "grant", "decidedDate": "2027-01-12", "grant": GRANT} | body,
            version=self.version(request),
        )

    def proposed(self, proposal: str = "grant", grant: Body | None = None, **changes: Any) -> Body:
        """A request that waits for the management team in the January window."""
        request = self.ask(**changes)
        self.move(request, "submitted", Role.MANAGER)
        self.move(request, "under_review")
        self.weigh(request, 0, 2, 2, 0, 2)
        self.propose(request, proposal, grant)
        self.clock.moment = JANUARY
        return request

    def granted(self, **changes: Any) -> Body:
        """The first grant of a request that was granted as proposed."""
        answer = self.decide(self.proposed(**changes))
        assert answer.status_code == 201, answer.get_json()
        grant: Body = answer.get_json()["grants"][0]
        return grant

    def announced(self) -> list[str]:
        """Whose enrolments will be decided again."""
        with self.parts.register.read() as connection:
            bodies = connection.execute(select(InboxEventRow.body)).scalars()
            return sorted(body["employee_id"] for body in bodies)

    def key_of(self, role: Role, employee: str | None = None) -> dict[str, str]:
        """The header that its key goes in."""
        return {"Authorization": f"Bearer {self._key(role, employee)}"}

    def _key(self, role: Role, employee: str | None) -> str:
        if (role, employee) not in self.keys:
            made = create_key(self.parts.register, self.clock, f"{role}", role, employee)
            self.keys[role, employee] = made
        return self.keys[role, employee]


@pytest.fixture
def office(register: Register) -> Office:
    clock = StandingClock(NOVEMBER)
    adopt_policy(register)
    parts = Parts(register, POLICY, clock, Settings())
    with register.write() as connection:
        for employee_id in TEAM:
            keep_employee(connection, employee_of(employee_id, MANAGER), "test", NOVEMBER)
        for employee_id in (*OTHER_TEAM, MANAGER, OTHER_MANAGER):
            keep_employee(connection, employee_of(employee_id, OTHER_MANAGER), "test", NOVEMBER)
        keep_courses(connection, COURSES, NOVEMBER)
    return Office(parts, clock, client_of(parts))


def pointers(answer: TestResponse) -> list[str]:
    """Which fields a 400 names."""
    assert answer.status_code == 400, answer.get_json()
    return sorted(error["pointer"] for error in answer.get_json()["errors"])


def codes(findings: list[Body]) -> set[str]:
    return {finding["code"] for finding in findings}


def employee_of(employee_id: str, manager: str) -> Employee:
    return Employee(
        employee_id=employee_id,
        given_name="Sanne",
        family_name_prefix="",
        family_name=f"Test{employee_id}",
        email=None,
        department="Toezicht",
        manager_id=manager,
        employments=(Employment("1", date(2019, 9, 1), None),),
    )


def _course(idnumber: str, trajectory: str | None = None, *, in_company: bool = False) -> LmsCourse:
    return LmsCourse(
        course_id=f"lms-{idnumber}",
        idnumber=idnumber,
        shortname=idnumber,
        full_name=idnumber,
        visible=True,
        start_date=date(2027, 3, 1),
        end_date=date(2027, 6, 30),
        hours=Decimal("24.00"),
        costs_cents=45_000,
        ground="team",
        trajectory=trajectory,
        in_company=in_company,
        out_of_scope=False,
        enrolment_methods=("manual",),
    )


COURSES = (
    _course("OPL-001"),
    _course("OPL-003", "T-3"),
    _course("OPL-004", "T-3"),
    _course("INC-001", in_company=True),
)

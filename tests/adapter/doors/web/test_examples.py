"""Every example of a body in the OpenAPI document, sent to the running service and accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from threading import Thread
from typing import Any

import httpx2
import pytest
from werkzeug.serving import make_server

from adapter.doors.messages.media_types import JSON
from adapter.doors.web.app import create_app
from adapter.doors.web.examples import EXAMPLES
from adapter.register.courses import keep_courses
from adapter.register.keys import Role, create_key
from tests.adapter.doors.web.roles.conftest import World, office, world
from tests.adapter.subjects.requests.conftest import COURSES, JANUARY, MANAGER, NOVEMBER, Office
from tests.fixtures.leavers import (
    LEAVER,
    account,
    course,
    enrolled,
    granted,
    happen,
    keep,
    person,
    signed,
    told,
)

__all__ = ["office", "world"]

Json = dict[str, Any]
MT, HR, BROKER = Role.MANAGEMENT_TEAM, Role.HR, Role.KNOWLEDGE_BROKER
EMPLOYEE = "10002"
FEBRUARY = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
AFTER_THE_SESSION = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
LEFT = date(2027, 12, 31)
AFTER_THE_EXIT = datetime(2028, 1, 10, 9, 0, tzinfo=UTC)
FILES = {
    "POST /v1/training-request-imports",
    "POST /v1/quality-criteria-imports",
    "POST /v1/agreements/<id>/signed-files",
}
"""The bodies that are a file."""


@dataclass
class Service:
    """The service over HTTP, and which routes took their example so far."""

    office: Office
    http: httpx2.Client
    examples: dict[str, Json]
    accepted: list[str] = field(default_factory=list)
    _keys: dict[Role, str] = field(default_factory=dict)

    def takes(self, row: str, role: Role, of: Json | None = None, **changed: Any) -> Json:
        """Send the example of a route about the record `of`; `changed` are the ids of this run."""
        body = self.examples[row]
        assert changed.keys() <= body.keys()
        method, rule = row.split(" ")
        path = rule.replace("<", "{").replace(">", "}").format(**(of or {}))
        answer = self._send(method, path, role, body | changed, (of or {}).get("version"))
        self.accepted.append(row)
        return answer

    def does(self, method: str, path: str, role: Role, body: Json, version: object) -> Json:
        """Something between two examples."""
        return self._send(method, f"/v1{path}", role, body, version)

    def reads(self, path: str) -> Json:
        return self._send("GET", f"/v1{path}", HR, None, None)

    def _send(self, method: str, path: str, role: Role, body: Any, version: object) -> Json:
        headers = {"Authorization": f"Bearer {self._key(role)}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = self.http.request(method, path, json=body, headers=headers)
        assert answer.status_code in (200, 201, 202), (method, path, answer.text)
        found: Json = answer.json()
        return found

    def _key(self, role: Role) -> str:
        if role not in self._keys:
            own = {Role.MANAGER: MANAGER, Role.EMPLOYEE: EMPLOYEE}.get(role)
            parts = self.office.parts
            self._keys[role] = create_key(parts.register, parts.clock, f"{role}", role, own)
        return self._keys[role]


@pytest.fixture
def service(world: World) -> Iterator[Service]:
    """An agency with a hold and a task, and the document that the service itself gives."""
    server = make_server("127.0.0.1", 0, create_app(world.office.parts), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    with httpx2.Client(base_url=f"http://127.0.0.1:{server.server_port}", timeout=60) as http:
        document = http.get("/v1/openapi.json").json()
        yield Service(world.office, http, _examples(document))
    server.shutdown()
    thread.join()
    server.server_close()


def _bodies(document: Json) -> Iterator[tuple[str, Json]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if "requestBody" in operation:
                rule = path.replace("{", "<").replace("}", ">")
                yield f"{method.upper()} /v1{rule}", operation["requestBody"]["content"]


def _examples(document: Json) -> dict[str, Json]:
    return {
        row: content[JSON]["example"]
        for row, content in _bodies(document)
        if "example" in content.get(JSON, {})
    }


def test_every_example_is_accepted_by_the_service(service: Service, world: World) -> None:
    """One year in the order in which things happen."""
    _what_asks_for_no_record(service)
    _autumn(service)
    grant = _a_request_until_its_grant(service)
    _an_agreement(service, grant)
    _a_commitment(service)
    _holds_and_tasks(service, world)
    _interim(service)
    _in_company(service)
    service.takes("POST /v1/trajectory-records", HR)
    service.takes("POST /v1/grants/<id>/revocations", MT, grant)
    _an_exit(service)
    waived = service.reads(f"/claims/{world.ids['claim']}")
    service.takes("POST /v1/claims/<id>/waivers", HR, waived)
    run = service.takes("POST /v1/reconciliation-runs", HR)
    keys = [run["findings"][0]["key"]]
    service.takes("POST /v1/finding-acknowledgements", HR, findingKeys=keys)

    assert sorted(service.accepted) == sorted(service.examples)


def test_every_route_that_takes_a_body_has_an_example(service: Service) -> None:
    document = service.http.get("/v1/openapi.json").json()
    without = {row for row, _ in _bodies(document)} - service.examples.keys()
    assert without == FILES
    assert service.examples == EXAMPLES


def _what_asks_for_no_record(service: Service) -> None:
    service.takes("POST /v1/repayment-calculations", HR)
    service.takes("POST /v1/hours-projections", HR)
    service.takes("POST /v1/enrolment-checks", HR)
    service.takes("POST /v1/lms-events", Role.LMS)
    service.takes("POST /v1/hris-events", Role.HRIS)


def _autumn(service: Service) -> None:
    service.office.clock.moment = NOVEMBER
    key = service.takes("POST /v1/api-keys", Role.ADMIN)
    service.takes("POST /v1/api-keys/<id>/rotations", Role.ADMIN, key)
    service.takes("POST /v1/policy-adoptions", MT)
    service.takes("POST /v1/budgets", MT)
    service.takes("POST /v1/in-company-prices", BROKER)


def _a_request_until_its_grant(service: Service) -> Json:
    one = "/training-requests/{id}"
    request = service.takes("POST /v1/training-requests", Role.MANAGER)
    row = "PATCH /v1/training-requests/<id>"
    request = service.takes(row, Role.MANAGER, request)
    row = "POST /v1/training-requests/<id>/transitions"
    service.takes(row, Role.MANAGER, request)
    path = one.format(**request)
    review = {"toState": "under_review"}
    newest = service.reads(path)["version"]
    service.does("POST", f"{path}/transitions", HR, review, newest)
    service.takes("POST /v1/training-requests/<id>/weighings", HR, service.reads(path))
    service.takes("POST /v1/training-requests/<id>/proposals", HR, service.reads(path))
    service.office.clock.moment = JANUARY
    row = "POST /v1/training-requests/<id>/decisions"
    decided = service.takes(row, MT, service.reads(path))
    grant: Json = decided["grants"][0]
    return grant


def _an_agreement(service: Service, grant: Json) -> None:
    request = {"id": grant["requestId"]}
    service.takes("POST /v1/training-requests/<id>/legal-assessments", HR, request)
    exemption = service.takes("POST /v1/norm-exemptions", MT)
    service.takes("POST /v1/norm-exemptions/<id>/withdrawals", MT, exemption)
    agreement = service.takes("POST /v1/agreements", HR, grantId=grant["id"])
    service.takes("POST /v1/agreements/<id>/signatures", Role.EMPLOYEE, agreement)
    by_manager = {"party": "manager", "signedDate": "2027-01-12", "method": "electronic"}
    path = f"/agreements/{agreement['id']}/signatures"
    service.does("POST", path, Role.MANAGER, by_manager, None)
    service.takes("POST /v1/agreements/<id>/filings", HR, agreement)


def _a_commitment(service: Service) -> None:
    commitment = service.takes("POST /v1/existing-commitments", HR)
    service.takes("POST /v1/existing-commitments/<id>/proposals", HR, commitment)
    service.takes("POST /v1/existing-commitments/<id>/decisions", MT, commitment)
    path = "/existing-commitments"
    promise = {"employeeId": "10001", "title": "Master", "trajectoryId": "T-9"}
    promise |= {"agreedDate": "2025-05-20"}
    another = service.does("POST", path, HR, promise, None)
    terms = {"costsEur": "900.00", "hours": "16.00", "repaymentScheme": False}
    terms |= {"ground": "legal", "mandatoryByLaw": "unknown"}
    convert = {"outcome": "convert", "reason": "Ja.", "decidedDate": "2027-01-12", "grant": terms}
    service.does("POST", f"{path}/{another['id']}/decisions", MT, convert, None)
    (grant,) = (one for one in service.reads("/grants")["items"] if one["requestId"] is None)
    service.takes("POST /v1/grants/<id>/legal-assessments", HR, grant)


def _holds_and_tasks(service: Service, world: World) -> None:
    service.takes("POST /v1/holds/<id>/set-asides", HR, {"id": world.ids["hold"]})
    task = service.reads(f"/tasks/{world.ids['task']}")
    service.takes("PATCH /v1/tasks/<id>", HR, task)


def _interim(service: Service) -> None:
    """A request that cannot wait for the next tranche."""
    office = service.office
    office.clock.moment = JANUARY
    request = office.ask(
        employeeIds=[EMPLOYEE],
        ground="function",
        evidence="Het certificaat verloopt op 1 mei 2027.",
        startDate="2027-05-01",
    )
    for state in ("submitted", "under_review"):
        office.move(request, state)
    office.propose(request)
    office.clock.moment = FEBRUARY
    newest = service.reads(f"/training-requests/{request['id']}")
    service.takes("POST /v1/training-requests/<id>/interim-consents", MT, newest)


def _in_company(service: Service) -> None:
    course_id = service.examples["POST /v1/in-company-sessions"]["courseId"]
    planned = next(one for one in COURSES if one.in_company)
    unplanned = replace(planned, course_id=course_id, idnumber=course_id, shortname=course_id)
    with service.office.parts.register.write() as connection:
        keep_courses(connection, (*COURSES, unplanned), FEBRUARY)
    service.takes("POST /v1/in-company-consents", Role.MANAGER)
    session = service.takes("POST /v1/in-company-sessions", BROKER)
    session = service.takes("PATCH /v1/in-company-sessions/<id>", BROKER, session)
    row = "POST /v1/in-company-sessions/<id>/team-availabilities"
    service.takes(row, Role.MANAGER, {"id": session["id"]})
    row = "POST /v1/in-company-sessions/<id>/participants"
    service.takes(row, Role.EMPLOYEE, {"id": session["id"]})
    row = f"{row}/<participant_id>/transitions"
    service.takes(row, Role.MANAGER, _participant(service, session))
    service.office.clock.moment = AFTER_THE_SESSION
    absent = _participant(service, session)
    path = f"/in-company-sessions/{session['id']}/participants/{absent['participant_id']}"
    service.does("POST", f"{path}/transitions", BROKER, {"step": "no_show"}, absent["version"])
    absent.pop("version")
    service.takes(row.replace("transitions", "consequences"), HR, absent)
    service.office.clock.moment = FEBRUARY
    body = service.examples["POST /v1/in-company-sessions"]
    another = service.does("POST", "/in-company-sessions", BROKER, body, None)
    service.takes("POST /v1/in-company-sessions/<id>/cancellations", BROKER, another)


def _participant(service: Service, session: Json) -> Json:
    found = service.reads(f"/in-company-sessions/{session['id']}/participants")["items"]
    one = next(one for one in found if one["employeeId"] == EMPLOYEE)
    return {"id": session["id"], "participant_id": one["id"], "version": one["version"]}


def _an_exit(service: Service) -> None:
    """From somebody who left to the settled claim."""
    parts = service.office.parts
    service.office.clock.moment = AFTER_THE_EXIT
    keep(parts.register, person())
    account(parts.register)
    course(parts.register, "OPL-007")
    enrolled(parts.register, "OPL-007", completed_at=datetime(2027, 3, 31, 10, 0, tzinfo=UTC))
    signed(parts.register, granted(parts.register, course_ids=["OPL-007"]))
    noticed = datetime(2027, 11, 1, 10, 0, tzinfo=UTC)
    happen(parts, [told("offboarding.effective", noticed, LEFT)])

    claim = _claim(service)
    leaver = {"id": claim["exitId"]}
    service.takes("POST /v1/exits/<id>/endings", HR, leaver)
    row = "POST /v1/exits/<id>/repayment-statements/<version>/overrides"
    service.takes(row, HR, leaver | {"version": claim["statementVersion"]})
    service.takes("POST /v1/claims/<id>/confirmations", HR, _claim(service))
    service.takes("POST /v1/claims/<id>/reopenings", HR, _claim(service))
    claim = _claim(service)
    again = service.examples["POST /v1/claims/<id>/confirmations"]
    service.does("POST", f"/claims/{claim['id']}/confirmations", HR, again, claim["version"])
    for act in ("hand-overs", "payroll-corrections", "settlements"):
        service.takes(f"POST /v1/claims/<id>/{act}", HR, _claim(service))
    assert _claim(service)["state"] == "settled"


def _claim(service: Service) -> Json:
    found = service.reads("/claims")["items"]
    claim: Json = next(one for one in found if one["employeeId"] == LEAVER)
    return claim

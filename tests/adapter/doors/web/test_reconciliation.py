"""Reconciliation over HTTP: made, listed, read as data and as a page, and its findings paged."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from adapter.ground.rendering import html
from adapter.ground.store.register import Register
from adapter.ground.store.tables.procedure import GrantRow
from adapter.register.keys import Role
from adapter.views.reconcile import asked_runs
from tests.adapter.doors.web.conftest import Headers, key_headers
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.agency import GRANT, IRIS, NOW, Agency
from tests.fixtures.web import client_of

RUNS, FINDINGS = "/v1/reconciliation-runs", "/v1/findings"
ACKNOWLEDGEMENTS = "/v1/finding-acknowledgements"


class Office:
    """HR at the API of an agency in which one enrolment lost its grant."""

    def __init__(self, register: Register) -> None:
        self.agency = Agency(register)
        self.client: FlaskClient = client_of(self.agency.parts)
        self.hr: Headers = key_headers(self.agency.parts, Role.HR)

    def get(self, address: str, **headers: str) -> Any:
        answered = self.client.get(address, headers=self.hr | headers)
        assert answered.status_code == 200, answered.text
        return answered.get_json()

    def run(self, **body: object) -> Any:
        answered = self.client.post(RUNS, json=body, headers=self.hr)
        assert answered.status_code == 201, answered.text
        run = answered.get_json()
        assert answered.headers["Location"] == f"{RUNS}/{run['id']}"
        return run


@pytest.fixture
def office(register: Register) -> Office:
    adopt_policy(register)
    office = Office(register)
    office.agency.in_order()
    office.agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    return office


def test_a_run_is_made_and_can_be_read_again(office: Office) -> None:
    run = office.run()
    assert run["asOfDate"] == "2027-03-15"
    assert (run["new"], run["persisting"], run["resolved"]) == (2, 0, 0)
    assert run["incomplete"] == []
    assert run["announcedEmployeeIds"] is None
    assert office.get(f"{RUNS}/{run['id']}") == run
    missing = next(one for one in run["findings"] if one["code"] == "grant_missing")
    assert missing["employeeId"] == IRIS
    assert missing["courseId"] == "OPL-003"
    assert missing["severity"] == "block"
    assert missing["clause"] == "Visie §6"
    assert missing["status"] == "new"
    assert missing["since"] == "2027-03-15T12:00:00Z"
    assert missing["message"].startswith("Ingeschreven op 1 maart 2027")


def test_a_run_for_another_day_that_has_things_decided_again(office: Office) -> None:
    run = office.run(asOf="2027-06-01", apply=True)
    assert run["asOfDate"] == "2027-06-01"
    assert run["announcedEmployeeIds"] == [IRIS]


def test_runs_are_listed_with_the_last_first(office: Office) -> None:
    made = [office.run()["id"] for _ in range(3)]
    first = office.get(f"{RUNS}?limit=2")
    second = office.get(f"{RUNS}?limit=2&cursor={first['next']}")
    assert [run["id"] for run in first["items"] + second["items"]] == made[::-1]
    assert "next" not in second


def test_findings_are_those_of_the_last_run_by_status_and_code(office: Office) -> None:
    assert office.get(FINDINGS) == {"runId": None, "items": []}
    first, last = office.run()["id"], office.run()["id"]
    found = office.get(FINDINGS)
    assert found["runId"] == last
    assert {one["status"] for one in found["items"]} == {"persisting"}
    assert office.get(f"{FINDINGS}?status=new")["items"] == []
    one = office.get(f"{FINDINGS}?status=persisting&code=grant_missing")["items"]
    assert [finding["code"] for finding in one] == ["grant_missing"]
    assert len(office.get(f"{FINDINGS}?runId={first}&status=new")["items"]) == 2


def test_findings_come_page_by_page(office: Office) -> None:
    run_id = office.run()["id"]
    first = office.get(f"{FINDINGS}?runId={run_id}&limit=1")
    second = office.get(f"{FINDINGS}?runId={run_id}&limit=1&cursor={first['next']}")
    assert first["items"] + second["items"] == office.get(f"{FINDINGS}?runId={run_id}")["items"]
    assert "next" not in second
    assert IRIS not in first["next"], "an employee number does not belong in an address"


def test_a_large_register_is_compared_by_a_worker(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked_runs, "AT_ONCE", 0)
    asked = office.client.post(RUNS, json={}, headers=office.hr)
    assert asked.status_code == 202
    place = asked.headers["Location"]
    assert (asked.get_json()["state"], asked.get_json()["finishedAt"]) == ("asked", None)
    assert office.get(place)["findings"] == []
    page = office.client.get(place, headers=office.hr | {"Accept": "text/html"})
    assert page.status_code == 404
    asked_runs.make_asked_runs(office.agency.parts)
    made = office.get(place)
    assert (made["state"], made["new"], len(made["findings"])) == ("finished", 2, 2)


def test_findings_are_acknowledged_with_reason_and_day(office: Office) -> None:
    key = next(one["key"] for one in office.run()["findings"] if one["code"] == "grant_missing")
    body = {"findingKeys": [key], "reason": "Komt volgende week.", "returnsOnDate": "2027-04-15"}
    made = office.client.post(ACKNOWLEDGEMENTS, json=body, headers=office.hr)
    assert made.status_code == 201
    [one] = made.get_json()["items"]
    assert (one["findingKey"], one["employeeId"], one["returnsOnDate"]) == (key, IRIS, "2027-04-15")
    assert office.get(ACKNOWLEDGEMENTS)["items"] == [one]
    refused = office.client.post(
        ACKNOWLEDGEMENTS, json=body | {"returnsOnDate": "2027-03-01"}, headers=office.hr
    )
    assert refused.status_code == 400
    assert "returnsOnDate" in refused.text


def test_a_run_can_be_read_as_a_page_under_a_policy_of_its_own(office: Office) -> None:
    run_id = office.run()["id"]
    page = office.client.get(
        f"{RUNS}/{run_id}", headers=office.hr | {"Accept": "text/html", "Accept-Language": "en"}
    )
    assert page.mimetype == "text/html"
    assert page.headers["Content-Security-Policy"] == html.content_security_policy()
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert '<html lang="en">' in page.text
    assert "10005 Iris de Vries" in page.text


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_run_that_does_not_exist_is_not_found(office: Office, accept: str) -> None:
    headers = office.hr | {"Accept": accept}
    assert office.client.get(f"{RUNS}/unknown", headers=headers).status_code == 404


def test_findings_of_a_run_that_does_not_exist_are_not_found(office: Office) -> None:
    answered = office.client.get(f"{FINDINGS}?runId=unknown", headers=office.hr)
    assert answered.status_code == 404


@pytest.mark.parametrize(
    "body", [{"asOf": "yesterday"}, {"apply": "yes"}, {"asOf": None, "dryRun": True}]
)
def test_a_wrong_body_is_refused_field_by_field(office: Office, body: dict[str, object]) -> None:
    answered = office.client.post(RUNS, json=body, headers=office.hr)
    assert answered.status_code == 400
    assert answered.mimetype == "application/problem+json"


def test_only_hr_sees_findings_with_names(office: Office) -> None:
    for role in set(Role) - {Role.HR}:
        headers = key_headers(office.agency.parts, role, IRIS)
        for address in (RUNS, FINDINGS, f"{RUNS}/unknown"):
            assert office.client.get(address, headers=headers).status_code == 403, role

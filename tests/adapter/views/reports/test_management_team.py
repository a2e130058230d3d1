"""The report to the management team at its address, on its page, and by the command (P11)."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.register.keys import Role, create_key
from benchmarks.mt_report import NOW, fill_agency
from config.settings import Settings
from tests.adapter.doors.pages.conftest import signed_in
from tests.adapter.programs.cli.conftest import run_command
from tests.fixtures.web import client_of
from tests.fixtures.workbench import POLICY, StandingClock

ADDRESS = "/v1/reports/management-team"


@dataclass
class Agency:
    parts: Parts

    def ask(
        self, query: str = "", role: Role = Role.HR, accept: str = "application/json"
    ) -> TestResponse:
        key = create_key(self.parts.register, self.parts.clock, f"{role}{query}{accept}", role)
        headers = {"Authorization": f"Bearer {key}", "Accept": accept, "Accept-Language": "nl"}
        return client_of(self.parts).get(f"{ADDRESS}{query}", headers=headers)


@pytest.fixture
def agency(register: Register) -> Agency:
    with register.write() as connection:
        fill_agency(connection, 24, 240)
    return Agency(Parts(register, POLICY, StandingClock(NOW), Settings()))


def test_as_data_it_is_of_the_last_period_that_is_over(agency: Agency) -> None:
    answer = agency.ask()
    assert answer.status_code == 200
    found = answer.get_json()
    assert found["figures"]["period"] == "2027-Q1"
    assert found["figures"]["money"]["budgetEur"] == "31200.00"
    assert (found["complete"], found["kept"], found["before"]) == (True, False, None)


def test_it_is_for_hr_and_the_management_team(agency: Agency) -> None:
    statuses = {role: agency.ask(role=role).status_code for role in Role}
    assert {role for role, status in statuses.items() if status == 200} == {
        Role.HR,
        Role.MANAGEMENT_TEAM,
    }


@pytest.mark.parametrize(
    ("accept", "start", "file_name"),
    [
        ("text/html", b"<!doctype html>", None),
        ("application/pdf", b"%PDF-1.7", "mt-rapport-2027-Q1.pdf"),
        ("text/csv", b"report,subject,table", "mt-rapport-2027-Q1.csv"),
    ],
)
def test_it_is_given_in_the_form_asked_for_under_a_name_that_says_what_it_is(
    agency: Agency, accept: str, start: bytes, file_name: str | None
) -> None:
    answer = agency.ask("?period=2027-Q1", Role.MANAGEMENT_TEAM, accept)
    assert answer.status_code == 200
    assert answer.data.startswith(start)
    assert (file_name or "") in answer.headers.get("Content-Disposition", "")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?period=2027-Q9", "Een naam is geschreven als 2027-Q2"),
        ("?period=2028-Q1", "nog niet begonnen"),
        ("?comparedWith=2026-Q4", "geen rapport bewaard"),
        ("?perod=2027-Q1", "bestaat hier niet"),
    ],
)
def test_a_wrong_question_is_refused_with_what_to_do(agency: Agency, query: str, said: str) -> None:
    answer = agency.ask(query)
    assert answer.status_code == 400
    assert said in answer.get_json()["errors"][0]["detail"]


def test_as_values_every_number_stands_under_its_stable_name(agency: Agency) -> None:
    written = agency.ask("?period=2027-Q1", accept="text/csv").text
    lines = list(csv.DictReader(StringIO(written)))
    budget = next(one for one in lines if (one["table"], one["column"]) == ("money", "amount"))
    assert (budget["label"], budget["kind"], budget["value"]) == (
        "Budget van het jaar",
        "euros",
        "31200.00",
    )


def test_the_page_has_the_sentences_the_pictures_and_ways_to_keep_them(agency: Agency) -> None:
    browser = signed_in(agency.parts, "10001", Role.MANAGEMENT_TEAM)
    page = browser.page("/rapporten")
    assert "1e kwartaal 2027" in page
    assert page.count('<figure class="picture">') >= 1
    assert "Geld: van het budget van" in page
    for form in ("html", "pdf", "xlsx", "csv"):
        answer = browser.get(f"/rapporten/management-team/2027-Q1.{form}")
        assert answer.status_code == 200, form
    assert browser.get("/rapporten/management-team/2027-Q1.docx").status_code == 404
    running = browser.page("/rapporten?periode=2027-Q2")
    assert "Tussenstand" in running
    assert browser.get("/rapporten?periode=2030-Q1").status_code == 400


def test_two_periods_can_be_compared_on_the_page(agency: Agency) -> None:
    run_command(agency.parts, "report", "management-team", "--period", "2026-Q4")
    run_command(agency.parts, "report", "management-team", "--period", "2026-Q3")
    browser = signed_in(agency.parts, "10001", Role.HR)
    page = browser.page("/rapporten?periode=2027-Q1&vergelijk=2026-Q3")
    assert "/rapporten/management-team/2027-Q1.pdf?vergelijk=2026-Q3" in page
    report = browser.page("/rapporten/management-team/2027-Q1.html?vergelijk=2026-Q3")
    assert "Vergeleken met 3e kwartaal 2026" in report


def test_the_command_keeps_the_report_of_a_period_that_is_over(
    agency: Agency, tmp_path: Path
) -> None:
    done = run_command(agency.parts, "report", "management-team", "--output", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "mt-rapport-2027-Q1.html").read_text().startswith("<!doctype html>")
    assert agency.ask().get_json()["kept"] is True
    plain = run_command(agency.parts, "report", "management-team", "--format", "json")
    assert json.loads(plain.stdout) == agency.ask("?period=2027-Q1").get_json()


def test_the_command_says_what_is_wrong_with_a_period(agency: Agency) -> None:
    done = run_command(agency.parts, "report", "management-team", "--period", "2027")
    assert done.exit_code == 1
    assert "A name is written as 2027-Q2" in done.stderr

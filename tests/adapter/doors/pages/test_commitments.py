"""Promises of before the policy: HR proposes, and the management team decides once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.subjects.requests.conftest import TEAM, Body, Office

SignIn = Callable[..., Browser]
HR, MT = TEAM[1], TEAM[2]
PROMISED: Body = {
    "employeeId": TEAM[0],
    "title": "Master omgevingsrecht",
    "courseIds": ["OPL-003"],
    "hours": "40.00",
    "costsEur": "1800.00",
    "startDate": "2026-02-01",
    "endDate": "2026-12-01",
    "agreedDate": "2025-10-01",
}


@pytest.fixture
def path(office: Office) -> str:
    answer = office.call("POST", "/existing-commitments", Role.HR, PROMISED)
    assert answer.status_code == 201, answer.get_json()
    return f"/toezeggingen/{answer.get_json()['id']}"


def on_record(office: Office, path: str) -> Body:
    commitment_id = path.rpartition("/")[2]
    found: Body = office.call("GET", f"/existing-commitments/{commitment_id}", Role.HR).get_json()
    return found


def test_hr_proposes_and_the_management_team_converts(
    office: Office, path: str, sign_in: SignIn
) -> None:
    hr, mt = sign_in(HR, Role.HR), sign_in(MT, Role.MANAGEMENT_TEAM)
    assert path in hr.page("/toezeggingen")
    form: dict[str, Any] = {"commitment_outcome": "convert", "reason": "Loopt nog."}
    assert hr.send(path, f"{path}/voorstellen", **form).status_code == 303
    assert "Loopt nog." in mt.page(path)
    form = {
        "commitment_outcome": "convert",
        "decided_on": office.clock.moment.date().isoformat(),
        "costs_of_grant": "1.800,00",
        "hours_of_grant": "40",
        "ground_of_grant": "individual",
        "mandatory_of_grant": "no",
        "scheme_of_grant": "no",
    }
    answer = mt.send(path, f"{path}/besluiten", **form)
    assert answer.status_code == 303, answer.text
    row = on_record(office, path)
    assert row["state"] == "converted"
    assert "Master omgevingsrecht" in mt.page("/toekenningen")
    assert "Master omgevingsrecht" in hr.page("/overeenkomsten")
    body = {"grantId": row["decision"]["grantId"], "employeeId": TEAM[0], "arrangements": "Geen."}
    drawn_up = office.call("POST", "/agreements", Role.HR, body).get_json()
    assert "Master omgevingsrecht: 40 uur," in drawn_up["parts"]["nature_duration_start"]
    assert path not in mt.page("/toezeggingen")
    again = mt.post(f"{path}/besluiten", form | {"reason": "Nog eens."})
    assert again.status_code == 422
    assert "Over deze toezegging is al besloten." in again.text
    assert "Nog eens." in again.text
    assert "<form" not in mt.page(path).partition("<main")[2]


def test_what_is_honoured_waits_for_nobody(office: Office, path: str, sign_in: SignIn) -> None:
    mt = sign_in(MT, Role.MANAGEMENT_TEAM)
    form = {
        "commitment_outcome": "honour",
        "decided_on": office.clock.moment.date().isoformat(),
        "reason": "Zo afgesproken.",
    }
    assert mt.post(f"{path}/besluiten", form).status_code == 303
    assert on_record(office, path)["state"] == "open"
    assert path not in mt.page("/toezeggingen")


def test_converting_names_what_is_granted(office: Office, path: str, sign_in: SignIn) -> None:
    mt = sign_in(MT, Role.MANAGEMENT_TEAM)
    form = {
        "commitment_outcome": "convert",
        "decided_on": office.clock.moment.date().isoformat(),
        "reason": "Zonder voorstel.",
        "costs_of_grant": "gratis",
    }
    answer = mt.send(path, f"{path}/besluiten", **form)
    assert answer.status_code == 422
    assert 'id="decide_commitment-costs_of_grant-error"' in answer.text
    assert on_record(office, path)["state"] != "converted"


def test_each_role_has_its_own_act(path: str, sign_in: SignIn) -> None:
    hr, mt = sign_in(HR, Role.HR), sign_in(MT, Role.MANAGEMENT_TEAM)
    assert 'id="decide_commitment"' not in hr.page(path)
    assert 'id="propose_for_commitment"' not in mt.page(path)
    assert hr.post(f"{path}/besluiten").status_code == 403
    assert mt.post(f"{path}/voorstellen").status_code == 403

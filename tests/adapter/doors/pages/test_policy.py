"""The management team sets budgets, allows extra hours and records that the policy was adopted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.subjects.requests.conftest import TEAM, Office

SignIn = Callable[..., Browser]


@pytest.fixture
def mt(sign_in: SignIn) -> Browser:
    return sign_in(TEAM[2], Role.MANAGEMENT_TEAM)


def test_a_budget_is_set_and_shown(office: Office, mt: Browser) -> None:
    form = {"year": "2027", "tranche": "2027-1", "amount": "25.000"}
    refused = mt.send("/beleid", "/beleid/set_budget", **form)
    assert refused.status_code == 422, "1.250 can be two numbers"
    form["amount"] = "25000,00"
    assert mt.send("/beleid", "/beleid/set_budget", **form).status_code == 303
    [row] = office.call("GET", "/budgets", Role.HR).get_json()["items"]
    assert (row["tranche"], row["amountEur"], row["setBy"]) == ("2027-1", "25000.00", TEAM[2])
    assert "25.000,00" in mt.page("/beleid")


def test_a_budget_of_a_tranche_that_is_not_there_is_refused(mt: Browser) -> None:
    form = {"year": "2027", "tranche": "2027-7", "amount": "100"}
    answer = mt.send("/beleid", "/beleid/set_budget", **form)
    assert answer.status_code == 422
    assert 'id="set_budget-tranche-error"' in answer.text


def test_extra_hours_are_allowed(office: Office, mt: Browser) -> None:
    form = {
        "employee": TEAM[0],
        "year": "2027",
        "extra_hours": "16",
        "training": "Handhavingsrecht",
        "training_id": "OPL-003",
        "training_start": "2027-03-01",
        "exemption_ground": "legal",
        "evidence": "Artikel 5.",
        "decided_on": office.clock.moment.date().isoformat(),
    }
    answer = mt.send("/beleid", "/beleid/exempt", **form)
    assert answer.status_code == 303, answer.text
    [row] = office.call("GET", "/norm-exemptions", Role.HR).get_json()["items"]
    assert (row["employeeId"], row["extraHours"]) == (TEAM[0], "16.00")
    assert "16 uur voor Handhavingsrecht" in mt.page("/beleid")
    again = mt.post("/beleid/exempt", form)
    assert again.status_code == 422
    assert "Precies deze afwijking is al vastgelegd." in again.text
    assert 'value="Handhavingsrecht"' in again.text


def test_extra_hours_are_withdrawn_with_a_reason(office: Office, mt: Browser) -> None:
    test_extra_hours_are_allowed(office, mt)
    [row] = office.call("GET", "/norm-exemptions", Role.HR).get_json()["items"]
    path = f"/beleid/extra-uren/{row['id']}"
    assert path in mt.page("/beleid")
    assert mt.get(path).status_code == 200
    assert mt.post(f"{path}/intrekken").status_code == 422
    assert mt.post(f"{path}/intrekken", {"reason": "Toch niet nodig."}).status_code == 303
    assert "(ingetrokken)" in mt.page("/beleid")


def test_a_grant_is_taken_back_with_a_reason(office: Office, sign_in: SignIn) -> None:
    grant = office.granted()
    team, hr = sign_in(TEAM[2], Role.MANAGEMENT_TEAM), sign_in(TEAM[1], Role.HR)
    path = f"/toekenningen/{grant['id']}"
    assert path in team.page("/toekenningen")
    assert 'id="revoke_grant"' not in hr.page(path)
    assert hr.post(f"{path}/intrekken", {"reason": "Nee."}).status_code == 403
    assert team.post(f"{path}/intrekken").status_code == 422
    assert team.post(f"{path}/intrekken", {"reason": "Gaat niet door."}).status_code == 303
    assert "Gaat niet door." in team.page(path)
    again = team.post(f"{path}/intrekken", {"reason": "Nog eens."})
    assert again.status_code == 422


def test_an_adoption_is_recorded(office: Office, mt: Browser) -> None:
    before = len(office.call("GET", "/policy-adoptions", Role.HR).get_json()["items"])
    form = {"adopted_on": "2026-11-03", "document": "Verslag van 3 november, punt 4"}
    answer = mt.send("/beleid", "/beleid/adopt", **form)
    assert answer.status_code == 303, answer.text
    items = office.call("GET", "/policy-adoptions", Role.HR).get_json()["items"]
    assert len(items) == before + 1
    assert "Verslag van 3 november" in mt.page("/beleid")


def test_there_is_no_other_act(mt: Browser) -> None:
    assert mt.post("/beleid/abolish").status_code == 404

"""Somebody of the agency in a form: by number, or by a name that may mean several people."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.doors.pages.test_work_list import field, first_task
from tests.adapter.subjects.requests.conftest import TEAM, Office

SignIn = Callable[..., Browser]
NAME = "Sanne Test10002"


@pytest.fixture
def hr(office: Office, sign_in: SignIn) -> Browser:
    office.granted()
    return sign_in(TEAM[1], Role.HR)


def radios(page: str, name: str) -> list[str]:
    return re.findall(rf'type="radio" id="[^"]+" name="{name}-found" value="([^"]+)"', page)


def test_a_name_is_asked_after_and_then_chosen(hr: Browser) -> None:
    path = first_task(hr)
    form = {"version": field(hr.page(path), "version"), "assignee": "sanne", "note": "Blijft."}
    answer = hr.post(path, form)
    assert answer.status_code == 422
    assert set(TEAM) <= set(radios(answer.text, "assignee"))
    assert "Kies hieronder wie je bedoelt" in answer.text
    assert "Blijft." in answer.text
    assert hr.post(path, form | {"assignee-found": TEAM[1]}).status_code == 303
    page = hr.page(path)
    assert field(page, "assignee") == TEAM[1]
    assert f"{TEAM[1]} is {NAME}" in page
    assert f"Opgepakt door {NAME}" in hr.page("/werkvoorraad")


def test_one_who_bears_the_name_is_not_guessed(hr: Browser) -> None:
    path = first_task(hr)
    form = {"version": field(hr.page(path), "version"), "assignee": NAME}
    answer = hr.post(path, form)
    assert answer.status_code == 422
    assert radios(answer.text, "assignee") == [TEAM[1]]
    assert field(hr.page(path), "assignee") == ""


def test_whom_nobody_knows_is_refused_without_a_choice(hr: Browser) -> None:
    path = first_task(hr)
    form = {"version": field(hr.page(path), "version"), "assignee": "Niemand"}
    answer = hr.post(path, form)
    assert answer.status_code == 422
    assert 'id="assignee-error"' in answer.text
    assert radios(answer.text, "assignee") == []


def test_a_number_that_was_not_offered_is_checked_as_one_that_is_typed(hr: Browser) -> None:
    path = first_task(hr)
    form = {"version": field(hr.page(path), "version"), "assignee": "", "assignee-found": "<b>"}
    answer = hr.post(path, form)
    assert answer.status_code == 422
    assert "<b>" not in answer.text


def test_colleagues_of_hr_are_offered_before_anything_is_typed(hr: Browser) -> None:
    assert f'<option value="{TEAM[1]}">{NAME}</option>' in hr.page(first_task(hr))


def test_extra_hours_are_allowed_to_whom_was_chosen(office: Office, sign_in: SignIn) -> None:
    mt = sign_in(TEAM[2], Role.MANAGEMENT_TEAM)
    form = {
        "employee": "Test10001",
        "year": "2027",
        "extra_hours": "16",
        "training": "Handhavingsrecht",
        "training_id": "OPL-003",
        "training_start": "2027-03-01",
        "exemption_ground": "legal",
        "evidence": "Artikel 5.",
        "decided_on": office.clock.moment.date().isoformat(),
    }
    answer = mt.post("/beleid/exempt", form)
    assert answer.status_code == 422
    assert radios(answer.text, "employee") == [TEAM[0]]
    assert 'value="Handhavingsrecht"' in answer.text
    assert mt.post("/beleid/exempt", form | {"employee-found": TEAM[0]}).status_code == 303
    [row] = office.call("GET", "/norm-exemptions", Role.HR).get_json()["items"]
    assert row["employeeId"] == TEAM[0]


@pytest.mark.parametrize("words", ["", "   ", "%", "_"])
def test_no_words_offer_nobody(hr: Browser, words: str) -> None:
    answer = hr.get("/personen", query_string={"q": words})
    assert answer.get_json() == []


def test_words_offer_who_bears_them_with_number_and_department(hr: Browser) -> None:
    [[number, words]] = hr.get("/personen?q=test10002").get_json()
    assert number == TEAM[1]
    assert words.startswith(NAME)
    assert words.endswith(TEAM[1])


def test_managers_and_strangers_are_offered_nobody(hr: Browser, sign_in: SignIn) -> None:
    assert sign_in(TEAM[0]).get("/personen?q=sanne").status_code == 403
    stranger = sign_in(TEAM[0])
    stranger.client.delete_cookie("odwh")
    assert stranger.get("/personen?q=sanne").status_code == 303

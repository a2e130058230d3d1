"""A manager asks for training on the pages: drafts are kept, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.subjects.requests.conftest import (
    MANAGER,
    OTHER_MANAGER,
    OTHER_TEAM,
    TEAM,
    Body,
    Office,
)

SignIn = Callable[..., Browser]
PERSON = TEAM[0]


def begun(browser: Browser, **form: Any) -> str:
    """The address of a draft that was just made."""
    answer = browser.post(
        "/mijn-team/aanvragen/nieuw", {"course": "OPL-003", "employee": [PERSON]} | form
    )
    assert answer.status_code == 303, answer.text
    return str(answer.location).partition("?")[0]


def filled_in(office: Office, path: str, **changes: Any) -> dict[str, Any]:
    """The form as it stands, with the changes."""
    row = on_record(office, path)
    return {
        "version": row["version"],
        "employee": row["employeeIds"],
        "title": row["title"],
        "courses": "; ".join(row["courseIds"]),
        "ground": row["ground"],
        "mandatory": row["mandatoryByLaw"],
        "fee": row["costs"]["feeEur"],
        "hours": row["hours"],
        "share": row["workTimeShare"],
        "act": "save",
    } | changes


def on_record(office: Office, path: str) -> Body:
    request_id = path.rpartition("/")[2]
    found: Body = office.call("GET", f"/training-requests/{request_id}", Role.HR).get_json()
    return found


def test_a_request_begins_with_what_its_course_tells(office: Office, sign_in: SignIn) -> None:
    row = on_record(office, begun(sign_in(MANAGER), employee=list(TEAM[:2])))
    assert row["state"] == "draft"
    assert row["managerId"] == MANAGER
    assert row["employeeIds"] == list(TEAM[:2])
    assert row["courseIds"] == ["OPL-003"]
    assert row["hours"] != "0.00"


def test_a_draft_is_changed_with_amounts_as_people_write_them(
    office: Office, sign_in: SignIn
) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser)
    form = filled_in(office, path, fee="2.300,50", start="2027-03-01", motivation="Nodig.")
    assert browser.post(path, form).status_code == 303
    row = on_record(office, path)
    assert row["costs"]["feeEur"] == "2300.50"
    assert row["startDate"] == "2027-03-01"
    assert row["motivation"] == "Nodig."
    emptied = filled_in(office, path, start="", motivation="")
    assert browser.post(path, emptied).status_code == 303
    assert on_record(office, path)["motivation"] is None


def test_what_is_wrong_is_told_beside_what_was_typed(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser)
    form = filled_in(office, path, hours="veel", end="2027-01-01", start="2027-03-01")
    answer = browser.post(path, form | {"motivation": "Dit blijft staan."})
    assert answer.status_code == 422
    assert 'id="hours-error"' in answer.text
    assert 'href="#hours"' in answer.text
    assert 'value="veel"' in answer.text
    assert "Dit blijft staan." in answer.text
    assert on_record(office, path)["motivation"] is None


def test_what_the_register_refuses_is_told_per_field(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser)
    form = filled_in(office, path, start="2027-03-01", end="2027-01-01")
    answer = browser.post(path, form)
    assert answer.status_code == 422
    assert 'id="end-error"' in answer.text


def test_a_draft_is_sent_in(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser)
    assert browser.post(path, filled_in(office, path, act="submit")).status_code == 303
    row = on_record(office, path)
    assert (row["state"], row["tranche"]) == ("submitted", "2027-1")
    # There is no draft any more to keep for another check.
    sent_in = browser.page(path)
    assert "Intaketoets" in sent_in
    assert "Bewaar het concept" not in sent_in
    assert "ingediend" in browser.page(path)


def test_the_intake_check_stands_beside_the_draft(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser)
    intake = office.call("GET", f"/training-requests/{path.rpartition('/')[2]}/intake", Role.HR)
    messages = [one["message"] for one in intake.get_json()["findings"]]
    assert messages
    page = browser.page(path)
    assert all(message.split(":")[0] in page for message in messages)


def test_a_second_window_does_not_overwrite_the_first(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser)
    earlier = filled_in(office, path, title="Uit het tweede venster")
    assert browser.post(path, filled_in(office, path, title="Uit het eerste")).status_code == 303
    answer = browser.post(path, earlier)
    assert answer.status_code == 422
    assert "Uit het tweede venster" in answer.text
    assert on_record(office, path)["title"] == "Uit het eerste"


def test_a_draft_is_withdrawn(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser)
    version = on_record(office, path)["version"]
    answer = browser.post(f"{path}/intrekken", {"version": version, "reason": "Toch niet."})
    assert answer.status_code == 303
    assert on_record(office, path)["state"] == "withdrawn"


def test_nobody_asks_for_people_of_another_team(sign_in: SignIn) -> None:
    form = {"course": "OPL-003", "employee": list(OTHER_TEAM)}
    assert sign_in(MANAGER).post("/mijn-team/aanvragen/nieuw", form).status_code == 403


def test_another_manager_sees_nothing_of_it(office: Office, sign_in: SignIn) -> None:
    path = begun(sign_in(MANAGER))
    other = sign_in(OTHER_MANAGER)
    assert other.get(path).status_code == 404
    form = filled_in(office, path)
    assert other.post(path, form).status_code in (403, 404)
    assert on_record(office, path)["title"] not in other.page("/mijn-team")


def test_an_employee_has_no_such_pages(sign_in: SignIn) -> None:
    browser = sign_in(PERSON)
    assert browser.get("/mijn-team").status_code == 403
    assert browser.post("/mijn-team/aanvragen/nieuw", {"course": "OPL-003"}).status_code == 403

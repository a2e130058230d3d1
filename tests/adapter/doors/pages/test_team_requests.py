"""A manager asks for training on the pages: drafts are kept, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapter.register.keys import Role
from adapter.register.people import keep_employee
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.doors.pages.rendered import form_of
from tests.adapter.subjects.requests.conftest import (
    MANAGER,
    NOVEMBER,
    OTHER_MANAGER,
    OTHER_TEAM,
    TEAM,
    Body,
    Office,
    employee_of,
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


def test_what_another_window_kept_stands_beside_what_was_typed(
    office: Office, sign_in: SignIn
) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser)
    page = form_of(browser.page(path), path)
    first = page | {"title": "Uit het eerste", "evidence": "Jaarplan."}
    assert browser.post(path, first).status_code == 303
    mine = {"title": "Uit het tweede", "motivation": "Nodig."}
    again = browser.post(path, page | mine)
    assert again.status_code == 422
    assert "dit staat er nu: Uit het eerste" in again.text
    # What nobody touched is what stands there now; without the tick it is asked again.
    form = form_of(again.text, path)
    assert (mine | {"evidence": "Jaarplan."}).items() <= form.items()
    once_more = browser.post(path, form)
    assert once_more.status_code == 422
    form = form_of(once_more.text, path) | {"seen": on_record(office, path)["version"]}
    assert browser.post(path, form).status_code == 303
    row = on_record(office, path)
    assert [row[name] for name in ("title", "motivation", "evidence")] == [
        "Uit het tweede",
        "Nodig.",
        "Jaarplan.",
    ]


def test_another_fault_keeps_the_version_that_was_read(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser)
    page = form_of(browser.page(path), path)
    assert browser.post(path, page | {"title": "Uit het eerste"}).status_code == 303
    wrong = browser.post(path, page | {"title": "Uit het tweede", "hours": "veel"})
    right = form_of(wrong.text, path) | {"hours": "8"}
    assert browser.post(path, right).status_code == 422
    assert on_record(office, path)["title"] == "Uit het eerste"


def test_what_was_typed_of_a_draft_that_was_sent_in_is_shown(
    office: Office, sign_in: SignIn
) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser)
    page = form_of(browser.page(path), path)
    assert browser.post(path, page | {"act": "submit"}).status_code == 303
    answer = browser.post(path, page | {"motivation": "Nog iets.", "start": "2027-03-08"})
    assert answer.status_code == 422
    typed = answer.text.partition('id="typed"')[2].partition("</dl>")[0]
    assert "Nog iets." in typed
    assert "8 maart 2027" in typed.replace("\N{NO-BREAK SPACE}", " ")


def test_who_left_the_team_stays_in_the_draft_with_its_costs(
    office: Office, sign_in: SignIn
) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser, employee=list(TEAM[:2]))
    page = form_of(browser.page(path), path)
    costs = {"fee": "1000", "books": "200", "exam": "300"}
    assert browser.post(path, page | costs).status_code == 303
    before = on_record(office, path)
    moves_to_the_other_team(office, TEAM[1])
    page = form_of(browser.page(path), path)
    assert "fee" not in page
    assert "niet in je team zitten: 1." in browser.page(path)
    assert browser.post(path, page | {"motivation": "Nodig."}).status_code == 303
    row = on_record(office, path)
    assert row["motivation"] == "Nodig."
    assert (row["costs"], row["employeeIds"]) == (before["costs"], before["employeeIds"])


def test_a_form_from_before_somebody_left_the_team_is_kept_whole(
    office: Office, sign_in: SignIn
) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser, employee=list(TEAM[:2]))
    page = form_of(browser.page(path), path)
    moves_to_the_other_team(office, TEAM[1])
    assert browser.post(path, page | {"fee": "1000", "books": "200"}).status_code == 303
    row = on_record(office, path)
    assert (row["costs"]["booksEur"], row["employeeIds"]) == ("200.00", list(TEAM[:2]))


def test_the_draft_of_an_earlier_manager_is_not_there_to_change(
    office: Office, sign_in: SignIn
) -> None:
    own = sign_in(MANAGER)
    path = begun(own)
    moves_to_the_other_team(office, PERSON)
    other = sign_in(OTHER_MANAGER)
    assert path not in other.page("/mijn-team")
    assert "<form" not in other.page(path).partition("<main")[2]
    page = form_of(own.page(path), path)
    assert own.post(path, page | {"act": "submit"}).status_code == 303
    assert path in other.page("/mijn-team")
    assert f'action="{path}/intrekken"' not in other.page(path)


def moves_to_the_other_team(office: Office, employee_id: str) -> None:
    with office.parts.register.write() as connection:
        moved = employee_of(employee_id, OTHER_MANAGER)
        keep_employee(connection, moved, "test", NOVEMBER)


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

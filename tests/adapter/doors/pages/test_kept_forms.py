"""What somebody typed and sent after the session had ended is there after signing in again; for
that person, from a form of ours, and for nobody else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import select

from adapter.doors.pages.kept_forms import MOST_BYTES
from adapter.ground.store.tables.sign_in import KeptFormRow
from adapter.register.given_roles import revoke_role
from adapter.register.keys import Role
from adapter.register.sign_in.browser_sessions import Ended, end_sessions_of
from adapter.register.sign_in.links import make_link
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.doors.pages.test_work_list import field, first_task
from tests.adapter.subjects.requests.conftest import TEAM, Office

SignIn = Callable[..., Browser]
PERSON, COLLEAGUE = TEAM[1], TEAM[2]
NOTE = 'Gebeld: "kom <morgen> terug".\nDaarna besluiten & sluiten.'


@pytest.fixture
def hr(office: Office, sign_in: SignIn) -> Browser:
    office.granted()
    return sign_in(PERSON, Role.HR)


def filled_in(hr: Browser) -> tuple[str, dict[str, str]]:
    """The form of a task, with its token, as it stands in the browser."""
    path = first_task(hr)
    page = hr.page(path)
    form = {name: field(page, name) for name in ("csrf_token", "version", "due")}
    return path, form | {"assignee": PERSON, "note": NOTE}


def signs_in_again(office: Office, browser: Browser, employee_id: str = PERSON) -> None:
    with office.parts.register.write() as connection:
        token = make_link(connection, employee_id, "test", office.clock.now())
    answer = browser.client.post("/aanmelden/link", data={"token": token})
    assert answer.status_code == 303


def kept(office: Office) -> list[tuple[str, str]]:
    with office.parts.register.read() as connection:
        rows = connection.execute(select(KeptFormRow.employee_id, KeptFormRow.path))
        return [(employee_id, path) for employee_id, path in rows]


def as_it_stands(page: str) -> tuple[str, dict[str, str]]:
    """Where the form of the page goes, and what it holds, as a browser reads it."""
    form = page.partition('<main class="wide"')[2].partition("</form>")[0]
    action = re.search(r'action="([^"]+)"', form)
    assert action is not None
    pairs = re.findall(r'name="([^"]+)" value="([^"]*)"', form)
    return html.unescape(action[1]), {name: html.unescape(value) for name, value in pairs}


def test_what_was_typed_is_sent_after_signing_in_again(office: Office, hr: Browser) -> None:
    path, form = filled_in(hr)
    office.clock.advance(minutes=31)
    answer = hr.client.post(path, data=form)
    assert answer.status_code == 401
    assert "Wat je invulde is een uur bewaard" in answer.text
    signs_in_again(office, hr)
    assert "/verder" in hr.page("/")
    page = hr.page("/verder")
    assert html.escape("kom <morgen> terug", quote=False) in page
    action, again = as_it_stands(page)
    assert action == path
    assert again["csrf_token"] != form["csrf_token"]
    assert hr.client.post(action, data=again).status_code == 303
    assert NOTE in html.unescape(hr.page(path))
    assert kept(office) == []
    assert "/verder" not in hr.page("/")
    assert hr.get("/verder").status_code == 303


def test_it_is_refused_as_ever_when_something_is_wrong_with_it(office: Office, hr: Browser) -> None:
    """Also that somebody else changed it meanwhile; what was typed then stands on its own page."""
    path, form = filled_in(hr)
    office.clock.advance(minutes=31)
    hr.client.post(path, data=form | {"assignee": "99999"})
    signs_in_again(office, hr)
    action, again = as_it_stands(hr.page("/verder"))
    answer = hr.client.post(action, data=again)
    assert answer.status_code == 422
    assert NOTE in html.unescape(answer.text)
    assert kept(office) == []


def test_a_page_that_stayed_open_beside_a_new_sign_in_keeps_it_too(
    office: Office, hr: Browser
) -> None:
    path, form = filled_in(hr)
    office.clock.advance(minutes=31)
    signs_in_again(office, hr)
    answer = hr.client.post(path, data=form)
    assert (answer.status_code, answer.location) == (303, "/verder")
    action, again = as_it_stands(hr.page("/verder"))
    assert hr.client.post(action, data=again).status_code == 303
    assert NOTE in html.unescape(hr.page(path))
    assert kept(office) == []


def test_it_is_thrown_away(office: Office, hr: Browser) -> None:
    path, form = filled_in(hr)
    office.clock.advance(minutes=31)
    hr.client.post(path, data=form)
    signs_in_again(office, hr)
    assert hr.post("/verder/weggooien").status_code == 303
    assert kept(office) == []
    assert NOTE not in html.unescape(hr.page(path))


def test_nobody_else_at_the_same_browser_sees_or_sends_it(office: Office, hr: Browser) -> None:
    path, form = filled_in(hr)
    office.clock.advance(minutes=31)
    hr.client.post(path, data=form)
    signs_in_again(office, hr, COLLEAGUE)
    assert "/verder" not in hr.page("/")
    assert hr.get("/verder").status_code == 303
    assert hr.post("/verder/weggooien").status_code == 303
    assert kept(office) == [(PERSON, path)], "a colleague throws nothing of mine away"
    answer = hr.client.post(path, data=form)
    assert answer.status_code == 403, "my form is no form of a colleague"
    assert kept(office) == [(PERSON, path)]


@pytest.mark.parametrize(
    "change",
    [
        {"csrf_token": ""},
        {"csrf_token": "made-up"},
        {"csrf_token": "ImZvcmdlZCI.Zm9yZ2Vk.c2lnbmF0dXJl"},
    ],
)
def test_a_form_without_the_token_of_that_session_is_not_kept(
    office: Office, hr: Browser, change: dict[str, str]
) -> None:
    path, form = filled_in(hr)
    office.clock.advance(minutes=31)
    assert hr.client.post(path, data=form | change).status_code == 401
    signs_in_again(office, hr)
    assert hr.client.post(path, data=form | change).status_code == 403
    assert kept(office) == []


def test_the_token_of_a_colleague_keeps_nothing(
    office: Office, hr: Browser, sign_in: SignIn
) -> None:
    path, form = filled_in(hr)
    colleague = sign_in(COLLEAGUE)
    office.clock.advance(minutes=31)
    answer = colleague.client.post(path, data=form)
    assert answer.status_code == 401
    assert kept(office) == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_form_of_another_site_is_not_kept(
    office: Office, hr: Browser, headers: dict[str, str]
) -> None:
    path, form = filled_in(hr)
    office.clock.advance(minutes=31)
    assert hr.client.post(path, data=form, headers=headers).status_code == 401
    signs_in_again(office, hr)
    assert hr.client.post(path, data=form, headers=headers).status_code == 403
    assert kept(office) == []


def test_a_stranger_keeps_nothing(office: Office, hr: Browser) -> None:
    path, form = filled_in(hr)
    hr.client.delete_cookie("odwh")
    assert hr.client.post(path, data=form).status_code == 401
    assert kept(office) == []


@pytest.mark.parametrize("why", [Ended.BY_ADMINISTRATOR, Ended.LEFT, Ended.SIGNED_OUT])
def test_a_session_that_was_ended_keeps_nothing(office: Office, hr: Browser, why: Ended) -> None:
    path, form = filled_in(hr)
    with office.parts.register.write() as connection:
        end_sessions_of(connection, PERSON, why, office.clock.now())
    assert hr.client.post(path, data=form).status_code == 401
    signs_in_again(office, hr)
    assert hr.client.post(path, data=form).status_code == 403
    assert kept(office) == []


def test_a_form_is_kept_for_an_hour(office: Office, hr: Browser, sign_in: SignIn) -> None:
    path, form = filled_in(hr)
    office.clock.advance(minutes=31)
    hr.client.post(path, data=form)
    office.clock.advance(minutes=60)
    signs_in_again(office, hr)
    assert hr.get("/verder").status_code == 303
    assert kept(office) == [], "the next who signs in clears it away"


def test_a_file_and_what_is_too_large_are_not_kept(office: Office, hr: Browser) -> None:
    _, form = filled_in(hr)
    office.clock.advance(minutes=31)
    file = {"csrf_token": form["csrf_token"], "file": (BytesIO(b"x"), "a.xlsx")}
    assert hr.client.post("/werkvoorraad/werkblad", data=file).status_code == 401
    large = form | {"note": "x" * MOST_BYTES}
    assert hr.client.post("/tranches/2027-1", data=large).status_code == 401
    assert kept(office) == []


def test_signing_out_is_not_kept(office: Office, hr: Browser) -> None:
    _, form = filled_in(hr)
    office.clock.advance(minutes=31)
    assert hr.client.post("/afmelden", data=form).status_code == 401
    assert kept(office) == []


def test_the_newest_form_takes_the_place_of_an_earlier_one(office: Office, hr: Browser) -> None:
    path, form = filled_in(hr)
    office.clock.advance(minutes=31)
    hr.client.post(path, data=form)
    hr.client.post(path, data=form | {"note": "Later dan."})
    signs_in_again(office, hr)
    page = hr.page("/verder")
    assert "Later dan." in page
    assert "morgen" not in page


def test_a_right_that_was_taken_back_meanwhile_is_not_given_by_it(
    office: Office, sign_in: SignIn
) -> None:
    """Who sends it again is who is signed in at that moment, with the roles of that moment."""
    office.granted()
    hr = sign_in(PERSON, Role.HR)
    path, form = filled_in(hr)
    office.clock.advance(minutes=31)
    hr.client.post(path, data=form)
    with office.parts.register.write() as connection:
        revoke_role(connection, PERSON, Role.HR, by="test", now=office.clock.now())
    signs_in_again(office, hr)
    action, again = as_it_stands(hr.page("/verder"))
    assert hr.client.post(action, data=again).status_code == 403

"""Who is signed in, until when, and that nobody else is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select, update

from adapter.doors.pages.browser import own_page
from adapter.ground.store.tables.people import EmploymentRow, LmsUserRow
from adapter.ground.store.tables.sign_in import BrowserSessionRow
from adapter.ground.store.tables.work import AuditLineRow
from adapter.register.given_roles import revoke_role
from adapter.register.keys import Role
from adapter.register.people import keep_lms_users
from adapter.register.sign_in.browser_sessions import (
    Ended,
    SignedIn,
    Way,
    end_sessions_of,
    open_session,
)
from adapter.register.sign_in.links import make_link
from connectors.ports import LmsUser
from tests.adapter.doors.pages.conftest import Browser, pages_of
from tests.adapter.subjects.requests.conftest import MANAGER, TEAM, Office

SignIn = Callable[..., Browser]
PERSON = TEAM[0]


def ended_by(office: Office) -> list[str | None]:
    with office.parts.register.read() as connection:
        return list(connection.execute(select(BrowserSessionRow.ended_by)).scalars())


def audit(office: Office) -> list[tuple[str, str, str]]:
    lines = select(AuditLineRow.actor, AuditLineRow.action, AuditLineRow.result)
    with office.parts.register.read() as connection:
        return [(a, b, c) for a, b, c in connection.execute(lines.order_by(AuditLineRow.at))]


def link(office: Office, employee_id: str = PERSON) -> str:
    with office.parts.register.write() as connection:
        return make_link(connection, employee_id, "test", office.clock.now())


def test_a_link_signs_in_once(office: Office) -> None:
    token = link(office)
    client = pages_of(office.parts).test_client()
    assert client.get(f"/aanmelden/link/{token}").status_code == 200
    assert client.post("/aanmelden/link", data={"token": token}).status_code == 303
    assert client.get("/mijn-leren").status_code == 200
    other = pages_of(office.parts).test_client()
    assert other.post("/aanmelden/link", data={"token": token}).status_code == 403
    assert other.get("/mijn-leren").status_code == 303
    assert ("", "sign-in-link", "refused") in audit(office)


def test_a_link_works_for_ten_minutes(office: Office) -> None:
    token = link(office)
    office.clock.advance(minutes=10)
    answer = pages_of(office.parts).test_client().post("/aanmelden/link", data={"token": token})
    assert answer.status_code == 403


def test_a_link_of_a_leaver_opens_nothing(office: Office) -> None:
    token = link(office)
    leave(office)
    answer = pages_of(office.parts).test_client().post("/aanmelden/link", data={"token": token})
    assert answer.status_code == 403


def leave(office: Office) -> None:
    yesterday = (office.clock.now() - timedelta(days=1)).date()
    with office.parts.register.write() as connection:
        connection.execute(
            update(EmploymentRow)
            .where(EmploymentRow.employee_id == PERSON)
            .values(end_on=yesterday)
        )


def test_a_stranger_is_led_to_signing_in_and_back(office: Office) -> None:
    answer = pages_of(office.parts).test_client().get("/mijn-leren?vertrek=2027-06-30")
    assert answer.status_code == 303
    assert answer.location == "/aanmelden?naar=/mijn-leren?vertrek%3D2027-06-30"


def test_a_session_ends_after_half_an_hour_without_a_look(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(PERSON)
    office.clock.advance(minutes=29)
    assert browser.get("/mijn-leren").status_code == 200
    office.clock.advance(minutes=29)
    assert browser.get("/mijn-leren").status_code == 200
    office.clock.advance(minutes=30)
    assert browser.get("/mijn-leren").status_code == 303
    assert ended_by(office) == [Ended.IDLE]


def test_a_session_lasts_ten_hours_at_most(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(PERSON)
    for _ in range(29):
        office.clock.advance(minutes=20)
        assert browser.get("/mijn-leren").status_code == 200
    office.clock.advance(minutes=20)
    assert browser.get("/mijn-leren").status_code == 303
    assert ended_by(office) == [Ended.TOO_LONG]


def test_signing_out_ends_the_session_and_takes_the_cookie_away(
    office: Office, sign_in: SignIn
) -> None:
    browser = sign_in(PERSON)
    answer = browser.post("/afmelden")
    assert "odwh=;" in answer.headers["Set-Cookie"]
    assert browser.get("/mijn-leren").status_code == 303
    assert ended_by(office) == [Ended.SIGNED_OUT]


def test_a_cookie_that_was_kept_opens_nothing_after_signing_out(
    office: Office, sign_in: SignIn
) -> None:
    browser = sign_in(PERSON)
    cookie = browser.client.get_cookie("odwh")
    assert cookie is not None
    browser.post("/afmelden")
    browser.client.set_cookie("odwh", cookie.value)
    assert browser.get("/mijn-leren").status_code == 303


def test_who_left_is_signed_out(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(PERSON)
    leave(office)
    assert browser.get("/mijn-leren").status_code == 303
    assert ended_by(office) == [Ended.LEFT]


def test_an_administrator_ends_every_session_of_somebody(office: Office, sign_in: SignIn) -> None:
    browsers = [sign_in(PERSON), sign_in(PERSON)]
    now = office.clock.now()
    with office.parts.register.write() as connection:
        assert end_sessions_of(connection, PERSON, Ended.BY_ADMINISTRATOR, now) == 2
    assert [one.get("/mijn-leren").status_code for one in browsers] == [303, 303]


def test_a_session_of_the_lms_ends_when_the_account_is_somebody_elses(office: Office) -> None:
    parts, now = office.parts, office.clock.now()
    mine = LmsUser("8", "u8", "", PERSON, "Test", "t@example.org", suspended=False)
    with parts.register.write() as connection:
        keep_lms_users(connection, [mine], now)
        token = open_session(connection, SignedIn(PERSON, Way.LMS, account="8"), now)
    client = pages_of(parts).test_client()
    client.set_cookie("odwh", token)
    assert client.get("/mijn-leren").status_code == 200
    with parts.register.write() as connection:
        connection.execute(update(LmsUserRow).values(employee_id=TEAM[1]))
    assert client.get("/mijn-leren").status_code == 303
    assert ended_by(office) == [Ended.ANOTHERS_ACCOUNT]


def test_a_session_that_somebody_brought_along_is_not_the_one_of_who_signs_in(
    office: Office, sign_in: SignIn
) -> None:
    """Session fixation: the token of before opens nothing of the new person."""
    attacker = sign_in(TEAM[1])
    known = attacker.client.get_cookie("odwh")
    assert known is not None
    victim = pages_of(office.parts).test_client()
    victim.set_cookie("odwh", known.value)
    victim.post("/aanmelden/link", data={"token": link(office)})
    now_has = victim.get_cookie("odwh")
    assert now_has is not None
    assert now_has.value != known.value
    assert attacker.get("/mijn-leren").status_code == 303


def test_a_role_that_is_taken_back_opens_nothing_from_then_on(
    office: Office, sign_in: SignIn
) -> None:
    browser = sign_in(PERSON, Role.HR)
    assert "/werkvoorraad" in browser.page("/")
    with office.parts.register.write() as connection:
        revoke_role(connection, PERSON, Role.HR, by="test", now=office.clock.now())
    assert "/werkvoorraad" not in browser.page("/")
    assert browser.get("/werkvoorraad").status_code == 403


def test_whoever_has_a_team_is_a_manager(sign_in: SignIn) -> None:
    assert "/mijn-team" in sign_in(MANAGER).page("/")
    assert "/mijn-team" not in sign_in(PERSON).page("/")


def test_tokens_are_kept_as_hashes(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(PERSON)
    cookie = browser.client.get_cookie("odwh")
    assert cookie is not None
    with office.parts.register.read() as connection:
        rows = connection.execute(select(BrowserSessionRow.token_sha256)).scalars().all()
    assert [len(row) for row in rows] == [64]
    assert cookie.value not in rows


@pytest.mark.parametrize("form", [{}, {"csrf_token": "made up"}])
def test_a_form_without_our_token_does_nothing(sign_in: SignIn, form: dict[str, str]) -> None:
    browser = sign_in(PERSON)
    assert browser.client.post("/afmelden", data=form).status_code == 403
    assert browser.get("/mijn-leren").status_code == 200


def test_the_token_of_somebody_elses_form_does_nothing(sign_in: SignIn) -> None:
    mine, other = sign_in(PERSON), sign_in(TEAM[1])
    assert mine.client.post("/afmelden", data={"csrf_token": other.token()}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.org"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_does_nothing(sign_in: SignIn, headers: dict[str, str]) -> None:
    browser = sign_in(PERSON)
    assert browser.post("/afmelden", headers=headers).status_code == 403
    assert browser.get("/mijn-leren").status_code == 200


def test_a_form_of_ours_says_so(office: Office, sign_in: SignIn) -> None:
    ours = {"Origin": office.parts.settings.public_url, "Sec-Fetch-Site": "same-origin"}
    assert sign_in(PERSON).post("/afmelden", headers=ours).status_code == 303


def test_pages_run_in_no_frame_and_load_nothing_from_elsewhere(sign_in: SignIn) -> None:
    headers = sign_in(PERSON).get("/mijn-leren").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "path",
    [
        *("https://evil.example.org", "//evil.example.org", "/\\evil.example.org", "evil", ""),
        *("http://[x", "//[x", "/\t/evil.example.org", " //evil.example.org", "javascript:x"),
    ],
)
def test_signing_in_leads_to_pages_of_ours_only(office: Office, path: str) -> None:
    with pages_of(office.parts).test_request_context("/"):
        assert own_page(path) == "/"
        assert own_page("/mijn-leren?vertrek=2027-01-01") == "/mijn-leren?vertrek=2027-01-01"


@pytest.mark.parametrize("path", ["//[x", "http://[x", "/[x"])
@pytest.mark.parametrize("way", ["/aanmelden", "/aanmelden/openid"])
def test_an_address_that_is_none_stops_nobody_from_signing_in(
    office: Office, way: str, path: str
) -> None:
    client = pages_of(office.parts).test_client()
    answer = client.get(way, query_string={"naar": path})
    assert answer.status_code < 500
    client.set_cookie("odwh-page", quote(path))
    token = link(office)
    assert client.post("/aanmelden/link", data={"token": token}).status_code == 303

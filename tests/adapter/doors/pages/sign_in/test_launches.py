"""Signing in from the LMS: whose account it is, where it leads, and what a stranger tries."""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc import jwt
from sqlalchemy import insert, select, update

from adapter.ground.store.tables.accounts import AccountLinkRow
from adapter.ground.store.tables.people import EmploymentRow
from adapter.ground.store.tables.sign_in import SignInAttemptRow
from adapter.register.sign_in.refusals import Why
from config.catalogue import Language, keys
from config.settings import PagesSettings
from sandboxes.lti import SandboxLti
from sandboxes.lti.launch import CLAIM
from sandboxes.lti.server import RegisteredTool
from sandboxes.signing_keys import Claims, SigningKeys
from tests.adapter.doors.pages.sign_in.conftest import (
    ACCOUNT,
    COLLEAGUE,
    PERSON,
    Site,
    Visitor,
    account,
    begun,
    form_of,
)

RECORDED = Path(__file__).parents[4] / "recordings" / "lti"
EVIL = "https://evil.example.org"

pytestmark = pytest.mark.usefixtures("tool")


@pytest.fixture
def refused(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> Callable[[str], None]:
    """Tries a launch, which must be refused for this reason and open nothing."""

    def refused(reason: str) -> None:
        answer = visitor.send(begun(visitor, lms, tool))
        assert answer.status_code == 403
        assert [result for _, result in site.audit("sign-in-lms")] == [f"refused: {reason}"]
        assert not visitor.signed_in()

    return refused


# --- who it is, and where it leads ----------------------------------------------------------------


def test_a_click_in_the_lms_signs_in(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    answer = visitor.send(begun(visitor, lms, tool))
    assert visitor.where(answer) == "/"
    assert visitor.signed_in()
    assert site.audit("sign-in-lms") == [(PERSON, "signed in")]


def test_what_is_asked_is_what_moodle_took(
    lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    recorded = (RECORDED / "auth_request_4.5.6.txt").read_text("utf-8").split()[1]
    taken = dict(parse_qsl(urlsplit(recorded).query))
    answer = visitor.http.post(tool.initiate_login_uri, data=lms.click(tool))
    asked = dict(parse_qsl(urlsplit(visitor.where(answer)).query))
    assert asked.keys() == taken.keys()
    same = ("scope", "response_type", "response_mode", "prompt")
    assert {name: asked[name] for name in same} == {name: taken[name] for name in same}


def test_an_lms_may_begin_with_an_address_too(
    lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    answer = visitor.http.get(tool.initiate_login_uri, params=lms.click(tool))
    visitor.send(visitor.follow(answer))
    assert visitor.signed_in()


@pytest.mark.parametrize(
    "recorded", ["launch_4.5.6_learner", "launch_4.5.6_admin", "launch_5.0.6_admin"]
)
def test_what_two_moodles_said_signs_in(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor, recorded: str
) -> None:
    """Replayed with this launch's own nonce, moments, issuer and client."""
    said: dict[str, Any] = json.loads((RECORDED / f"{recorded}.json").read_text("utf-8"))
    own = {"nonce", "iat", "exp", "iss", "aud"}
    lms.claims = {name: value for name, value in said.items() if name not in own}
    lms.signed_in = said["sub"]
    site.show(account(said["sub"], PERSON))
    if said["sub"] != ACCOUNT:
        site.show(account(ACCOUNT, None))
    visitor.send(begun(visitor, lms, tool))
    assert visitor.signed_in()


def test_the_roles_of_a_course_say_nothing(
    lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    lms.claims = {
        f"{CLAIM}roles": ["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"]
    }
    visitor.send(begun(visitor, lms, tool))
    assert "/mijn-leren" in visitor.open("/").text
    assert all(word not in visitor.open("/").text for word in ("/werkvoorraad", "/besluiten"))


def test_an_activity_leads_to_the_page_that_it_names(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    target = f"{site.url}/mijn-leren?vertrek=2027-06-30"
    answer = visitor.send(begun(visitor, lms, tool, target))
    assert visitor.where(answer) == "/mijn-leren?vertrek=2027-06-30"


@pytest.mark.parametrize("frame", ["iframe", "frame", "embed", "object"])
def test_in_a_frame_it_begins_in_a_window_of_its_own(
    lms: SandboxLti, tool: RegisteredTool, visitor: Visitor, frame: str
) -> None:
    asked = {"Sec-Fetch-Dest": frame}
    shown = visitor.http.post(tool.initiate_login_uri, data=lms.click(tool), headers=asked)
    assert shown.status_code == 200
    assert f"frame-ancestors {lms.url}" in shown.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in shown.headers
    assert not visitor.http.cookies
    link = re.search(r'<a class="button" href="([^"]+)" target="_blank">', shown.text)
    assert link is not None, shown.text
    visitor.send(visitor.follow(visitor.open(unescape(link[1]))))
    assert visitor.signed_in()


def test_an_lms_that_is_not_registered_shows_nothing_of_ours_in_a_frame(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    asked = {"Sec-Fetch-Dest": "iframe"}
    click = lms.click(tool) | {"iss": EVIL}
    shown = visitor.http.post(tool.initiate_login_uri, data=click, headers=asked)
    assert shown.status_code == 403
    assert shown.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in shown.headers["Content-Security-Policy"]
    assert [result for _, result in site.audit("sign-in-lms")] == ["refused: unknown_lms"]


def test_the_page_that_a_mail_led_to_is_opened_after_the_way_through_the_lms(
    lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    asked = visitor.open("/mijn-leren?vertrek=2027-06-30")
    page = visitor.open(visitor.where(asked))
    assert f'href="{lms.url}"' in page.text
    answer = visitor.send(begun(visitor, lms, tool))
    assert visitor.where(answer) == "/mijn-leren?vertrek=2027-06-30"
    # Once: who comes back later begins at the start.
    assert visitor.where(visitor.send(begun(visitor, lms, tool))) == "/"


def test_the_activity_itself_is_one_click_away_where_the_settings_name_it(
    site: Site, visitor: Visitor
) -> None:
    activity = "https://lms.example.org/mod/lti/launch.php?id=126"
    pages = PagesSettings(url=site.url, lms_activity=activity)
    site.change(site.parts.settings.model_copy(update={"pages": pages}))
    assert f'href="{activity}"' in visitor.open("/aanmelden?naar=/mijn-leren").text


@pytest.mark.parametrize(
    "target",
    [
        EVIL,
        "{site}.evil.example.org/",
        "{site}@evil.example.org/",
        "{site}//evil.example.org",
        "{site}/\\evil.example.org",
        "{site}/aanmelden/lms/begin",
        "javascript:alert(1)",
    ],
)
def test_a_launch_leads_to_no_other_site(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor, target: str
) -> None:
    answer = visitor.send(begun(visitor, lms, tool, target.format(site=site.url)))
    assert visitor.where(answer) == "/"


@pytest.mark.parametrize("path", [EVIL, "//evil.example.org", "/%5Cevil.example.org"])
def test_the_page_that_was_asked_for_is_no_other_site(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor, path: str
) -> None:
    visitor.open(f"/aanmelden?naar={path}")
    assert visitor.where(visitor.send(begun(visitor, lms, tool))) in ("/", "/%5Cevil.example.org")
    visitor.http.cookies.clear()
    visitor.http.cookies.set("odwh-page", path, domain="127.0.0.1")
    assert visitor.where(visitor.send(begun(visitor, lms, tool))) == "/"


# --- who it is not --------------------------------------------------------------------------------


def test_an_account_that_nobody_knows_is_told_what_hr_must_do(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    lms.signed_in = "77"
    answer = visitor.send(begun(visitor, lms, tool))
    assert answer.status_code == 403
    assert "Vraag HR je personeelsnummer bij je account in te vullen" in answer.text
    assert site.audit("sign-in-lms") == [("", "refused: unknown_account")]


def test_an_account_without_an_employee_number_opens_nothing(
    site: Site, refused: Callable[[str], None]
) -> None:
    site.show(account(ACCOUNT, None))
    refused("unknown_account")


def test_a_suspended_account_opens_nothing(site: Site, refused: Callable[[str], None]) -> None:
    site.show(account(ACCOUNT, PERSON, suspended=True))
    refused("suspended_account")


def test_of_two_accounts_with_one_number_none_opens_anything(
    site: Site, refused: Callable[[str], None]
) -> None:
    """Whoever can write the number of another into a profile would be that person."""
    site.show(account("66", PERSON))
    refused("account_in_doubt")


def test_a_double_that_was_suspended_is_in_nobodys_way(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    site.show(account("66", PERSON, suspended=True))
    visitor.send(begun(visitor, lms, tool))
    assert visitor.signed_in()


@pytest.mark.parametrize(
    ("kept", "problem", "opens"),
    [
        ("66", None, False),
        (None, "email_of_two_accounts", False),
        (ACCOUNT, "incomplete", True),
        (None, None, True),
    ],
)
def test_an_account_at_which_hr_must_look_opens_nothing(
    site: Site,
    lms: SandboxLti,
    tool: RegisteredTool,
    visitor: Visitor,
    kept: str | None,
    problem: str | None,
    opens: bool,
) -> None:
    with site.parts.register.write() as connection:
        connection.execute(
            insert(AccountLinkRow).values(
                employee_id=PERSON,
                user_id=kept,
                asked={},
                problem=problem,
                looked_at=site.parts.clock.now(),
            )
        )
    visitor.send(begun(visitor, lms, tool))
    assert visitor.signed_in() is opens


def test_who_left_is_not_let_in(site: Site, refused: Callable[[str], None]) -> None:
    yesterday = (site.parts.clock.now() - timedelta(days=1)).date()
    with site.parts.register.write() as connection:
        connection.execute(
            update(EmploymentRow)
            .where(EmploymentRow.employee_id == PERSON)
            .values(end_on=yesterday)
        )
    refused("left")
    assert site.audit("sign-in-lms")[0][0] == PERSON


def test_an_account_that_changed_hands_signs_in_its_new_owner(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor, stranger: Visitor
) -> None:
    visitor.send(begun(visitor, lms, tool))
    site.show(account("9", None), account(ACCOUNT, COLLEAGUE))
    assert not visitor.signed_in()
    stranger.send(begun(stranger, lms, tool))
    assert site.audit("sign-in-lms")[-1] == (COLLEAGUE, "signed in")


def test_every_reason_has_its_words() -> None:
    said = {key for key in keys(Language.NL) if key.startswith("pages.refused.")}
    beside = {"title", "again", "code"}
    assert said == {f"pages.refused.{one}" for one in (*Why, *beside)}


# --- tokens that are not what they must be --------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"aud": "client-of-another"}, "wrong aud"),
        ({"aud": ["client-of-another"]}, "wrong aud"),
        ({"aud": ["client-1", "another"]}, "no azp"),
        ({"aud": ["client-1", "another"], "azp": "another"}, "wrong azp"),
        ({"azp": "another"}, "wrong azp"),
        ({"aud": None}, "no aud"),
        ({"iss": EVIL}, "wrong iss"),
        ({"iss": None}, "no iss"),
        ({"nonce": "of another launch"}, "wrong nonce"),
        ({"nonce": None}, "no nonce"),
        ({"nonce": ""}, "wrong nonce"),
        ({"sub": None}, "no sub"),
        ({"sub": ""}, "wrong sub"),
        ({"sub": 8}, "wrong sub"),
        ({"exp": None}, "no exp"),
        ({"exp": 1_700_000_000}, "expired"),
        ({"exp": "later"}, "wrong exp"),
        ({"iat": None}, "no iat"),
        ({"iat": 4_000_000_000}, "wrong iat"),
        ({"nbf": 4_000_000_000}, "wrong nbf"),
        ({f"{CLAIM}deployment_id": "2"}, "wrong deployment_id"),
        ({f"{CLAIM}deployment_id": None}, "no deployment_id"),
        ({f"{CLAIM}version": "1.1"}, "wrong version"),
        ({f"{CLAIM}message_type": "LtiDeepLinkingRequest"}, "wrong message_type"),
        ({f"{CLAIM}target_link_uri": None}, "no target_link_uri"),
    ],
)
def test_a_token_that_says_something_else_opens_nothing(
    lms: SandboxLti, refused: Callable[[str], None], claims: dict[str, Any], reason: str
) -> None:
    lms.claims = claims
    refused(f"not_trusted ({reason})")


def _unsigned(claims: Claims) -> str:
    return ".".join(_part(one) for one in ({"alg": "none"}, claims)) + "."


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _with_the_public_key_as_secret(keys: SigningKeys) -> Callable[[Claims], str]:
    """By hand: joserfc refuses to sign so."""
    secret = keys.key.as_pem(private=False)

    def sign(claims: Claims) -> str:
        signed = ".".join((_part({"alg": "HS256", "kid": keys.key.kid}), _part(claims)))
        signature = hmac.digest(secret, signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    return sign


def _altered(keys: SigningKeys) -> Callable[[Claims], str]:
    def sign(claims: Claims) -> str:
        header, _, signature = keys.sign(claims).split(".")
        return ".".join((header, _part(claims | {"sub": "9"}), signature))

    return sign


def _with_a_key_of_its_own(keys: SigningKeys) -> Callable[[Claims], str]:
    """Under the name of the LMS's key, and brought along in the header."""
    own = SigningKeys().key

    def sign(claims: Claims) -> str:
        header = {"alg": "RS256", "kid": keys.key.kid, "jwk": own.as_dict(private=False)}
        header |= {"jku": f"{EVIL}/keys"}
        return ".".join((_part(header), *jwt.encode({"alg": "RS256"}, claims, own).split(".")[1:]))

    return sign


@pytest.mark.parametrize(
    ("sign", "reason"),
    [
        (lambda keys: _unsigned, "algorithm not allowed"),
        (_with_the_public_key_as_secret, "algorithm not allowed"),
        (_altered, "wrong signature"),
        (lambda keys: SigningKeys().sign, "unknown key"),
        (lambda keys: lambda claims: "", "not readable"),
        (lambda keys: lambda claims: "a.b.c", "not readable"),
        (lambda keys: lambda claims: "é" * 200_000, None),
    ],
)
def test_a_token_that_the_lms_did_not_sign_opens_nothing(
    site: Site,
    lms: SandboxLti,
    tool: RegisteredTool,
    visitor: Visitor,
    sign: Callable[[SigningKeys], Callable[[Claims], str]],
    reason: str | None,
) -> None:
    lms.sign = sign(lms.keys)
    answer = visitor.send(begun(visitor, lms, tool))
    assert answer.status_code == (413 if reason is None else 403)
    assert not visitor.signed_in()
    if reason is not None:
        assert site.audit("sign-in-lms") == [("", f"refused: not_trusted ({reason})")]


def test_a_key_that_the_token_brings_along_is_not_believed(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    lms.sign = _with_a_key_of_its_own(lms.keys)
    assert visitor.send(begun(visitor, lms, tool)).status_code == 403
    ((_, result),) = site.audit("sign-in-lms")
    assert result.startswith("refused: not_trusted")


def test_keys_that_were_changed_are_read_again(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    visitor.send(begun(visitor, lms, tool))
    lms.keys.rotate()
    site.office.clock.advance(minutes=1)
    assert visitor.send(begun(visitor, lms, tool)).status_code == 303


def test_keys_are_asked_for_once_a_minute_at_most(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    visitor.send(begun(visitor, lms, tool))
    ours = lms.sign
    for _ in range(5):
        lms.sign = SigningKeys().sign
        assert visitor.send(begun(visitor, lms, tool)).status_code == 403
    assert lms.asked.count("/mod/lti/certs.php") == 1
    lms.sign = ours
    assert visitor.send(begun(visitor, lms, tool)).status_code == 303
    assert lms.asked.count("/mod/lti/certs.php") == 1


def test_keys_that_the_lms_took_back_are_believed_for_an_hour_at_most(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    visitor.send(begun(visitor, lms, tool))
    stolen = lms.keys.key
    lms.keys.rotate()
    lms.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": stolen.kid}, claims, stolen)
    site.office.clock.advance(minutes=59)
    assert visitor.send(begun(visitor, lms, tool)).status_code == 303
    site.office.clock.advance(minutes=1)
    assert visitor.send(begun(visitor, lms, tool)).status_code == 403


def test_an_lms_whose_keys_cannot_be_read_is_told_apart(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    form = begun(visitor, lms, tool)
    lms.keys.published = []
    answer = visitor.send(form)
    assert answer.status_code == 503
    assert site.audit("sign-in-lms") == [("", "refused: unreachable (not as it must answer)")]


# --- answers that nobody asked for ----------------------------------------------------------------


def test_an_answer_is_taken_once(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    action, fields = form_of(begun(visitor, lms, tool))
    kept = dict(visitor.http.cookies)
    assert visitor.http.post(action, data=fields).status_code == 303
    visitor.http.cookies.clear()
    visitor.http.cookies.update(kept)
    assert visitor.http.post(action, data=fields).status_code == 403
    assert site.audit("sign-in-lms")[-1] == ("", "refused: used")
    assert not visitor.signed_in()


def test_an_answer_is_taken_for_ten_minutes(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    form = begun(visitor, lms, tool)
    site.office.clock.advance(minutes=10)
    assert visitor.send(form).status_code == 403
    assert site.audit("sign-in-lms") == [("", "refused: too_late")]


def test_the_answer_to_another_browser_signs_nobody_in(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor, stranger: Visitor
) -> None:
    """Who sends somebody their own answer would have them work under the wrong name."""
    theirs = begun(stranger, lms, tool)
    answer = visitor.send(theirs)
    assert answer.status_code == 403
    assert site.audit("sign-in-lms") == [("", "refused: other_browser")]
    assert not visitor.signed_in()
    # And it was not used up by it.
    assert stranger.send(theirs).status_code == 303


def test_the_cookie_of_another_attempt_does_not_do(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor, stranger: Visitor
) -> None:
    theirs = begun(stranger, lms, tool)
    begun(visitor, lms, tool)
    assert visitor.send(theirs).status_code == 403


def test_two_attempts_in_one_browser_both_arrive(
    lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    first, second = begun(visitor, lms, tool), begun(visitor, lms, tool)
    assert [visitor.send(form).status_code for form in (first, second)] == [303, 303]


def test_a_token_of_one_launch_is_not_taken_for_another(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    _, first = form_of(begun(visitor, lms, tool))
    action, second = form_of(begun(visitor, lms, tool))
    mixed = second | {"id_token": first["id_token"]}
    assert visitor.http.post(action, data=mixed).status_code == 403
    assert site.audit("sign-in-lms") == [("", "refused: not_trusted (wrong nonce)")]


@pytest.mark.parametrize("fields", [{}, {"state": "made-up"}, {"state": "", "id_token": "a.b.c"}])
def test_an_answer_to_nothing_is_refused(
    site: Site, visitor: Visitor, fields: dict[str, str]
) -> None:
    answer = visitor.http.post(f"{site.url}/aanmelden/lms", data=fields)
    assert answer.status_code == 403
    assert site.audit("sign-in-lms") == [("", "refused: not_begun")]


def test_an_error_of_the_lms_is_a_page(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    action, fields = form_of(begun(visitor, lms, tool))
    told = {"state": fields["state"], "error": "login_required", "error_description": "<b>no</b>"}
    answer = visitor.http.post(action, data=told)
    assert answer.status_code == 403
    assert "<b>no" not in answer.text
    assert site.audit("sign-in-lms") == [("", "refused: by_provider")]


@pytest.mark.parametrize("changed", [{"iss": EVIL}, {"client_id": "another"}, {"iss": ""}])
def test_an_lms_that_is_not_registered_begins_nothing(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor, changed: dict[str, str]
) -> None:
    answer = visitor.http.post(tool.initiate_login_uri, data=lms.click(tool) | changed)
    assert answer.status_code == 403
    with site.parts.register.read() as connection:
        assert connection.execute(select(SignInAttemptRow.way)).all() == []


def test_an_lms_that_the_settings_do_not_name_any_more_signs_nobody_in(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    """In another LMS the same account is somebody else."""
    form = begun(visitor, lms, tool)
    site.change(site.parts.settings.model_copy(update={"pages": PagesSettings(lms_issuer=EVIL)}))
    assert visitor.send(form).status_code == 403
    again = visitor.http.post(tool.initiate_login_uri, data=lms.click(tool))
    assert again.status_code == 403
    assert {result for _, result in site.audit("sign-in-lms")} == {"refused: unknown_lms"}


def test_a_session_that_somebody_brought_along_ends(
    lms: SandboxLti, tool: RegisteredTool, visitor: Visitor, stranger: Visitor
) -> None:
    """Session fixation: the cookie that an attacker planted opens nothing of who signs in."""
    stranger.send(begun(stranger, lms, tool))
    planted = stranger.http.cookies["odwh"]
    visitor.http.cookies.set("odwh", planted, domain="127.0.0.1")
    lms.signed_in = "9"
    visitor.send(begun(visitor, lms, tool))
    assert visitor.http.cookies["odwh"] != planted
    assert not stranger.signed_in()


def test_secrets_of_an_attempt_are_kept_as_hashes(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    _, fields = form_of(begun(visitor, lms, tool))
    cookies = [value for name, value in visitor.http.cookies.items() if name.startswith("odwh-")]
    with site.parts.register.read() as connection:
        (kept,) = connection.execute(
            select(SignInAttemptRow.state_sha256, SignInAttemptRow.browser_sha256)
        ).all()
    assert {len(value) for value in kept} == {64}
    assert not {fields["state"], *cookies} & set(kept)


def test_over_tls_the_cookies_are_for_this_host_alone(
    site: Site, lms: SandboxLti, tool: RegisteredTool
) -> None:
    """They must come along with a form of the LMS's site, which only `SameSite=None` does."""
    site.change(
        site.parts.settings.model_copy(
            update={
                "pages": site.parts.settings.pages.model_copy(
                    update={"url": "https://leren.example.org"}
                )
            }
        )
    )
    answer = httpx.post(tool.initiate_login_uri, data=lms.click(tool), trust_env=False)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-odwh-")
    for part in ("Secure", "HttpOnly", "SameSite=None", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie

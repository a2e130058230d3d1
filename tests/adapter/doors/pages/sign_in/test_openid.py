"""Signing in at the agency's identity provider: who it is, as what, and what a stranger tries."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from sqlalchemy import update

from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.ground.store.tables.sign_in import BrowserSessionRow, SignInAttemptRow
from config.settings import OpenidSettings
from sandboxes.openid import SandboxOpenid
from sandboxes.openid.server import CLIENT, SECRET
from sandboxes.signing_keys import Claims, SigningKeys
from tests.adapter.doors.pages.sign_in.conftest import COLLEAGUE, PERSON, Site, Visitor

EVIL = "https://evil.example.org"
MAIL = f"{PERSON}@example.org"
BEGIN = "/aanmelden/openid?naar=/mijn-leren"
ROLES = {"grp-hr": "hr", "grp-mt": "management-team", "grp-km": "knowledge-broker"}

pytestmark = pytest.mark.usefixtures("provider")


@pytest.fixture
def provider(site: Site, signing_key: RSAKey) -> Iterator[SandboxOpenid]:
    """With the settings of an agency whose provider tells the employee number."""
    with SandboxOpenid(site.office.clock.now, SigningKeys(signing_key)) as provider:
        provider.users = {"subject-1": {"employeeid": PERSON, "email": MAIL}}
        provider.signed_in = "subject-1"
        provider.redirect_uris = {f"{site.url}/aanmelden/openid/terug"}
        use(site, provider, employee_claim="employeeid")
        yield provider


def use(site: Site, provider: SandboxOpenid, **settings: Any) -> None:
    values: dict[str, Any] = {
        "issuer": provider.url,
        "client_id": CLIENT,
        "client_secret": SecretStr(SECRET),
        "roles": ROLES,
    }
    openid = OpenidSettings.model_validate(values | settings)
    site.change(site.parts.settings.model_copy(update={"openid": openid}))


def answer_for(visitor: Visitor, path: str = BEGIN) -> str:
    """The address with which the provider sends the browser back."""
    return visitor.where(visitor.follow(visitor.open(path)))


def come_in(visitor: Visitor, path: str = BEGIN) -> httpx.Response:
    return visitor.http.get(answer_for(visitor, path))


def claimed(site: Site) -> list[str]:
    with site.parts.register.read() as connection:
        return list(connection.execute(BrowserSessionRow.__table__.select()).one().claimed_roles)


@pytest.fixture
def refused(site: Site, visitor: Visitor) -> Callable[[str], httpx.Response]:
    """Tries to sign in, which must be refused for this reason and open nothing."""

    def refused(reason: str) -> httpx.Response:
        answer = come_in(visitor)
        assert answer.status_code in (403, 503)
        assert [result for _, result in site.audit("sign-in-openid")] == [f"refused: {reason}"]
        assert not visitor.signed_in()
        return answer

    return refused


# --- who it is, and as what -----------------------------------------------------------------------


def test_the_employee_number_signs_in_and_leads_to_the_page_asked_for(
    site: Site, visitor: Visitor
) -> None:
    assert visitor.where(come_in(visitor)) == "/mijn-leren"
    assert visitor.signed_in()
    assert site.audit("sign-in-openid") == [(PERSON, "signed in")]


def test_the_page_that_asks_to_sign_in_leads_there(visitor: Visitor) -> None:
    page = visitor.open("/aanmelden?naar=/mijn-leren")
    assert 'href="/aanmelden/openid?naar=/mijn-leren"' in page.text


def test_without_a_provider_there_is_no_such_page(site: Site, visitor: Visitor) -> None:
    site.change(site.parts.settings.model_copy(update={"openid": None}))
    assert visitor.open(BEGIN).status_code == 404
    assert visitor.open("/aanmelden/openid/terug?code=a&state=b").status_code == 404
    assert "/aanmelden/openid" not in visitor.open("/aanmelden").text


@pytest.mark.parametrize(
    ("secret", "methods"),
    [
        (SECRET, ["client_secret_basic", "client_secret_post"]),
        (SECRET, ["client_secret_post"]),
        (None, ["none"]),
    ],
)
def test_the_secret_goes_as_the_provider_takes_it(
    site: Site,
    provider: SandboxOpenid,
    visitor: Visitor,
    secret: str | None,
    methods: list[str],
) -> None:
    provider.secret, provider.methods = secret, methods
    hidden = None if secret is None else SecretStr(secret)
    use(site, provider, employee_claim="employeeid", client_secret=hidden)
    come_in(visitor)
    assert visitor.signed_in()


def test_a_number_that_is_no_text_is_still_a_number(
    provider: SandboxOpenid, visitor: Visitor
) -> None:
    provider.claims = {"employeeid": int(PERSON)}
    come_in(visitor)
    assert visitor.signed_in()


@pytest.mark.parametrize("told", [MAIL, MAIL.upper(), f" {MAIL} "])
def test_without_an_employee_claim_the_work_address_counts(
    site: Site, provider: SandboxOpenid, visitor: Visitor, told: str
) -> None:
    use(site, provider)
    provider.claims = {"email": told}
    with site.parts.register.write() as connection:
        connection.execute(
            update(EmployeeRow).where(EmployeeRow.employee_id == PERSON).values(email=MAIL.title())
        )
    come_in(visitor)
    assert site.audit("sign-in-openid") == [(PERSON, "signed in")]


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"employeeid": "99999"}, "unknown_person (employee number not in the register)"),
        ({"employeeid": None}, "unknown_person (no employee number in the token)"),
        ({"employeeid": ""}, "unknown_person (no employee number in the token)"),
        ({"employeeid": [PERSON]}, "unknown_person (no employee number in the token)"),
    ],
)
def test_a_person_without_a_known_number_is_not_looked_for_by_address(
    provider: SandboxOpenid,
    refused: Callable[[str], httpx.Response],
    claims: dict[str, Any],
    reason: str,
) -> None:
    provider.claims = claims
    assert "Vraag HR je personeelsnummer" in refused(reason).text


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"email": "x@example.org"}, "unknown_person (work address not known)"),
        ({"email": None}, "unknown_person (no work address in the token)"),
        ({"email": None, "name": "Noor Mulder"}, "unknown_person (no work address in the token)"),
        ({"email": "%"}, "unknown_person (work address not known)"),
        ({"email_verified": False}, "unknown_person (work address not verified)"),
    ],
)
def test_an_address_that_is_nobodys_opens_nothing(
    site: Site,
    provider: SandboxOpenid,
    refused: Callable[[str], httpx.Response],
    claims: dict[str, Any],
    reason: str,
) -> None:
    use(site, provider)
    provider.claims = claims
    refused(reason)


def give_address(site: Site, *people: str) -> None:
    with site.parts.register.write() as connection:
        connection.execute(
            update(EmployeeRow).where(EmployeeRow.employee_id.in_(people)).values(email=MAIL)
        )


def leave(site: Site, employee_id: str) -> None:
    yesterday = (site.parts.clock.now() - timedelta(days=1)).date()
    with site.parts.register.write() as connection:
        connection.execute(
            update(EmploymentRow)
            .where(EmploymentRow.employee_id == employee_id)
            .values(end_on=yesterday)
        )


def test_of_two_employees_with_one_address_none_is_let_in(
    site: Site, provider: SandboxOpenid, refused: Callable[[str], httpx.Response]
) -> None:
    use(site, provider)
    give_address(site, PERSON, COLLEAGUE)
    refused("two_persons")


def test_an_address_that_was_given_on_is_that_of_who_is_in_service(
    site: Site, provider: SandboxOpenid, visitor: Visitor
) -> None:
    use(site, provider)
    give_address(site, PERSON, COLLEAGUE)
    leave(site, PERSON)
    come_in(visitor)
    assert site.audit("sign-in-openid") == [(COLLEAGUE, "signed in")]


@pytest.mark.parametrize("claim", ["employeeid", None])
def test_who_left_is_not_let_in(
    site: Site,
    provider: SandboxOpenid,
    refused: Callable[[str], httpx.Response],
    claim: str | None,
) -> None:
    use(site, provider, employee_claim=claim)
    give_address(site, PERSON)
    leave(site, PERSON)
    refused("left")
    assert site.audit("sign-in-openid")[0][0] == PERSON


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        (["grp-hr", "grp-mt"], ["hr", "management-team"]),
        ("grp-km", ["knowledge-broker"]),
        (["grp-other", "hr", "admin", 7, None, {"grp-hr": "grp-hr"}], []),
        ({"grp-hr": "hr"}, []),
        (None, []),
    ],
)
def test_only_groups_that_the_settings_name_give_a_role(
    site: Site, provider: SandboxOpenid, visitor: Visitor, groups: object, roles: list[str]
) -> None:
    provider.claims = {"groups": groups}
    come_in(visitor)
    assert claimed(site) == roles


def test_groups_that_the_provider_leaves_out_give_no_role_and_are_told(
    site: Site, provider: SandboxOpenid, visitor: Visitor
) -> None:
    """Entra ID, of who has more than 200."""
    provider.claims = {
        "_claim_names": {"groups": "src1"},
        "_claim_sources": {"src1": {"endpoint": f"{EVIL}/groups"}},
    }
    come_in(visitor)
    assert claimed(site) == []
    assert site.audit("sign-in-openid")[0] == (
        PERSON,
        "groups not told by the provider (too many): no role by them",
    )


# --- tokens and answers that are not what they must be --------------------------------------------


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": EVIL}, "wrong iss"),
        ({"aud": "another"}, "wrong aud"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "wrong azp"),
        ({"nonce": "another"}, "wrong nonce"),
        ({"nonce": None}, "no nonce"),
        ({"exp": 1_700_000_000}, "expired"),
        ({"iat": 4_000_000_000}, "wrong iat"),
        ({"sub": None}, "no sub"),
    ],
)
def test_a_token_that_says_something_else_opens_nothing(
    provider: SandboxOpenid,
    refused: Callable[[str], httpx.Response],
    claims: dict[str, Any],
    reason: str,
) -> None:
    provider.claims = claims
    refused(f"not_trusted ({reason})")


def test_a_token_that_nobody_signed_opens_nothing(
    provider: SandboxOpenid, refused: Callable[[str], httpx.Response]
) -> None:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    def unsigned(claims: Claims) -> str:
        return f"{part({'alg': 'none'})}.{part(claims)}."

    provider.sign = unsigned
    refused("not_trusted (algorithm not allowed)")


def test_a_token_that_another_signed_opens_nothing(
    provider: SandboxOpenid, refused: Callable[[str], httpx.Response]
) -> None:
    provider.sign = SigningKeys().sign
    refused("not_trusted (unknown key)")


def test_keys_that_were_changed_are_read_again(
    site: Site, provider: SandboxOpenid, visitor: Visitor
) -> None:
    come_in(visitor)
    provider.keys.rotate()
    site.office.clock.advance(minutes=1)
    assert come_in(visitor).status_code == 303


def test_a_provider_that_names_itself_otherwise_is_not_asked(
    provider: SandboxOpenid, site: Site, visitor: Visitor
) -> None:
    """Exactly: a slash more is another issuer."""
    provider.configuration = {"issuer": f"{provider.url}/"}
    assert visitor.open(BEGIN).status_code == 503
    assert site.audit("sign-in-openid") == [("", "refused: unreachable (not as it must answer)")]


def test_an_endpoint_without_tls_is_not_used(
    provider: SandboxOpenid, site: Site, visitor: Visitor
) -> None:
    provider.configuration = {"token_endpoint": "http://idp.example.org/token"}
    assert visitor.open(BEGIN).status_code == 503
    assert site.audit("sign-in-openid") == [("", "refused: unreachable (not as it must answer)")]


def test_a_provider_that_is_away_is_told(
    provider: SandboxOpenid, site: Site, visitor: Visitor
) -> None:
    use(site, provider, issuer="http://127.0.0.1:1")
    answer = visitor.open(BEGIN)
    assert answer.status_code == 503
    assert site.audit("sign-in-openid") == [("", "refused: unreachable (no answer)")]


def test_a_wrong_secret_of_ours_is_told(
    site: Site, provider: SandboxOpenid, refused: Callable[[str], httpx.Response]
) -> None:
    use(site, provider, client_secret=SecretStr("wrong"))
    refused("unreachable (not as it must answer)")


def test_who_declines_reads_so(
    provider: SandboxOpenid, refused: Callable[[str], httpx.Response]
) -> None:
    provider.signed_in = None
    refused("by_provider (access_denied)")


def test_the_words_of_an_error_go_nowhere(site: Site, visitor: Visitor) -> None:
    told = dict(parse_qsl(urlsplit(answer_for(visitor)).query))
    answer = visitor.http.get(
        f"{site.url}/aanmelden/openid/terug",
        params={
            "state": told["state"],
            "error": "<b>Noor Mulder",
            "error_description": "<b>Noor Mulder",
        },
    )
    assert answer.status_code == 403
    assert "Noor" not in answer.text
    assert site.audit("sign-in-openid") == [("", "refused: by_provider")]


def changed(address: str, **values: str | None) -> str:
    """An answer of the provider with other values."""
    told: dict[str, str | None] = {**dict(parse_qsl(urlsplit(address).query)), **values}
    left = {name: value for name, value in told.items() if value is not None}
    return str(httpx.URL(address.partition("?")[0], params=left))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"state": "made-up"}, "not_begun"),
        ({"state": None}, "not_begun"),
        ({"code": "made-up"}, "by_provider (code refused)"),
        ({"code": None}, "by_provider (code refused)"),
        ({"iss": EVIL}, "not_trusted (answer of another issuer)"),
    ],
)
def test_an_answer_that_was_changed_signs_nobody_in(
    site: Site, visitor: Visitor, values: dict[str, str | None], reason: str
) -> None:
    answer = visitor.http.get(changed(answer_for(visitor), **values))
    assert answer.status_code == 403
    assert site.audit("sign-in-openid") == [("", f"refused: {reason}")]
    assert not visitor.signed_in()


def test_an_answer_is_taken_once(site: Site, visitor: Visitor) -> None:
    address = answer_for(visitor)
    kept = dict(visitor.http.cookies)
    assert visitor.http.get(address).status_code == 303
    visitor.http.cookies.clear()
    visitor.http.cookies.update(kept)
    assert visitor.http.get(address).status_code == 403
    assert site.audit("sign-in-openid")[-1] == ("", "refused: used")


def test_the_answer_to_another_browser_signs_nobody_in(
    site: Site, visitor: Visitor, stranger: Visitor
) -> None:
    address = answer_for(stranger)
    assert visitor.http.get(address).status_code == 403
    assert site.audit("sign-in-openid") == [("", "refused: other_browser")]
    assert not visitor.signed_in()


def test_a_code_of_another_attempt_is_not_changed_for_a_token(
    site: Site, visitor: Visitor, stranger: Visitor
) -> None:
    """PKCE: a code that was stolen is worth nothing without the verifier of its browser."""
    stolen = dict(parse_qsl(urlsplit(answer_for(stranger)).query))["code"]
    answer = visitor.http.get(changed(answer_for(visitor), code=stolen))
    assert answer.status_code == 403
    assert site.audit("sign-in-openid") == [("", "refused: by_provider (code refused)")]


def test_what_an_lms_answers_is_no_answer_of_the_provider(site: Site, visitor: Visitor) -> None:
    told = dict(parse_qsl(urlsplit(answer_for(visitor)).query))
    answer = visitor.http.post(f"{site.url}/aanmelden/lms", data={"state": told["state"]})
    assert answer.status_code == 403
    assert site.audit("sign-in-lms") == [("", "refused: not_begun")]


@pytest.mark.parametrize("path", [EVIL, "//evil.example.org", "/\\evil.example.org", ""])
def test_signing_in_leads_to_no_other_site(visitor: Visitor, path: str) -> None:
    begun = visitor.http.get(f"{visitor.site.url}/aanmelden/openid", params={"naar": path})
    back = visitor.where(visitor.follow(begun))
    assert visitor.where(visitor.http.get(back)) == "/"


def test_a_session_that_somebody_brought_along_ends(
    provider: SandboxOpenid, visitor: Visitor, stranger: Visitor
) -> None:
    provider.users["subject-2"] = {"employeeid": COLLEAGUE}
    come_in(stranger)
    planted = stranger.http.cookies["odwh"]
    visitor.http.cookies.set("odwh", planted, domain="127.0.0.1")
    provider.signed_in = "subject-2"
    come_in(visitor)
    assert visitor.http.cookies["odwh"] != planted
    assert not stranger.signed_in()


def test_what_is_sent_and_kept_gives_no_secret_away(site: Site, visitor: Visitor) -> None:
    address = visitor.where(visitor.open(BEGIN))
    with site.parts.register.read() as connection:
        row = connection.execute(SignInAttemptRow.__table__.select()).one()
    assert row.code_verifier not in address
    assert SECRET not in address
    assert len(row.code_verifier) >= 43
    assert dict(parse_qsl(urlsplit(address).query))["redirect_uri"] == (
        f"{site.url}/aanmelden/openid/terug"
    )

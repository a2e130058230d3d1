"""An LMS registers itself by an invitation: once, within an hour, and only the one whose accounts
the register knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from adapter.ground.store.tables.sign_in import LmsInvitationRow, LmsRegistrationRow
from adapter.register.sign_in.lms_registrations import registrations, revoke_registration
from config.settings import PagesSettings
from sandboxes.lti import SandboxLti
from sandboxes.lti.server import RegisteredTool
from tests.adapter.doors.pages.sign_in.conftest import Site, Visitor, begun

RECORDED = Path(__file__).parents[4] / "recordings" / "lti" / "registration_request.json"


def registered(site: Site) -> list[LmsRegistrationRow]:
    with site.parts.register.read() as connection:
        return registrations(connection)


def test_an_lms_registers_itself(site: Site, lms: SandboxLti) -> None:
    answer = httpx.get(site.invitation(), params=lms.invite(), trust_env=False)
    assert answer.status_code == 200
    (row,) = registered(site)
    assert (row.issuer, row.client_id, row.deployment_id) == (lms.url, "client-1", "1")
    assert row.jwks_uri == f"{lms.url}/mod/lti/certs.php"
    assert row.product == "moodle"
    assert ("beheer", "registered") in site.audit("register-lms")


def test_what_is_asked_is_what_two_moodles_took(site: Site, lms: SandboxLti) -> None:
    """But for what we do not ask: names, addresses and parameters of our own."""
    httpx.get(site.invitation(), params=lms.invite(), trust_env=False)
    recorded: dict[str, Any] = json.loads(RECORDED.read_text("utf-8"))
    (asked,) = lms.requests
    assert asked.keys() == recorded.keys()
    same = ("application_type", "response_types", "grant_types", "client_name", "scope")
    assert {name: asked[name] for name in same} == {name: recorded[name] for name in same}
    tool = "https://purl.imsglobal.org/spec/lti-tool-configuration"
    assert asked[tool].keys() == recorded[tool].keys() - {"custom_parameters"}
    assert asked[tool]["messages"] == recorded[tool]["messages"]
    assert asked[tool]["claims"] == ["iss", "sub"]
    keys = httpx.get(asked["jwks_uri"], trust_env=False)
    assert keys.json() == {"keys": []}


def test_the_lms_may_show_the_page_in_its_frame_and_is_told_to_close_it(
    site: Site, lms: SandboxLti
) -> None:
    answer = httpx.get(site.invitation(), params=lms.invite(), trust_env=False)
    assert f"frame-ancestors {lms.url}" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert f'data-lms="{lms.url}"' in answer.text
    assert (
        "Activeer."
        in httpx.get(
            site.invitation(),
            params=lms.invite(),
            headers={"Accept-Language": "nl"},
            trust_env=False,
        ).text
    )
    script = httpx.get(f"{site.url}/assets/lms_registered.js", trust_env=False)
    assert "org.imsglobal.lti.close" in script.text


def test_an_invitation_is_kept_as_a_hash(site: Site) -> None:
    token = site.invitation().rpartition("/")[2]
    with site.parts.register.read() as connection:
        (kept,) = connection.execute(select(LmsInvitationRow.token_sha256)).scalars()
    assert len(kept) == 64
    assert kept != token


def test_an_invitation_works_once(site: Site, lms: SandboxLti) -> None:
    address = site.invitation()
    assert httpx.get(address, params=lms.invite("a"), trust_env=False).status_code == 200
    assert httpx.get(address, params=lms.invite("b"), trust_env=False).status_code == 403
    assert len(registered(site)) == 1


def test_looking_at_an_invitation_does_not_use_it_up(site: Site, lms: SandboxLti) -> None:
    address = site.invitation()
    assert address in httpx.get(address, trust_env=False).text
    assert httpx.get(address, params=lms.invite(), trust_env=False).status_code == 200


def test_an_invitation_works_for_an_hour(site: Site, lms: SandboxLti) -> None:
    address = site.invitation()
    site.office.clock.advance(minutes=60)
    assert httpx.get(address, params=lms.invite(), trust_env=False).status_code == 403
    assert registered(site) == []


def test_an_invitation_that_was_made_up_does_nothing(site: Site, lms: SandboxLti) -> None:
    made_up = f"{site.url}/aanmelden/lms/registreren/made-up"
    assert httpx.get(made_up, params=lms.invite(), trust_env=False).status_code == 403
    assert lms.asked == []


def test_another_lms_is_not_even_asked(site: Site, lms: SandboxLti) -> None:
    address = site.invitation()
    with SandboxLti(site.parts.clock.now) as other:
        answer = httpx.get(address, params=other.invite(), trust_env=False)
        assert answer.status_code == 403
        assert other.asked == []
    assert registered(site) == []
    assert site.audit("register-lms") == [("", "refused: another LMS")]
    # The invitation was not used up by it.
    assert httpx.get(address, params=lms.invite(), trust_env=False).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://evil.example.org"},
        {"jwks_uri": "https://evil.example.org/keys"},
        {"authorization_endpoint": "https://evil.example.org/auth"},
        {"registration_endpoint": "http://127.0.0.1:1/registration"},
        {"jwks_uri": None},
        {"issuer": 7},
    ],
)
def test_an_lms_that_leads_elsewhere_is_not_registered(
    site: Site, lms: SandboxLti, changed: dict[str, Any]
) -> None:
    lms.configuration = changed
    answer = httpx.get(site.invitation(), params=lms.invite(), trust_env=False)
    assert answer.status_code == 403
    assert "/mod/lti/openid-registration.php" not in lms.asked
    assert registered(site) == []


def test_an_lms_that_refuses_us_uses_the_invitation_up(site: Site, lms: SandboxLti) -> None:
    address = site.invitation()
    refused = lms.invite() | {"registration_token": "another"}
    answer = httpx.get(address, params=refused, trust_env=False)
    assert answer.status_code == 403
    assert "lms invite" in answer.text
    assert registered(site) == []
    assert httpx.get(address, params=lms.invite(), trust_env=False).status_code == 403


def test_the_name_of_the_lms_can_be_another_than_its_address_for_us(
    site: Site, lms: SandboxLti
) -> None:
    """The settings may name an address within the network."""
    settings = site.parts.settings
    inside = settings.model_copy(
        update={
            "moodle": settings.moodle.model_copy(update={"url": "http://127.0.0.1:1"})
            if settings.moodle
            else None,
            "pages": PagesSettings(url=site.url, lms_issuer=lms.url),
        }
    )
    site.change(inside)
    assert httpx.get(site.invitation(), params=lms.invite(), trust_env=False).status_code == 200


def test_who_came_from_an_lms_is_signed_out_when_it_is_revoked(
    site: Site, lms: SandboxLti, tool: RegisteredTool, visitor: Visitor
) -> None:
    visitor.send(begun(visitor, lms, tool))
    assert visitor.signed_in()
    under_way = begun(visitor, lms, tool)
    with site.parts.register.write() as connection:
        now = site.parts.clock.now()
        assert revoke_registration(connection, lms.url, None, by="beheer", now=now) == 1
    assert not visitor.signed_in()
    assert visitor.send(under_way).status_code == 403
    again = visitor.http.post(tool.initiate_login_uri, data=lms.click(tool))
    assert again.status_code == 403
    assert site.audit("sign-in-lms")[-1] == ("", "refused: unknown_lms")

"""From the LMS (LTI 1.3): it names somebody who is signed in there, and answers who that is.

`sub` is the account in the LMS, which the register knows; names and addresses are not asked for,
and the roles of a course say nothing about those of the policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from adapter.doors.pages import browser
from adapter.doors.pages.headers import opened_by
from adapter.doors.pages.shown import page
from adapter.doors.pages.sign_in import cookies
from adapter.doors.pages.sign_in.departures import send_off
from adapter.doors.pages.sign_in.lms_issuers import lms_issuers
from adapter.doors.pages.sign_in.refused import unreachable
from adapter.doors.web import current
from adapter.doors.web.issuers import key_sets
from adapter.ground.clock import today
from adapter.ground.store.tables.sign_in import LmsRegistrationRow, SignInAttemptRow
from adapter.register.sign_in.attempts import Asked, answer_attempt
from adapter.register.sign_in.browser_sessions import SignedIn, Way
from adapter.register.sign_in.lms_accounts import employee_with
from adapter.register.sign_in.lms_registrations import registration_of
from adapter.register.sign_in.refusals import SignInRefused, Why
from adapter.register.sign_in.rights import may_come_in, why_kept_out
from connectors.errors import ConnectorError
from connectors.lti.launches import TARGET_LINK_URI, launch_claims
from connectors.openid.id_tokens import Awaited, read_id_token
from connectors.openid.published import origin_of
from connectors.openid.signed_tokens import Claims, RefusedToken

LMS = Blueprint("lms", __name__)
LAUNCH = "/aanmelden/lms"
_FRAMES = frozenset({"iframe", "frame", "embed", "object"})
_TO_BEGIN = ("iss", "client_id", "login_hint", "lti_message_hint")
"""What `begin` reads of what the LMS tells."""


@LMS.route("/aanmelden/lms/begin", methods=["GET", "POST"])
def begin() -> Response:
    """The LMS says that somebody wants to come; we ask it who."""
    told = request.values
    issuer, client_id = told.get("iss", ""), told.get("client_id") or None
    with current.parts().register.read() as connection:
        registration = _trusted(registration_of(connection, issuer, client_id))
    if request.headers.get("Sec-Fetch-Dest") in _FRAMES:
        return _a_window_of_its_own(registration, told)
    asked = Asked(Way.LMS, issuer, registration.client_id, cookies.page_asked_for())
    return send_off(
        asked,
        registration.authorization_endpoint,
        {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "redirect_uri": current.parts().settings.public_url + LAUNCH,
            "login_hint": told.get("login_hint", ""),
            "lti_message_hint": told.get("lti_message_hint", ""),
        },
    )


def _a_window_of_its_own(registration: LmsRegistrationRow, told: Mapping[str, str]) -> Response:
    """In a frame of another site a browser keeps our cookies back, so that nobody can sign in. A
    link and no form: a form of ours may lead to us only, and this one goes on to the LMS."""
    asked = {name: told[name] for name in _TO_BEGIN if name in told}
    address = f"{url_for('lms.begin')}?{urlencode(asked)}"
    shown = page("lms_framed.html.jinja", address=address)
    return opened_by(shown, [origin_of(registration.issuer)])


@LMS.post(LAUNCH)
def launch() -> Response:
    state = request.form.get("state", "")
    attempt, registration = _answered(state)
    if "error" in request.form:
        raise SignInRefused(Way.LMS, Why.BY_PROVIDER)
    claims = _claims(attempt, registration)
    account = str(claims["sub"])
    parts = current.parts()
    with parts.register.read() as connection:
        employee_id = employee_with(connection, account)
        day = today(parts.clock)
        if not may_come_in(connection, employee_id, day):
            why = why_kept_out(connection, employee_id, day)
            raise SignInRefused(Way.LMS, why, employee_id)
    to = attempt.return_to
    if to == browser.START:
        to = _page_of_ours(claims[TARGET_LINK_URI])
    response = browser.sign_in(SignedIn(employee_id, Way.LMS, account=account), to)
    cookies.forget_attempt(response, state)
    cookies.forget_page(response)
    return response


def _answered(state: str) -> tuple[SignInAttemptRow, LmsRegistrationRow]:
    parts = current.parts()
    with parts.register.write() as connection:
        attempt = answer_attempt(
            connection, Way.LMS, state, cookies.attempt_of(state), parts.clock.now()
        )
        registration = registration_of(connection, attempt.issuer, attempt.client_id)
    return attempt, _trusted(registration)


def _trusted(registration: LmsRegistrationRow | None) -> LmsRegistrationRow:
    """Also by the settings of now: they may name another LMS since it registered itself."""
    if registration is None or registration.issuer not in lms_issuers(current.parts().settings):
        raise SignInRefused(Way.LMS, Why.UNKNOWN_LMS)
    return registration


def _claims(attempt: SignInAttemptRow, registration: LmsRegistrationRow) -> Claims:
    awaited = Awaited(
        registration.issuer,
        registration.client_id,
        attempt.nonce,
        registration.jwks_uri,
        launch_claims(registration.deployment_id),
    )
    token, now = request.form.get("id_token", ""), current.parts().lms_time.now()
    try:
        return read_id_token(token, awaited, key_sets(), now)
    except RefusedToken as error:
        raise SignInRefused(Way.LMS, Why.NOT_TRUSTED, detail=error.reason) from None
    except ConnectorError as error:
        raise unreachable(Way.LMS, error) from error


def _page_of_ours(target: object) -> str:
    """The path of the page that the activity in the LMS leads to; the start page for others."""
    ours = current.parts().settings.public_url + "/"
    if not isinstance(target, str) or not target.startswith(ours):
        return browser.START
    path = browser.own_page("/" + target.removeprefix(ours))
    return browser.START if path.startswith("/aanmelden") else path

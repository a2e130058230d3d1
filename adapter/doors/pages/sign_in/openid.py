"""At the agency's identity provider (OpenID Connect, authorization code with PKCE): the browser is
sent there, comes back with a code, and we ask the provider whose it is."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from adapter.doors.pages import browser
from adapter.doors.pages.sign_in import cookies
from adapter.doors.pages.sign_in.departures import send_off
from adapter.doors.pages.sign_in.refused import unreachable
from adapter.doors.web import current
from adapter.doors.web.issuers import key_sets, providers
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.clock import real_time, today
from adapter.ground.store.tables.sign_in import SignInAttemptRow
from adapter.register.audit_log import note_act
from adapter.register.sign_in.attempts import Asked, answer_attempt
from adapter.register.sign_in.browser_sessions import SignedIn, Way
from adapter.register.sign_in.claimed_person import claimed_roles, leaves_groups_out, person_of
from adapter.register.sign_in.refusals import SignInRefused, Why
from adapter.register.sign_in.tokens import new_token
from config.settings import OpenidSettings
from connectors.errors import ConnectorError, Permanent
from connectors.openid.id_tokens import Awaited, read_id_token
from connectors.openid.provider import Client, Provider, challenge_of, token_for
from connectors.openid.signed_tokens import Claims, RefusedToken

OPENID = Blueprint("openid", __name__)
BACK = "/aanmelden/openid/terug"
_ERROR = re.compile(r"[a-z_]{1,40}")


@OPENID.get("/aanmelden/openid")
def begin() -> Response:
    settings = _settings()
    provider = _provider(settings)
    verifier = new_token()
    to = browser.own_page(request.args.get("naar", ""))
    return send_off(
        Asked(Way.OPENID, settings.issuer, settings.client_id, to, verifier),
        provider.authorization_endpoint,
        {
            "scope": "openid profile email",
            "response_type": "code",
            "redirect_uri": _back(),
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        },
    )


@OPENID.get(BACK)
def come_back() -> Response:
    settings, state = _settings(), request.args.get("state", "")
    attempt = _answered(settings, state)
    claims = _claims(settings, attempt)
    parts = current.parts()
    with parts.register.read() as connection:
        employee_id = person_of(connection, claims, settings, today(parts.clock))
    if leaves_groups_out(claims, settings):
        _note_groups_left_out(employee_id)
    person = SignedIn(employee_id, Way.OPENID, claimed=claimed_roles(claims, settings))
    response = browser.sign_in(person, attempt.return_to)
    cookies.forget_attempt(response, state)
    cookies.forget_page(response)
    return response


def _settings() -> OpenidSettings:
    settings = current.parts().settings.openid
    if settings is None:
        raise Problem(Kind.NOT_FOUND)
    return settings


def _answered(settings: OpenidSettings, state: str) -> SignInAttemptRow:
    """The attempt, when the provider did sign somebody in."""
    parts, secret = current.parts(), cookies.attempt_of(state)
    with parts.register.write() as connection:
        attempt = answer_attempt(connection, Way.OPENID, state, secret, parts.clock.now())
    if (attempt.issuer, attempt.client_id) != (settings.issuer, settings.client_id):
        raise SignInRefused(Way.OPENID, Why.NOT_BEGUN, detail="the settings were changed")
    # Another provider's answer, mixed up with ours (RFC 9207); one that says nothing is believed.
    if request.args.get("iss", settings.issuer) != settings.issuer:
        raise SignInRefused(Way.OPENID, Why.NOT_TRUSTED, detail="answer of another issuer")
    error = request.args.get("error")
    if error is not None:
        known = error if _ERROR.fullmatch(error) else ""
        raise SignInRefused(Way.OPENID, Why.BY_PROVIDER, detail=known)
    return attempt


def _claims(settings: OpenidSettings, attempt: SignInAttemptRow) -> Claims:
    provider = _provider(settings)
    secret = settings.client_secret
    client = Client(settings.client_id, None if secret is None else secret.get_secret_value())
    code, verifier = request.args.get("code", ""), attempt.code_verifier or ""
    awaited = Awaited(provider.issuer, settings.client_id, attempt.nonce, provider.jwks_uri)
    now = real_time(current.parts().clock).now()
    try:
        token = token_for(provider, client, code, verifier, _back())
        return read_id_token(token, awaited, key_sets(), now)
    except RefusedToken as error:
        raise SignInRefused(Way.OPENID, Why.NOT_TRUSTED, detail=error.reason) from None
    except Permanent as error:
        raise SignInRefused(Way.OPENID, Why.BY_PROVIDER, detail="code refused") from error
    except ConnectorError as error:
        raise unreachable(Way.OPENID, error) from error


def _provider(settings: OpenidSettings) -> Provider:
    try:
        return providers().named(settings.issuer)
    except ConnectorError as error:
        raise unreachable(Way.OPENID, error) from error


def _back() -> str:
    return current.parts().settings.public_url + BACK


def _note_groups_left_out(employee_id: str) -> None:
    parts = current.parts()
    with parts.register.write() as connection:
        note_act(
            connection,
            parts.clock.now(),
            actor=employee_id,
            action="sign-in-openid",
            record="session",
            result="groups not told by the provider (too many): no role by them",
        )

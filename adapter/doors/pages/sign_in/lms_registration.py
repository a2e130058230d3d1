"""How an LMS registers itself: the administrator pastes the address of `odwh-adapter lms invite`,
and the LMS opens it in a frame of its own (LTI Dynamic Registration 1.0)."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, request

from adapter.doors.pages.headers import opened_by
from adapter.doors.pages.shown import page
from adapter.doors.pages.sign_in.lms import LAUNCH
from adapter.doors.pages.sign_in.lms_issuers import lms_issuers
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.register.audit_log import note_act
from adapter.register.sign_in.lms_registrations import (
    NewRegistration,
    is_invited,
    keep_registration,
    use_invitation,
)
from config.catalogue import Language, text
from connectors.errors import ConnectorError
from connectors.lti.registration import (
    AnotherLms,
    Platform,
    Registered,
    Tool,
    read_platform,
    register_at,
)
from connectors.openid.published import origin_of

LMS_REGISTRATION = Blueprint("lms_registration", __name__)
_log = structlog.get_logger(__name__)


@LMS_REGISTRATION.get("/aanmelden/lms/sleutels")
def our_keys() -> Response:
    """An LMS asks for an address of our keys; we sign nothing, so there are none."""
    return Response('{"keys": []}', mimetype="application/json")


@LMS_REGISTRATION.get("/aanmelden/lms/registreren/<token>")
def register(token: str) -> Response:
    """Only an LMS uses up the invitation: who opens it in a browser reads what it is for."""
    parts = current.parts()
    with parts.register.read() as connection:
        if not is_invited(connection, token, parts.clock.now()):
            raise Problem(Kind.FORBIDDEN, "pages.lms.used_invitation")
    configuration = request.args.get("openid_configuration")
    if not configuration:
        address = parts.settings.public_url + request.path
        return page("lms_invited.html.jinja", address=address)
    platform, registered = _registered(token, configuration)
    return page(
        "lms_registered.html.jinja",
        lms=origin_of(platform.issuer),
        client_id=registered.client_id,
    )


@LMS_REGISTRATION.after_request
def let_the_lms_show_it(response: Response) -> Response:
    """Also what went wrong: the administrator sees nothing else."""
    return opened_by(response, map(origin_of, lms_issuers(current.parts().settings)))


def _registered(token: str, configuration: str) -> tuple[Platform, Registered]:
    parts = current.parts()
    try:
        platform = read_platform(configuration, lms_issuers(parts.settings))
        with parts.register.write() as connection:
            by = use_invitation(connection, token, parts.clock.now())
        if by is None:
            raise Problem(Kind.FORBIDDEN, "pages.lms.used_invitation")
        registered = register_at(platform, request.args.get("registration_token", ""), _we())
    except ConnectorError as error:
        _log.warning("lms.not_registered", error=str(error))
        _note_refusal(error)
        another = isinstance(error, AnotherLms)
        told = "pages.lms.another_lms" if another else "pages.lms.not_registered"
        raise Problem(Kind.FORBIDDEN, told) from error
    with parts.register.write() as connection:
        keep_registration(
            connection,
            NewRegistration(
                platform.issuer,
                registered.client_id,
                registered.deployment_id,
                platform.authorization_endpoint,
                platform.jwks_uri,
                platform.product,
            ),
            by,
            parts.clock.now(),
        )
    return platform, registered


def _note_refusal(error: ConnectorError) -> None:
    parts = current.parts()
    why = "another LMS" if isinstance(error, AnotherLms) else type(error).__name__
    with parts.register.write() as connection:
        note_act(
            connection,
            parts.clock.now(),
            actor="",
            action="register-lms",
            record="lms",
            result=f"refused: {why}",
        )


def _we() -> Tool:
    settings = current.parts().settings
    url = settings.public_url
    return Tool(
        name=text("pages.site.name", Language(settings.language)),
        url=url,
        initiate_login_uri=f"{url}/aanmelden/lms/begin",
        launch_uri=f"{url}{LAUNCH}",
        jwks_uri=f"{url}/aanmelden/lms/sleutels",
    )

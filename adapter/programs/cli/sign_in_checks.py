"""What `doctor` says of how people reach the pages, and how to mend it."""

from __future__ import annotations

from adapter.doors.pages.sign_in.lms_issuers import lms_issuers
from adapter.ground.parts import Parts
from adapter.ground.store.tables.sign_in import LmsRegistrationRow
from adapter.register.sign_in.lms_registrations import registrations_in_use
from config.settings import OpenidSettings
from connectors.errors import ConnectorError
from connectors.openid.key_sets import read_keys
from connectors.openid.provider import read_provider
from connectors.ports import Check, CheckState

_INVITE = "`odwh-adapter lms invite` prints the address that the administrator pastes there"


def sign_in_checks(parts: Parts) -> list[Check]:
    return [
        _pages(parts),
        *_from_the_lms(parts),
        *_identity_provider(parts),
        *programs_with_a_token(parts),
    ]


def _pages(parts: Parts) -> Check:
    url = parts.settings.public_url
    if url.startswith("https://"):
        return Check("pages", CheckState.OK, url)
    return Check(
        "pages",
        CheckState.WARNING,
        f"{url}: for browsers on this machine only",
        "set ODWH_PAGES_URL to the https:// address of the web server in front",
    )


def _from_the_lms(parts: Parts) -> list[Check]:
    with parts.register.read() as connection:
        rows = registrations_in_use(connection)
    if not rows:
        seen = "no LMS is registered, so nobody comes in from there"
        return [Check("sign-in from the LMS", CheckState.WARNING, seen, _INVITE)]
    return [*(_registration(parts, row) for row in rows), *_from_a_mail(parts)]


def _from_a_mail(parts: Parts) -> list[Check]:
    """Without an identity provider the way from a mail leads through the LMS."""
    settings = parts.settings
    if settings.openid is not None or settings.pages.lms_activity is not None:
        return []
    return [
        Check(
            "sign-in from a mail",
            CheckState.WARNING,
            "leads to the front page of the LMS, where people look for the activity themselves",
            "set ODWH_PAGES_LMS_ACTIVITY to the address of the activity",
        )
    ]


def _registration(parts: Parts, row: LmsRegistrationRow) -> Check:
    name = f"sign-in from {row.issuer}, client {row.client_id}"
    revoke = f"`odwh-adapter lms revoke {row.issuer}`"
    if row.issuer not in lms_issuers(parts.settings):
        return Check(
            name,
            CheckState.FAILED,
            "the settings name another LMS, so nobody comes in from there",
            f"correct ODWH_PAGES_LMS_ISSUER (or ODWH_MOODLE_URL), or {revoke}",
        )
    try:
        keys = read_keys(row.jwks_uri)
    except ConnectorError as error:
        return Check(
            name,
            CheckState.FAILED,
            f"its keys cannot be read: {error}",
            f"see whether {row.jwks_uri} opens on this machine; after a move of the LMS {revoke}, "
            f"then {_INVITE}",
        )
    return Check(name, CheckState.OK, f"deployment {row.deployment_id}, {len(keys.keys)} keys")


def _identity_provider(parts: Parts) -> list[Check]:
    """None where there is none: people then come from the LMS."""
    settings = parts.settings.openid
    if settings is None:
        return []
    check = _issuer(f"sign-in at {settings.issuer}", settings.issuer, "ODWH_OPENID_ISSUER")
    return [check, _person_by(settings)] if check.state is CheckState.OK else [check]


def _issuer(name: str, issuer: str, setting: str) -> Check:
    try:
        keys = read_keys(read_provider(issuer).jwks_uri)
    except ConnectorError as error:
        remedy = f"correct {setting}, or mend the way from this machine to it"
        return Check(name, CheckState.FAILED, str(error), remedy)
    return Check(name, CheckState.OK, f"names itself so, {len(keys.keys)} keys")


def programs_with_a_token(parts: Parts) -> list[Check]:
    """None where programs come in with a key alone."""
    settings = parts.settings.machines
    if settings is None:
        return []
    who = [f"{subject} as {role}" for subject, role in sorted(settings.clients.items())]
    who += [f"with {claimed} as {role}" for claimed, role in sorted(settings.roles.items())]
    return [
        _issuer(f"tokens of {settings.issuer}", settings.issuer, "ODWH_MACHINES_ISSUER"),
        Check("programs with a token", CheckState.OK, f"for {settings.audience}: {', '.join(who)}"),
    ]


def _person_by(settings: OpenidSettings) -> Check:
    name = "who signs in there"
    if settings.employee_claim is not None:
        seen = f"is known by the employee number in {settings.employee_claim}"
        return Check(name, CheckState.OK, seen)
    return Check(
        name,
        CheckState.WARNING,
        f"is known by the work address in {settings.email_claim}, which can change hands",
        "let the provider put the employee number in a claim, and name it in "
        "ODWH_OPENID_EMPLOYEE_CLAIM",
    )

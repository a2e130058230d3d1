"""Programs that come in with an access token of the agency's identity provider, in place of a key:
which program it is, and in which role the settings let it in."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.doors.web import current
from adapter.doors.web.issuers import key_sets, providers
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.clock import real_time
from adapter.register.keys import Principal, RefusedKey, Role
from config.settings import MachineSettings
from connectors.errors import ConnectorError
from connectors.openid.access_tokens import AccessAwaited, is_of_a_program, read_access_token
from connectors.openid.signed_tokens import Claims, RefusedToken

_LONGEST = 16_384
_RETRY_AFTER = "60"
"""Seconds; the issuer is asked once a minute."""


def is_token(presented: str) -> bool:
    """By its form alone: three parts, the first of which begins as a JSON object does."""
    return presented.startswith("eyJ") and presented.count(".") == 2


def program_of(token: str) -> Principal | RefusedKey:
    """Whose token it is. Raises a 503 while the keys of the issuer cannot be read: nobody can tell
    then whether the token is right."""
    settings = current.parts().settings.machines
    if settings is None or len(token) > _LONGEST:
        return RefusedKey("malformed")
    now = real_time(current.parts().clock).now()
    try:
        claims = read_access_token(token, _awaited(settings), key_sets(), now)
    except RefusedToken as error:
        return RefusedKey(f"token: {error.reason}")
    except ConnectorError as error:
        raise Problem(
            Kind.UNAVAILABLE, "issuer_unavailable", headers={"Retry-After": _RETRY_AFTER}
        ) from error
    return _in_a_role(claims, settings)


def _awaited(settings: MachineSettings) -> AccessAwaited:
    provider = providers().named(settings.issuer)
    unmarked = settings.token_type != "at+jwt"  # noqa: S105 - the name of a type
    return AccessAwaited(provider.issuer, settings.audience, provider.jwks_uri, unmarked)


def _in_a_role(claims: Claims, settings: MachineSettings) -> Principal | RefusedKey:
    subject = claims["sub"]
    if not isinstance(subject, str):
        return RefusedKey("token: wrong sub")
    key_id = f"program {subject}"
    roles = set(_roles(claims, subject, settings))
    if not roles:
        return RefusedKey("token: no role for this program", key_id)
    if len(roles) > 1:
        return RefusedKey("token: more than one role", key_id)
    return Principal(key_id, subject, Role(roles.pop()), None)


def _roles(claims: Claims, subject: str, settings: MachineSettings) -> Iterator[str]:
    """By its name in the settings, which nobody else has, or else by what its token claims."""
    if subject in settings.clients:
        yield settings.clients[subject]
    elif settings.roles_claim and is_of_a_program(claims):
        claimed = claims.get(settings.roles_claim)
        for one in claimed if isinstance(claimed, list) else [claimed]:
            if isinstance(one, str) and one in settings.roles:
                yield settings.roles[one]

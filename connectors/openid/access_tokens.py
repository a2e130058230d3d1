"""An access token that a program shows (RFC 9068): whose word it is, that it was made for our API,
and of which program. A token that somebody got by signing in does for no program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from connectors.openid.key_sets import KeySets
from connectors.openid.signed_tokens import LEEWAY_SECONDS, Claims, RefusedToken, read_signed

if TYPE_CHECKING:
    from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

AT_JWT = frozenset({"at+jwt", "application/at+jwt"})
"""How an access token marks itself (RFC 9068, §2.1), so that it is no id token."""
_UNMARKED = frozenset({"jwt", ""})


@dataclass(frozen=True, slots=True)
class AccessAwaited:
    """`unmarked`: the provider gives access tokens no type of their own."""

    issuer: str
    audience: str
    jwks_uri: str
    unmarked: bool = False


def read_access_token(token: str, awaited: AccessAwaited, keys: KeySets, now: datetime) -> Claims:
    """Its claims, all checked but what the program may do. `now` is by the clock of the issuer.

    Raises `RefusedToken`, and `Transient` or `Misconfigured` when the keys cannot be read.
    """
    header, claims = read_signed(token, awaited.jwks_uri, keys, lambda _: _expected(awaited, now))
    marked = str(header.get("typ", "")).lower()
    if marked not in (AT_JWT | _UNMARKED if awaited.unmarked else AT_JWT):
        raise RefusedToken("no access token")
    # Every id token that answers a sign-in of ours has one, and no access token does.
    if "nonce" in claims:
        raise RefusedToken("no access token")
    return claims


def is_of_a_program(claims: Claims) -> bool:
    """Whether the token speaks for a program and for nobody else: it is its own subject (RFC 9068,
    §2.2), or it says so by the optional claim of Entra ID."""
    return claims.get("sub") == claims.get("client_id") or claims.get("idtyp") == "app"


def _expected(awaited: AccessAwaited, now: datetime) -> JWTClaimsRegistry:
    from joserfc.jwt import JWTClaimsRegistry

    required: ClaimsOption = {"essential": True}
    options: dict[str, ClaimsOption] = {
        "iss": {"essential": True, "value": awaited.issuer},
        "aud": {"essential": True, "value": awaited.audience},
        "sub": required,
        "exp": required,
        "iat": required,
    }
    return JWTClaimsRegistry(now=int(now.timestamp()), leeway=LEEWAY_SECONDS, **options)

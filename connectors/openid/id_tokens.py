"""An id token: whose word it is, for whom, when, and in answer to what (OpenID Connect Core 1.0,
§3.1.3.7; LTI 1.3 security framework, §5.1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from connectors.openid.key_sets import KeySets
from connectors.openid.signed_tokens import LEEWAY_SECONDS, Claims, read_signed

if TYPE_CHECKING:
    from joserfc.jwt import ClaimsOption, JWTClaimsRegistry


@dataclass(frozen=True, slots=True)
class Awaited:
    """What the token must say. `claims` are those beyond the ones that every id token has."""

    issuer: str
    client_id: str
    nonce: str
    jwks_uri: str
    claims: Mapping[str, ClaimsOption] = field(default_factory=dict)


def read_id_token(token: str, awaited: Awaited, keys: KeySets, now: datetime) -> Claims:
    """Its claims, all checked. `now` is by the clock of the issuer.

    Raises `RefusedToken`, and `Transient` or `Misconfigured` when the keys cannot be read.
    """
    _, claims = read_signed(
        token, awaited.jwks_uri, keys, lambda told: _expected(awaited, told, now)
    )
    return claims


def _expected(awaited: Awaited, claims: Claims, now: datetime) -> JWTClaimsRegistry:
    from joserfc.jwt import JWTClaimsRegistry

    required: ClaimsOption = {"essential": True}
    several = isinstance(claims.get("aud"), list) and len(claims["aud"]) > 1
    options: dict[str, ClaimsOption] = {
        "iss": {"essential": True, "value": awaited.issuer},
        "aud": {"essential": True, "value": awaited.client_id},
        "azp": {"essential": several, "value": awaited.client_id},
        "nonce": {"essential": True, "value": awaited.nonce},
        "sub": required,
        "exp": required,
        "iat": required,
        **awaited.claims,
    }
    return JWTClaimsRegistry(now=int(now.timestamp()), leeway=LEEWAY_SECONDS, **options)

"""An id token: whose word it is, for whom, when, and in answer to what (OpenID Connect Core 1.0,
§3.1.3.7; LTI 1.3 security framework, §5.1.3). Signatures and claims are checked by joserfc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ExpiredTokenError,
    InvalidClaimError,
    InvalidKeyIdError,
    JoseError,
    MissingClaimError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import GuestProtocol, KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from connectors.openid.key_sets import KeySets

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
)
"""With a key pair only: `none` proves nothing, and a secret shared with us could be our own."""
LEEWAY_SECONDS = 60
"""By which two clocks may differ."""
# A header that we do not know is passed over unless it says that it is critical (RFC 7515, §4).
_HEADERS = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)

Claims = Mapping[str, Any]


class RefusedToken(Exception):
    """`reason` is for the audit trail; it holds nothing of the token but the name of a claim."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
    try:
        claims = jwt.decode(token, _keys(keys, awaited.jwks_uri), registry=_HEADERS).claims
        _expected(awaited, claims, now).validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise RefusedToken(_reason(error)) from None
    return claims


def _keys(keys: KeySets, jwks_uri: str) -> Any:
    def having(token: GuestProtocol) -> KeySet:
        kid = token.headers().get("kid")
        return keys.having(jwks_uri, kid if isinstance(kid, str) else None)

    return having


def _expected(awaited: Awaited, claims: Claims, now: datetime) -> JWTClaimsRegistry:
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


def _reason(error: Exception) -> str:
    match error:
        case UnsupportedAlgorithmError():
            return "algorithm not allowed"
        case InvalidKeyIdError():
            return "unknown key"
        case BadSignatureError():
            return "wrong signature"
        case ExpiredTokenError():
            return "expired"
        case MissingClaimError():
            return f"no {_short(error.claim)}"
        case InvalidClaimError():
            return f"wrong {_short(error.claim)}"
    return "not readable"


def _short(claim: str) -> str:
    """Of LTI's claims, whose names are addresses, the last word."""
    return ", ".join(name.rpartition("/")[2] for name in claim.split(","))

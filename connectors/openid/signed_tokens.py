"""What every token of an issuer is: a signed JWT by one of its keys. joserfc checks signature and
claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from connectors.openid.key_sets import KeySets

if TYPE_CHECKING:
    from joserfc.jwk import GuestProtocol, KeySet
    from joserfc.jwt import JWTClaimsRegistry

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
)
"""With a key pair only: `none` proves nothing, and a secret shared with us could be our own."""
LEEWAY_SECONDS = 60
"""By which two clocks may differ."""

Claims = Mapping[str, Any]


class RefusedToken(Exception):
    """`reason` is for the audit trail; it holds nothing of the token but the name of a claim."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_signed(
    token: str,
    jwks_uri: str,
    keys: KeySets,
    expected: Callable[[Claims], JWTClaimsRegistry],
) -> tuple[Mapping[str, Any], Claims]:
    """Its header and its claims, after the signature and what is `expected` of the claims.

    Raises `RefusedToken`, and `Transient` or `Misconfigured` when the keys cannot be read.
    """
    # Not loaded where nobody signs in by an identity provider or from the LMS.
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jws import JWSRegistry

    # A header that we do not know is passed over unless it says that it is critical (RFC 7515, §4).
    headers = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        read = jwt.decode(token, _keys(keys, jwks_uri), registry=headers)
        expected(read.claims).validate(read.claims)
    except (JoseError, ValueError, TypeError) as error:
        raise RefusedToken(_reason(error)) from None
    return read.header, read.claims


def _keys(keys: KeySets, jwks_uri: str) -> Any:
    def having(token: GuestProtocol) -> KeySet:
        kid = token.headers().get("kid")
        return keys.having(jwks_uri, kid if isinstance(kid, str) else None)

    return having


def _reason(error: Exception) -> str:
    from joserfc.errors import (
        BadSignatureError,
        ExpiredTokenError,
        InvalidClaimError,
        InvalidKeyIdError,
        MissingClaimError,
        UnsupportedAlgorithmError,
    )

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

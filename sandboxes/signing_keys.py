"""The key pair of a sandbox that signs, and the public half as it is published."""

from __future__ import annotations

import json
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from sandboxes.loopback import Response

Claims = dict[str, Any]


class SigningKeys:
    """`key` signs; `published` are the keys that others may read. `key` may be one that was made
    before: making one takes longer than what a test does with it."""

    def __init__(self, key: RSAKey | None = None) -> None:
        self.key = key or new_key()
        self.published = [self.key]

    def rotate(self) -> None:
        """A new key in place of the old one, as an issuer does without telling."""
        self.key = new_key()
        self.published = [self.key]

    def sign(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def answer(self) -> Response:
        keys = KeySet(list(self.published)).as_dict(private=False)
        return Response(json.dumps(keys), content_type="application/json")


def new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)

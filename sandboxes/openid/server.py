"""Discovery, authorization code with PKCE (S256 only), and the keys."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlencode

from sandboxes.loopback import LoopbackServer, Request, Response
from sandboxes.signing_keys import Claims, SigningKeys

CLIENT, SECRET = "adapter", "sandbox secret/+%"
LIFETIME_SECONDS = 300


@dataclass(frozen=True, slots=True)
class _Code:
    redirect_uri: str
    nonce: str
    challenge: str
    user: str


class SandboxOpenid(LoopbackServer):
    """An identity provider on 127.0.0.1; a context manager.

    `users` are the claims of each by `sub`, `signed_in` is who sits at the browser, None for
    somebody who declines. `secret` is that of the client, None for a public one; `methods` are the
    ways in which it takes it. `redirect_uris` are registered. `configuration` changes what it
    publishes, `claims` what it says of a person, and `sign` how. `asked` holds the paths in order.
    """

    def __init__(self, now: Callable[[], datetime], keys: SigningKeys | None = None) -> None:
        super().__init__(self._answer)
        self._now = now
        self.keys = keys or SigningKeys()
        self.sign: Callable[[Claims], str] = self.keys.sign
        self.users: dict[str, Claims] = {}
        self.signed_in: str | None = None
        self.secret: str | None = SECRET
        self.methods = ["client_secret_basic"]
        self.redirect_uris: set[str] = set()
        self.configuration: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        """In place of what it would say; None leaves a claim out."""
        self.asked: list[str] = []
        self._codes: dict[str, _Code] = {}

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        match request.path, request.method:
            case "/.well-known/openid-configuration", "GET":
                return _json(self._describe())
            case "/authorize", "GET":
                return self._authorize(request)
            case "/token", "POST":
                return self._token(request)
            case "/keys", "GET":
                return self.keys.answer()
        return Response("not found", 404)

    def _describe(self) -> dict[str, Any]:
        described = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": self.methods,
            "code_challenge_methods_supported": ["S256"],
        }
        return described | self.configuration

    def _authorize(self, request: Request) -> Response:
        asked = request.args
        redirect_uri = asked.get("redirect_uri", "")
        if asked.get("client_id") != CLIENT or redirect_uri not in self.redirect_uris:
            return Response("invalid request", 400)
        answer = {"state": asked["state"], "iss": self.url}
        if asked.get("code_challenge_method") != "S256" or "openid" not in asked["scope"].split():
            return _back(redirect_uri, answer | {"error": "invalid_request"})
        if self.signed_in is None:
            return _back(redirect_uri, answer | {"error": "access_denied"})
        code = f"code-{len(self._codes) + 1}"
        self._codes[code] = _Code(
            redirect_uri, asked["nonce"], asked["code_challenge"], self.signed_in
        )
        return _back(redirect_uri, answer | {"code": code})

    def _token(self, request: Request) -> Response:
        form = request.form
        if not self._is_the_client(request):
            return _json({"error": "invalid_client"}, 401)
        code = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if code is None or (code.redirect_uri, code.challenge) != (
            form.get("redirect_uri"),
            challenge,
        ):
            return _json({"error": "invalid_grant"}, 400)
        issued = int(self._now().timestamp())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": code.user,
            "nonce": code.nonce,
            "iat": issued,
            "exp": issued + LIFETIME_SECONDS,
            **self.users[code.user],
            **self.claims,
        }
        said = {name: value for name, value in claims.items() if value is not None}
        return _json({"access_token": "a", "token_type": "Bearer", "id_token": self.sign(said)})

    def _is_the_client(self, request: Request) -> bool:
        form, given = request.form, request.authorization
        if self.secret is None:
            return form.get("client_id") == CLIENT and given is None
        if "client_secret_basic" in self.methods:
            told = (given.username, given.password) if given is not None else (None, None)
            return tuple(unquote(one or "") for one in told) == (CLIENT, self.secret)
        return (form.get("client_id"), form.get("client_secret")) == (CLIENT, self.secret)


def _back(redirect_uri: str, answer: dict[str, str]) -> Response:
    return Response("", 303, headers={"Location": f"{redirect_uri}?{urlencode(answer)}"})


def _json(body: object, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")

"""The HTTP side: the configuration, the registration of a tool, the launch and the keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from sandboxes.loopback import LoopbackServer, Request, Response
from sandboxes.lti.launch import launch_claims
from sandboxes.signing_keys import Claims, SigningKeys

_TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
_PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"


@dataclass(frozen=True, slots=True)
class RegisteredTool:
    client_id: str
    deployment_id: str
    initiate_login_uri: str
    redirect_uris: tuple[str, ...]
    target_link_uri: str


class SandboxLti(LoopbackServer):
    """An LMS on 127.0.0.1; a context manager.

    `signed_in` is the account of who sits at the browser. `registration_tokens` are those that it
    gave out. `configuration` changes what it says of itself, `claims` what it says of a person,
    and `sign` how. `asked` holds the paths in order.
    """

    def __init__(self, now: Callable[[], datetime], keys: SigningKeys | None = None) -> None:
        super().__init__(self._answer)
        self._now = now
        self.keys = keys or SigningKeys()
        self.sign: Callable[[Claims], str] = self.keys.sign
        self.signed_in: str | None = None
        self.registration_tokens: set[str] = set()
        self.tools: dict[str, RegisteredTool] = {}
        self.requests: list[dict[str, Any]] = []
        """What tools asked to be registered as."""
        self.configuration: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        """In place of what it would say; None leaves a claim out."""
        self.asked: list[str] = []

    @property
    def configuration_url(self) -> str:
        return f"{self.url}/mod/lti/openid-configuration.php"

    def invite(self, token: str = "registration-token") -> dict[str, str]:  # noqa: S107 - of the sandbox
        """What goes into the address of the tool that an administrator pasted."""
        self.registration_tokens.add(token)
        return {"openid_configuration": self.configuration_url, "registration_token": token}

    def click(self, tool: RegisteredTool, target_link_uri: str | None = None) -> dict[str, str]:
        """What the LMS posts to the tool when somebody clicks the activity."""
        return {
            "iss": self.url,
            "login_hint": self.signed_in or "",
            "target_link_uri": target_link_uri or tool.target_link_uri,
            "lti_message_hint": json.dumps({"cmid": 126, "target": target_link_uri}),
            "client_id": tool.client_id,
            "lti_deployment_id": tool.deployment_id,
        }

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        match request.path, request.method:
            case "/mod/lti/openid-configuration.php", "GET":
                return _json(self._describe())
            case "/mod/lti/openid-registration.php", "POST":
                return self._register(request)
            case "/mod/lti/auth.php", "GET":
                return self._launch(request)
            case "/mod/lti/certs.php", "GET":
                return self.keys.answer()
        return Response("not found", 404)

    def _describe(self) -> dict[str, Any]:
        described = {
            "issuer": self.url,
            "token_endpoint": f"{self.url}/mod/lti/token.php",
            "jwks_uri": f"{self.url}/mod/lti/certs.php",
            "authorization_endpoint": f"{self.url}/mod/lti/auth.php",
            "registration_endpoint": f"{self.url}/mod/lti/openid-registration.php",
            "id_token_signing_alg_values_supported": ["RS256"],
            _PLATFORM: {"product_family_code": "moodle", "version": "4.5.6 (Build: 20250811)"},
        }
        return described | self.configuration

    def _register(self, request: Request) -> Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.registration_tokens:
            return Response("", 401)
        self.registration_tokens.remove(token)
        asked = json.loads(request.get_data())
        self.requests.append(asked)
        tool = RegisteredTool(
            f"client-{len(self.tools) + 1}",
            str(len(self.tools) + 1),
            asked["initiate_login_uri"],
            tuple(asked["redirect_uris"]),
            asked[_TOOL]["target_link_uri"],
        )
        self.tools[tool.client_id] = tool
        configuration = asked[_TOOL] | {"version": "1.3.0", "deployment_id": tool.deployment_id}
        return _json(asked | {"client_id": tool.client_id, _TOOL: configuration})

    def _launch(self, request: Request) -> Response:
        asked = request.args
        tool = self.tools.get(asked.get("client_id", ""))
        redirect_uri = asked.get("redirect_uri", "")
        if tool is None or redirect_uri not in tool.redirect_uris:
            return Response("invalid request", 400)
        if self.signed_in is None or self.signed_in != asked.get("login_hint"):
            return Response("", 303, headers={"Location": f"{self.url}/?redirect=0"})
        hint = json.loads(asked["lti_message_hint"])
        claims = launch_claims(
            issuer=self.url,
            client_id=tool.client_id,
            deployment_id=tool.deployment_id,
            nonce=asked["nonce"],
            user=self.signed_in,
            target_link_uri=hint.get("target") or tool.target_link_uri,
            now=self._now(),
        )
        said = {name: value for name, value in (claims | self.claims).items() if value is not None}
        return _form(redirect_uri, {"id_token": self.sign(said), "state": asked["state"]})


def _form(action: str, fields: dict[str, str]) -> Response:
    """A page that sends itself, as a browser with script does."""
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    page = (
        f'<form action="{escape(action)}" method="post" id="ltiAuthForm">{inputs}</form>'
        "<script>document.getElementById('ltiAuthForm').submit()</script>"
    )
    return Response(page, content_type="text/html; charset=utf-8")


def _json(body: object) -> Response:
    return Response(json.dumps(body), content_type="application/json")

"""An identity provider (OpenID Connect): where it is found, and the code that the browser brings
back, which it changes for an id token (Core 1.0, §3.1; RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from connectors.errors import Misconfigured, Transient
from connectors.openid.key_sets import ASKED_AT_MOST_EVERY
from connectors.openid.published import client_of, object_in, path_of, read_published, text_in
from connectors.tls import require_tls

if TYPE_CHECKING:
    from connectors.http import Response

KEPT_FOR = timedelta(hours=1)
_POST, _BASIC = "client_secret_post", "client_secret_basic"


@dataclass(frozen=True, slots=True)
class Provider:
    """`secret_in_form`: it takes the secret of a client only there."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    secret_in_form: bool


@dataclass(frozen=True, slots=True)
class Client:
    """We, at the provider. Without a secret PKCE alone protects the code."""

    client_id: str
    secret: str | None = field(repr=False)


class Providers:
    """What providers publish of themselves, kept in the process. Safe to share between threads; one
    asks at a time, and one that did not answer is left alone for a minute: those who wait for it
    would be in everybody's way."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._kept: dict[str, tuple[datetime, Provider]] = {}
        self._failed: dict[str, datetime] = {}
        self._lock = Lock()

    def named(self, issuer: str) -> Provider:
        """Raises `Transient` or `Misconfigured`."""
        with self._lock:
            now = self._now()
            read_at, provider = self._kept.get(issuer, (now, None))
            if provider is None or not timedelta() <= now - read_at < KEPT_FOR:
                provider = self._read(issuer, now)
            return provider

    def _read(self, issuer: str, now: datetime) -> Provider:
        failed_at = self._failed.get(issuer)
        if failed_at is not None and timedelta() <= now - failed_at < ASKED_AT_MOST_EVERY:
            raise Transient(f"{issuer} did not answer within the last minute")
        self._failed = {issuer: now}
        provider = read_provider(issuer)
        self._kept, self._failed = {issuer: (now, provider)}, {}
        return provider


def read_provider(issuer: str) -> Provider:
    """The provider that names itself exactly so (OpenID Connect Discovery 1.0, §4.3).

    Raises `Transient` or `Misconfigured`.
    """
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    published = read_published(url)
    named = text_in(published, "issuer", url)
    if named != issuer:
        raise Misconfigured(
            "the identity provider names itself otherwise: set its issuer in the settings to the "
            f"one in {url}, letter by letter"
        )
    methods = published.get("token_endpoint_auth_methods_supported") or [_BASIC]
    return Provider(
        issuer,
        _address(published, "authorization_endpoint", url),
        _address(published, "token_endpoint", url),
        _address(published, "jwks_uri", url),
        secret_in_form=_BASIC not in methods and _POST in methods,
    )


def _address(published: dict[str, Any], name: str, url: str) -> str:
    address = text_in(published, name, url)
    require_tls(address, "the identity provider", "who signs in rests on it")
    return address


def challenge_of(code_verifier: str) -> str:
    """The S256 of RFC 7636, §4.2."""
    digest = hashlib.sha256(code_verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def token_for(
    provider: Provider, client: Client, code: str, code_verifier: str, redirect_uri: str
) -> str:
    """The id token for a code, once. Raises `Permanent` for a code that is refused, `Transient` or
    `Misconfigured`."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": code_verifier,
        "redirect_uri": redirect_uri,
    }
    headers = {}
    if client.secret is None or provider.secret_in_form:
        form["client_id"] = client.client_id
        if client.secret is not None:
            form["client_secret"] = client.secret
    else:
        headers["Authorization"] = _basic(client.client_id, client.secret)
    url = provider.token_endpoint
    with client_of(url) as http:
        answer = http.request(
            "POST",
            path_of(url),
            repeatable=False,
            form=form,
            headers=headers,
            classify=_classify,
        )
    return text_in(object_in(answer, url), "id_token", url)


def _classify(response: Response) -> None:
    from connectors.http import by_status

    if response.status == 401:
        raise Misconfigured(
            "the identity provider does not know our client: check ODWH_OPENID_CLIENT_ID and "
            "ODWH_OPENID_CLIENT_SECRET; has the secret ended?",
            code="401",
        )
    by_status(response)


def _basic(client_id: str, secret: str) -> str:
    """Both are form-encoded first (RFC 6749, §2.3.1)."""
    both = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return f"Basic {base64.b64encode(both.encode()).decode('ascii')}"

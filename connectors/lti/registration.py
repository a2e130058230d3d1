"""How an LMS registers us as a tool by itself (LTI Dynamic Registration 1.0): it names its
configuration and a token; we tell it our addresses and get a client and a deployment back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from connectors.errors import Misconfigured
from connectors.openid.published import (
    client_of,
    object_in,
    origin_of,
    path_of,
    read_published,
    text_in,
)
from connectors.tls import require_tls

_PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
_TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
RESOURCE_LINK = "LtiResourceLinkRequest"


class AnotherLms(Misconfigured):
    """Not the LMS whose accounts the register knows: its `sub` would be somebody else."""


@dataclass(frozen=True, slots=True)
class Platform:
    """An LMS as it describes itself."""

    issuer: str
    authorization_endpoint: str
    jwks_uri: str
    registration_endpoint: str
    product: str


@dataclass(frozen=True, slots=True)
class Tool:
    """We, as the LMS is to know us. Of people it is asked for nothing but who it is."""

    name: str
    url: str
    """Our public address, below which all others lie."""
    initiate_login_uri: str
    launch_uri: str
    jwks_uri: str


@dataclass(frozen=True, slots=True)
class Registered:
    client_id: str
    deployment_id: str


def read_platform(configuration_url: str, issuers: Collection[str]) -> Platform:
    """The LMS behind this address, which must be one of `issuers`. Nothing is asked of any other.

    Raises `AnotherLms`, `Transient` or `Misconfigured`.
    """
    if origin_of(configuration_url) not in {origin_of(issuer) for issuer in issuers}:
        raise AnotherLms("the address of the registration is not that of the LMS in the settings")
    published = read_published(configuration_url)
    issuer = text_in(published, "issuer", configuration_url)
    if issuer not in issuers:
        raise AnotherLms(
            "the LMS names itself otherwise than the settings: set ODWH_PAGES_LMS_ISSUER to the "
            f"issuer in {origin_of(configuration_url)}{urlsplit(configuration_url).path}"
        )
    described = published.get(_PLATFORM)
    product = described.get("product_family_code") if isinstance(described, dict) else None
    return Platform(
        issuer,
        _own(issuer, text_in(published, "authorization_endpoint", configuration_url)),
        _own(issuer, text_in(published, "jwks_uri", configuration_url)),
        _own(issuer, text_in(published, "registration_endpoint", configuration_url)),
        product[:100] if isinstance(product, str) else "",
    )


def register_at(platform: Platform, token: str, tool: Tool) -> Registered:
    """Tell the LMS who we are, once. Raises `Transient`, `Permanent` or `Misconfigured`."""
    url = platform.registration_endpoint
    with client_of(url) as client:
        answer = client.request(
            "POST",
            path_of(url),
            repeatable=False,
            json=_request(tool),
            headers={"Authorization": f"Bearer {token}"} if token else None,
        )
    told = object_in(answer, url)
    configuration = told.get(_TOOL)
    if not isinstance(configuration, dict):
        raise Misconfigured(f"{origin_of(url)} registered us without naming a deployment")
    return Registered(text_in(told, "client_id", url), text_in(configuration, "deployment_id", url))


def _own(issuer: str, endpoint: str) -> str:
    if origin_of(endpoint) != origin_of(issuer):
        raise AnotherLms(f"{issuer} names an address that is not its own")
    require_tls(endpoint, issuer, "who signs in rests on it")
    return endpoint


def _request(tool: Tool) -> dict[str, Any]:
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": tool.initiate_login_uri,
        "redirect_uris": [tool.launch_uri],
        "client_name": tool.name,
        "jwks_uri": tool.jwks_uri,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": "",
        _TOOL: {
            "domain": urlsplit(tool.url).netloc,
            "target_link_uri": tool.launch_uri,
            "claims": ["iss", "sub"],
            "messages": [{"type": RESOURCE_LINK}],
        },
    }

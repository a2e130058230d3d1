"""Keys and passwords travel over TLS only; to this machine itself anything goes."""

from __future__ import annotations

from urllib.parse import urlsplit

from connectors.errors import Misconfigured

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class InsecureAddress(Misconfigured):
    """Keys would travel in the open to this address."""


def is_loopback(host: str | None) -> bool:
    return host in LOOPBACK


def require_tls(url: str, system: str, because: str) -> None:
    """Raises `InsecureAddress` for the address of a system that does not begin with https://."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname):
        raise InsecureAddress(f"The address of {system} must begin with https://: {because}.")

"""Whether a setting holds the address of one mailbox (a list would be sent to all, or to some), or
one that a browser reaches safely."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.headerregistry import AddressHeader
from email.policy import default
from urllib.parse import urlsplit

_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


def is_one_address(text: str) -> bool:
    """`a@example.org` or `Name <a@example.org>`; no list, no group, no line break."""
    if not text.isprintable():
        return False
    try:
        header = default.header_factory("to", text)
    except (HeaderParseError, ValueError, IndexError):
        return False
    if header.defects:
        return False
    assert isinstance(header, AddressHeader)
    groups = [group for group in header.groups if group.display_name is not None]
    if groups or len(header.addresses) != 1:
        return False
    return bool(header.addresses[0].username and header.addresses[0].domain)


def is_safe_address(url: str) -> bool:
    """`https://host[:port]`, or the same with http on this machine; no path, no password."""
    parts = urlsplit(url)
    return is_safe_page(url) and parts.path in ("", "/") and not (parts.query or parts.fragment)


def is_safe_page(url: str) -> bool:
    """The same with path and query: what a person can be led to."""
    parts = urlsplit(url)
    if parts.hostname is None or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)

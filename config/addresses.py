"""Whether a field holds the address of one mailbox: a list would be sent to all, or to some."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.headerregistry import AddressHeader
from email.policy import default


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

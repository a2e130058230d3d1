"""What another system says of a refusal, as far as it may go into a message of ours.

Its own sentences can hold names, addresses and numbers of people, and our messages go to the
register, the log and the API.
"""

from __future__ import annotations

import re

LONGEST_ID = 20


def number_of(told: int | str) -> str:
    """The other system's own id of a record, which is a number."""
    text = str(told)
    return text if text.isdecimal() and len(text) <= LONGEST_ID else "without a number"


_REFERENCE = re.compile(r"[A-Fa-f0-9]{32}|[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}")
"""A GUID, with dashes or without: shorter, it could be a number of somebody, or a name."""


def reference_of(told: str) -> str:
    """The number under which the other system wrote down more in its own log."""
    return told if _REFERENCE.fullmatch(told) else "without a number"


_MEDIA_TYPES = frozenset({"text/html", "text/plain", "application/xhtml+xml", "application/xml"})


def media_type_of(told: str) -> str:
    """What came in place of data, where that says what went wrong."""
    return told if told in _MEDIA_TYPES else "something else"

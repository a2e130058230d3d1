"""What another system says of a refusal, as far as it may go into a message of ours: its code.

Its own sentences can hold names, addresses and numbers of people, and our messages go to the
register, the log and the API.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"(?!.*[0-9]{4})[A-Za-z0-9][A-Za-z0-9_/:-]{0,59}")
UNREADABLE = "no code"
LONGEST_ID = 20


def code_of(told: object) -> str:
    """The code itself, or that there is none: a text is no code, nor is a number of somebody."""
    text = told.strip() if isinstance(told, str) else ""
    return text if _CODE.fullmatch(text) else UNREADABLE


def number_of(told: int | str) -> str:
    """The other system's own id of a record, which is a number."""
    text = str(told)
    return text if text.isdecimal() and len(text) <= LONGEST_ID else "without a number"


_REFERENCE = re.compile(r"[A-Fa-f0-9-]{4,64}")


def reference_of(told: str) -> str:
    """The number under which the other system wrote down more in its own log."""
    return told if _REFERENCE.fullmatch(told) else "without a number"


_MEDIA_TYPES = frozenset({"text/html", "text/plain", "application/xhtml+xml", "application/xml"})


def media_type_of(told: str) -> str:
    """What came in place of data, where that says what went wrong."""
    return told if told in _MEDIA_TYPES else "something else"

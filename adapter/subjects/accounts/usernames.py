"""The username of an account that is to be made. Pure.

Moodle takes lower-case ASCII letters and digits and four signs, and refuses anything else, also
when it is only looked up. A username never changes afterwards: people log in with it.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_REFUSED = re.compile(r"[^-._@a-z0-9]")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i"})
LONGEST = 100


class UsernameFrom(StrEnum):
    EMAIL = "email"
    """The whole address, which is what most single sign-on sends."""
    NUMBER = "number"


def username(source: UsernameFrom, email: str, employee_id: str) -> str:
    """Empty when nothing usable is left."""
    return _plain(email if source is UsernameFrom.EMAIL else employee_id)


def _plain(text: str) -> str:
    spelled = unicodedata.normalize("NFKD", text.strip().lower().translate(_LETTERS))
    return _REFUSED.sub("", spelled)[:LONGEST]

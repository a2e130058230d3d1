"""The codes with which Moodle says why it refuses, and no other word of it.

A code is a word, and so is a name: by its shape `jansen` could be either. Only what is listed in
`error_codes.txt` goes into a message of ours. The word of another plugin stays out: Moodle's own
log has it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("error_codes.txt")
_NUMBER = re.compile(r"[0-9]{1,3}", re.ASCII)
"""Warnings often have a number for a code; the number of an employee is longer."""
UNREADABLE = "no known code"


def code_of(told: object) -> str:
    """The code, where Moodle told one that is known."""
    text = told.strip() if isinstance(told, str) else ""
    return text if text in known_codes() or _NUMBER.fullmatch(text) else UNREADABLE


@cache
def known_codes() -> frozenset[str]:
    """Every code that may be passed on, but for the numbers of warnings."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))

"""Whether a text that somebody typed seems to hold a citizen service number (BSN) or something
about health, neither of which belongs in the register (AVG articles 9 and 87; UAVG article 46)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

TERMS = Path(__file__).with_name("health_terms.txt")

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_NUMBER = re.compile(r"(?<![\w.,-])\d(?:[ .]?\d){8}(?![\w-]|[.,]\d)", re.ASCII)


def seems_sensitive(text: str) -> bool:
    """A question to ask, never a fact: a number of an invoice can pass the test of a BSN, and a
    text about a course on absence has words of health in it."""
    return holds_bsn(text) or _health().search(text) is not None


def holds_bsn(text: str) -> bool:
    """A number of nine digits that passes the eleven-test, also with dots or blanks between."""
    found = (re.sub(r"[ .]", "", match[0]) for match in _NUMBER.finditer(text))
    return any(_passes(digits) for digits in found)


def _passes(digits: str) -> bool:
    # No BSN begins with two zeros; an employee number that is filled up does.
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return total % 11 == 0 and not digits.startswith("00")


@cache
def _health() -> re.Pattern[str]:
    lines = TERMS.read_text(encoding="utf-8").splitlines()
    terms = [re.escape(line).replace(r"\*", r"\w*") for line in lines if line[:1] not in ("", "#")]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(terms)})(?![\w-])", re.IGNORECASE)

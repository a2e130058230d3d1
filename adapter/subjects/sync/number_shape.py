"""What an employee number looks like here, so that a number of another shape is asked about. Pure.

The shape is a setting; without one it is what the numbers that are known have in common. Only what
is sure is asked: digits alone, and all of one length where some begin with a zero; or the same
letters in front.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

ENOUGH = 3
"""Fewer numbers than this have no shape in common that says anything."""


@dataclass(frozen=True, slots=True)
class NumberShape:
    """`example` is a number that has it, or the setting."""

    pattern: re.Pattern[str]
    example: str

    def fits(self, number: str) -> bool:
        return self.pattern.fullmatch(number) is not None


def shape_of(known: Collection[str], setting: str | None = None) -> NumberShape | None:
    """None while nothing is known that numbers have in common."""
    if setting is not None:
        return NumberShape(re.compile(setting), setting)
    if len(known) < ENOUGH:
        return None
    example = min(known)
    if all(number.isascii() and number.isdigit() for number in known):
        return NumberShape(re.compile(_digits(known)), example)
    prefix = example.rstrip("0123456789")
    rests = [number.removeprefix(prefix) for number in known if number.startswith(prefix)]
    if len(rests) == len(known) and all(rest.isascii() and rest.isdigit() for rest in rests):
        return NumberShape(re.compile(re.escape(prefix) + _digits(rests)), example)
    return None


def _digits(numbers: Collection[str]) -> str:
    lengths = {len(number) for number in numbers}
    padded = any(number.startswith("0") for number in numbers)
    return rf"\d{{{lengths.pop()}}}" if padded and len(lengths) == 1 else r"\d+"

"""What a page reads of its address and form beside what people fill in."""

from __future__ import annotations

from flask import request

_MOST_PORTIONS = 10_000


def portion_number(name: str) -> int:
    """Which portion of a list the address asks for, from 1; the first where it says nothing."""
    asked = request.args.get(name, "")
    number = int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 6 else 1
    return min(max(number, 1), _MOST_PORTIONS)


def version_read(name: str = "version") -> int:
    """The version of the record from which the form was made; -1, which no record has, without."""
    return version_of(request.form.get(name, ""))


def version_of(given: str) -> int:
    """What stands in a form as a version; -1 for what is none."""
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 10 else -1

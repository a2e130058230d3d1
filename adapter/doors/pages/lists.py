"""Long lists, a page at a time."""

from __future__ import annotations

from flask import request

PER_PAGE = 50


def page_number() -> int:
    """That was asked for, from 1; what is no number is the first."""
    given = request.args.get("pagina", "1")
    return max(int(given), 1) if given.isdecimal() and len(given) < 7 else 1

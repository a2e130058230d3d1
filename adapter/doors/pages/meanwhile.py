"""What somebody else changed between the reading of a form and its sending.

A form sends what it began with, as a mark per field. Of a record that changed since, a field that
nobody touched takes over what stands there now, and what was typed stays. It is kept only with the
tick of who has seen what stands there now: until then the form has the version that was read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from adapter.doors.pages.reading import version_of

BEGUN, SEEN = "begun", "seen"
"""Names in a form: its marks, and the tick, whose value is the version that was seen."""


def marks(names: Iterable[str], values: Mapping[str, Any]) -> str:
    """Of these values, in the order of the names. A mark is shorter than a long text, and as good
    to tell whether somebody touched it."""
    return "-".join(_mark(values[name]) for name in names)


def touched(
    names: Iterable[str], typed: Mapping[str, Any], begun: str, now: Mapping[str, Any]
) -> frozenset[str]:
    """What somebody filled in otherwise than it began; of a form without marks, otherwise than it
    stands there now."""
    named = tuple(names)
    before = begun.split("-")
    if len(before) != len(named):
        before = marks(named, now).split("-")
    return frozenset(
        name
        for name, mark in zip(named, before, strict=True)
        if name in typed and _mark(typed[name]) != mark
    )


def carried_over(
    typed: Mapping[str, Any], names: Iterable[str], now: Mapping[str, Any]
) -> dict[str, Any]:
    """What stands there now, with what was typed in the fields of these names."""
    return {**now, **{name: typed[name] for name in names}}


def version_to_go_by() -> int:
    """That of the form that was sent: what was seen with a tick, else what was read at first."""
    form = request.form
    return version_of(form.get(SEEN, "") or form.get("version", ""))


def plain(value: Any) -> str:
    """As a form sends it: what looks the same is the same."""
    if isinstance(value, list | tuple):
        return ",".join(sorted({str(one) for one in value}))
    if isinstance(value, bool) or value is None:
        return "ja" if value else ""
    return " ".join(str(value).split())


def _mark(value: Any) -> str:
    return hashlib.blake2s(plain(value).encode(), digest_size=4).hexdigest()

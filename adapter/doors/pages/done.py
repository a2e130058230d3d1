"""After an act: back to the page, which then says what was done. Reloading it repeats nothing."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for

from adapter.doors.pages.shown import say
from config.catalogue import Language, keys


def back_to(endpoint: str, done: str, /, **values: Any) -> Response:
    """`done` is a key of `pages.done`."""
    response = redirect(url_for(endpoint, **values, gedaan=done), 303)
    assert isinstance(response, Response)
    return response


def what_was_done() -> str | None:
    """The sentence of the act that led here; None without one."""
    code = request.args.get("gedaan")
    return say(f"done.{code}") if f"pages.done.{code}" in keys(Language.NL) else None

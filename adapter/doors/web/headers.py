"""The headers that every answer carries, errors included (API Design Rules)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

API_VERSION = "1.0.0"
"""Of the API, not of the program: it changes when a caller could notice."""

_ALWAYS = {
    "API-Version": API_VERSION,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "Vary": "Accept, Accept-Language",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_NAMES = frozenset(name.lower() for name in _ALWAYS)
_POLICY = ("Content-Security-Policy", "frame-ancestors 'none'")
_POLICY_NAME = _POLICY[0].lower()


class CompleteHeaders:
    """Adds them where an answer leaves the application. In an object of headers each would be
    looked for among all others, twice."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        def start_with_all(
            status: str, headers: list[tuple[str, str]], *error: Any
        ) -> Callable[[bytes], object]:
            return start(status, _with_all(headers), *error)

        return self._inner(environ, start_with_all)


def _with_all(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    named = {name.lower() for name, _ in headers}
    if not _NAMES.isdisjoint(named):
        headers = [one for one in headers if one[0].lower() not in _NAMES]
    # A page of ours sets a stricter policy itself.
    own = () if _POLICY_NAME in named else (_POLICY,)
    return [*headers, *_ALWAYS.items(), *own]


def with_headers(response: Response) -> Response:
    """For an answer that comes from no application of ours."""
    response.headers.update(_ALWAYS)
    response.headers.setdefault(*_POLICY)
    return response

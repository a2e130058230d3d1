"""The headers that every answer carries, errors included (API Design Rules)."""

from __future__ import annotations

from flask import Flask, Response

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
_POLICY = ("Content-Security-Policy", "frame-ancestors 'none'")
_ALL = (*_ALWAYS.items(), _POLICY)
_NAMES = frozenset(name.lower() for name, _ in _ALL)


def set_headers(app: Flask) -> None:
    app.after_request(_add)


def _add(response: Response) -> Response:
    return with_headers(response)


def with_headers(response: Response) -> Response:
    headers = response.headers
    if _NAMES.isdisjoint(name.lower() for name, _ in headers):
        # All at once: each by itself would be looked for among all others.
        headers[len(headers) :] = _ALL
        return response
    headers.update(_ALWAYS)
    # A page of ours sets a stricter policy itself.
    headers.setdefault(*_POLICY)
    return response

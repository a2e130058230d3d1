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


def set_headers(app: Flask) -> None:
    app.after_request(_add)


def _add(response: Response) -> Response:
    return with_headers(response)


def with_headers(response: Response) -> Response:
    response.headers.update(_ALWAYS)
    # A page of ours sets a stricter policy itself.
    response.headers.setdefault("Content-Security-Policy", "frame-ancestors 'none'")
    return response

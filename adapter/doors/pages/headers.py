"""The headers of every page: it loads nothing from elsewhere, runs in no frame and is not kept."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Not "no-referrer": a form sent under that says its origin is "null".
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Vary": "Accept-Language, Cookie",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def set_headers(app: Flask) -> None:
    app.after_request(_add)


def opened_by(response: Response, origins: Iterable[str]) -> Response:
    """A page that these sites open in a frame or window of their own, and hear from."""
    allowed = "frame-ancestors " + (" ".join(sorted(origins)) or "'none'")
    response.headers["Content-Security-Policy"] = _POLICY.replace("frame-ancestors 'none'", allowed)
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response


def _add(response: Response) -> Response:
    framed = "Content-Security-Policy" in response.headers
    for name, value in _ALWAYS.items():
        if not (framed and name == "X-Frame-Options"):
            response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response

"""One line per request: what was asked, how it ended and by which key.

Never a body, a path as it was typed, a query value or a token: each can hold personal data.
"""

from __future__ import annotations

import time

import structlog
from flask import Flask, Response, g, request

from adapter.doors.web import current

_log = structlog.get_logger(__name__)
UNKNOWN_ROUTE = "(unknown)"


def log_requests(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_write)


def route_template() -> str:
    """The route as it is defined, such as `/v1/tranches/<name>`."""
    rule = request.url_rule
    return rule.rule if rule else UNKNOWN_ROUTE


def seconds_since_start() -> float:
    return time.perf_counter() - float(g.started)


def _start() -> None:
    g.started = time.perf_counter()


def _write(response: Response) -> Response:
    caller = current.principal_if_any()
    _log.info(
        "request",
        method=request.method,
        route=route_template(),
        status=response.status_code,
        ms=round(seconds_since_start() * 1000, 1),
        key_id=caller.key_id if caller else None,
    )
    return response

"""One line per request: what was asked, how it ended, by which key, and the trace that all which
follows from it is found by.

Never a body, a path as it was typed, a query value or a token: each can hold personal data.
"""

from __future__ import annotations

import time

import structlog
from flask import Flask, Request, Response

from adapter.doors.web import current
from adapter.ground import correlation
from adapter.ground.traces import Kind, Step

_log = structlog.get_logger(__name__)
UNKNOWN_ROUTE = "(unknown)"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})


TRACE_HEADER, ID_HEADER = "traceparent", "X-Request-ID"


def log_requests(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_write)
    app.teardown_request(_end)


def route_template(asked: Request) -> str:
    """The route as it is defined, such as `/v1/tranches/<name>`."""
    rule = asked.url_rule
    return rule.rule if rule else UNKNOWN_ROUTE


def method(asked: Request) -> str:
    """One that HTTP knows, else `other`: a caller could write anything."""
    return asked.method if asked.method in _METHODS else "other"


def seconds_since_start() -> float:
    return time.perf_counter() - float(current.kept().started)


def _start() -> None:
    kept, asked = current.kept(), current.request_itself()
    kept.started = time.perf_counter()
    follows = correlation.read_traceparent(asked.headers.get(TRACE_HEADER))
    follows = follows or correlation.of_request_id(asked.headers.get(ID_HEADER))
    name = f"{method(asked)} {route_template(asked)}"
    kept.step = Step(name, kind=Kind.SERVER, follows=follows)
    # Left when all is done that belongs to the request, after the last of `after_request`.
    kept.step.__enter__()


def _end(_error: BaseException | None) -> None:
    step: Step | None = current.kept().pop("step", None)
    if step is not None:
        step.__exit__(None, None, None)


def _write(response: Response) -> Response:
    kept, asked = current.kept(), current.request_itself()
    caller = current.principal_if_any()
    step: Step = kept.step
    if (here := correlation.current()) is not None:
        response.headers[ID_HEADER] = here.trace_id
    step.tell(
        {
            "http.request.method": method(asked),
            "http.route": route_template(asked),
            "http.response.status_code": response.status_code,
        }
    )
    if response.status_code >= 500:
        step.failed(str(response.status_code))
    _log.info(
        "request",
        method=asked.method,
        route=route_template(asked),
        status=response.status_code,
        ms=round(seconds_since_start() * 1000, 1),
        key_id=caller.key_id if caller else None,
        # Of what was stored: a repeat leads to the trace of the first.
        event_id=kept.get("event_id"),
    )
    return response

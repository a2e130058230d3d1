"""`/health/live` and `/health/ready`, open to anyone: they hold states, no data.

Who has a key is also told why a part is as it is, and since when.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, request

from adapter.doors.messages.moments import utc_text
from adapter.doors.web import current
from adapter.doors.web.access import known_caller
from adapter.doors.web.answers import json_text
from adapter.doors.web.problems import Kind, Problem
from adapter.register.part_states import State
from adapter.views.service.health import (
    DATABASE,
    ChangesInTheLog,
    PartHealth,
    health_of,
)


def serve_health(app: Flask) -> None:
    changes = ChangesInTheLog()

    @app.route("/health/live")
    def live() -> Response:
        return _json({"status": "ok"})

    @app.route("/health/ready")
    def ready() -> Response:
        health = health_of(current.parts())
        changes.tell(health)
        states = {name: one.state for name, one in health.items()}
        if health[DATABASE].state is not State.OK:
            raise Problem(Kind.UNAVAILABLE, "not_ready", members={"parts": states})
        body: dict[str, object] = {"status": "ok", "parts": states}
        if "Authorization" in request.headers:
            known_caller()
            body["details"] = _details(health)
        return _json(body)


def _details(health: Mapping[str, PartHealth]) -> dict[str, object]:
    """By part why it is so, when that was seen, and since when it is so."""
    return {
        name: {
            "reason": one.reason,
            "seenAt": one.seen_at and utc_text(one.seen_at),
            "since": one.since and utc_text(one.since),
        }
        for name, one in health.items()
        if one.reason is not None or one.seen_at is not None
    }


def _json(body: Mapping[str, object]) -> Response:
    return Response(json_text(body), mimetype="application/json")

"""`/health/live` and `/health/ready`, open to anyone: they hold states, no data.

Nothing is asked of another system here: what a worker last saw is read from the register. Who has a
key is also told why, and since when.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from flask import Flask, Response, request
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from adapter.enrolments.enforcement_switch import pause_in_force
from adapter.part_looks import looks_of
from adapter.part_states import Seen, State, states_seen
from adapter.store.migrate import current_revision, newest_revision
from adapter.store.tables.work import heartbeats
from adapter.sync.scan_alarm import full_scan
from adapter.web import current
from adapter.web.access import known_caller
from adapter.web.answers import json_text
from adapter.web.moments import utc_text
from adapter.web.problems import Kind, Problem

WORKER_SILENCE = timedelta(minutes=5)
"""Without a heartbeat for so long no worker runs. A worker gives one every ten seconds, but not
while it waits for a slow answer of the LMS."""
LEAST_FREE_BYTES = 20_000_000
"""Below it the disk counts as full: the next backup or migration would not fit."""
_NOT_LOOKED_YET = "no worker has looked at it yet"
_log = structlog.get_logger(__name__)


def serve_health(app: Flask) -> None:
    @app.route("/health/live")
    def live() -> Response:
        return _json({"status": "ok"})

    @app.route("/health/ready")
    def ready() -> Response:
        looks = looks_of(current.parts())
        configured = {name: look is not None for name, look in looks.items()}
        if _database() is not State.OK:
            states = {"database": State.FAILING, **dict.fromkeys(configured, State.FAILING)}
            raise Problem(Kind.UNAVAILABLE, "not_ready", members={"parts": states})
        now = current.parts().clock.now()
        with current.parts().register.read() as connection:
            seen = {name: one.by(now) for name, one in states_seen(connection).items()}
            states = {
                "database": State.OK,
                **{name: _state(seen.get(name), there) for name, there in configured.items()},
                **{name: one.state for name, one in seen.items() if name not in configured},
                "hris_full_scan": _full_scan(connection, now),
                "disk": _disk(),
                "worker": _worker(connection, now),
                "enforcement": _enforcement(connection),
            }
        body: dict[str, object] = {"status": "ok", "parts": states}
        if "Authorization" in request.headers:
            known_caller()
            body["details"] = _details(configured, seen)
        return _json(body)


def _state(seen: Seen | None, configured: bool) -> State:
    if not configured:
        return State.NOT_CONFIGURED
    return State.FAILING if seen is None else seen.state


def _details(configured: Mapping[str, bool], seen: Mapping[str, Seen]) -> dict[str, object]:
    """By part what was seen, when, and since when it is so."""
    unseen = {name for name, there in configured.items() if there and name not in seen}
    return {
        **{name: {"reason": _NOT_LOOKED_YET, "seenAt": None, "since": None} for name in unseen},
        **{
            name: {
                "reason": one.reason,
                "seenAt": utc_text(one.seen_at),
                "since": utc_text(one.since),
            }
            for name, one in seen.items()
            if configured.get(name, True)
        },
    }


def _database() -> State:
    """Ok while it answers and is migrated to this program's revision."""
    try:
        migrated = current_revision(current.parts().register) == newest_revision()
    except SQLAlchemyError as error:
        _log.error("database does not answer", error=type(error).__name__)
        return State.FAILING
    return State.OK if migrated else State.FAILING


def _full_scan(connection: Connection, now: datetime) -> State:
    """Failing when the HRIS has not been read as a whole for a day, though it may well answer."""
    parts = current.parts()
    if parts.hris is None:
        return State.NOT_CONFIGURED
    last = full_scan(connection, parts.hris.source, parts.settings, now)
    return State.FAILING if last.overdue else State.OK


def _disk() -> State:
    """Of the machine that the database is on, where that is this one."""
    url = current.parts().register.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return State.NOT_CONFIGURED
    free = shutil.disk_usage(Path(url.database).absolute().parent).free
    return State.OK if free >= LEAST_FREE_BYTES else State.FAILING


def _worker(connection: Connection, now: datetime) -> State:
    last = connection.execute(select(func.max(heartbeats.c.at))).scalar_one()
    if last is None:
        return State.NOT_CONFIGURED
    return State.OK if now - last <= WORKER_SILENCE else State.FAILING


def _enforcement(connection: Connection) -> State:
    return State.OK if pause_in_force(connection) is None else State.PAUSED


def _json(body: Mapping[str, object]) -> Response:
    return Response(json_text(body), mimetype="application/json")

"""`/health/live` and `/health/ready`, open to anyone: they hold states, no data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import structlog
from flask import Flask, Response
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from adapter.parts import Parts
from adapter.store.migrate import current_revision, newest_revision
from adapter.store.tables.work import heartbeats
from adapter.sync.scan_alarm import full_scan
from adapter.web import current
from adapter.web.answers import json_text
from adapter.web.part_states import RemotePart, State, all_well, mail_answers
from adapter.web.problems import Kind, Problem

WORKER_SILENCE = timedelta(minutes=5)
"""Without a heartbeat for so long no worker runs. A worker gives one every ten seconds, but not
while it waits for a slow answer of the LMS."""
_log = structlog.get_logger(__name__)


def serve_health(app: Flask, parts: Parts) -> None:
    remote = _remote_parts(parts)

    @app.route("/health/live")
    def live() -> Response:
        return _json({"status": "ok"})

    @app.route("/health/ready")
    def ready() -> Response:
        database = _database()
        states = {
            "database": database,
            **{name: part.state() for name, part in remote.items()},
            "hris_full_scan": _full_scan() if database is State.OK else State.FAILING,
            "worker": _worker() if database is State.OK else State.FAILING,
        }
        if database is not State.OK:
            raise Problem(Kind.UNAVAILABLE, "not_ready", members={"parts": states})
        return _json({"status": "ok", "parts": states})


def _remote_parts(parts: Parts) -> dict[str, RemotePart]:
    lms, hris, mail = parts.lms, parts.hris, parts.settings.mail
    return {
        "lms": RemotePart("lms", (lambda: all_well(lms.check())) if lms else None),
        "hris": RemotePart("hris", (lambda: all_well(hris.check())) if hris else None),
        "mail": RemotePart("mail", (lambda: mail_answers(mail.host, mail.port)) if mail else None),
    }


def _database() -> State:
    """Ok while it answers and is migrated to this program's revision."""
    try:
        migrated = current_revision(current.parts().register) == newest_revision()
    except SQLAlchemyError as error:
        _log.error("database does not answer", error=type(error).__name__)
        return State.FAILING
    return State.OK if migrated else State.FAILING


def _full_scan() -> State:
    """Failing when the HRIS has not been read as a whole for a day, though it may well answer."""
    parts = current.parts()
    if parts.hris is None:
        return State.NOT_CONFIGURED
    with parts.register.read() as connection:
        last = full_scan(connection, parts.hris.source, parts.settings, parts.clock.now())
    return State.FAILING if last.overdue else State.OK


def _worker() -> State:
    parts = current.parts()
    with parts.register.read() as connection:
        last = connection.execute(select(func.max(heartbeats.c.at))).scalar_one()
    if last is None:
        return State.NOT_CONFIGURED
    return State.OK if parts.clock.now() - last <= WORKER_SILENCE else State.FAILING


def _json(body: Mapping[str, object]) -> Response:
    return Response(json_text(body), mimetype="application/json")

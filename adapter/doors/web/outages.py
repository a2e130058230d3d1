"""A database that does not answer is no fault of the caller: try again, says a 503."""

from __future__ import annotations

import structlog
from flask import Flask, Response
from sqlalchemy.exc import InterfaceError, OperationalError

from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem, respond
from adapter.ground.store import failures

RETRY_AFTER_SECONDS = 10
_log = structlog.get_logger(__name__)


def register_outages(app: Flask) -> None:
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)


def _database_away(error: OperationalError | InterfaceError) -> Response:
    # The statement and its values can hold personal data, so only what the database said is logged.
    reason = failures.sentence(error, current.parts().register.engine.url)
    _log.error("database does not answer", reason=reason)
    return respond(Problem(Kind.UNAVAILABLE, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}))

"""A database that does not answer is no fault of the caller: try again, says a 503."""

from __future__ import annotations

import structlog
from flask import Flask, Response
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem, respond
from adapter.ground.store import failures

RETRY_AFTER_SECONDS = 10
_log = structlog.get_logger(__name__)


def register_outages(app: Flask) -> None:
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(NoConnection, _no_connection)


def _database_away(error: OperationalError | InterfaceError) -> Response:
    # The statement and its values can hold personal data, so only what the database said is logged.
    reason = failures.sentence(error, current.parts().register.engine.url)
    _log.error("database does not answer", reason=reason)
    return respond(Problem(Kind.UNAVAILABLE, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}))


def _no_connection(_error: NoConnection) -> Response:
    """All connections of this process are in use, and stayed so."""
    _log.error("no connection to the database is left", remedy="ODWH_DATABASE_WEB_CONNECTIONS")
    return respond(Problem(Kind.UNAVAILABLE, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}))

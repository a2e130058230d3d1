"""What goes wrong on a page, as a page: what happened, and what to do next."""

from __future__ import annotations

import uuid

import structlog
from flask import Flask, Response
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.problems import STATUS, Kind, Problem, title_of
from adapter.doors.web.refusals import REFUSALS, problem_of
from adapter.ground.store import failures
from config.catalogue import text

_log = structlog.get_logger(__name__)
_BY_STATUS = {status: kind for kind, status in STATUS.items()}


def register_failures(app: Flask) -> None:
    app.register_error_handler(Problem, failure_page)
    for refusal in REFUSALS:
        app.register_error_handler(refusal, _refused)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(HTTPException, _from_http_exception)
    app.register_error_handler(Exception, _from_bug)


def failure_page(problem: Problem) -> Response:
    language = current.language()
    own = "." in problem.detail
    detail = text(problem.detail if own else _detail_of(problem), language, **problem.numbers)
    errors = [error.shown(language)["detail"] for error in problem.errors]
    response = page(
        "failure.html.jinja",
        STATUS[problem.kind],
        title=text(title_of(problem.kind), language),
        detail=detail,
        errors=errors,
    )
    response.headers.update(dict(problem.headers))
    return response


def _detail_of(problem: Problem) -> str:
    """The words of the API speak of headers and keys; for the usual ones people have their own."""
    own = {
        Kind.NOT_FOUND: "not_found",
        Kind.PRECONDITION_FAILED: "changed_meanwhile",
        Kind.INVALID_REQUEST: "wrong_fields",
        Kind.METHOD_NOT_ALLOWED: "not_found",
        Kind.BODY_TOO_LARGE: "too_large",
        Kind.FORBIDDEN: "not_yours",
        Kind.TOO_MANY_REQUESTS: "too_many",
    }
    known = own.get(problem.kind)
    return f"pages.failure.{known}" if known else f"api.detail.{problem.detail}"


def _refused(refusal: Exception) -> Response:
    return failure_page(problem_of(refusal))


def _database_away(error: OperationalError | InterfaceError) -> Response:
    reason = failures.sentence(error, current.parts().register.engine.url)
    _log.error("database does not answer", reason=reason)
    return failure_page(Problem(Kind.UNAVAILABLE))


def _from_http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return Response(status=status, headers=dict(error.get_headers()))
    kind = _BY_STATUS.get(status, Kind.INTERNAL_ERROR if status >= 500 else Kind.INVALID_REQUEST)
    return _from_bug(error) if kind is Kind.INTERNAL_ERROR else failure_page(Problem(kind))


def _from_bug(error: Exception) -> Response:
    """Only an id goes out; the log has the rest under the same id."""
    incident = str(uuid.uuid4())
    _log.error("unexpected error", incident=incident, exc_info=error)
    return failure_page(Problem(Kind.INTERNAL_ERROR, numbers={"incident": incident}))

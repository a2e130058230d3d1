"""Everything that goes wrong over HTTP, as one shape: problem details (RFC 9457)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NoReturn

import structlog
from flask import Flask, Response, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from adapter.doors.messages.wrong_fields import FieldError, field_errors, key_in
from adapter.doors.web import current
from adapter.doors.web.answers import json_text
from config.catalogue import Language, text

MEDIA_TYPE = "application/problem+json"
_log = structlog.get_logger(__name__)


class Kind(StrEnum):
    """The problems there are; each is a stable URI `urn:odwh:problem:<kind>` with one status."""

    INVALID_REQUEST = "invalid-request"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    NOT_ACCEPTABLE = "not-acceptable"
    CONFLICT = "conflict"
    PRECONDITION_FAILED = "precondition-failed"
    BODY_TOO_LARGE = "body-too-large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
    PRECONDITION_REQUIRED = "precondition-required"
    TOO_MANY_REQUESTS = "too-many-requests"
    INTERNAL_ERROR = "internal-error"
    UNAVAILABLE = "unavailable"


STATUS: Mapping[Kind, int] = {
    Kind.INVALID_REQUEST: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.METHOD_NOT_ALLOWED: 405,
    Kind.NOT_ACCEPTABLE: 406,
    Kind.CONFLICT: 409,
    Kind.PRECONDITION_FAILED: 412,
    Kind.BODY_TOO_LARGE: 413,
    Kind.UNSUPPORTED_MEDIA_TYPE: 415,
    Kind.PRECONDITION_REQUIRED: 428,
    Kind.TOO_MANY_REQUESTS: 429,
    Kind.INTERNAL_ERROR: 500,
    Kind.UNAVAILABLE: 503,
}
_BY_STATUS = {status: kind for kind, status in STATUS.items()}


class Problem(Exception):
    """Raise this anywhere in a view. `detail` is a key of `api.detail` or a whole key, else the
    kind's own."""

    def __init__(
        self,
        kind: Kind,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, object] | None = None,
        numbers: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(f"{kind} {detail or ''}".strip())
        self.kind = kind
        self.detail = detail or _key(kind)
        self.errors = errors
        self.headers = headers or {}
        self.members = members or {}
        self.numbers = numbers or {}


def invalid(*errors: FieldError) -> Problem:
    """A 400 that names every wrong value."""
    return Problem(Kind.INVALID_REQUEST, errors=errors)


def refuse(error: ValidationError) -> NoReturn:
    """Raise the 400 that names every wrong field of this error."""
    raise invalid(*field_errors(error))


def respond(problem: Problem) -> Response:
    return response_of(problem, current.language())


def response_of(problem: Problem, language: Language) -> Response:
    """Also outside a request to an application of ours."""
    body: dict[str, Any] = {
        "type": f"urn:odwh:problem:{problem.kind}",
        "title": text(title_of(problem.kind), language),
        "status": STATUS[problem.kind],
        "detail": text(key_in("api.detail", problem.detail), language, **problem.numbers),
        **problem.members,
    }
    if problem.errors:
        body["errors"] = [error.shown(language) for error in problem.errors]
    response = Response(json_text(body), STATUS[problem.kind], mimetype=MEDIA_TYPE)
    response.headers.update(dict(problem.headers))
    return response


def register_problems(app: Flask) -> None:
    """No answer of the framework itself, which would be HTML, reaches a caller."""
    app.register_error_handler(Problem, respond)
    app.register_error_handler(HTTPException, _from_http_exception)
    app.register_error_handler(Exception, _from_bug)


def _from_http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    kind = _BY_STATUS.get(status, Kind.INTERNAL_ERROR if status >= 500 else Kind.INVALID_REQUEST)
    # Of the framework's headers only these say something to the caller.
    headers = {
        name: value
        for name, value in error.get_headers(request.environ)
        if name in ("Allow", "Retry-After")
    }
    if kind is Kind.INTERNAL_ERROR:
        return _from_bug(error)
    return respond(Problem(kind, headers=headers))


def _from_bug(error: Exception) -> Response:
    """Only an id goes out; the log has the rest under the same id."""
    incident = str(uuid.uuid4())
    _log.error("unexpected error", incident=incident, exc_info=error)
    named = {"incident": incident}
    return respond(Problem(Kind.INTERNAL_ERROR, members=named, numbers=named))


def title_of(kind: Kind) -> str:
    """The key of its words."""
    return f"api.title.{_key(kind)}"


def _key(kind: Kind) -> str:
    return kind.replace("-", "_")

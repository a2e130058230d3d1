"""Somebody who was not signed in: a page that says what to do, and a line in the audit trail."""

from __future__ import annotations

import structlog
from flask import Flask, Response

from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.refused_logins import log_refused
from adapter.register.sign_in.browser_sessions import Way
from adapter.register.sign_in.refusals import SignInRefused, Why, note_refusal
from connectors.errors import ConnectorError, Transient

_log = structlog.get_logger(__name__)


def register_refusals(app: Flask) -> None:
    app.register_error_handler(SignInRefused, _refused)


def unreachable(way: Way, error: ConnectorError) -> SignInRefused:
    """Why is in the log; in the audit trail whether it was silence or a wrong answer."""
    _log.warning("sign_in.unreachable", way=str(way), error=str(error))
    detail = "no answer" if isinstance(error, Transient) else "not as it must answer"
    return SignInRefused(way, Why.UNREACHABLE, detail=detail)


def _refused(refused: SignInRefused) -> Response:
    parts = current.parts()
    log_refused(str(refused))
    with parts.register.write() as connection:
        note_refusal(connection, refused, parts.clock.now())
    status = 503 if refused.why is Why.UNREACHABLE else 403
    return page("sign_in_refused.html.jinja", status, way=refused.way, why=refused.why)

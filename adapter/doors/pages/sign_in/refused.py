"""Somebody who was not signed in: a page that says what to do, and a line in the audit trail."""

from __future__ import annotations

from flask import Flask, Response

from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.refused_logins import log_refused
from adapter.register.sign_in.refusals import SignInRefused, Why, note_refusal


def register_refusals(app: Flask) -> None:
    app.register_error_handler(SignInRefused, _refused)


def _refused(refused: SignInRefused) -> Response:
    parts = current.parts()
    log_refused(str(refused))
    with parts.register.write() as connection:
        note_refusal(connection, refused, parts.clock.now())
    status = 503 if refused.why is Why.UNREACHABLE else 403
    return page("sign_in_refused.html.jinja", status, way=refused.way, why=refused.why)

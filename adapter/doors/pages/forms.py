"""Forms that only our own pages can send: a token of the session (Flask-WTF), and the origin."""

from __future__ import annotations

from flask import Flask, Request, request
from flask.sessions import SessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect

from adapter.doors.pages import browser
from adapter.doors.pages.access import current_page
from adapter.doors.web.problems import Kind, Problem


class _OfThisRequest(dict[str, object], SessionMixin):
    """What Flask-WTF reads the token from. It is filled from the register at each request
    (`browser.recognise`), so nothing has to go out in a cookie."""


class _InTheRegister(SessionInterface):
    def open_session(self, app: Flask, request: Request) -> _OfThisRequest:
        return _OfThisRequest()

    def save_session(self, app: Flask, session: SessionMixin, response: object) -> None:
        """Kept in the register already."""


def protect_forms(app: Flask, secret: str) -> None:
    """`secret` signs the tokens; every process of the service has the same."""
    app.session_interface = _InTheRegister()
    app.config["WTF_CSRF_SECRET_KEY"] = secret
    # A token lives as long as its session.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    # By the table of pages, and from our public address: behind a proxy the host may be another.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_SSL_STRICT"] = False
    tokens = CSRFProtect(app)

    def refuse_foreign_forms() -> None:
        page = current_page()
        if page is None or page.foreign or request.method in ("GET", "HEAD"):
            return
        if not browser.is_from_here():
            raise Problem(Kind.FORBIDDEN, "pages.failure.foreign_form")
        if page.roles is not None:
            tokens.protect()

    app.before_request(refuse_foreign_forms)

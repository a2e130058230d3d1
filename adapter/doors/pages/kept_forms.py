"""A form that is sent after its session ended: kept for whose session it was, who sends it again
after signing in (WCAG 2.2, criterion 2.2.5).

Nothing is done with it before that. It is kept only when its token and origin are those of that
session, and shown to nobody else, whoever signs in at the same browser.
"""

from __future__ import annotations

from flask import Flask, Response, g, request, session
from flask_wtf.csrf import CSRFError, ValidationError, validate_csrf

from adapter.doors.pages import browser
from adapter.doors.pages.access import SentSignedOut
from adapter.doors.pages.failures import failure_page
from adapter.doors.pages.shown import page
from adapter.doors.pages.sign_in import cookies
from adapter.doors.pages.sign_in.ways import ways
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.store.tables.sign_in import BrowserSessionRow, KeptFormRow
from adapter.register.sign_in.browser_sessions import LONGEST, earlier_sessions_of
from adapter.register.sign_in.kept_forms import forget_form, keep_form, kept_form_of

RESUME = "/verder"
TOKEN, MARK = "csrf_token", "kept-form"
"""`MARK` stands in a form that is sent again, which then is kept no longer."""
MOST_BYTES = 500_000
_TYPE = "application/x-www-form-urlencoded"


def keep_what_is_sent_too_late(app: Flask) -> None:
    app.register_error_handler(SentSignedOut, _signed_out)
    app.register_error_handler(CSRFError, _of_another_session)
    app.after_request(_forget_what_is_sent_again)


def own_kept_form() -> KeptFormRow | None:
    """Of who is signed in."""
    standing, parts = browser.recognised(), current.parts()
    if standing is None:
        return None
    with parts.register.read() as connection:
        return kept_form_of(connection, standing.session.employee_id, parts.clock.now())


def forget_own_form() -> None:
    standing = browser.recognised()
    if standing is not None:
        with current.parts().register.write() as connection:
            forget_form(connection, standing.session.employee_id)


def written_words(kept: KeptFormRow) -> list[str]:
    """Sentences, which a person knows again; codes and amounts say little without their labels."""
    values = dict.fromkeys(value for _, value in kept.fields)
    return [value for value in values if len(value.split()) > 1]


def _signed_out(_error: SentSignedOut) -> Response:
    ended = browser.timed_out()
    if ended is None or not browser.is_from_here() or not _keep_for(ended):
        return failure_page(Problem(Kind.UNAUTHENTICATED, "pages.failure.signed_out"))
    response = page("sign_in.html.jinja", 401, to=RESUME, ways=ways(), kept=True)
    cookies.remember_page(response, RESUME)
    return response


def _of_another_session(_error: CSRFError) -> Response:
    """Who signed in anew beside a page that was open still sends what was typed there."""
    standing, parts = browser.recognised(), current.parts()
    if standing is not None:
        since = parts.clock.now() - LONGEST
        with parts.register.read() as connection:
            earlier = earlier_sessions_of(connection, standing.session.employee_id, since)
        if any(_keep_for(one) for one in earlier):
            return browser.redirect_to(RESUME)
    return failure_page(Problem(Kind.FORBIDDEN, "pages.failure.stale_form"))


def _keep_for(ended: BrowserSessionRow) -> bool:
    """Keep what was sent if it is a form of that session, without a file; returns whether it is."""
    fits = request.mimetype == _TYPE and (request.content_length or 0) <= MOST_BYTES
    if not fits or request.endpoint == "start.sign_out" or not _token_is_of(ended):
        return False
    parts = current.parts()
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != TOKEN]
    path = request.full_path.rstrip("?")
    with parts.register.write() as connection:
        keep_form(connection, ended.employee_id, path, fields, parts.clock.now())
    g.kept_now = True
    return True


def _token_is_of(ended: BrowserSessionRow) -> bool:
    """Nobody is signed in by it."""
    now = session.get(TOKEN)
    session[TOKEN] = ended.csrf_token
    try:
        validate_csrf(request.form.get(TOKEN))
    except ValidationError:
        return False
    finally:
        session[TOKEN] = now
    return True


def _forget_what_is_sent_again(response: Response) -> Response:
    """Once its page has answered it: it is done, or shown with what is wrong."""
    sent = request.method == "POST" and request.mimetype == _TYPE and "kept_now" not in g
    if sent and response.status_code in (303, 422) and MARK in request.form:
        forget_own_form()
    return response

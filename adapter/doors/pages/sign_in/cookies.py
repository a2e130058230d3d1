"""Cookies of somebody who is not signed in yet: one for each attempt, so that its answer is taken
from the browser that was sent off, and the page that the person came for."""

from __future__ import annotations

from urllib.parse import quote, unquote

from flask import Response, request

from adapter.doors.pages import browser
from adapter.register.sign_in.attempts import VALID
from adapter.register.sign_in.tokens import digest_of

_PAGE = "page"


def bind_attempt(response: Response, state: str, secret: str) -> None:
    _set(response, _of(state), secret)


def attempt_of(state: str) -> str:
    """Empty when this browser did not begin it, or kept no cookie."""
    return request.cookies.get(_name(_of(state)), "")


def forget_attempt(response: Response, state: str) -> None:
    _delete(response, _of(state))


def remember_page(response: Response, path: str) -> None:
    """The way to it may lead through the LMS, which knows nothing of it."""
    _set(response, _PAGE, quote(path))


def page_asked_for() -> str:
    """Of ours, whatever the cookie holds."""
    return browser.own_page(unquote(request.cookies.get(_name(_PAGE), "")))


def forget_page(response: Response) -> None:
    _delete(response, _PAGE)


def _of(state: str) -> str:
    """Two attempts in one browser, as after a restart with all its tabs, do not hinder another."""
    return digest_of(state)[:16]


def _name(what: str) -> str:
    return f"{browser.cookie_name()}-{what}"


def _set(response: Response, what: str, value: str) -> None:
    # An LMS sends its answer as a form from its own site; only loopback is one site with it.
    secure = browser.is_secure()
    response.set_cookie(
        _name(what),
        value,
        max_age=int(VALID.total_seconds()),
        secure=secure,
        httponly=True,
        samesite="None" if secure else "Lax",
        path="/",
    )


def _delete(response: Response, what: str) -> None:
    secure = browser.is_secure()
    response.delete_cookie(
        _name(what), secure=secure, httponly=True, samesite="None" if secure else "Lax", path="/"
    )

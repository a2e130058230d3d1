"""The browser at the other end: whose session its cookie opens, and the cookie itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Response, g, redirect, request, session

from adapter.doors.web import current
from adapter.ground.clock import today
from adapter.ground.store.tables.sign_in import BrowserSessionRow
from adapter.register.keys import Role
from adapter.register.sign_in.browser_sessions import (
    LONGEST,
    Ended,
    SignedIn,
    Way,
    end_session,
    open_session,
    past_its_time,
    see,
    session_of,
    timed_out_session_of,
    to_be_seen,
)
from adapter.register.sign_in.kept_forms import KEPT
from adapter.register.sign_in.lms_accounts import owner_of
from adapter.register.sign_in.rights import may_come_in, roles_of

START = "/"


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody's session that opens something at this moment, with the roles of this moment."""

    session: BrowserSessionRow
    roles: frozenset[Role]


def recognise() -> BrowserSessionRow | None:
    """Whose session the cookie opens, at this moment; one that opens nothing any more is ended."""
    token = request.cookies.get(cookie_name())
    standing = None if not token else _standing(token)
    g.recognised = standing
    if standing is None:
        return None
    session["csrf_token"] = standing.session.csrf_token
    return standing.session


def timed_out() -> BrowserSessionRow | None:
    """The session that the cookie opened until it ended by itself."""
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    with current.parts().register.read() as connection:
        return timed_out_session_of(connection, token)


def is_from_here() -> bool:
    """Whether a page of ours sends this, by what the browser says; where it says nothing, the token
    of the form decides."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == current.parts().settings.public_url
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def recognised() -> Recognised | None:
    """None for a stranger."""
    return cast("Recognised | None", g.get("recognised"))


def roles() -> frozenset[Role]:
    """None of them for a stranger."""
    standing = recognised()
    return frozenset() if standing is None else standing.roles


def _standing(token: str) -> Recognised | None:
    parts = current.parts()
    now, day = parts.clock.now(), today(parts.clock)
    with parts.register.read() as connection:
        row = session_of(connection, token)
        if row is None:
            return None
        ended = past_its_time(row, now)
        if ended is None and not may_come_in(connection, row.employee_id, day):
            ended = Ended.LEFT
        if ended is None and row.way == Way.LMS:
            account = row.account or ""
            if owner_of(connection, account) != row.employee_id:
                ended = Ended.ANOTHERS_ACCOUNT
        held = roles_of(connection, row.employee_id, row.claimed_roles, day)
    if ended is not None:
        with parts.register.write() as connection:
            end_session(connection, row, ended, now)
        return None
    if to_be_seen(row, now):
        with parts.register.write() as connection:
            see(connection, row, now)
    return Recognised(row, held)


def sign_in(person: SignedIn, to: str) -> Response:
    """Open a session for somebody whom a way of signing in has recognised, and lead to a page of
    ours. A session that the browser had already is ended: nobody else's goes on under this name."""
    parts = current.parts()
    now = parts.clock.now()
    with parts.register.write() as connection:
        before = session_of(connection, request.cookies.get(cookie_name()) or "")
        if before is not None:
            end_session(connection, before, Ended.SIGNED_IN_ANEW, now)
        token = open_session(connection, person, now)
    response = redirect_to(own_page(to))
    response.set_cookie(
        cookie_name(),
        token,
        # What is sent after the session ended still says whose it was.
        max_age=int((LONGEST + KEPT).total_seconds()),
        secure=is_secure(),
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def sign_out() -> Response:
    parts, standing = current.parts(), recognised()
    if standing is not None:
        with parts.register.write() as connection:
            end_session(connection, standing.session, Ended.SIGNED_OUT, parts.clock.now())
    response = redirect_to(START)
    response.delete_cookie(
        cookie_name(), secure=is_secure(), httponly=True, samesite="Lax", path="/"
    )
    return response


def cookie_name() -> str:
    """With `__Host-` a browser takes it from this very host over TLS only; loopback has no TLS."""
    return "__Host-odwh" if is_secure() else "odwh"


def is_secure() -> bool:
    return current.parts().settings.public_url.startswith("https://")


def own_page(path: str) -> str:
    """The path of a page of ours; anything else becomes the start page."""
    # With one slash in front there is no scheme and no host. Browsers take a backslash for a slash,
    # and skip a tab between two of them.
    ours = path.startswith("/") and not path.startswith("//")
    return path if ours and "\\" not in path and path.isprintable() else START


def redirect_to(to: str) -> Response:
    response = redirect(to, 303)
    assert isinstance(response, Response)
    return response

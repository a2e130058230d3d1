"""A link that signs one person in, once: looking at it uses nothing, the button does.

A mail program that looks at every link in advance would otherwise use it up.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from adapter.doors.pages import browser
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.clock import today
from adapter.register.audit_log import note_act
from adapter.register.sign_in.browser_sessions import SignedIn, Way
from adapter.register.sign_in.links import use_link
from adapter.register.sign_in.rights import may_come_in

SIGN_IN_LINKS = Blueprint("sign_in_links", __name__)


@SIGN_IN_LINKS.get("/aanmelden/link/<token>")
def show_link(token: str) -> Response:
    return page("sign_in_link.html.jinja", token=token)


@SIGN_IN_LINKS.post("/aanmelden/link")
def use() -> Response:
    parts = current.parts()
    now, day = parts.clock.now(), today(parts.clock)
    with parts.register.write() as connection:
        employee_id = use_link(connection, request.form.get("token", ""), now)
        if employee_id is not None and not may_come_in(connection, employee_id, day):
            employee_id = None
        if employee_id is None:
            note_act(
                connection,
                now,
                actor="",
                action="sign-in-link",
                record="session",
                result="refused",
            )
    if employee_id is None:
        raise Problem(Kind.FORBIDDEN, "pages.failure.used_link")
    return browser.sign_in(SignedIn(employee_id, Way.LINK), browser.START)

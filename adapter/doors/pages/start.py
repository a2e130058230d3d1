"""The start page, signing in and signing out, and what the pages are made up with."""

from __future__ import annotations

from flask import Blueprint, Response, request

from adapter.doors.pages import browser
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.kept_forms import (
    MARK,
    RESUME,
    forget_own_form,
    own_kept_form,
    written_words,
)
from adapter.doors.pages.shown import ASSET_TYPES, asset, page
from adapter.doors.pages.sign_in import cookies
from adapter.doors.pages.sign_in.ways import ways
from adapter.doors.web.problems import Kind, Problem

START = Blueprint("start", __name__)
_FOR_GOOD = "public, max-age=31536000, immutable"


@START.get("/")
def home() -> Response:
    if browser.recognised() is not None:
        return page("home.html.jinja", kept=own_kept_form() is not None, done=what_was_done())
    return _ask_to_sign_in(browser.START)


@START.get("/aanmelden")
def sign_in() -> Response:
    return _ask_to_sign_in(browser.own_page(request.args.get("naar", "")))


def _ask_to_sign_in(to: str) -> Response:
    response = page("sign_in.html.jinja", to=to, ways=ways(), kept=False)
    if to != browser.START:
        cookies.remember_page(response, to)
    return response


@START.get(RESUME)
def resume() -> Response:
    """What was sent after the session ended, to be sent again."""
    kept = own_kept_form()
    if kept is None:
        return back_to("start.home", "nothing_kept")
    return page("kept_form.html.jinja", kept=kept, sentences=written_words(kept), mark=MARK)


@START.post(f"{RESUME}/weggooien")
def throw_away() -> Response:
    forget_own_form()
    return back_to("start.home", "form_thrown_away")


@START.post("/afmelden")
def sign_out() -> Response:
    return browser.sign_out()


@START.get("/assets/<name>", endpoint="asset")
def give_asset(name: str) -> Response:
    if name not in ASSET_TYPES:
        raise Problem(Kind.NOT_FOUND)
    return Response(asset(name), mimetype=ASSET_TYPES[name], headers={"Cache-Control": _FOR_GOOD})

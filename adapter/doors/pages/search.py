"""*Zoeken*: HR finds an employee, a course or a request."""

from __future__ import annotations

from flask import Blueprint, Response, request

from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.register.people import full_name
from adapter.subjects.requests.acts import looking
from adapter.views.search import search

SEARCH = Blueprint("search", __name__)
_LONGEST = 100


@SEARCH.get("/zoeken")
def show() -> Response:
    words = request.args.get("q", "").strip()[:_LONGEST]
    with looking(current.parts(), current.principal()) as act:
        matches = search(act.connection, words)
    return page("search.html.jinja", words_asked=words, matches=matches, full_name=full_name)

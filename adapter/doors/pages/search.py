"""*Zoeken*: HR finds a person, a course or a request, and opens somebody's learning overview."""

from __future__ import annotations

from flask import Blueprint, Response, request

from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.report_answers import report_answer
from adapter.ground.rendering.renderers import RENDERERS
from adapter.register.audit_log import note_act
from adapter.register.people import full_name
from adapter.subjects.requests.acts import acting, looking
from adapter.views.overview.learning import learning_overview
from adapter.views.overview.report import overview_report
from adapter.views.search import search

SEARCH = Blueprint("search", __name__)
_LONGEST = 100


@SEARCH.get("/zoeken")
def show() -> Response:
    words = request.args.get("q", "").strip()[:_LONGEST]
    with looking(current.parts(), current.principal()) as act:
        matches = search(act.connection, words)
    return page("search.html.jinja", words_asked=words, matches=matches, full_name=full_name)


@SEARCH.get("/medewerkers/<employee_id>/leeroverzicht.<form>")
def overview(employee_id: str, form: str) -> Response:
    """Of somebody else, so it is in the audit trail that it was looked at."""
    renderer, language = RENDERERS.get(form), current.language()
    if renderer is None:
        raise Problem(Kind.NOT_FOUND)
    with acting(current.parts(), current.principal()) as act:
        report = overview_report(learning_overview(act, employee_id), act.policy, act.now, language)
        note_act(
            act.connection,
            act.now,
            actor=act.actor,
            action="read-learning-overview",
            record=employee_id,
            result="given",
        )
    return report_answer(report, renderer)

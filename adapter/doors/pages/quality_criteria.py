"""*Kwaliteitscriteria*: what is required, who has it, and what is left to do: HR of everybody, a
manager of the own team (Visie §1, §3)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from adapter.doors.imports.quality_proposals import proposal_sheet
from adapter.doors.messages.media_types import XLSX
from adapter.doors.pages.access import person
from adapter.doors.pages.done import what_was_done
from adapter.doors.pages.published import asked_for
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.noting import about
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.report_answers import document_answer, report_answer
from adapter.ground.rendering.renderers import RENDERERS
from adapter.register.courses import course_names
from adapter.subjects.requests.acts import looking
from adapter.views.overview.team import team_names
from adapter.views.published_report import AsItStands
from adapter.views.quality_criteria.overview import (
    experts_of,
    experts_of_team,
    quality_overview,
)
from adapter.views.quality_criteria.page import expertises_picture, words_of
from adapter.views.reports.quality_criteria import REPORT

QUALITY_CRITERIA = Blueprint("quality_criteria", __name__)


@QUALITY_CRITERIA.get("/kwaliteitscriteria")
def show() -> Response:
    with looking(current.parts(), current.principal()) as act:
        found, today = quality_overview(act), act.today
    words = words_of(current.language())
    return page(
        "quality_criteria.html.jinja",
        found=found,
        today=today,
        picture=expertises_picture(found.lines, None, words) if found.lines else None,
        done=what_was_done(),
    )


@QUALITY_CRITERIA.get("/kwaliteitscriteria/eis")
def requirement() -> Response:
    with looking(current.parts(), current.principal()) as act:
        found, experts = experts_of(act, request.args.get("kenmerk", ""))
        courses = course_names(act.connection, found.requirement.course_ids)
        today = act.today
    return page(
        "quality_requirement.html.jinja",
        found=found,
        experts=experts,
        courses=courses,
        today=today,
    )


@QUALITY_CRITERIA.get("/kwaliteitscriteria/overzicht.<form>")
def written(form: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        report = asked_for(act, REPORT, AsItStands(), form)
    return report_answer(report, RENDERERS[form])


@QUALITY_CRITERIA.get("/kwaliteitscriteria/aanvragen/<employee_id>.xlsx")
def proposals(employee_id: str) -> Response:
    """For the team of this manager, as HR sends it on."""
    return _proposals(employee_id)


@QUALITY_CRITERIA.get("/mijn-team/kwaliteitscriteria")
def team() -> Response:
    with looking(current.parts(), current.principal()) as act:
        experts = experts_of_team(act, team_names(act, person()))
        today = act.today
    return page(
        "team_quality_criteria.html.jinja",
        experts=experts,
        today=today,
    )


@QUALITY_CRITERIA.get("/mijn-team/kwaliteitscriteria/aanvragen.xlsx")
def team_proposals() -> Response:
    return _proposals(person())


def _proposals(manager_id: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        if not team_names(act, manager_id):
            raise Problem(Kind.NOT_FOUND)
        sheet = proposal_sheet(act, manager_id, current.language())
    about(manager_id)
    return document_answer(sheet, XLSX, "aanvragen-kwaliteitscriteria.xlsx")

"""*Mijn team*: what waits for a manager, the hours of the team, and its requests (Visie §5, §8)."""

from __future__ import annotations

from flask import Blueprint, Response

from adapter.doors.pages.access import person
from adapter.doors.pages.done import what_was_done
from adapter.doors.pages.published import asked_for
from adapter.doors.pages.reading import portion_number
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.report_answers import report_answer
from adapter.ground.rendering.renderers import RENDERERS
from adapter.subjects.requests.acts import looking
from adapter.subjects.requests.requests import newest_requests
from adapter.views.overview.team import team_learning
from adapter.views.reports.team_overview import REPORT, ManagerPath
from adapter.views.tasks.work_list import TaskState, list_tasks

MY_TEAM = Blueprint("my_team", __name__)


@MY_TEAM.get("/mijn-team")
def show() -> Response:
    number = portion_number("aanvragen")
    with looking(current.parts(), current.principal()) as act:
        team = team_learning(act, person())
        tasks = list_tasks(act, state=TaskState.OPEN)
        requests = newest_requests(act, number)
        today = act.today
    return page(
        "my_team.html.jinja",
        team=team,
        tasks=tasks,
        requests=requests,
        today=today,
        done=what_was_done(),
    )


@MY_TEAM.get("/mijn-team/teamoverzicht.<form>")
def overview(form: str) -> Response:
    """To prepare a talk with the team, or with one of it."""
    with looking(current.parts(), current.principal()) as act:
        report = asked_for(act, REPORT, ManagerPath(id=person()), form)
    return report_answer(report, RENDERERS[form])

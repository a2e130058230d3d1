"""How a training request begins on a page: a training and people, kept as a draft at once with what
the course tells of it (Visie §6, P2)."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from sqlalchemy import select

from adapter.doors.messages.training_requests import TrainingRequestIn
from adapter.doors.pages.form_values import WrongForm, read_form
from adapter.doors.pages.shown import page, say
from adapter.doors.web import current
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.subjects.requests import requests
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.requests.refusals import UnknownEntry, WrongFields
from adapter.views.overview.team import team_names
from policy.model import Ground, MandatoryByLaw
from policy.money import euros


def first_draft_form(manager_id: str, home: str, *, wrong: bool = False) -> Response:
    """`home` is the page to go back to. Raises `UnknownEntry` for a manager without a team."""
    with looking(current.parts(), current.principal()) as act:
        team, courses = team_names(act, manager_id), courses_to_ask_for(act)
    if not team and current.principal().employee_id != manager_id:
        raise UnknownEntry
    return page(
        "new_request.html.jinja",
        422 if wrong else 200,
        action=request.path,
        home=home,
        team=team,
        courses=courses,
        chosen=request.form.getlist("employee") or request.args.getlist("employee"),
        course=request.form.get("course", request.args.get("course", "")),
        title=request.form.get("title", ""),
        errors={"course": say("request.no_training")} if wrong else {},
    )


def keep_first_draft(manager_id: str) -> str | None:
    """The id of the draft; None when the form names no training."""
    chosen = request.form.get("course", "")
    with acting(current.parts(), current.principal()) as act:
        course = next((one for one in courses_to_ask_for(act) if one.idnumber == chosen), None)
        body = _first_draft(course, request.form.getlist("employee"))
        try:
            message = read_form((), {}, TrainingRequestIn, **body)
            return requests.create(act, message.content(), manager_id)
        except (WrongForm, WrongFields):
            return None


def courses_to_ask_for(act: Act) -> list[CourseRow]:
    """By name."""
    return rows_of(
        act.connection,
        select(CourseRow)
        .where(CourseRow.gone_at.is_(None), CourseRow.idnumber != "", CourseRow.out_of_scope == 0)
        .order_by(CourseRow.full_name, CourseRow.idnumber),
    )


def _first_draft(course: CourseRow | None, employees: list[str]) -> dict[str, Any]:
    title = request.form.get("title", "").strip() or (course.full_name if course else "")
    costs = (course.costs_cents or 0) * max(len(employees), 1) if course else 0
    draft: dict[str, Any] = {
        "title": title,
        "employeeIds": employees,
        "ground": (course.ground if course else None) or str(Ground.INDIVIDUAL),
        "mandatoryByLaw": str(MandatoryByLaw.UNKNOWN),
        "costs": {"feeEur": euros(costs)},
        "hours": f"{(course.hours if course else None) or 0:.2f}",
    }
    if course is None:
        return draft | {"trajectoryId": title}
    draft["courseIds"] = [course.idnumber]
    if course.start_on is not None:
        draft["startDate"] = course.start_on.isoformat()
    if course.end_on is not None:
        draft["endDate"] = course.end_on.isoformat()
    return draft

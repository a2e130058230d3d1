"""How a training request begins on a page: a training and people, kept as a draft at once with what
the course tells of it (Visie §6, P2)."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from sqlalchemy import select

from adapter.doors.messages.requirement_drafts import requirement_draft
from adapter.doors.messages.training_requests import TrainingRequestIn
from adapter.doors.pages.form_values import Errors, FormField, WrongForm, read_form, refused
from adapter.doors.pages.shown import page, say
from adapter.doors.web import current
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.quality_criteria import QualityRequirementRow
from adapter.subjects.quality_criteria.requirements import requirement_named
from adapter.subjects.requests import requests
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.requests.refusals import WrongFields
from adapter.views.overview.team import team_names
from policy.model import Ground, MandatoryByLaw
from policy.money import euros

# A training that is in no list is its own trajectory.
_BESIDE = (
    FormField("title", "/title"),
    FormField("title", "/trajectoryId"),
    FormField("course", "/courseIds"),
    FormField("employee", "/employeeIds"),
)


def first_draft_form(manager_id: str, home: str, errors: Errors | None = None) -> Response:
    """`home` is the page to go back to."""
    with looking(current.parts(), current.principal()) as act:
        team, courses = team_names(act, manager_id), courses_to_ask_for(act)
        requirement = _requirement(act, request.values.get("requirement", ""))
    begun = _begun_by(requirement)
    return page(
        "new_request.html.jinja",
        422 if errors else 200,
        action=request.path,
        home=home,
        team=team,
        courses=courses,
        chosen=request.form.getlist("employee") or request.args.getlist("employee"),
        course=request.form.get("course", request.args.get("course", begun["course"])),
        title=request.form.get("title", begun["title"]),
        requirement=requirement,
        errors=errors or {},
    )


def keep_first_draft(manager_id: str) -> str:
    """The id of the draft. Raises `WrongForm`."""
    chosen = request.form.get("course", "")
    try:
        with acting(current.parts(), current.principal()) as act:
            course = next((one for one in courses_to_ask_for(act) if one.idnumber == chosen), None)
            if course is None and not request.form.get("title", "").strip():
                raise WrongForm({"course": say("request.no_training")})
            requirement = _requirement(act, request.form.get("requirement", ""))
            body = _first_draft(course, requirement, request.form.getlist("employee"))
            message = read_form((), {}, TrainingRequestIn, beside=_BESIDE, **body)
            return requests.create(act, message.content(), manager_id)
    except WrongFields as refusal:
        raise refused(_BESIDE, refusal) from refusal


def courses_to_ask_for(act: Act) -> list[CourseRow]:
    """By name."""
    return rows_of(
        act.connection,
        select(CourseRow)
        .where(CourseRow.gone_at.is_(None), CourseRow.idnumber != "", CourseRow.out_of_scope == 0)
        .order_by(CourseRow.full_name, CourseRow.idnumber),
    )


def _requirement(act: Act, reference: str) -> QualityRequirementRow | None:
    """That of the quality criteria for which it is asked, where it is."""
    return requirement_named(act.connection, reference) if reference else None


def _begun_by(requirement: QualityRequirementRow | None) -> dict[str, str]:
    if requirement is None:
        return {"course": "", "title": ""}
    return {"course": next(iter(requirement.course_ids), ""), "title": requirement.title}


def _first_draft(
    course: CourseRow | None, requirement: QualityRequirementRow | None, employees: list[str]
) -> dict[str, Any]:
    title = request.form.get("title", "").strip()
    if requirement is not None:
        begun = requirement_draft(requirement, course, employees, current.language())
        return begun | {"title": title or requirement.title}
    title = title or (course.full_name if course else "")
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

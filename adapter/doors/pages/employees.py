"""*Medewerker*: HR sees one employee's learning and records what no system tells of it (P4, P6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response

from adapter.doors.messages.sign_ups import ConsequenceIn
from adapter.doors.pages import trajectory_forms
from adapter.doors.pages.act_forms import (
    ActField,
    ActForm,
    Look,
    carry_out,
    form_named,
    with_errors,
)
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.if_leaving import if_leaving
from adapter.doors.pages.published import asked_for
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.report_answers import report_answer
from adapter.ground.rendering.renderers import RENDERERS
from adapter.register.audit_log import note_act
from adapter.register.people import full_name, names_of
from adapter.subjects.in_company.absences import attach_consequence
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.views.overview.learning_record import LearningRecord, learning_record, one_no_show
from adapter.views.overview.team import team_names
from adapter.views.reports import learning_overview, team_overview
from adapter.views.reports.learning_overview import EmployeePath
from adapter.views.reports.team_overview import ManagerPath

EMPLOYEES = Blueprint("employees", __name__)
_CONSEQUENCE = ActForm(
    "attach_consequence",
    ConsequenceIn,
    (
        ActField("consequence", "/consequence", Look.TEXT),
        ActField("ground", "/ground", Look.TEXT),
    ),
)


@EMPLOYEES.get("/medewerkers/<employee_id>")
def show(employee_id: str) -> Response:
    return _page(employee_id, None)


@EMPLOYEES.post("/medewerkers/<employee_id>/<act_name>")
def carry(employee_id: str, act_name: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = learning_record(act, employee_id)
    form = form_named(_forms(found), act_name)
    wrong = carry_out(form, trajectory_forms.record)
    if wrong is not None:
        return _page(employee_id, wrong)
    return back_to("employees.show", "trajectory_recorded", employee_id=employee_id)


@EMPLOYEES.get("/medewerkers/<employee_id>/leeroverzicht.<form>")
def overview(employee_id: str, form: str) -> Response:
    with acting(current.parts(), current.principal()) as act:
        report = asked_for(act, learning_overview.REPORT, EmployeePath(id=employee_id), form)
        _note_looking(act, employee_id)
    return report_answer(report, RENDERERS[form])


@EMPLOYEES.get("/medewerkers/<employee_id>/teamoverzicht.<form>")
def team(employee_id: str, form: str) -> Response:
    """Of who reports to this manager."""
    with looking(current.parts(), current.principal()) as act:
        report = asked_for(act, team_overview.REPORT, ManagerPath(id=employee_id), form)
    return report_answer(report, RENDERERS[form])


@EMPLOYEES.get("/medewerkers/<employee_id>/afwezigheden/<sign_up_id>")
def no_show(employee_id: str, sign_up_id: str) -> Response:
    return _no_show(employee_id, sign_up_id, _CONSEQUENCE)


@EMPLOYEES.post("/medewerkers/<employee_id>/afwezigheden/<sign_up_id>")
def attach(employee_id: str, sign_up_id: str) -> Response:
    def run(act: Act, message: ConsequenceIn, _version: int) -> None:
        session_id = one_no_show(act, employee_id, sign_up_id).sign_up.session_id
        attach_consequence(act, session_id, sign_up_id, message.consequence, message.ground)

    wrong = carry_out(_CONSEQUENCE, run)
    if wrong is not None:
        return _no_show(employee_id, sign_up_id, wrong)
    here: dict[str, Any] = {"employee_id": employee_id, "sign_up_id": sign_up_id}
    return back_to("employees.no_show", "consequence_attached", **here)


def _page(employee_id: str, wrong: ActForm | None) -> Response:
    with acting(current.parts(), current.principal()) as act:
        found = learning_record(act, employee_id)
        leaving = if_leaving(act, employee_id)
        leads = bool(team_names(act, employee_id))
        _note_looking(act, employee_id)
    forms = with_errors(_forms(found), wrong)
    return page(
        "employee.html.jinja",
        200 if wrong is None else 422,
        found=found,
        name=full_name(found.employee),
        leaving=leaving,
        leads=leads,
        forms=forms,
        done=what_was_done(),
    )


def _no_show(employee_id: str, sign_up_id: str, form: ActForm) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = one_no_show(act, employee_id, sign_up_id)
        names = names_of(act.connection, [employee_id])
    return page(
        "no_show.html.jinja",
        422 if form.errors else 200,
        found=found,
        name=names.get(employee_id, employee_id),
        form=form,
        done=what_was_done(),
    )


def _forms(found: LearningRecord) -> Iterator[ActForm]:
    employee_id = found.employee.employee_id
    if found.trajectories:
        yield trajectory_forms.break_off(employee_id, _one_of(found.trajectories))
    broken_off = {row.trajectory_id: found.title(row.trajectory_id) for row in found.broken_off}
    if broken_off:
        yield trajectory_forms.withdraw_break_off(employee_id, _one_of(broken_off))


def _one_of(trajectories: dict[str, str]) -> ActField:
    return ActField("trajectory", "/trajectoryId", Look.CHOICE, titles=tuple(trajectories.items()))


def _note_looking(act: Act, employee_id: str) -> None:
    """It is of somebody else, so it is in the audit trail that it was looked at."""
    note_act(
        act.connection,
        act.now,
        actor=act.actor,
        action="view-learning-overview",
        record=employee_id,
        result="given",
        about=employee_id,
    )

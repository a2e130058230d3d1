"""*Mijn team*, in-company: the manager's consent, and how many can be away at once (Visie §5)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from adapter.doors.messages.in_company_consents import InCompanyConsentIn
from adapter.doors.messages.in_company_sessions import TeamAvailabilityIn
from adapter.doors.messages.sign_ups import SignUpIn, SignUpStepIn
from adapter.doors.pages.access import person
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.form_values import (
    Errors,
    FormField,
    WrongForm,
    not_now,
    read_form,
    refused,
)
from adapter.doors.pages.reading import portion_number, version_read
from adapter.doors.pages.shown import page, say
from adapter.doors.web import current
from adapter.ground.spreadsheets import cells
from adapter.subjects.in_company import availability, sign_ups
from adapter.subjects.requests import consents
from adapter.subjects.requests.acts import acting, looking
from adapter.subjects.requests.refusals import NotNow, OtherVersion, WrongFields
from adapter.views.in_company.team import (
    courses_without_sessions,
    sessions_of_team,
    settled_sign_ups,
    to_consent_to,
)
from adapter.views.overview.team import team_names
from policy.sign_ups import SignUpStep

TEAM_IN_COMPANY = Blueprint("team_in_company", __name__)

_CONSENT = (
    FormField("medewerker", "/employeeId"),
    FormField("cursus", "/courseId"),
    FormField("dag", "/consentedDate", cells.day),
)


@TEAM_IN_COMPANY.get("/mijn-team/incompany")
def show() -> Response:
    return _page({})


@TEAM_IN_COMPANY.post("/mijn-team/incompany/<session_id>/deelnemers/<participant_id>")
def move(session_id: str, participant_id: str) -> Response:
    fields = (FormField("stap", "/step"), FormField(f"reden-{participant_id}", "/reason"))
    try:
        body = read_form(fields, request.form, SignUpStepIn)
        with acting(current.parts(), current.principal()) as act:
            version = version_read()
            sign_ups.take_step(act, session_id, participant_id, version, body.step, body.reason)
    except WrongForm as wrong:
        return _page(wrong.errors)
    except WrongFields as refusal:
        return _page(refused(fields, refusal).errors)
    except NotNow as refusal:
        return _page({"": not_now(refusal)}, request.form.get(fields[1].name, ""))
    except OtherVersion:
        lost = request.form.get(fields[1].name, "")
        return _page({"": say("team.changed_meanwhile")}, lost)
    match body.step:
        case SignUpStep.REFUSE:
            return back_to("team_in_company.show", "step_refuse")
        case SignUpStep.WITHDRAW_CONSENT:
            return back_to("team_in_company.show", "step_withdraw_consent")
        case SignUpStep.CANCEL:
            return back_to("team_in_company.show", "step_cancel")
    return back_to("team_in_company.show", "consented")


@TEAM_IN_COMPANY.post("/mijn-team/incompany/<session_id>/beschikbaarheid")
def set_availability(session_id: str) -> Response:
    fields = (FormField(f"hoeveel-{session_id}", "/most", cells.whole),)
    try:
        body = read_form(fields, request.form, TeamAvailabilityIn)
    except WrongForm as wrong:
        return _page(wrong.errors)
    try:
        with acting(current.parts(), current.principal()) as act:
            availability.set_availability(act, session_id, body.most)
    except NotNow as refusal:
        return _page({"": not_now(refusal)})
    return back_to("team_in_company.show", "availability_set")


@TEAM_IN_COMPANY.post("/mijn-team/incompany/<session_id>/aanmelden")
def sign_up(session_id: str) -> Response:
    fields = (FormField(f"wie-{session_id}", "/employeeId"),)
    try:
        body = read_form(fields, request.form, SignUpIn)
        with acting(current.parts(), current.principal()) as act:
            sign_ups.sign_up(act, session_id, body.employee_id)
    except WrongForm as wrong:
        return _page(wrong.errors)
    except WrongFields as refusal:
        return _page(refused(fields, refusal).errors)
    except NotNow as refusal:
        return _page({"": not_now(refusal)})
    return back_to("team_in_company.show", "team_signed_up")


@TEAM_IN_COMPANY.post("/mijn-team/incompany/instemmen")
def consent() -> Response:
    """For a course without sessions."""
    try:
        body = read_form(_CONSENT, request.form, InCompanyConsentIn)
        with acting(current.parts(), current.principal()) as act:
            day = body.consented_date or act.today
            consents.consent(act, body.employee_id, body.course_id, day)
    except WrongForm as wrong:
        return _page(wrong.errors)
    except WrongFields as refusal:
        return _page(refused(_CONSENT, refusal).errors)
    except NotNow as refusal:
        return _page({"": not_now(refusal)})
    return back_to("team_in_company.show", "consented")


def _page(errors: Errors, lost: str = "") -> Response:
    """`lost` is the reason that was typed for a step that cannot be taken now."""
    with looking(current.parts(), current.principal()) as act:
        return page(
            "team_in_company.html.jinja",
            422 if errors else 200,
            to_consent=to_consent_to(act, person(), portion_number("wacht")),
            settled=settled_sign_ups(act, person(), portion_number("besloten")),
            sessions=sessions_of_team(act, person(), portion_number("bijeenkomsten")),
            members=list(team_names(act, person()).items()),
            courses=courses_without_sessions(act),
            today=act.today,
            typed=request.form,
            errors=errors,
            lost=lost,
            done=what_was_done(),
        )

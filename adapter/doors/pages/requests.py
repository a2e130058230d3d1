"""A training request as HR has it: written down for a manager, completed until there is a proposal,
sent in or withdrawn; and the law settled (Visie §6; P2, A27)."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from adapter.doors.messages.legal_assessments import LegalAssessmentIn
from adapter.doors.pages.act_forms import ActField, ActForm, Look, carry_out
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.first_draft import first_draft_form, keep_first_draft
from adapter.doors.pages.form_values import Errors, WrongForm, not_now, refused
from adapter.doors.pages.meanwhile import SEEN, version_to_go_by
from adapter.doors.pages.reading import version_read
from adapter.doors.pages.request_form import FIELDS, changes_sent, form_to_show, lines_to_read
from adapter.doors.pages.shown import page, say
from adapter.doors.web import current
from adapter.register.people import names_of
from adapter.subjects.requests import requests, states, statutory
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.requests.intake import intake_check
from adapter.subjects.requests.refusals import NotNow, OtherVersion, UnknownEntry, WrongFields
from adapter.subjects.requests.requests import VisibleRequest
from adapter.views.findings import sentence
from adapter.views.overview.team import team_names
from policy.model import MandatoryByLaw
from policy.request_states import NEXT, RequestState

REQUESTS = Blueprint("requests", __name__)
EDITABLE = (RequestState.DRAFT, RequestState.SUBMITTED, RequestState.UNDER_REVIEW)
LAW_FIELDS = (
    ActField(
        "mandatory", "/mandatoryByLaw", Look.CHOICE, tuple(MandatoryByLaw), "imports.mandatory"
    ),
    ActField("law_source", "/source"),
    ActField("law_reason", "/reason", Look.TEXT),
    ActField("assessed_on", "/assessedDate", Look.DAY),
)
_SETTLE = ActForm("settle_law", LegalAssessmentIn, LAW_FIELDS)


@REQUESTS.get("/medewerkers/<employee_id>/aanvragen/nieuw")
def new(employee_id: str) -> Response:
    return _first_draft_form(employee_id, {})


@REQUESTS.post("/medewerkers/<employee_id>/aanvragen/nieuw")
def create(employee_id: str) -> Response:
    """For this manager, who handed it in otherwise."""
    _refuse_without_team(employee_id)
    try:
        request_id = keep_first_draft(employee_id)
    except WrongForm as wrong:
        return _first_draft_form(employee_id, wrong.errors)
    return back_to("requests.show", "draft_kept", request_id=request_id)


@REQUESTS.get("/aanvragen/<request_id>")
def show(request_id: str) -> Response:
    return _page(request_id)


@REQUESTS.post("/aanvragen/<request_id>")
def save(request_id: str) -> Response:
    """What HR completes, with what was typed beside what is wrong."""
    version = version_to_go_by()
    try:
        with acting(current.parts(), current.principal()) as act:
            changes = changes_sent(requests.visible_request(act, request_id))
            requests.change(act, request_id, version, changes)
            if request.form.get("act") == "submit":
                states.move(act, request_id, version + 1, RequestState.SUBMITTED)
    except WrongForm as wrong:
        return _page(request_id, wrong.errors)
    except WrongFields as refusal:
        return _page(request_id, refused(FIELDS, refusal).errors)
    except OtherVersion:
        return _page(request_id, {SEEN: say("form.changed_meanwhile_seen")})
    except NotNow as refusal:
        return _page(request_id, {"": not_now(refusal)})
    return back_to("requests.show", "request_changed", request_id=request_id)


@REQUESTS.post("/aanvragen/<request_id>/intrekken")
def withdraw(request_id: str) -> Response:
    reason = request.form.get("reason", "").strip() or None
    with acting(current.parts(), current.principal()) as act:
        states.move(act, request_id, version_read(), RequestState.WITHDRAWN, reason)
    return back_to("requests.show", "withdrawn", request_id=request_id)


@REQUESTS.post("/aanvragen/<request_id>/wet")
def settle_law(request_id: str) -> Response:
    def run(act: Act, message: LegalAssessmentIn, _version: int) -> None:
        statutory.assess_request(act, request_id, message.content())

    wrong = carry_out(_SETTLE, run)
    if wrong is not None:
        return _page(request_id, law=wrong)
    return back_to("requests.show", "law_settled", request_id=request_id)


def _first_draft_form(manager_id: str, errors: Errors) -> Response:
    _refuse_without_team(manager_id)
    return first_draft_form(manager_id, url_for("employees.show", employee_id=manager_id), errors)


def _refuse_without_team(manager_id: str) -> None:
    with looking(current.parts(), current.principal()) as act:
        if not team_names(act, manager_id):
            raise UnknownEntry


def _page(
    request_id: str,
    errors: Errors | None = None,
    *,
    law: ActForm | None = None,
) -> Response:
    language = current.language()
    with looking(current.parts(), current.principal()) as act:
        found = requests.visible_request(act, request_id)
        state = RequestState(found.row.state)
        intake = intake_check(act, found)
        settled = statutory.assessments(act, request_id=request_id)
        team = _people(act, found)
        today = act.today.isoformat()
    editable = state in EDITABLE
    form = form_to_show(found, errors or {}, team, editable=editable)
    return page(
        "request.html.jinja",
        422 if errors or law else 200,
        row=found.row,
        editable=editable,
        can_be_withdrawn=RequestState.WITHDRAWN in NEXT[state],
        form=form,
        lines=lines_to_read(found, team),
        team=team,
        findings=[(one, sentence(one, language)) for one in intake.findings],
        hours=intake.hours,
        sentence=lambda finding: sentence(finding, language),
        settled=settled,
        law=law or _SETTLE.starting_with(assessed_on=today),
        errors=form.errors,
        done=what_was_done(),
    )


def _people(act: Act, found: VisibleRequest) -> dict[str, str]:
    """The manager's team, and whoever the request names beside it."""
    return team_names(act, found.row.submitted_by) | names_of(act.connection, found.employee_ids)

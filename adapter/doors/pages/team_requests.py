"""A manager's training requests: begun with a course and people, kept as a draft from then on, with
the intake check beside it, and sent in (Visie §6, P2)."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from adapter.doors.pages.access import person
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.first_draft import (
    courses_to_ask_for,
    first_draft_form,
    keep_first_draft,
)
from adapter.doors.pages.form_values import Errors, WrongForm, not_now, refused
from adapter.doors.pages.meanwhile import SEEN, version_to_go_by
from adapter.doors.pages.reading import version_read
from adapter.doors.pages.request_form import FIELDS, changes_sent, form_to_show, lines_to_read
from adapter.doors.pages.shown import page, say
from adapter.doors.web import current
from adapter.subjects.requests import requests, states
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.requests.intake import intake_check
from adapter.subjects.requests.refusals import NotNow, OtherVersion, WrongFields
from adapter.subjects.requests.requests import VisibleRequest
from adapter.views.findings import sentence
from adapter.views.overview.team import team_names
from policy.request_states import NEXT, RequestState

TEAM_REQUESTS = Blueprint("team_requests", __name__)


@TEAM_REQUESTS.get("/mijn-team/aanvragen/nieuw")
def new() -> Response:
    return first_draft_form(person(), url_for("my_team.show"))


@TEAM_REQUESTS.post("/mijn-team/aanvragen/nieuw")
def create() -> Response:
    try:
        request_id = keep_first_draft(person())
    except WrongForm as wrong:
        return first_draft_form(person(), url_for("my_team.show"), wrong.errors)
    return back_to("team_requests.edit", "draft_kept", request_id=request_id)


@TEAM_REQUESTS.get("/mijn-team/aanvragen/<request_id>")
def edit(request_id: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = requests.visible_request(act, request_id)
        return _form(act, found, {})


@TEAM_REQUESTS.post("/mijn-team/aanvragen/<request_id>")
def save(request_id: str) -> Response:
    """Keep it as a draft; with the other button, send it in as well. What is wrong is shown beside
    what was typed, and nothing of it is lost."""
    version = version_to_go_by()
    try:
        with acting(current.parts(), current.principal()) as act:
            changes = changes_sent(requests.visible_request(act, request_id))
            requests.change(act, request_id, version, changes)
            if request.form.get("act") == "submit":
                states.move(act, request_id, version + 1, RequestState.SUBMITTED)
                return back_to("team_requests.edit", "submitted", request_id=request_id)
    except WrongForm as wrong:
        return _again(request_id, wrong.errors)
    except WrongFields as refusal:
        return _again(request_id, refused(FIELDS, refusal).errors)
    except OtherVersion:
        return _again(request_id, {SEEN: say("form.changed_meanwhile_seen")})
    except NotNow as refusal:
        return _again(request_id, {"": not_now(refusal)})
    return back_to("team_requests.edit", "draft_kept", request_id=request_id)


@TEAM_REQUESTS.post("/mijn-team/aanvragen/<request_id>/intrekken")
def withdraw(request_id: str) -> Response:
    reason = request.form.get("reason", "").strip() or None
    with acting(current.parts(), current.principal()) as act:
        states.move(act, request_id, version_read(), RequestState.WITHDRAWN, reason)
    return back_to("my_team.show", "withdrawn")


def _again(request_id: str, errors: Errors) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = requests.visible_request(act, request_id)
        return _form(act, found, errors)


def _form(act: Act, found: VisibleRequest, errors: Errors) -> Response:
    language = current.language()
    intake = intake_check(act, found)
    team = team_names(act, person())
    state = RequestState(found.row.state)
    # Of somebody who came into the team the request of an earlier manager is there to read.
    own = found.row.submitted_by == person()
    draft = own and state is RequestState.DRAFT
    form = form_to_show(found, errors, team, editable=draft)
    return page(
        "team_request.html.jinja",
        422 if errors else 200,
        row=found.row,
        draft=draft,
        can_be_withdrawn=own and RequestState.WITHDRAWN in NEXT[state],
        form=form,
        lines=lines_to_read(found, team),
        team=team,
        courses=courses_to_ask_for(act),
        findings=[(one, sentence(one, language)) for one in intake.findings],
        hours=intake.hours,
        sentence=lambda finding: sentence(finding, language),
        errors=form.errors,
        done=what_was_done(),
    )

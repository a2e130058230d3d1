"""*Incompany*: the sessions that the knowledge broker organises (Visie §4, §5, §7; P7, P8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, request

from adapter.doors.messages.in_company_sessions import CancellationIn
from adapter.doors.messages.weighings import InCompanyPriceIn
from adapter.doors.pages import session_form
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.form_values import Errors, FormField, WrongForm, read_form
from adapter.doors.pages.reading import portion_number, version_read
from adapter.doors.pages.shown import page, say
from adapter.doors.web import current
from adapter.ground.spreadsheets import cells
from adapter.ground.store.tables.in_company import InCompanySessionRow
from adapter.subjects.in_company import sessions, sign_ups
from adapter.subjects.in_company.records import one_session
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.requests.refusals import NotNow, OtherVersion, WrongFields
from adapter.subjects.tranches import prices
from adapter.views.in_company.demand import overlaps, recorded_prices
from adapter.views.in_company.sessions import (
    begun_sessions,
    courses_to_plan,
    planned_sessions,
    session_with_people,
    upcoming_sessions,
)
from policy.sign_ups import SignUpState, SignUpStep

IN_COMPANY = Blueprint("in_company", __name__)

_CANCELLATION = (FormField("reden", "/reason"),)
_PRICE = (
    FormField("opleiding", "/trainingId"),
    FormField("prijs", "/sessionCostsEur", cells.two_places),
    FormField("plaatsen", "/capacity", cells.whole),
    FormField("bron", "/source"),
)
ATTENDANCE: Mapping[SignUpStep, SignUpState] = {
    SignUpStep.ATTEND: SignUpState.ATTENDED,
    SignUpStep.EXCUSE: SignUpState.EXCUSED,
    SignUpStep.NO_SHOW: SignUpState.NO_SHOW,
}
"""What is recorded after the last day, and the state that it leads to."""


@IN_COMPANY.get("/incompany")
def show() -> Response:
    with looking(current.parts(), current.principal()) as act:
        upcoming = upcoming_sessions(act, portion_number("komend"))
        begun = begun_sessions(act, portion_number("begonnen"))
    return page("in_company.html.jinja", upcoming=upcoming, begun=begun, done=what_was_done())


@IN_COMPANY.get("/incompany/nieuw")
def new() -> Response:
    values = session_form.empty() | {"cursus": request.args.get("cursus", "")}
    return _plan_form(values, {})


@IN_COMPANY.post("/incompany/nieuw")
def plan() -> Response:
    form = request.form
    if "meer" in form:
        return _plan_form(session_form.filled_in(form), {}, more=True)
    try:
        content = session_form.planned(form).content()
        with acting(current.parts(), current.principal()) as act:
            session_id = sessions.plan_session(act, content)
    except WrongForm as wrong:
        return _plan_form(session_form.filled_in(form), wrong.errors)
    except WrongFields as refusal:
        errors = session_form.refused_session(form, refusal).errors
        return _plan_form(session_form.filled_in(form), errors)
    return back_to("in_company.session", "session_planned", session_id=session_id)


@IN_COMPANY.get("/incompany/<session_id>")
def session(session_id: str) -> Response:
    return _session_page(session_id, {})


@IN_COMPANY.get("/incompany/<session_id>/wijzigen")
def edit(session_id: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        row = one_session(act, session_id)
        return _change_form(act, row, session_form.as_it_is(row), row.version, {})


@IN_COMPANY.post("/incompany/<session_id>/wijzigen")
def change(session_id: str) -> Response:
    form, version = request.form, version_read()
    errors: Errors = {}
    if "meer" not in form:
        try:
            changes = session_form.changed(form).changes()
            with acting(current.parts(), current.principal()) as act:
                sessions.change_session(act, session_id, version, changes)
            return back_to("in_company.session", "session_changed", session_id=session_id)
        except WrongForm as wrong:
            errors = wrong.errors
        except WrongFields as refusal:
            errors = session_form.refused_session(form, refusal).errors
        except OtherVersion:
            errors = {"": say("form.changed_meanwhile")}
    with looking(current.parts(), current.principal()) as act:
        row = one_session(act, session_id)
        values = session_form.filled_in(form)
        return _change_form(act, row, values, version, errors, more="meer" in form)


@IN_COMPANY.post("/incompany/<session_id>/afblazen")
def cancel(session_id: str) -> Response:
    version = version_read()
    try:
        reason = read_form(_CANCELLATION, request.form, CancellationIn).reason
        with acting(current.parts(), current.principal()) as act:
            sessions.cancel_session(act, session_id, version, reason)
    except WrongForm as wrong:
        return _session_page(session_id, wrong.errors, version)
    except OtherVersion:
        return _session_page(session_id, {"": say("form.changed_and_shown")})
    return back_to("in_company.session", "session_cancelled", session_id=session_id)


@IN_COMPANY.post("/incompany/<session_id>/aanwezigheid")
def record_attendance(session_id: str) -> Response:
    """Of everyone at once: who stays as recorded before is left as is."""
    with acting(current.parts(), current.principal()) as act:
        one_session(act, session_id)
        for participant_id, version, wanted in _attendance(act, session_id):
            sign_ups.take_step(act, session_id, participant_id, version, wanted)
    return back_to("in_company.session", "attendance_recorded", session_id=session_id)


@IN_COMPANY.get("/incompany/vraag")
def demand() -> Response:
    values = dict.fromkeys((field.name for field in _PRICE), "")
    return _demand_page(values | {"opleiding": request.args.get("opleiding", "")}, {})


@IN_COMPANY.post("/incompany/prijzen")
def record_price() -> Response:
    try:
        body = read_form(_PRICE, request.form, InCompanyPriceIn)
    except WrongForm as wrong:
        values = {field.name: request.form.get(field.name, "") for field in _PRICE}
        return _demand_page(values, wrong.errors)
    with acting(current.parts(), current.principal()) as act:
        prices.record_price(act, body.training_id, body.price(), body.source)
    return back_to("in_company.demand", "price_recorded")


def _attendance(act: Act, session_id: str) -> Iterator[tuple[str, int, SignUpStep]]:
    """Each sign-up with the version that was read and what is to be recorded of it."""
    for row in sign_ups.visible_sign_ups(act, session_id):
        chosen = request.form.get(f"stap-{row.id}", "")
        if not chosen:
            continue
        if chosen not in tuple(ATTENDANCE):
            raise NotNow("pages.failure.no_attendance")
        wanted = SignUpStep(chosen)
        if row.state != ATTENDANCE[wanted]:
            yield row.id, version_read(f"version-{row.id}"), wanted


def _session_page(session_id: str, errors: Errors, version: int | None = None) -> Response:
    """`version` is the one that was read where that still counts; else that of now."""
    with looking(current.parts(), current.principal()) as act:
        shown = session_with_people(act, session_id)
    return page(
        "in_company_session.html.jinja",
        422 if errors else 200,
        shown=shown,
        one=shown.session,
        steps=ATTENDANCE,
        typed=request.form.get("reden", ""),
        version=shown.session.row.version if version is None else version,
        errors=errors,
        done=what_was_done(),
    )


def _plan_form(values: Mapping[str, str], errors: Errors, *, more: bool = False) -> Response:
    with looking(current.parts(), current.principal()) as act:
        courses = courses_to_plan(act)
    return page(
        "in_company_form.html.jinja",
        422 if errors else 200,
        session_id=None,
        course=None,
        courses=courses,
        values=values,
        rows=session_form.rows_for(values, more=more),
        version=0,
        errors=errors,
    )


def _change_form(
    act: Act,
    row: InCompanySessionRow,
    values: Mapping[str, str],
    version: int,
    errors: Errors,
    *,
    more: bool = False,
) -> Response:
    return page(
        "in_company_form.html.jinja",
        422 if errors else 200,
        session_id=row.id,
        course=planned_sessions(act, [row])[0].course,
        courses=[],
        values=values,
        rows=session_form.rows_for(values, more=more),
        version=version,
        errors=errors,
    )


def _demand_page(values: Mapping[str, str], errors: Errors) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found, known = overlaps(act), recorded_prices(act)
        plannable = dict(courses_to_plan(act))
    return page(
        "in_company_demand.html.jinja",
        422 if errors else 200,
        overlaps=found,
        prices=known,
        plannable=plannable,
        values=values,
        errors=errors,
        done=what_was_done(),
    )

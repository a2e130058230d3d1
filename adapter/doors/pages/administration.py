"""*Toezicht*, for the administrator: keys, roles, who is signed in, and how the service does. Of
people it shows employee numbers only (P10)."""

from __future__ import annotations

from flask import Blueprint, Response, request
from sqlalchemy import select

from adapter.doors.intake.reasons import sentence
from adapter.doors.messages.api_keys import ApiKeyIn
from adapter.doors.messages.given_roles import ReasonIn, RoleGrantIn, RoleRevocationIn
from adapter.doors.pages.access import person
from adapter.doors.pages.codes import in_words
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.form_values import Errors, FormField, WrongForm, read_form, refused
from adapter.doors.pages.reading import portion_number
from adapter.doors.pages.shown import page
from adapter.doors.web import current, key_acts
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.clock import today
from adapter.ground.spreadsheets import cells
from adapter.ground.store.portions import portion
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.sign_in import GivenRoleRow
from adapter.ground.store.tables.work import ApiKeyRow
from adapter.register import enforcement_switch
from adapter.register.given_roles import (
    GIVABLE,
    ended_by_leaving,
    give_role,
    given_to,
    revoke_role,
)
from adapter.register.keys import NewKey, Role, refused_by_time
from adapter.register.people import known_employee
from adapter.register.sign_in.browser_sessions import end_one_session, standing_sessions
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.refusals import WrongField, WrongFields, refuse_if_any
from adapter.views.oversight.letters import dead_actions, dead_events
from adapter.views.service.health import health_of
from adapter.views.service.job_states import job_states
from adapter.views.service.waiting import waiting_actions, waiting_events
from adapter.views.tasks.letters_left import leave_letter, replay_letter

ADMINISTRATION = Blueprint("administration", __name__)

_REASON = (FormField("reden", "/reason"),)
_GRANT = (
    FormField("medewerker", "/employeeId"),
    FormField("rol", "/role"),
    FormField("tot", "/lastDate", cells.day),
)
_REVOCATION = _GRANT[:2]
_KEY = (
    FormField("naam", "/name"),
    FormField("rol", "/role"),
    FormField("medewerker", "/employeeId"),
    FormField("tot", "/lastDate", cells.day),
    FormField("netwerken", "/networks", lambda written: str(written).replace(",", " ").split()),
)
_OVERLAP_DAYS = 7
"""In which whoever holds a key that was replaced changes over."""


@ADMINISTRATION.get("/toezicht/rollen")
def roles() -> Response:
    return _roles({})


@ADMINISTRATION.post("/toezicht/rollen")
def give() -> Response:
    parts = current.parts()
    now, day = parts.clock.now(), today(parts.clock)
    try:
        body = read_form(_GRANT, request.form, RoleGrantIn)
        with parts.register.write() as connection:
            wrong: list[WrongField] = []
            if not known_employee(connection, body.employee_id):
                wrong.append(WrongField("/employeeId", "unknown_record"))
            if body.last_date is not None and body.last_date < day:
                wrong.append(WrongField("/lastDate", "pages.wrong.past"))
            refuse_if_any(wrong)
            changed = give_role(
                connection,
                body.employee_id,
                body.role,
                by=person(),
                now=now,
                last_on=body.last_date,
            )
            held = given_to(connection, body.employee_id, day)
    except WrongForm as wrong_form:
        return _roles(wrong_form.errors)
    except WrongFields as refusal:
        return _roles(refused(_GRANT, refusal).errors)
    if {Role.HR, Role.MANAGEMENT_TEAM} <= held:
        return back_to("administration.roles", "role_given_hr_and_mt")
    if not changed:
        return back_to("administration.roles", "role_given_already")
    return back_to("administration.roles", "role_given")


@ADMINISTRATION.post("/toezicht/rollen/intrekken")
def revoke() -> Response:
    parts = current.parts()
    try:
        body = read_form(_REVOCATION, request.form, RoleRevocationIn)
    except WrongForm as wrong:
        return _roles(wrong.errors)
    with parts.register.write() as connection:
        now = parts.clock.now()
        if not revoke_role(connection, body.employee_id, body.role, by=person(), now=now):
            raise Problem(Kind.NOT_FOUND)
    return back_to("administration.roles", "role_revoked")


@ADMINISTRATION.get("/toezicht/sleutels")
def keys() -> Response:
    return _keys({})


@ADMINISTRATION.post("/toezicht/sleutels")
def make_key() -> Response:
    try:
        body = read_form(_KEY, request.form, ApiKeyIn)
        with acting(current.parts(), current.principal()) as act:
            made = key_acts.make(act, body)
    except WrongForm as wrong_form:
        return _keys(wrong_form.errors)
    except WrongFields as refusal:
        return _keys(refused(_KEY, refusal).errors)
    return _keys({}, made)


@ADMINISTRATION.post("/toezicht/sleutels/<key_id>/vervangen")
def rotate(key_id: str) -> Response:
    with acting(current.parts(), current.principal()) as act:
        made = key_acts.replace(act, key_id, _OVERLAP_DAYS)
    return _keys({}, made)


@ADMINISTRATION.post("/toezicht/sleutels/<key_id>/intrekken")
def revoke_one_key(key_id: str) -> Response:
    with acting(current.parts(), current.principal()) as act:
        key_acts.revoke(act, key_id)
    return back_to("administration.keys", "key_revoked")


@ADMINISTRATION.get("/toezicht/aangemeld")
def sessions() -> Response:
    parts = current.parts()
    with parts.register.read() as connection:
        listed = portion(
            lambda cut: rows_of(connection, cut),
            standing_sessions(parts.clock.now()),
            portion_number("pagina"),
        )
    return page(
        "administration_sessions.html.jinja", in_words=in_words, listed=listed, done=what_was_done()
    )


@ADMINISTRATION.post("/toezicht/aangemeld/<session_id>/beeindigen")
def end(session_id: str) -> Response:
    parts = current.parts()
    with parts.register.write() as connection:
        if not end_one_session(connection, session_id, by=person(), now=parts.clock.now()):
            raise Problem(Kind.NOT_FOUND)
    return back_to("administration.sessions", "session_ended")


@ADMINISTRATION.get("/toezicht/dienst")
def service() -> Response:
    return _service({})


@ADMINISTRATION.post("/toezicht/dienst/pauze")
def pause() -> Response:
    return _throw(on=True, done=back_to("administration.service", "paused"))


@ADMINISTRATION.post("/toezicht/dienst/hervatten")
def resume() -> Response:
    return _throw(on=False, done=back_to("administration.service", "resumed"))


@ADMINISTRATION.get("/toezicht/niet-verwerkt")
def letters() -> Response:
    return _letters({})


@ADMINISTRATION.post("/toezicht/niet-verwerkt/<letter_id>/opnieuw")
def replay(letter_id: str) -> Response:
    parts = current.parts()
    with parts.register.write() as connection:
        if not replay_letter(connection, letter_id, by=person(), now=parts.clock.now()):
            raise Problem(Kind.NOT_FOUND)
    return back_to("administration.letters", "letter_replayed")


@ADMINISTRATION.post("/toezicht/niet-verwerkt/<letter_id>/laten")
def leave(letter_id: str) -> Response:
    fields = (FormField(f"reden-{letter_id}", "/reason"),)
    try:
        reason = read_form(fields, request.form, ReasonIn).reason
    except WrongForm as wrong:
        return _letters(wrong.errors)
    with acting(current.parts(), current.principal()) as act:
        leave_letter(act, letter_id, reason)
    return back_to("administration.letters", "letter_left")


def _throw(*, on: bool, done: Response) -> Response:
    parts = current.parts()
    try:
        reason = read_form(_REASON, request.form, ReasonIn).reason
    except WrongForm as wrong:
        return _service(wrong.errors)
    with parts.register.write() as connection:
        enforcement_switch.throw(
            connection, on=on, reason=reason, by=person(), now=parts.clock.now()
        )
    return done


def _keys(errors: Errors, made: NewKey | None = None) -> Response:
    """The newest first. A key that was `made` stands on this answer, and nowhere afterwards."""
    parts = current.parts()
    now = parts.clock.now()
    statement = select(ApiKeyRow).order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.id)
    with parts.register.read() as connection:
        listed = portion(lambda cut: rows_of(connection, cut), statement, portion_number("pagina"))
    return page(
        "administration_keys.html.jinja",
        422 if errors else 200,
        in_words=in_words,
        listed=listed,
        ended=lambda row: refused_by_time(row, now),
        roles=list(Role),
        made=made,
        overlap_days=_OVERLAP_DAYS,
        typed={} if made else request.form,
        errors=errors,
        done=what_was_done(),
    )


def _roles(errors: Errors) -> Response:
    """The newest first; an auditor reads it, an administrator gives and revokes."""
    parts = current.parts()
    statement = select(GivenRoleRow).order_by(GivenRoleRow.given_at.desc(), GivenRoleRow.id)
    with parts.register.read() as connection:
        listed = portion(lambda cut: rows_of(connection, cut), statement, portion_number("pagina"))
        left = ended_by_leaving(connection, listed.items, today(parts.clock))
    return page(
        "administration_roles.html.jinja",
        422 if errors else 200,
        left=left,
        in_words=in_words,
        listed=listed,
        may_give=current.principal().role is Role.ADMIN,
        givable=sorted(GIVABLE),
        today=today(parts.clock),
        typed=request.form,
        errors=errors,
        done=what_was_done(),
    )


def _service(errors: Errors) -> Response:
    parts = current.parts()
    health = health_of(parts)
    with parts.register.read() as connection:
        paused = enforcement_switch.pause_in_force(connection)
        jobs = job_states(connection)
        waiting = {"events": waiting_events(connection), "actions": waiting_actions(connection)}
    return page(
        "administration_service.html.jinja",
        422 if errors else 200,
        in_words=in_words,
        health=health,
        paused=paused,
        jobs=jobs,
        waiting=waiting,
        typed=request.form,
        errors=errors,
        done=what_was_done(),
    )


def _letters(errors: Errors) -> Response:
    with current.parts().register.read() as connection:
        events = dead_events(connection, portion_number("berichten"))
        actions = dead_actions(connection, portion_number("handelingen"))
    return page(
        "administration_letters.html.jinja",
        422 if errors else 200,
        in_words=in_words,
        events=events,
        actions=actions,
        reason_of=lambda reason: sentence(reason, current.language()),
        typed=request.form,
        errors=errors,
        done=what_was_done(),
    )

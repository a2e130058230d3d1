"""Signing up for an in-company session, the manager's consent, and attendance (Visie §5, §7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from adapter.ground.store.reading import next_position
from adapter.ground.store.tables.in_company import InCompanySessionRow, SignUpRow
from adapter.ground.store.tables.procedure import ConsentRow
from adapter.queues.register_changes import announce
from adapter.register.keys import Role
from adapter.register.participation import days_of
from adapter.subjects.in_company.notices import tell_of_sign_up
from adapter.subjects.in_company.places import enter, give_places, log_step
from adapter.subjects.in_company.records import SignUpOfEmployee, locked_session, sign_ups_of
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.refusals import (
    NotNow,
    OtherVersion,
    OutsideRole,
    OutsideTeam,
    UnknownEntry,
    WrongField,
    refuse_if_any,
)
from adapter.subjects.requests.teams import lock_employee, own_team, visible_employees
from policy.sign_ups import IllegalStep, SignUpState, SignUpStep, step

_BROKER = frozenset({Role.KNOWLEDGE_BROKER})
_MANAGER = frozenset({Role.MANAGER})
_BY: Mapping[SignUpStep, frozenset[Role]] = {
    SignUpStep.CONSENT: _MANAGER,
    SignUpStep.REFUSE: _MANAGER,
    SignUpStep.WITHDRAW_CONSENT: _MANAGER,
    SignUpStep.CANCEL: frozenset({Role.EMPLOYEE, Role.MANAGER, Role.HR}),
    SignUpStep.ATTEND: _BROKER,
    SignUpStep.EXCUSE: _BROKER,
    SignUpStep.NO_SHOW: _BROKER,
}
"""Who may take a step; a manager only for the own team, an employee only for himself."""

_AFTERWARDS = (SignUpStep.ATTEND, SignUpStep.EXCUSE, SignUpStep.NO_SHOW)
_WITH_REASON = (SignUpStep.REFUSE, SignUpStep.WITHDRAW_CONSENT)


def sign_up(act: Act, session_id: str, employee_id: str) -> str:
    """Sign an employee up, or up again at the end of the list, and return the id of the sign-up.

    A manager who signs up someone of the own team consents by it; so does a consent that was
    recorded for the whole course before. Raises `UnknownEntry`, `OutsideTeam`, `WrongFields`,
    `NotNow` when sign-up is closed or done already.
    """
    _require_self_or_team(act, employee_id)
    session = locked_session(act, session_id)
    if not lock_employee(act, employee_id):
        refuse_if_any([WrongField("/employeeId", "unknown_record")])
    _refuse_closed(act, session)
    known = [one for one in sign_ups_of(act, session_id) if one.employee_id == employee_id]
    if known and known[0].state != SignUpState.CANCELLED:
        raise NotNow("already_signed_up", state=known[0].state)
    sign_up_id = _again(act, session, known[0]) if known else _first(act, session, employee_id)
    announce(act.connection, [employee_id], act.now)
    consenter = _consenter(act, session, employee_id, first=not known)
    row = one_sign_up(act, session_id, sign_up_id)
    if consenter is None:
        tell_of_sign_up(act, session, row, SignUpState.SIGNED_UP)
    else:
        _consent(act, session, row, consenter)
    return sign_up_id


def take_step(
    act: Act,
    session_id: str,
    sign_up_id: str,
    version: int,
    wanted: SignUpStep,
    reason: str | None = None,
) -> None:
    """Take one step of a sign-up; places that come free are given at once.

    Raises `UnknownEntry`, `OtherVersion`, `OutsideRole`, `OutsideTeam`, `WrongFields`, and `NotNow`
    naming the states that can follow.
    """
    session = locked_session(act, session_id)
    row = one_sign_up(act, session_id, sign_up_id)
    if row.version != version:
        raise OtherVersion
    if act.by.role not in _BY[wanted]:
        raise OutsideRole(_BY[wanted])
    if wanted is not SignUpStep.CANCEL and act.by.role is Role.MANAGER:
        _require_team(act, row.employee_id)
    state = _after(row, wanted)
    _refuse_untimely(act, session, wanted)
    if wanted in _WITH_REASON and reason is None:
        refuse_if_any([WrongField("/reason", "missing")])
    if wanted is SignUpStep.CONSENT:
        _consent(act, session, row, act.actor)
        return
    enter(act, row, state, by=act.actor, reason=reason)
    tell_of_sign_up(act, session, row, state, reason)
    give_places(act, session)


def one_sign_up(act: Act, session_id: str, sign_up_id: str) -> SignUpOfEmployee:
    """Raises `UnknownEntry`, also when it is not this person's to see."""
    for row in visible_sign_ups(act, session_id):
        if row.id == sign_up_id:
            return row
    raise UnknownEntry


def visible_sign_ups(act: Act, session_id: str) -> list[SignUpOfEmployee]:
    """In order of sign-up, of the session's people whom this person may see."""
    visible = visible_employees(act)
    return [
        row
        for row in sign_ups_of(act, session_id)
        if visible is None or row.employee_id in visible or row.employee_id == act.by.employee_id
    ]


def _consent(act: Act, session: InCompanySessionRow, row: SignUpOfEmployee, consenter: str) -> None:
    """Onto the waiting list, which gives a place at once where one is free."""
    enter(act, row, SignUpState.WAITING, by=consenter)
    give_places(act, session)
    after = one_sign_up(act, session.id, row.id)
    if after.state == SignUpState.WAITING:
        tell_of_sign_up(act, session, after, SignUpState.WAITING)


def _consenter(
    act: Act, session: InCompanySessionRow, employee_id: str, *, first: bool
) -> str | None:
    """Who consents already; a consent for the course counts for the first sign-up only, since
    after it the manager may have thought better of it."""
    if act.by.role is Role.MANAGER and employee_id != act.by.employee_id:
        return act.actor
    if not first:
        return None
    return act.connection.execute(
        select(ConsentRow.consented_by).where(
            ConsentRow.employee_id == employee_id, ConsentRow.course_id == session.course_id
        )
    ).scalar_one_or_none()


def _first(act: Act, session: InCompanySessionRow, employee_id: str) -> str:
    sign_up_id = new_id()
    act.connection.execute(
        insert(SignUpRow).values(
            id=sign_up_id,
            session_id=session.id,
            employee_id=employee_id,
            version=1,
            **_signed_up(act, session),
        )
    )
    log_step(act, sign_up_id, 1, None, SignUpState.SIGNED_UP, by=act.actor)
    return sign_up_id


def _again(act: Act, session: InCompanySessionRow, row: SignUpOfEmployee) -> str:
    act.connection.execute(
        update(SignUpRow)
        .where(SignUpRow.id == row.id)
        .values(version=row.version + 1, **_signed_up(act, session))
    )
    log_step(act, row.id, row.version + 1, row.state, SignUpState.SIGNED_UP, by=act.actor)
    return row.id


def _signed_up(act: Act, session: InCompanySessionRow) -> dict[str, Any]:
    return {
        "position": next_position(
            act.connection, SignUpRow.position, SignUpRow.session_id == session.id
        ),
        "state": SignUpState.SIGNED_UP,
        "signed_up_by": act.actor,
        "signed_up_at": act.now,
        "absence_terms": session.absence_terms,
    }


def _after(row: SignUpOfEmployee, wanted: SignUpStep) -> SignUpState:
    try:
        return step(SignUpState(row.state), wanted)
    except IllegalStep as error:
        raise NotNow(
            "illegal_sign_up_step", error.allowed, state=error.state, wanted=error.wanted
        ) from error


def _refuse_closed(act: Act, session: InCompanySessionRow) -> None:
    if session.cancelled_at is not None:
        raise NotNow("session_cancelled")
    if act.today > session.sign_up_closes_on:
        raise NotNow("sign_up_closed", closed=session.sign_up_closes_on.isoformat())


def _refuse_untimely(act: Act, session: InCompanySessionRow, wanted: SignUpStep) -> None:
    if session.cancelled_at is not None:
        raise NotNow("session_cancelled")
    days = days_of(session)
    if wanted in _AFTERWARDS:
        if act.today < days[-1].on:
            raise NotNow("session_not_over", last=days[-1].on.isoformat())
    elif act.today > days[0].on:
        raise NotNow("session_started", first=days[0].on.isoformat())


def _require_self_or_team(act: Act, employee_id: str) -> None:
    if act.by.role is Role.HR or employee_id == act.by.employee_id:
        return
    _require_team(act, employee_id)


def _require_team(act: Act, employee_id: str) -> None:
    """A manager consents to the own team only, not to himself."""
    manager = act.by.employee_id if act.by.role is Role.MANAGER else None
    if manager is None or employee_id not in own_team(act, manager):
        raise OutsideTeam

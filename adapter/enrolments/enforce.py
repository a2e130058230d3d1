"""From a decision to actions in the LMS, by enrolment method.

A manual enrolment is suspended with its dates kept; a self enrolment is removed by its own id,
which only an event tells; anything else cannot be held over Moodle's web services and is for HR.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from adapter.enrolments import enforcement_switch
from adapter.enrolments.holds import HoldState, move, open_hold, place
from adapter.outbox.outbox import Action, ActionKind, cancel_subject, put
from adapter.store.tables.courses import enrolments
from adapter.store.tables.people import employees
from connectors.ports import EnrolmentMethod, EnrolmentStatus
from policy.model import EnrolmentDecision, Outcome


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What planning needs besides the decision. `service_user_id` is never held."""

    service_user_id: str | None
    holds_per_hour: int
    now: datetime


def plan(
    connection: Connection,
    enrolment: Row[Any],
    employee_id: str,
    decision_id: str,
    decision: EnrolmentDecision,
    enforcement: Enforcement,
) -> None:
    """Hold or release one enrolment as the decision says; does nothing that stands already."""
    hold = open_hold(connection, enrolment)
    if decision.outcome is Outcome.HOLD:
        _hold(connection, enrolment, employee_id, decision_id, hold, enforcement)
    elif hold is not None:
        _release(connection, hold, decision_id, enforcement.now)


def end_holds_of_gone(connection: Connection, gone: Iterable[str]) -> None:
    """An enrolment that somebody removed needs no hold; a self enrolment that our own hold removed
    stays held, so that it can be lifted with a word to the employee."""
    for row_id in gone:
        enrolment = connection.execute(select(enrolments).where(enrolments.c.id == row_id)).one()
        hold = open_hold(connection, enrolment)
        if hold is None or _removed_by_us(hold):
            continue
        cancel_subject(connection, _subject(hold.id))
        move(connection, hold.id, HoldState.ENDED)


def _removed_by_us(hold: Row[Any]) -> bool:
    """Or about to be; what was out of our reach, the employee left."""
    return bool(hold.method == EnrolmentMethod.SELF and hold.state != HoldState.UNREACHABLE)


def _hold(
    connection: Connection,
    enrolment: Row[Any],
    employee_id: str,
    decision_id: str,
    hold: Row[Any] | None,
    enforcement: Enforcement,
) -> None:
    if hold is not None and not _made_active_again(hold, enrolment):
        _reach_after_all(connection, hold, enrolment, decision_id, enforcement)
        return
    if hold is not None:
        move(connection, hold.id, HoldState.ENDED)
    if not _lets_in(enrolment, enforcement.now):
        return
    action = _hold_action(enrolment, enforcement)
    state = HoldState.UNREACHABLE if action is None else HoldState.PLANNED
    hold_id = place(connection, enrolment, employee_id, decision_id, state, enforcement.now)
    if action is not None:
        _carry_out(connection, hold_id, action, employee_id, decision_id, enforcement)


def _made_active_again(hold: Row[Any], enrolment: Row[Any]) -> bool:
    """Someone lifted our hold in the LMS itself: seen active later than we saw it held."""
    return bool(
        hold.state == HoldState.HELD
        and enrolment.status == EnrolmentStatus.ACTIVE
        and hold.verified_at is not None
        and enrolment.seen_at > hold.verified_at
    )


def _reach_after_all(
    connection: Connection,
    hold: Row[Any],
    enrolment: Row[Any],
    decision_id: str,
    enforcement: Enforcement,
) -> None:
    """A hold out of reach may become possible: an event told the enrolment's id."""
    action = _hold_action(enrolment, enforcement)
    if hold.state != HoldState.UNREACHABLE or action is None:
        return
    move(connection, hold.id, HoldState.PLANNED, enrolment_id=enrolment.enrolment_id)
    _carry_out(connection, hold.id, action, hold.employee_id, decision_id, enforcement)


def _lets_in(enrolment: Row[Any], now: datetime) -> bool:
    """Whether the enrolment gives access now or will: a suspended or ended one needs no hold."""
    if enrolment.status == EnrolmentStatus.SUSPENDED or enrolment.completed:
        return False
    return enrolment.ends_at is None or enrolment.ends_at > now


def _hold_action(
    enrolment: Row[Any], enforcement: Enforcement
) -> tuple[ActionKind, dict[str, Any]] | None:
    if enrolment.user_id == enforcement.service_user_id:
        return None
    if enrolment.method == EnrolmentMethod.MANUAL:
        return ActionKind.SUSPEND, {}
    if enrolment.method == EnrolmentMethod.SELF and enrolment.enrolment_id is not None:
        return ActionKind.REMOVE_ENROLMENT, {}
    return None


def _carry_out(
    connection: Connection,
    hold_id: str,
    action: tuple[ActionKind, dict[str, Any]],
    employee_id: str,
    decision_id: str,
    enforcement: Enforcement,
) -> None:
    kind, payload = action
    actions = [Action(f"{hold_id}:{kind}", kind, _subject(hold_id), {"hold_id": hold_id} | payload)]
    actions += _notices(connection, hold_id, employee_id, decision_id, "hold")
    put(connection, actions, enforcement.now)
    _brake(connection, enforcement)


def _release(connection: Connection, hold: Row[Any], decision_id: str, now: datetime) -> None:
    if hold.state == HoldState.RELEASING:
        return
    if hold.state in (HoldState.PLANNED, HoldState.UNREACHABLE):
        # A suspension that was tried may have reached the LMS, now or before a worker died: it
        # stays to be looked at, and is undone where it did.
        cancel_subject(connection, _subject(hold.id), tried=False)
        move(connection, hold.id, HoldState.CANCELLED, released_at=now)
        return
    move(connection, hold.id, HoldState.RELEASING, release_decision_id=decision_id)
    release = Action(
        f"{hold.id}:{ActionKind.RELEASE}",
        ActionKind.RELEASE,
        _subject(hold.id),
        {"hold_id": hold.id},
        decision_id,
    )
    put(
        connection,
        [release, *_notices(connection, hold.id, hold.employee_id, decision_id, "release")],
        now,
    )


def _notices(
    connection: Connection, hold_id: str, employee_id: str, decision_id: str, occasion: str
) -> list[Action]:
    """Tell the employee and the manager why, and what to do."""
    manager_id = connection.execute(
        select(employees.c.manager_id).where(employees.c.employee_id == employee_id)
    ).scalar_one_or_none()
    recipients = [("employee", employee_id)]
    if manager_id is not None:
        recipients.append(("manager", manager_id))
    return [
        Action(
            f"{hold_id}:{occasion}:{audience}",
            ActionKind.NOTIFY,
            _subject(hold_id),
            {
                "text": f"{occasion}_{audience}",
                "recipient": recipient,
                "hold_id": hold_id,
            },
            decision_id,
        )
        for audience, recipient in recipients
    ]


def _brake(connection: Connection, enforcement: Enforcement) -> None:
    """More holds in an hour than HR expects: stop writing, and ask."""
    count = enforcement_switch.holds_since_last_look(connection, enforcement.now)
    if count <= enforcement.holds_per_hour or enforcement_switch.pause_in_force(connection):
        return
    enforcement_switch.throw(
        connection,
        on=True,
        reason=f"{count} holds within an hour, more than {enforcement.holds_per_hour}",
        by=enforcement_switch.BRAKE,
        now=enforcement.now,
    )
    stamp = enforcement.now.isoformat()
    put(
        connection,
        [
            Action(
                f"brake:{stamp}",
                ActionKind.MAIL_HR,
                f"brake:{stamp}",
                {"text": "brake", "numbers": {"holds": count, "limit": enforcement.holds_per_hour}},
            )
        ],
        enforcement.now,
    )


def _subject(hold_id: str) -> str:
    return f"hold:{hold_id}"

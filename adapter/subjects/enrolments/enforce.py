"""From a decision to actions in the LMS, by what the LMS can do with the enrolment.

What it can suspend is suspended, its dates kept: with our plugin in the LMS every enrolment,
without it a manual one. Without it a self enrolment is removed by its own id, which only an event
tells, and anything else cannot be held and is for HR.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.people import EmployeeRow
from adapter.queues.outbox import (
    Action,
    ActionKind,
    cancel_subject,
    overtake,
    put,
)
from adapter.register.holds import (
    HoldState,
    HoldWay,
    held_by_the_lms,
    hold_by_id,
    move,
    open_hold,
    place,
)
from adapter.register.put_back import was_put_back_lately
from adapter.subjects.enrolments.hold_brake import brake
from config.settings import MailSettings
from connectors.ports import EnrolmentMethod, EnrolmentStatus

_ACTIONS = {
    HoldWay.SUSPENDED: ActionKind.SUSPEND,
    HoldWay.REMOVED: ActionKind.REMOVE_ENROLMENT,
}


class HoldNotice(StrEnum):
    """What employee and manager are told; a text of the messages for each."""

    HOLD = "hold"
    RELEASE = "release"
    SET_ASIDE = "set_aside"
    """Released because HR set the hold aside, though its cause is still there."""


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What planning needs besides the decision. `service_user_id` is never held; `suspendable` are
    the methods that the LMS can suspend."""

    service_user_id: str | None
    suspendable: frozenset[EnrolmentMethod]
    holds_per_hour: int
    mail: MailSettings | None
    now: datetime


@dataclass(slots=True)
class Planned:
    """What follows from one decision or several, until `carry_out` writes it; `holds` of it were
    not there before."""

    actions: list[Action] = field(default_factory=list)
    holds: int = 0


def carry_out(connection: Connection, planned: Planned, enforcement: Enforcement) -> None:
    """Have the actions done, unless the brake finds that it is too much."""
    put(connection, planned.actions, enforcement.now)
    if planned.holds:
        brake(connection, enforcement.holds_per_hour, enforcement.mail, enforcement.now)


def plan(
    connection: Connection,
    planned: Planned,
    enrolment: EnrolmentRow,
    employee_id: str,
    decision_id: str,
    enforcement: Enforcement,
    hold: HoldRow | None,
    *,
    wanted: bool,
    release_notice: HoldNotice = HoldNotice.RELEASE,
) -> None:
    """Hold one enrolment, or release it where no hold is wanted; what stands already stays. `hold`
    is the open one on it."""
    if hold is None and held_by_the_lms(enrolment):
        hold_id = _take_over(connection, enrolment, employee_id, decision_id, enforcement)
        ours = enrolment.user_id == enforcement.service_user_id
        if wanted and _is_of_use(enrolment, enforcement.now) and not ours:
            notices = _notices(connection, hold_id, employee_id, decision_id, HoldNotice.HOLD)
            planned.actions += notices
            planned.holds += 1
        else:
            hold = hold_by_id(connection, hold_id)
            _release(connection, planned, hold, decision_id, enforcement.now, release_notice)
    elif wanted:
        _hold(connection, planned, enrolment, employee_id, decision_id, hold, enforcement)
    elif hold is not None:
        _release(connection, planned, hold, decision_id, enforcement.now, release_notice)


def end_holds_of_gone(connection: Connection, gone: Iterable[str]) -> None:
    """An enrolment that somebody removed needs no hold; a self enrolment that our own hold removed
    stays held, so that it can be lifted with a word to the employee."""
    for row_id in gone:
        hold = open_hold(connection, row_id)
        if hold is None or hold.way == HoldWay.REMOVED:
            continue
        cancel_subject(connection, _subject(hold.id))
        move(connection, hold.id, HoldState.ENDED)


def _take_over(
    connection: Connection,
    enrolment: EnrolmentRow,
    employee_id: str,
    decision_id: str,
    enforcement: Enforcement,
) -> str:
    """Our plugin suspended it as it was made: that stands as a hold that was carried out. Where
    this decision is another than the check's was, it is to be released at once."""
    seen = {"way": HoldWay.SUSPENDED, "verified_at": enrolment.seen_at}
    now = enforcement.now
    return place(connection, enrolment, employee_id, decision_id, HoldState.HELD, now, **seen)


def _hold(
    connection: Connection,
    planned: Planned,
    enrolment: EnrolmentRow,
    employee_id: str,
    decision_id: str,
    hold: HoldRow | None,
    enforcement: Enforcement,
) -> None:
    if hold is not None and hold.state == HoldState.RELEASING:
        hold = _not_released_yet(connection, hold)
    if hold is not None and not _made_active_again(hold, enrolment):
        _reach_after_all(connection, planned, hold, enrolment, decision_id, enforcement)
        return
    if hold is not None:
        move(connection, hold.id, HoldState.ENDED)
    way = _way(enrolment, enforcement)
    if not _lets_in(enrolment, enforcement.now):
        if way is HoldWay.SUSPENDED and _held_since_the_backup(connection, enrolment, enforcement):
            seen = {"way": way, "verified_at": enrolment.seen_at}
            now = enforcement.now
            place(connection, enrolment, employee_id, decision_id, HoldState.HELD, now, **seen)
        return
    state = HoldState.UNREACHABLE if way is None else HoldState.PLANNED
    hold_id = place(
        connection, enrolment, employee_id, decision_id, state, enforcement.now, way=way
    )
    if way is not None:
        _add(connection, planned, hold_id, way, employee_id, decision_id)


def _not_released_yet(connection: Connection, hold: HoldRow) -> HoldRow:
    """A release that nobody began with is overtaken: the hold stands, and nobody is told that it
    was lifted. One that was tried may be done, and is decided upon again then; so is one without
    a decision, which undoes a hold that nobody was told of."""
    overtaken = hold.release_decision_id is not None and overtake(
        connection, _subject(hold.id), ActionKind.RELEASE
    )
    if overtaken:
        move(connection, hold.id, HoldState.HELD, release_decision_id=None)
    return hold_by_id(connection, hold.id)


def _made_active_again(hold: HoldRow, enrolment: EnrolmentRow) -> bool:
    """Someone lifted our hold in the LMS itself: seen active later than we saw it held."""
    return bool(
        hold.state == HoldState.HELD
        and enrolment.status == EnrolmentStatus.ACTIVE
        and hold.verified_at is not None
        and enrolment.seen_at > hold.verified_at
    )


def _reach_after_all(
    connection: Connection,
    planned: Planned,
    hold: HoldRow,
    enrolment: EnrolmentRow,
    decision_id: str,
    enforcement: Enforcement,
) -> None:
    """A hold out of reach may become possible: an event told the enrolment's id, or the LMS got our
    plugin."""
    way = _way(enrolment, enforcement)
    if hold.state != HoldState.UNREACHABLE or way is None:
        return
    move(connection, hold.id, HoldState.PLANNED, enrolment_id=enrolment.enrolment_id, way=way)
    _add(connection, planned, hold.id, way, hold.employee_id, decision_id)


def _held_since_the_backup(
    connection: Connection, enrolment: EnrolmentRow, enforcement: Enforcement
) -> bool:
    """Our register was put back: what is suspended and to be held was most likely held by us since
    that backup, and is ours to release. People were told of it then."""
    return _is_of_use(enrolment, enforcement.now) and was_put_back_lately(
        connection, enforcement.now
    )


def _lets_in(enrolment: EnrolmentRow, now: datetime) -> bool:
    """Whether the enrolment gives access now or will: a suspended or ended one needs no hold."""
    return enrolment.status != EnrolmentStatus.SUSPENDED and _is_of_use(enrolment, now)


def _is_of_use(enrolment: EnrolmentRow, now: datetime) -> bool:
    """Neither completed nor over by its own dates."""
    return not enrolment.completed and (enrolment.ends_at is None or enrolment.ends_at > now)


def _way(enrolment: EnrolmentRow, enforcement: Enforcement) -> HoldWay | None:
    if enrolment.user_id == enforcement.service_user_id:
        return None
    if enrolment.method in enforcement.suspendable:
        return HoldWay.SUSPENDED
    if enrolment.method == EnrolmentMethod.SELF and enrolment.enrolment_id is not None:
        return HoldWay.REMOVED
    return None


def _add(
    connection: Connection,
    planned: Planned,
    hold_id: str,
    way: HoldWay,
    employee_id: str,
    decision_id: str,
) -> None:
    kind = _ACTIONS[way]
    hold = Action(f"{hold_id}:{kind}", kind, _subject(hold_id), {"hold_id": hold_id})
    notices = _notices(connection, hold_id, employee_id, decision_id, HoldNotice.HOLD)
    planned.actions += [hold, *notices]
    planned.holds += 1


def _release(
    connection: Connection,
    planned: Planned,
    hold: HoldRow,
    decision_id: str,
    now: datetime,
    notice: HoldNotice,
) -> None:
    if hold.state == HoldState.RELEASING:
        return
    if hold.state in (HoldState.PLANNED, HoldState.UNREACHABLE):
        # A suspension that was tried may have reached the LMS, now or before a worker died: it
        # stays to be looked at, and is undone where it did.
        cancel_subject(connection, _subject(hold.id), tried=False)
        move(connection, hold.id, HoldState.CANCELLED, released_at=now)
        return
    move(connection, hold.id, HoldState.RELEASING, release_decision_id=decision_id)
    # It may be needed again: the LMS was put back from a backup, or the account was not the one.
    release = Action(
        f"{hold.id}:{ActionKind.RELEASE}:{now.isoformat()}",
        ActionKind.RELEASE,
        _subject(hold.id),
        {"hold_id": hold.id},
        decision_id,
    )
    notices = _notices(connection, hold.id, hold.employee_id, decision_id, notice)
    planned.actions += [release, *notices]


def _notices(
    connection: Connection, hold_id: str, employee_id: str, decision_id: str, occasion: HoldNotice
) -> list[Action]:
    """Tell the employee and the manager why, and what to do."""
    manager_id = connection.execute(
        select(EmployeeRow.manager_id).where(EmployeeRow.employee_id == employee_id)
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


def _subject(hold_id: str) -> str:
    return f"hold:{hold_id}"

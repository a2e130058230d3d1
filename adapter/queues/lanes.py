"""Which system an event or action needs: each has a lane of its own, so that one that does not
answer keeps nothing waiting but what needs it.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from sqlalchemy import ColumnElement

from adapter.ground.parts import Parts
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.ground.systems import System
from adapter.queues.inbox import Channel, StoredEvent
from adapter.queues.outbox import ActionKind
from adapter.queues.register_changes import NEEDS_THE_LMS


class Lane(StrEnum):
    LMS = "lms"
    HRIS = "hris"
    REGISTER = "register"
    """What needs no other system."""
    MESSAGES = "messages"
    """To people, in the LMS or else by mail."""
    MAIL = "mail"
    PAYROLL = "payroll"


SYSTEM_OF = {
    Lane.LMS: System.LMS,
    Lane.HRIS: System.HRIS,
    Lane.MAIL: System.MAIL,
    Lane.PAYROLL: System.PAYROLL,
}
"""Without which a lane can do nothing."""

ASKED_BY: dict[Lane, tuple[System, ...]] = {
    # Of whom nobody has heard yet, the HRIS is asked.
    Lane.LMS: (System.LMS, System.HRIS),
    Lane.HRIS: (System.HRIS,),
    Lane.REGISTER: (),
    Lane.MESSAGES: (System.LMS, System.MAIL),
    Lane.MAIL: (System.MAIL,),
    Lane.PAYROLL: (System.PAYROLL,),
}
"""All that what is in a lane may ask."""

ACTIONS: dict[ActionKind, Lane] = {
    ActionKind.SUSPEND: Lane.LMS,
    ActionKind.RELEASE: Lane.LMS,
    ActionKind.REMOVE_ENROLMENT: Lane.LMS,
    ActionKind.COHORT_ADD: Lane.LMS,
    ActionKind.COHORT_REMOVE: Lane.LMS,
    ActionKind.ANSWER_REQUEST_ENTRY: Lane.LMS,
    ActionKind.HAND_OVER_CLAIM: Lane.PAYROLL,
    ActionKind.NOTIFY: Lane.MESSAGES,
    ActionKind.TELL: Lane.MESSAGES,
    ActionKind.MAIL_HR: Lane.MAIL,
    ActionKind.MAIL_MT: Lane.MAIL,
    ActionKind.MAIL_ADMIN: Lane.MAIL,
}

_OF_REGISTER = InboxEventRow.channel == Channel.REGISTER
_NEEDS_LMS = InboxEventRow.kind.in_(NEEDS_THE_LMS)
_EVENTS: dict[Lane, ColumnElement[bool]] = {
    Lane.LMS: (InboxEventRow.channel == Channel.LMS) | (_OF_REGISTER & _NEEDS_LMS),
    Lane.HRIS: InboxEventRow.channel == Channel.HRIS,
    Lane.REGISTER: _OF_REGISTER & ~_NEEDS_LMS,
}


def lane_of_event(event: StoredEvent) -> Lane:
    match event.channel:
        case Channel.LMS:
            return Lane.LMS
        case Channel.HRIS:
            return Lane.HRIS
        case Channel.REGISTER:
            return Lane.LMS if event.kind in NEEDS_THE_LMS else Lane.REGISTER


def events_of(lane: Lane) -> ColumnElement[bool] | None:
    """None where the lane has none."""
    return _EVENTS.get(lane)


@cache
def actions_of(lane: Lane) -> ColumnElement[bool] | None:
    """None where the lane has none."""
    kinds = [kind for kind, of in ACTIONS.items() if of is lane]
    return OutboxActionRow.kind.in_(kinds) if kinds else None


_CHANNELS: dict[Lane, tuple[Channel, ...]] = {
    Lane.LMS: (Channel.LMS, Channel.REGISTER),
    Lane.HRIS: (Channel.HRIS,),
    Lane.REGISTER: (Channel.REGISTER,),
}


def topics_of(lane: Lane) -> tuple[str, ...]:
    """The channels of its events and the kinds of its actions, by which the database says that
    there is work (`ground/store/listening.py`)."""
    return (*_CHANNELS.get(lane, ()), *(kind for kind, of in ACTIONS.items() if of is lane))


def system_answers(parts: Parts, lane: Lane) -> bool:
    """Whether the lane's system would be asked now: to one that does not answer the circuit is
    open."""
    system = SYSTEM_OF.get(lane)
    circuit = None if system is None else parts.circuits.get(system)
    return circuit is None or circuit.ready()

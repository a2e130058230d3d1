"""Which sender's events came in: the LMS tells nowhere which plugins it has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import case, func, select

from adapter.ground.parts import Parts
from adapter.ground.store.tables.work import InboxEventRow
from adapter.queues.inbox import Channel
from connectors.ports import Check, CheckState

NAME = "lms events (step 8)"
_NUMBERED, _UNNUMBERED, _SIGNED = (
    "tool_trigger's queue",
    "a webhook without event ids",
    "CloudEvents",
)
_LOSES = (
    "local_webhooks, and tool_trigger in real time, send once and lose what does not arrive: use "
    "tool_trigger's queue or the companion plugin (docs/moodle.md, steps 8 and 9)"
)


def received(parts: Parts) -> Check:
    """A warning where the only sender is one that never tries again."""
    last = dict(_last_of_each(parts))
    if not last:
        return Check(
            NAME,
            CheckState.OK,
            "none came in yet, so enrolments are found by the poll. As published neither "
            "tool_trigger nor local_webhooks works on Moodle 4.5: see docs/moodle.md, step 8",
        )
    seen = "; ".join(
        f"{sender}, last {moment:%Y-%m-%d %H:%M} UTC" for sender, moment in last.items()
    )
    if set(last) == {_UNNUMBERED}:
        return Check(NAME, CheckState.WARNING, seen, _LOSES)
    return Check(NAME, CheckState.OK, seen)


def _last_of_each(parts: Parts) -> Iterator[tuple[str, datetime]]:
    """Senders are known by how they number their events (`adapter.doors.intake.lms_messages`)."""
    sender = case(
        (InboxEventRow.delivery_id.like("event % at %"), _NUMBERED),
        (InboxEventRow.delivery_id.like("%|%"), _UNNUMBERED),
        else_=_SIGNED,
    )
    newest = (
        select(sender.label("sender"), func.max(InboxEventRow.received_at).label("last"))
        .where(InboxEventRow.channel == Channel.LMS)
        .group_by(sender)
        .order_by(sender)
    )
    with parts.register.read() as connection:
        yield from connection.execute(newest)

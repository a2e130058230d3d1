"""The job that lets tranches run by themselves.

A step and all that it does are one transaction, which begins with the step's row: a worker that
dies in it leaves nothing behind, the next one takes the step late, and nobody takes it twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, select, update

from adapter.ground.clock import today
from adapter.ground.parts import Parts
from adapter.ground.store.rows import insert_into
from adapter.ground.store.tables.tranches import TrancheStepRow
from adapter.register.keys import Principal, Role
from adapter.subjects.requests.acts import Act
from adapter.subjects.tranches import closing, reminders
from adapter.subjects.tranches.plan import Planned, Step, plan
from policy.tranches import Tranche, tranches_between

_log = structlog.get_logger(__name__)

ITSELF = Principal("worker", "worker", Role.ADMIN, None)
"""Whom the register names for what no person did."""

AHEAD = timedelta(weeks=8)
"""Further than the first reminder before a deadline."""

Numbers = dict[str, int]

_CarryOut = Callable[[Act, Tranche, Step], Numbers]

_WITH_A_MAIL_TO_HR: Mapping[Step, Callable[[Act, Tranche, Step, bool], Numbers]] = {
    Step.SIX_WEEKS: reminders.of_deadline,
    Step.TWO_WEEKS: reminders.of_deadline,
    Step.THREE_DAYS: reminders.of_deadline,
    Step.CLOSE: closing.close,
}
"""Also when there is nothing to do, but then only to an HR that has an address: else the mail would
wait, and ring, for nothing."""
_WHILE_SOMETHING_WAITS: Mapping[Step, _CarryOut] = {
    Step.WINDOW_OPENS: reminders.of_window,
    Step.WINDOW_ENDS_SOON: reminders.of_window,
    Step.OVERDUE: reminders.of_overdue,
}


def run_tranches(parts: Parts) -> list[tuple[str, Step]]:
    """Take every step that is due and nobody took; returns those that were carried out."""
    now = parts.clock.now()
    first, last = parts.policy.starts_on, today(parts.clock) + AHEAD
    with parts.register.read() as connection:
        steps = connection.execute(select(TrancheStepRow.tranche, TrancheStepRow.step))
        taken = {(tranche, step) for tranche, step in steps}
    return [
        (tranche.name, planned.step)
        for tranche in tranches_between(first, last, parts.policy)
        for planned in plan(tranche)
        if planned.due_at <= now
        and (tranche.name, planned.step) not in taken
        and _take(parts, tranche, planned, now)
    ]


def _take(parts: Parts, tranche: Tranche, planned: Planned, now: datetime) -> bool:
    """Whether the step was carried out, here and now."""
    pointless = planned.until is not None and planned.until <= now
    with parts.register.write() as connection:
        if not _lease_step(connection, tranche, planned, now, carried_out=not pointless):
            return False
        if pointless:
            return False
        act = Act(connection, parts.policy, now, ITSELF)
        numbers = _carry_out(act, tranche, planned.step, _hr_reads(parts))
        connection.execute(
            update(TrancheStepRow)
            .where(TrancheStepRow.tranche == tranche.name, TrancheStepRow.step == planned.step)
            .values(numbers=numbers)
        )
    _log.info("tranche.step", tranche=tranche.name, step=str(planned.step), **numbers)
    return True


def _carry_out(act: Act, tranche: Tranche, step: Step, hr_reads: bool) -> Numbers:
    if step in _WHILE_SOMETHING_WAITS:
        return _WHILE_SOMETHING_WAITS[step](act, tranche, step)
    return _WITH_A_MAIL_TO_HR[step](act, tranche, step, hr_reads)


def _hr_reads(parts: Parts) -> bool:
    mail = parts.settings.mail
    return mail is not None and mail.hr_address is not None


def _lease_step(
    connection: Connection,
    tranche: Tranche,
    planned: Planned,
    now: datetime,
    *,
    carried_out: bool,
) -> bool:
    """False when another worker took the step; on PostgreSQL this waits until that one is done."""
    claimed = connection.execute(
        insert_into(connection, TrancheStepRow)
        .values(
            tranche=tranche.name,
            step=planned.step,
            due_at=planned.due_at,
            taken_at=now,
            carried_out=int(carried_out),
            numbers={},
        )
        .on_conflict_do_nothing()
        .returning(TrancheStepRow.step)
    )
    return claimed.one_or_none() is not None

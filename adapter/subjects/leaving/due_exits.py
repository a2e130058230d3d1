"""Our own clock: no HRIS sends an event on the day itself, so each announced exit whose last day
has passed (A20) becomes effective by a daily job and gets its settlement."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import and_, exists, select

from adapter.ground.clock import today
from adapter.ground.parts import Parts
from adapter.ground.store.reading import row_of, rows_of
from adapter.ground.store.tables.claims import ClaimRow
from adapter.ground.store.tables.exits import ExitRow
from adapter.queues.alarms import alarm
from adapter.register.people import keep_employee
from adapter.subjects.leaving import exit_transitions, statements
from adapter.subjects.leaving.employment_facts import lock_person
from adapter.subjects.leaving.employment_history import News
from adapter.subjects.leaving.lifecycle import EventKind, ExitState
from connectors.errors import ConnectorError
from connectors.ports import Employee

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SettledExits:
    """Ids of exits. `moved` were due, and are now effective or what the HRIS shows instead;
    `postponed` wait for the next run because the HRIS could not be read; `recalculated` are still
    to come and got a new preview; `stumbled` broke a step, which HR and the administrator are
    told."""

    moved: tuple[str, ...] = ()
    postponed: tuple[str, ...] = ()
    recalculated: tuple[str, ...] = ()
    stumbled: tuple[str, ...] = ()


def settle_due_exits(parts: Parts) -> SettledExits:
    """Settle what is due, each in a transaction of its own; running it twice changes nothing. One
    that breaks a step is told by name, and the rest goes on."""
    due, to_come = _announced(parts)
    moved: list[str] = []
    postponed: list[str] = []
    stumbled: list[str] = []
    for row in due:
        read_at = parts.clock.now()
        try:
            shown = None if parts.hris is None else parts.hris.employee(row.employee_id)
        except ConnectorError as error:
            log.warning("exits.settlement_postponed", exit_id=row.id, error=str(error))
            postponed.append(row.id)
            continue
        if _by_itself(stumbled, row.id, _settle, parts, row, shown, read_at):
            moved.append(row.id)
    recalculated = [
        row.id
        for row in to_come
        if _by_itself(stumbled, row.id, _recalculate, parts, row.employee_id)
    ]
    for exit_id, employee_id in _settled_without_claim(parts):
        _by_itself(stumbled, exit_id, _recalculate, parts, employee_id)
    _tell_stumbled(parts, stumbled)
    return SettledExits(tuple(moved), tuple(postponed), tuple(recalculated), tuple(stumbled))


def _by_itself(
    stumbled: list[str], exit_id: str, step: Callable[..., bool], *about: object
) -> bool:
    try:
        return step(*about)
    except Exception:  # one record that a step refuses must not stop all the others
        log.exception("exits.stumbled", exit_id=exit_id)
        stumbled.append(exit_id)
        return False


def _tell_stumbled(parts: Parts, stumbled: Collection[str]) -> None:
    """Once a day for each; the id of an exit says nothing of anybody."""
    if not stumbled:
        return
    now = parts.clock.now()
    with parts.register.write() as connection:
        for exit_id in stumbled:
            key = f"exit_stumbled:{exit_id}:{today(parts.clock).isoformat()}"
            about = {"exit": exit_id}
            alarm(connection, parts.settings.mail, key, "exit_stumbled", about, now)


def _announced(parts: Parts) -> tuple[list[ExitRow], list[ExitRow]]:
    """Announced exits that are due, and those still to come."""
    with parts.register.read() as connection:
        rows = rows_of(
            connection,
            select(ExitRow)
            .where(ExitRow.state == ExitState.ANNOUNCED)
            .order_by(ExitRow.last_day, ExitRow.id),
        )
    day = today(parts.clock)
    due = [row for row in rows if row.last_day is not None and row.last_day < day]
    return due, [row for row in rows if row.last_day is not None and row.last_day >= day]


def _settled_without_claim(parts: Parts) -> list[tuple[str, str]]:
    """Exits of people who left with something to claim before the register had claims."""
    without = ~exists().where(ClaimRow.exit_id == ExitRow.id)
    left = and_(ExitRow.state == ExitState.EFFECTIVE, without)
    with parts.register.read() as connection:
        newest = statements.latest_of(connection, left)
        rows = rows_of(connection, select(ExitRow).where(left).order_by(ExitRow.employee_id))
    return [
        (row.id, row.employee_id)
        for row in rows
        if row.id in newest and statements.asks_something(newest[row.id])
    ]


def _settle(parts: Parts, row: ExitRow, shown: Employee | None, read_at: datetime) -> bool:
    now = parts.clock.now()
    with parts.register.write() as connection:
        seen_at = lock_person(connection, row.employee_id)
        # Another worker may have read the person later and been here first.
        if shown is not None and parts.hris is not None and (seen_at is None or seen_at <= read_at):
            keep_employee(connection, shown, parts.hris.source, read_at)
        leaver = row_of(connection, select(ExitRow).where(ExitRow.id == row.id))
        if leaver.state != ExitState.ANNOUNCED:
            return True
        news = News(
            kind=EventKind.EFFECTIVE,
            noticed_at=now,
            verified=shown is not None,
            employment_id=leaver.employment_id,
            end=leaver.last_day,
            source=leaver.source,
        )
        exit_transitions.apply(
            connection,
            exit_transitions.PersonEvent(None, leaver.employee_id, news),
            parts.policy,
            now,
        )
    return True


def _recalculate(parts: Parts, employee_id: str) -> bool:
    now = parts.clock.now()
    with parts.register.write() as connection:
        return bool(statements.recalculate(connection, [employee_id], parts.policy, now))

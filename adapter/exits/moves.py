"""Moves the exits of one person to where the facts say they are, in the caller's transaction.

After each move the repayment statement follows, and the employee's enrolments are decided again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from adapter.events.register_changes import announce
from adapter.exits.employment_facts import Person, believe_told, confirm_told, read_person
from adapter.exits.employments import EmploymentFacts, near, running_until
from adapter.exits.lifecycle import (
    HINTS,
    NO_EXIT,
    RUNNING,
    EventKind,
    ExitState,
    Signals,
    state_of,
)
from adapter.exits.statements import keep_statement
from adapter.store.tables.exits import exit_changes, exits
from policy.days import amsterdam_day
from policy.parameters import Policy

THE_ONLY_ONE = "1"
"""The employment of a person of whom no employment is known and no event names one."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What an event tells of one employment.

    `verified` says that the dates in the register are those of the HRIS itself; otherwise those of
    the event count. `event_id` is that of the inbox, None for our own clock.
    """

    event_id: str | None
    kind: EventKind
    employee_id: str
    source: str
    noticed_at: datetime
    verified: bool
    employment_id: str | None = None
    start: date | None = None
    end: date | None = None
    reason: str | None = None


def apply(connection: Connection, notice: Notice, policy: Policy, now: datetime) -> None:
    """Let one event have its effect. The person must be locked and the register up to date with
    what was read back; doing it twice changes nothing."""
    today = amsterdam_day(now)
    person = _told(connection, notice, today)
    meant = person.employment_meant(notice.employment_id, today)
    own = _exits_to_have(person, notice, meant, today)
    for employment_id in sorted(own):
        _ensure(connection, notice, employment_id, now)
    moved = False
    for row in _exits_of(connection, notice.employee_id):
        moved |= _move(connection, row, person, notice, row.employment_id == meant, now)
        keep_statement(connection, row.id, policy, now)
    if moved:
        announce(connection, [notice.employee_id], now)


def _told(connection: Connection, notice: Notice, today: date) -> Person:
    """The person's employments once the event has said its part."""
    person = read_person(connection, notice.employee_id)
    if notice.kind in HINTS and person.employments:
        return person
    if notice.verified:
        confirm_told(connection, notice.employee_id, notice.noticed_at)
    else:
        meant = notice.employment_id or person.employment_meant(None, today)
        told = EmploymentFacts(meant or THE_ONLY_ONE, notice.start, notice.end)
        believe_told(connection, person, told, notice.noticed_at)
    return read_person(connection, notice.employee_id)


def _exits_to_have(person: Person, notice: Notice, meant: str | None, today: date) -> set[str]:
    """Employments whose end is an exit to keep: the one told about, and the one that really ends
    the person's work when that is near."""
    wanted: set[str] = set()
    if meant is not None and _begins_exit(person, notice.kind, meant, today):
        wanted.add(meant)
    last = running_until(person.all, today)
    if last is not None and _is_exit(person, last[1], today):
        wanted.add(last[0].employment_id)
    return wanted


def _is_exit(person: Person, end: date | None, today: date) -> bool:
    """Near, or inactive without any date."""
    return person.inactive_at is not None if end is None else near(end, today)


def _begins_exit(person: Person, kind: EventKind, employment_id: str, today: date) -> bool:
    if kind in NO_EXIT:
        return False
    if kind is EventKind.REHIRED:
        # With a new employment beside the old one, the return shows in the dates.
        return len(person.employments) == 1
    end = person.employments[employment_id].end
    return kind not in HINTS or end is None or near(end, today)


def _ensure(connection: Connection, notice: Notice, employment_id: str, now: datetime) -> None:
    """A row for the exit; its state follows at once."""
    known = connection.execute(
        select(exits.c.id).where(
            exits.c.employee_id == notice.employee_id, exits.c.employment_id == employment_id
        )
    ).one_or_none()
    if known is not None:
        return
    connection.execute(
        insert(exits).values(
            id=str(uuid4()),
            employee_id=notice.employee_id,
            employment_id=employment_id,
            source=notice.source,
            state=ExitState.WITHDRAWN,
            verified=int(notice.verified),
            noticed_at=notice.noticed_at,
            updated_at=now,
        )
    )


def _exits_of(connection: Connection, employee_id: str) -> list[Row[Any]]:
    rows = connection.execute(
        select(exits).where(exits.c.employee_id == employee_id).order_by(exits.c.employment_id)
    )
    return list(rows)


def _move(
    connection: Connection,
    row: Row[Any],
    person: Person,
    notice: Notice,
    about_it: bool,
    now: datetime,
) -> bool:
    """Bring one exit up to date and log it; whether its state or last day became another."""
    old_news = notice.noticed_at < row.noticed_at and not notice.verified
    signals = Signals(row.suspected_at, row.rehired_at, row.effective_on)
    if about_it and notice.event_id is not None:  # our own clock signals nothing: the date does
        signals = signals.with_event(
            notice.kind, notice.noticed_at, amsterdam_day(notice.noticed_at)
        )
    # An employment that the HRIS no longer shows ended on the day that it showed last.
    gone = EmploymentFacts(row.employment_id, None, row.last_day)
    employment = person.employments.get(row.employment_id, gone)
    everything = [*person.all, *([gone] if employment is gone else [])]
    told_at = person.told_at.get(row.employment_id)
    suspicious = signals.seen_inactive(person.inactive_at)
    state = state_of(employment, everything, told_at, suspicious, amsterdam_day(now))
    moved = (state, employment.end) != (row.state, row.last_day)
    if about_it or moved:
        _log(connection, row, notice, employment.end, not old_news, now)
        values = _values(row, notice, old_news) | asdict(signals)
        connection.execute(
            update(exits)
            .where(exits.c.id == row.id)
            .values(**values, state=state, last_day=employment.end, updated_at=now)
        )
    return moved


def _values(row: Row[Any], notice: Notice, old_news: bool) -> dict[str, Any]:
    values: dict[str, Any] = {"noticed_at": max(row.noticed_at, notice.noticed_at)}
    if not old_news:
        values |= {"source": notice.source, "verified": int(notice.verified)}
    if notice.reason and (row.reason is None or not old_news):
        values["reason"] = notice.reason
    return values


def _log(
    connection: Connection,
    row: Row[Any],
    notice: Notice,
    last_day: date | None,
    applied: bool,
    now: datetime,
) -> None:
    if notice.event_id is not None and _logged(connection, row.id, notice.event_id):
        return
    connection.execute(
        insert(exit_changes).values(
            id=str(uuid4()),
            exit_id=row.id,
            kind=notice.kind,
            last_day=last_day if notice.verified else notice.end,
            previous_last_day=row.last_day,
            noticed_at=notice.noticed_at,
            recorded_at=now,
            event_id=notice.event_id,
            applied=int(applied),
        )
    )


def _logged(connection: Connection, exit_id: str, event_id: str) -> bool:
    found = connection.execute(
        select(exit_changes.c.id).where(
            exit_changes.c.exit_id == exit_id, exit_changes.c.event_id == event_id
        )
    )
    return found.first() is not None


def running_exits(connection: Connection, employee_id: str) -> list[Row[Any]]:
    """The exits of a person that are suspected, announced or effective."""
    return [row for row in _exits_of(connection, employee_id) if row.state in RUNNING]

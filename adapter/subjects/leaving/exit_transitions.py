"""Moves the exits of one person to where the facts say they are, in the caller's transaction.

After each move the repayment statement follows, and the employee's enrolments are decided again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.exits import ExitChangeRow, ExitRow
from adapter.queues.register_changes import announce
from adapter.subjects.leaving.employment_facts import (
    read_news,
    read_shown,
    record_news,
    update_employments,
)
from adapter.subjects.leaving.employment_history import (
    EmploymentHistory,
    News,
    ShownByHris,
    combined_history,
)
from adapter.subjects.leaving.employments import EmploymentFacts
from adapter.subjects.leaving.lifecycle import ExitState, Signals
from adapter.subjects.leaving.standing_exits import exit_state, exits_to_have
from adapter.subjects.leaving.statements import keep_statement
from policy.days import amsterdam_day
from policy.parameters import Policy


@dataclass(frozen=True, slots=True)
class PersonEvent:
    """What an event tells of one employment. `event_id` is that of the inbox, None for our own
    clock: a date that has passed is no news, it only makes the state another."""

    event_id: str | None
    employee_id: str
    news: News

    def by_clock_about(self, employment_id: str) -> bool:
        return self.event_id is None and self.news.employment_id == employment_id


def apply(connection: Connection, notice: PersonEvent, policy: Policy, now: datetime) -> None:
    """Let one event have its effect. The person must be locked and the register up to date with
    what was read back; doing it twice changes nothing."""
    if notice.event_id is not None:
        record_news(connection, notice.employee_id, notice.event_id, notice.news, now)
    shown = read_shown(connection, notice.employee_id)
    found = combined_history(shown, read_news(connection, notice.employee_id))
    update_employments(connection, notice.employee_id, shown, found)
    for employment_id in sorted(exits_to_have(found, amsterdam_day(now))):
        _ensure(connection, notice, employment_id, now)
    moved = False
    for row in _exits_of(connection, notice.employee_id):
        moved |= _move(connection, row, shown, found, notice, now)
        keep_statement(connection, row.id, policy, now)
    if moved:
        announce(connection, [notice.employee_id], now)


def _ensure(connection: Connection, notice: PersonEvent, employment_id: str, now: datetime) -> None:
    """A row for the exit; its state follows at once."""
    known = connection.execute(
        select(ExitRow.id).where(
            ExitRow.employee_id == notice.employee_id, ExitRow.employment_id == employment_id
        )
    ).one_or_none()
    if known is not None:
        return
    connection.execute(
        insert(ExitRow).values(
            id=str(uuid4()),
            employee_id=notice.employee_id,
            employment_id=employment_id,
            source=notice.news.source,
            state=ExitState.WITHDRAWN,
            verified=int(notice.news.verified),
            noticed_at=notice.news.noticed_at,
            updated_at=now,
        )
    )


def _exits_of(connection: Connection, employee_id: str) -> list[ExitRow]:
    rows = rows_of(
        connection,
        select(ExitRow).where(ExitRow.employee_id == employee_id).order_by(ExitRow.employment_id),
    )
    return list(rows)


def _move(
    connection: Connection,
    row: ExitRow,
    shown: ShownByHris,
    found: EmploymentHistory,
    notice: PersonEvent,
    now: datetime,
) -> bool:
    """Bring one exit up to date and log it; whether its state or last day became another."""
    number = row.employment_id
    # An employment that the HRIS no longer shows ended on the day that it showed last.
    facts = found.employments.get(number, EmploymentFacts(number, None, row.last_day))
    signals = found.signals.get(number, Signals())
    state = exit_state(found, facts, amsterdam_day(now))
    about = found.about.get(number, ())
    moved = (state, facts.end) != (row.state, row.last_day)
    about_it = notice.news in about or notice.by_clock_about(number)
    if moved or about_it:
        _log(connection, row, notice, facts.end, now)
    values = asdict(signals) | _told(row, about, notice.news)
    values["verified"] = int(state is not ExitState.SUSPECTED and facts in shown.employments)
    if moved or about_it or any(getattr(row, name) != value for name, value in values.items()):
        connection.execute(
            update(ExitRow)
            .where(ExitRow.id == row.id)
            .values(**values, state=state, last_day=facts.end, updated_at=now)
        )
    return moved


def _told(row: ExitRow, about: Sequence[News], news: News) -> dict[str, Any]:
    """Who told of the exit last, and the last reason that anybody gave."""
    if not about:
        return {"noticed_at": max(row.noticed_at, news.noticed_at)}
    reasons = [one.reason for one in about if one.reason]
    return {
        "source": about[-1].source,
        "reason": reasons[-1] if reasons else row.reason,
        "noticed_at": about[-1].noticed_at,
    }


def _log(
    connection: Connection, row: ExitRow, notice: PersonEvent, last_day: date | None, now: datetime
) -> None:
    if notice.event_id is not None and _logged(connection, row.id, notice.event_id):
        return
    news = notice.news
    old_news = news.noticed_at < row.noticed_at and not news.verified
    connection.execute(
        insert(ExitChangeRow).values(
            id=str(uuid4()),
            exit_id=row.id,
            kind=news.kind,
            last_day=last_day if news.verified else news.end,
            previous_last_day=row.last_day,
            noticed_at=news.noticed_at,
            recorded_at=now,
            event_id=notice.event_id,
            applied=int(not old_news),
        )
    )


def _logged(connection: Connection, exit_id: str, event_id: str) -> bool:
    found = connection.execute(
        select(ExitChangeRow.id).where(
            ExitChangeRow.exit_id == exit_id, ExitChangeRow.event_id == event_id
        )
    )
    return found.first() is not None

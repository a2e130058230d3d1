"""Runs that somebody asked for: a small one is made at once, a large one by a worker, since a web
process has other visitors to answer."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, func, select, update

from adapter.ground.parts import Parts
from adapter.ground.store.reading import first_row, rows_of
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.reconciliation import ReconciliationRunRow
from adapter.views.reconcile import history
from adapter.views.reconcile.history import RunState
from adapter.views.reconcile.run import carry_out, start

AT_ONCE = 2_000
"""Enrolments up to which a comparison takes a second or two."""
GIVEN_UP = timedelta(hours=2)
"""A run that is under way for so long was left by a process that ended."""


def ask_run(parts: Parts, as_of: date, *, apply: bool, by: str) -> tuple[str, bool]:
    """The run's id, and whether it is finished already."""
    with parts.register.read() as connection:
        large = _is_large(connection)
    state = RunState.ASKED if large else RunState.RUNNING
    run = start(parts, as_of, state=state, apply=apply, asked_by=by)
    if large:
        return run.id, False
    return carry_out(parts, run), True


def make_asked_runs(parts: Parts) -> None:
    """Those that wait, one after the other; what a process that ended left behind is made anew."""
    with parts.register.write() as connection:
        _ask_again(connection, parts)
    while (run := _take_one(parts)) is not None:
        carry_out(parts, run)


def _is_large(connection: Connection) -> bool:
    some = select(EnrolmentRow.id).limit(AT_ONCE + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one() > AT_ONCE


def _ask_again(connection: Connection, parts: Parts) -> None:
    runs = ReconciliationRunRow
    left = select(runs).where(
        runs.state == RunState.RUNNING, runs.started_at < parts.clock.now() - GIVEN_UP
    )
    for run in rows_of(connection, left):
        history.forget_findings(connection, run.id)
        asked = RunState.FAILED if run.asked_by is None else RunState.ASKED
        history.change_run(connection, run.id, state=asked)


def _take_one(parts: Parts) -> ReconciliationRunRow | None:
    """No two workers take the same."""
    runs = ReconciliationRunRow
    with parts.register.write() as connection:
        waiting = (
            select(runs).where(runs.state == RunState.ASKED).order_by(runs.started_at).limit(1)
        )
        run = first_row(connection, waiting)
        if run is None:
            return None
        now = history.later_than(parts.clock.now(), history.previous_run(connection, run.as_of))
        mine = connection.execute(
            update(runs)
            .where(runs.id == run.id, runs.state == RunState.ASKED)
            .values(state=RunState.RUNNING, started_at=now)
        )
        return run if mine.rowcount else None

"""One process at a time at what an account of another system has only one of.

A row of the register is the turn. It ends with the block, with the process that had it, or after a
while: a process may be on another machine that is gone. Moments are of the real clock, which the
database keeps, also in a rehearsal: what takes a turn is a program, and programs run in real time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete, select, update

from adapter.ground.clock import Clock
from adapter.ground.store.reading import row_or_none
from adapter.ground.store.register import Register
from adapter.ground.store.rows import insert_into
from adapter.ground.store.tables.work import TurnRow
from adapter.queues.leases import is_dead, worker_name
from connectors.errors import Transient
from connectors.turns import Turn

LONGEST_TURN = timedelta(minutes=5)
"""Between two steps: longer than one call may take with all its attempts, so that no call of who
lost a turn is still under way when the next begins."""
PATIENCE_SECONDS = 30.0
"""So long one waits for a turn; then the event or job is tried again later."""
LOOK_SECONDS = (0.005, 0.025)


class RegisterTurns:
    """Turns among all processes on one register, and among their threads."""

    def __init__(
        self,
        register: Register,
        clock: Clock | None = None,
        sleep: Callable[[float], None] = time.sleep,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._register = register
        self._clock = clock or register.clock
        self._sleep = sleep
        self._patience = patience_seconds

    @contextmanager
    def take(self, what: str) -> Iterator[Turn]:
        turn = _Turn(self._register, self._clock, what)
        self._wait_for(turn, what)
        try:
            yield turn
        except BaseException:
            turn.end()
            raise
        if not turn.end():
            raise _lost(what)

    def _wait_for(self, turn: _Turn, what: str) -> None:
        deadline = time.monotonic() + self._patience
        while not turn.begin():
            if time.monotonic() >= deadline:
                raise Transient(
                    f"{what}: another process has been at it for {self._patience:.0f} s; it is "
                    "tried again later",
                    code="no_turn",
                )
            self._sleep(random.uniform(*LOOK_SECONDS))  # noqa: S311 - spreads load


class _Turn:
    def __init__(self, register: Register, clock: Clock, what: str) -> None:
        self._register = register
        self._clock = clock
        self._what = what
        self._mark = str(uuid4())
        self._kept_at = clock.now()

    def begin(self) -> bool:
        """Looking first costs no lock of SQLite while another is at it."""
        with self._register.read() as connection:
            before = row_or_none(connection, select(TurnRow).where(TurnRow.what == self._what))
        if before is not None and not self._is_over(before):
            return False
        now = self._clock.now()
        values = {"mark": self._mark, "held_by": worker_name(), "until": now + LONGEST_TURN}
        same = TurnRow.mark == ("" if before is None else before.mark)
        with self._register.write() as connection:
            statement = (
                insert_into(connection, TurnRow)
                .values(what=self._what, **values)
                .on_conflict_do_update(index_elements=["what"], set_=values, where=same)
                .returning(TurnRow.mark)
            )
            ours = connection.execute(statement).scalar_one_or_none() == self._mark
        self._kept_at = now
        return ours

    def _is_over(self, turn: TurnRow) -> bool:
        now = self._clock.now()
        # A turn of the far future was taken before the clock was set back.
        in_time = now < turn.until <= now + LONGEST_TURN
        return not in_time or is_dead(turn.held_by)

    def keep(self) -> None:
        now = self._clock.now()
        if self._kept_at <= now < self._kept_at + LONGEST_TURN / 10:
            return
        with self._register.write() as connection:
            kept = connection.execute(
                update(TurnRow)
                .where(TurnRow.what == self._what, TurnRow.mark == self._mark)
                .values(until=now + LONGEST_TURN)
            )
        if kept.rowcount != 1:
            raise _lost(self._what)
        self._kept_at = now

    def end(self) -> bool:
        """False when another took it over."""
        with self._register.write() as connection:
            ended = connection.execute(
                delete(TurnRow).where(TurnRow.what == self._what, TurnRow.mark == self._mark)
            )
        return ended.rowcount == 1


def _lost(what: str) -> Transient:
    return Transient(
        f"{what}: it took so long that another process began; it is read again", code="turn_lost"
    )

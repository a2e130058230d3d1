"""Taking work from a queue so that nobody else takes it: a lease that ends by itself.

A row is leased when its work begins, so that a lease and an attempt always belong to what is in
hand: one row, or several that were never tried and are done in one go. Who works renews the lease
until it is done, and hands back what it did not begin with after all. A lease that was not renewed
is that of a worker that died: its row is tried again after a while, and after `DEATHS_ALLOWED`
deaths it is a dead letter. What a worker does with a row must therefore be harmless to repeat.
"""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    SQLColumnExpression,
    Table,
    Update,
    and_,
    bindparam,
    literal,
    or_,
    select,
    update,
)

from adapter.ground.store.columns import Moment, Texts
from adapter.ground.store.metadata import table_of
from adapter.ground.store.reading import row_or_none, rows_of, with_columns
from adapter.ground.store.rows import among, one_of
from adapter.ground.store.tables.work import LeasedRow, QueuedRow

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(days=7)
"""A system that asks for more (its clock may be wrong) is tried again after this."""
DEATHS_ALLOWED = 5
"""Fewer would bury what is only unlucky: a machine that is short of memory kills again and again,
and what a worker had in hand need not be what killed it."""
LONGEST_HISTORY = 20

# Clocks of two machines differ by less. A row touched further in the future than this was touched
# by a clock that has been set back since, and nothing is to wait for that clock.
SET_BACK = timedelta(minutes=1)
# Taking a lease over is worse than waiting for it, so here the clocks may differ by more.
LEASE_SET_BACK = timedelta(minutes=15)

# A container that starts again gives its processes the same numbers as before.
_OURS = uuid4().hex[:8]

# Seconds until the next attempt; about three days in all, after which a person must look.
ATTEMPT_DELAYS = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 57_600, 86_400)
# The least of it while the system that it needs is away.
_AWAY_DELAY = 600
# Seconds until what was in hand when its worker died is tried again: its neighbours come first.
_DEATH_DELAYS = (2, 5, 10, 20)


Work = TypeVar("Work", bound=QueuedRow)
Work_co = TypeVar("Work_co", bound=QueuedRow, covariant=True)


@dataclass(frozen=True, slots=True)
class Queue(Generic[Work_co]):
    """A table of work. A row that failed is tried again by itself, a dead one is not; `worker_died`
    gives the column that says so of one whose workers died, by how many did. `waiting` has its
    states in the statement itself: only then does an engine see that the index of just those rows
    serves, whatever the parameters of a statement that it keeps."""

    table: type[Work_co]
    waiting: ColumnElement[bool]
    order: tuple[SQLColumnExpression[Any], ...]
    failed_state: str
    dead_state: str
    worker_died: Callable[[int], Mapping[str, Any]]


def lease_next(
    connection: Connection,
    queue: Queue[Work],
    which: ColumnElement[bool],
    now: datetime,
    *,
    suspects: bool,
) -> Work | None:
    """Lease the first due row of `which` for this worker; None when there is none.

    Without `suspects` only what no worker died of: see `OneSuspect`.
    """
    chosen: Select[Work] = _first_due(queue, which, suspects)
    while (row := row_or_none(connection, chosen, _moments(now))) is not None:
        if row.locked_until is None:
            return _leased(connection, queue.table, row, now)
        _note_death(connection, queue, row, now)
    return None


@lru_cache(maxsize=64)
def _first_due(queue: Queue[Work], which: ColumnElement[bool], suspects: bool) -> Select[Work]:
    """Put into words once for each `which`: that costs more than asking it."""
    table = queue.table
    chosen = (
        select(table)
        .where(_due(queue, which))
        .order_by(*queue.order)
        .limit(1)
        # SQLite ignores FOR UPDATE; there the write transaction itself keeps others out.
        .with_for_update(skip_locked=True)
    )
    if suspects:
        return chosen
    return chosen.where(table.deaths == 0, table.locked_until.is_(None))


def lease_untried(
    connection: Connection, queue: Queue[Work], row_ids: Iterable[str], now: datetime
) -> list[Work]:
    """Lease each of these rows that waits and that nobody ever took, in the order of the queue.
    What failed once, or was in hand when a worker died, is taken alone (`lease_next`)."""
    table = queue.table
    untried = (table.attempts == 0, table.deaths == 0, table.locked_until.is_(None))
    chosen = select(table.id).where(queue.waiting, one_of(connection, table.id, row_ids), *untried)
    # Two workers that want the same rows lock them in the same order, or not at all.
    ordered = chosen.order_by(*queue.order).with_for_update(skip_locked=True)
    ids = list(connection.execute(ordered).scalars())
    if not ids:
        return []
    these = one_of(connection, table.id, ids)
    lease = {**_lease(now), "attempts": table.attempts + 1}
    connection.execute(update(table).where(these).values(lease))
    return rows_of(connection, select(table).where(these).order_by(*queue.order))


def is_due(
    connection: Connection, queue: Queue[Work], which: ColumnElement[bool], now: datetime
) -> bool:
    """Whether there is something to lease: looking costs no writer its turn."""
    return connection.execute(_any_due(queue, which), _moments(now)).first() is not None


@lru_cache(maxsize=64)
def _any_due(queue: Queue[Work], which: ColumnElement[bool]) -> Select[str]:
    return select(queue.table.id).where(_due(queue, which)).limit(1)


def _due(queue: Queue[Work], which: ColumnElement[bool]) -> ColumnElement[bool]:
    """By the moments of `_moments`."""
    table = queue.table
    return and_(
        queue.waiting,
        which,
        or_(
            table.attempts == 0,
            table.next_attempt_at <= bindparam("now"),
            table.touched_at > bindparam("set_back"),
        ),
        _free(table, bindparam("now"), bindparam("lease_set_back")),
    )


def _moments(now: datetime) -> dict[str, datetime]:
    return {"now": now, "set_back": now + SET_BACK, "lease_set_back": now + LEASE_SET_BACK}


def is_free(table: type[LeasedRow], now: datetime) -> ColumnElement[bool]:
    """Nobody leases the row, or not any more."""
    return _free(table, literal(now, Moment), literal(now + LEASE_SET_BACK, Moment))


def _free(
    table: type[LeasedRow],
    now: ColumnElement[datetime],
    lease_set_back: ColumnElement[datetime],
) -> ColumnElement[bool]:
    return or_(
        table.locked_until.is_(None),
        table.locked_until < now,
        table.touched_at > lease_set_back,
    )


def _leased(connection: Connection, table: type[Work], row: Work, now: datetime) -> Work:
    lease = {**_lease(now), "attempts": row.attempts + 1}
    connection.execute(_lease_of(table_of(table)), {"of_id": row.id, **lease})
    return with_columns(row, lease)


@cache
def _lease_of(table: Table) -> Update:
    columns = ("locked_until", "locked_by", "touched_at", "attempts")
    return (
        update(table)
        .where(table.c.id == bindparam("of_id"))
        .values({column: bindparam(column) for column in columns})
    )


def _lease(now: datetime) -> dict[str, Any]:
    return {"locked_until": now + LEASE, "locked_by": worker_name(), "touched_at": now}


def renew(
    connection: Connection, table: type[LeasedRow], row_ids: Iterable[str], now: datetime
) -> None:
    """Begin the leases of these rows anew, as far as they are still this worker's."""
    connection.execute(
        update(table)
        .where(
            table.id.in_(list(row_ids)),
            table.locked_by == worker_name(),
            table.locked_until.is_not(None),
        )
        .values(locked_until=now + LEASE, touched_at=now)
    )


def give_back(connection: Connection, table: type[QueuedRow], now: datetime) -> int:
    """End all leases of this worker, which stops before their work is done: another takes them at
    once, and no death is counted. Returns how many."""
    given = connection.execute(
        update(table)
        .where(table.locked_by == worker_name(), table.locked_until.is_not(None))
        .values(locked_until=None, next_attempt_at=now, touched_at=now)
    )
    return given.rowcount


def hand_back(
    connection: Connection, queue: Queue[Work], row_ids: Iterable[str], now: datetime
) -> None:
    """End the leases of these rows, of which nobody ever took one before, as if they had never been
    taken: nothing was done with them, so no attempt counts and they are due at once. Only as far as
    it is still that lease: when the database was away for long, another thread may be at the row
    by now."""
    table = queue.table
    connection.execute(
        update(table)
        .where(
            table.id.in_(list(row_ids)),
            queue.waiting,
            table.attempts == 1,
            table.locked_by == worker_name(),
            table.locked_until.is_not(None),
        )
        .values(locked_until=None, attempts=table.attempts - 1, touched_at=now)
    )


def hurry(
    connection: Connection, queue: Queue[Work], which: ColumnElement[bool], now: datetime
) -> None:
    """What of `which` failed and waits out its pause is due now; what killed its worker is not."""
    table = queue.table
    connection.execute(
        update(table)
        .where(
            queue.waiting,
            which,
            table.next_attempt_at > now,
            table.deaths == 0,
            table.locked_until.is_(None),
        )
        .values(next_attempt_at=now)
    )


class _Leased(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def attempts(self) -> int: ...
    @property
    def deaths(self) -> int: ...
    @property
    def history(self) -> list[dict[str, Any]] | None: ...


Taken = TypeVar("Taken", bound=_Leased)


def attempt_failed(
    connection: Connection,
    queue: Queue[Work],
    taken: _Leased,
    now: datetime,
    why: str,
    reason: Mapping[str, Any],
    *,
    retry_after: float | None,
    final: bool,
    away: bool,
) -> bool:
    """To be tried again; False when it is dead, since that is of no use or `final` says so. The
    history says `why`, and `reason` is the queue's own column for it. While the system that it
    needs is `away` an attempt says nothing of the row, and does not count."""
    table = queue.table
    counted, wait = taken.attempts, retry_after
    if away:
        # Its pauses do not grow meanwhile, so they are not as short as those of the first attempts.
        counted, wait = max(counted - 1, 1), max(wait or 0.0, _AWAY_DELAY)
    again = None if final else next_attempt(now, counted, wait)
    connection.execute(
        update(table)
        .where(
            table.id == taken.id,
            # Ended meanwhile, or taken over and perhaps done: that stands.
            queue.waiting,
            table.attempts == taken.attempts,
        )
        .values(
            next_attempt_at=again or now,
            touched_at=now,
            locked_until=None,
            history=with_entry(taken.history, now, taken.attempts, f"failed {why}"),
            attempts=counted,
            state=queue.dead_state if again is None else queue.failed_state,
            **reason,
        )
    )
    return again is not None


def begin_again(
    connection: Connection,
    table: type[QueuedRow],
    which: ColumnElement[bool],
    state: str,
    now: datetime,
    *,
    attempts: int = 0,
) -> int:
    """A new series of attempts, due now, for the rows of `which`; returns how many."""
    changed = connection.execute(
        update(table)
        .where(which)
        .values(state=state, attempts=attempts, deaths=0, next_attempt_at=now, locked_until=None)
    )
    return changed.rowcount


class OneSuspect:
    """What was in hand when a worker died may have killed it, or have been in hand beside what did.
    Of such suspects a worker has one in hand at a time, so that the next death points at it."""

    def __init__(self) -> None:
        self._lock = Lock()

    @contextmanager
    def turn(self, lease: Callable[[bool], Taken | None]) -> Iterator[Taken | None]:
        """What `lease` took, which is told whether it may take a suspect."""
        mine = self._lock.acquire(blocking=False)
        try:
            taken = lease(mine)
            if mine and (taken is None or not taken.deaths):
                self._lock.release()
                mine = False
            yield taken
        finally:
            if mine:
                self._lock.release()


class LeaseLost(Exception):
    """Another worker has taken over what this one was so long at: nothing of what it came to is
    written."""


def still_ours(table: type[LeasedRow]) -> ColumnElement[bool]:
    """Whether the row was leased last by this worker, or by nobody. A worker that was cut off from
    the database comes back when another may be at the row, or done with it."""
    return or_(table.locked_by.is_(None), table.locked_by == worker_name())


def end_ours(
    connection: Connection,
    table: type[LeasedRow],
    row_ids: Sequence[str],
    values: Mapping[str, Any],
) -> None:
    """Write how the work on these rows ended, with its effect in one transaction. Raises
    `LeaseLost` when one of them is not ours any more."""
    ended = connection.execute(
        _end_of_ours(connection.dialect.name, table_of(table), tuple(values)),
        {
            "ids": row_ids,
            "worker": worker_name(),
            **{f"new_{column}": value for column, value in values.items()},
        },
    )
    if ended.rowcount != len(row_ids):
        which = f"{row_ids[0]}" if len(row_ids) == 1 else f"one of {len(row_ids)}"
        raise LeaseLost(f"{table.__tablename__} {which}: another worker took it over")


@cache
def _end_of_ours(engine: str, table: Table, columns: tuple[str, ...]) -> Update:
    of_nobody_else = or_(table.c.locked_by.is_(None), table.c.locked_by == bindparam("worker"))
    return (
        update(table)
        .where(among(engine, table.c.id, bindparam("ids", type_=Texts)), of_nobody_else)
        .values(locked_until=None, **{column: bindparam(f"new_{column}") for column in columns})
    )


def worker_name() -> str:
    """Machine, process and the process's own mark, by which a lease shows whose it is."""
    return f"{_machine()}:{os.getpid()}:{_OURS}"


@cache
def _machine() -> str:
    """Its name and what its kernel calls this start of it, since two machines may have one name. A
    container that starts again on the same machine is the same one."""
    try:
        start = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()}/{start[:8]}"


def free_leases_of_the_dead(connection: Connection, queue: Queue[Work], now: datetime) -> int:
    """End the leases of processes of this machine that are gone, so that what a killed worker had
    in hand need not wait for the lease to end by itself. Returns how many."""
    table = queue.table
    held = rows_of(
        connection,
        select(table).where(table.locked_until.is_not(None)).with_for_update(skip_locked=True),
    )
    orphans = [row for row in held if row.locked_by is not None and is_dead(row.locked_by)]
    for row in orphans:
        _note_death(connection, queue, row, now)
    return len(orphans)


def _note_death(connection: Connection, queue: Queue[Work], row: QueuedRow, now: datetime) -> None:
    deaths = row.deaths + 1
    buried = deaths >= DEATHS_ALLOWED
    wait = timedelta() if buried else timedelta(seconds=_DEATH_DELAYS[deaths - 1])
    connection.execute(
        update(queue.table)
        .where(queue.table.id == row.id)
        .values(
            deaths=deaths,
            history=with_entry(row.history, now, row.attempts, f"worker_died {row.locked_by}"),
            locked_until=None,
            next_attempt_at=now + wait,
            touched_at=now,
            **({"state": queue.dead_state, **queue.worker_died(deaths)} if buried else {}),
        )
    )


def with_entry(
    history: list[dict[str, Any]] | None, now: datetime, attempt: int, what: str
) -> list[dict[str, Any]]:
    """The history of a row with one more line: which attempt ended when, and how."""
    entry = {"at": now.isoformat(timespec="seconds"), "attempt": attempt, "what": what}
    return [*(history or []), entry][-LONGEST_HISTORY:]


def is_dead(name: str) -> bool:
    """Whether a worker of this machine, by its `worker_name`, is gone; of others nobody knows."""
    machine, process, mark = name.rsplit(":", 2)
    if machine != _machine():
        return False
    if int(process) == os.getpid():
        return mark != _OURS
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def next_attempt(now: datetime, attempts: int, retry_after: float | None = None) -> datetime | None:
    """When to try again after `attempts` failures, with jitter; None when it has been enough.

    `retry_after` (seconds) is what the other system asked for; it is waited at least, up to
    `LONGEST_WAIT`.
    """
    if attempts > len(ATTEMPT_DELAYS):
        return None
    delay = ATTEMPT_DELAYS[attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load
    asked = min(retry_after or 0.0, LONGEST_WAIT.total_seconds())
    return now + timedelta(seconds=max(delay, asked))

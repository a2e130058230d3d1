"""Taking work from a table so that nobody else takes it: a lease that ends by itself.

A row whose worker died is waiting again once its lease has ended, so nothing is lost; what a
worker does with a row must therefore be harmless to repeat.
"""

from __future__ import annotations

import os
import random
import socket
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select, update

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(days=7)
"""A system that asks for more (its clock may be wrong) is tried again after this."""

# A container that starts again gives its processes the same numbers as before.
_OURS = uuid4().hex[:8]

# Seconds until the next attempt; about three days in all, after which a person must look.
ATTEMPT_DELAYS = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 57_600, 86_400)


def claim(
    connection: Connection,
    table: Table,
    waiting: ColumnElement[bool],
    order: tuple[ColumnElement[Any], ...],
    now: datetime,
    limit: int,
) -> list[Any]:
    """Lease up to `limit` due rows for this worker and return them in `order`."""
    due = and_(
        waiting,
        table.c.next_attempt_at <= now,
        or_(table.c.locked_until.is_(None), table.c.locked_until < now),
    )
    # SQLite ignores FOR UPDATE; there the write transaction itself keeps others out.
    chosen = (
        select(table.c.id)
        .where(due)
        .order_by(*order)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = connection.execute(chosen).scalars().all()
    if not ids:
        return []
    connection.execute(
        update(table)
        .where(table.c.id.in_(ids))
        .values(locked_until=now + LEASE, locked_by=worker_name(), attempts=table.c.attempts + 1)
    )
    rows = connection.execute(select(table).where(table.c.id.in_(ids)).order_by(*order))
    return list(rows)


def renew(connection: Connection, table: Table, row_id: str, attempts: int, now: datetime) -> bool:
    """Begin the lease of a claimed row anew just before working on it; False when it is no longer
    ours. A batch of slow work can outlast its lease. Every claim counts an attempt, so the number
    says whose claim is the last."""
    renewed = connection.execute(
        update(table)
        .where(
            table.c.id == row_id, table.c.attempts == attempts, table.c.locked_until.is_not(None)
        )
        .values(locked_until=now + LEASE)
    )
    return renewed.rowcount == 1


def worker_name() -> str:
    """Machine, process and the process's own mark, by which a lease shows whose it is."""
    return f"{socket.gethostname()}:{os.getpid()}:{_OURS}"


def free_leases_of_the_dead(connection: Connection, table: Table) -> int:
    """End the leases of processes of this machine that are gone, so that what a killed worker had
    in hand need not wait for the lease to end by itself. Returns how many."""
    held = connection.execute(
        select(table.c.locked_by).where(table.c.locked_until.is_not(None)).distinct()
    ).scalars()
    dead = [name for name in held if name is not None and is_dead(name)]
    freed = connection.execute(
        update(table).where(table.c.locked_by.in_(dead)).values(locked_until=None, locked_by=None)
    )
    return freed.rowcount


def is_dead(name: str) -> bool:
    """Whether a worker of this machine, by its `worker_name`, is gone; of others nobody knows."""
    machine, process, mark = name.rsplit(":", 2)
    if machine != socket.gethostname():
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

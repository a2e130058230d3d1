"""How the service is at this moment, part by part, read from the register alone: `/health/ready`,
`/metrics` and `odwh-adapter status` say the same.

Nothing is asked of another system here: what a worker last saw is what counts. What the
administrator chose (no mail, a pause, a policy that is not adopted yet) is a state of its own and
never `failing`: a bell that always rings is not heard.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from adapter.ground.parts import Parts
from adapter.ground.store.migrate import (
    EndedByUpgrade,
    current_revision,
    newest_revision,
    refuse_to_go_on,
)
from adapter.ground.store.tables.work import HeartbeatRow
from adapter.register.enforcement_switch import pause_in_force
from adapter.register.part_states import PartState, State, states_seen
from adapter.subjects.sync.scan_alarm import full_scan
from adapter.views.service.part_checks import part_checks, systems_there

WORKER_SILENCE = timedelta(minutes=5)
"""Without a heartbeat for so long no worker runs. A worker gives one every ten seconds, but not
while it waits for a slow answer of the LMS."""
LEAST_FREE_BYTES = 20_000_000
"""Below it the disk counts as full: the next backup or migration would not fit."""
DATABASE, ENFORCEMENT = "database", "enforcement"
_NOT_LOOKED_YET = "no worker has looked at it yet"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PartHealth:
    """`reason` is for those with a key; `seen_at` and `since` are what a worker kept, if it did."""

    state: State
    reason: str | None = None
    seen_at: datetime | None = None
    since: datetime | None = None


_OK, _NOT_CONFIGURED = PartHealth(State.OK), PartHealth(State.NOT_CONFIGURED)


def health_of(parts: Parts) -> dict[str, PartHealth]:
    """By the name of the part. Without the database nothing else is known, so all fails with it."""
    configured = {name: look is not None for name, look in part_checks(parts).items()}
    database = _database(parts)
    if database.state is not State.OK:
        unknown = PartHealth(State.FAILING, "unknown while the database cannot be used")
        return {DATABASE: database, **dict.fromkeys(configured, unknown)}
    now = parts.clock.now()
    with parts.register.read() as connection:
        seen = states_seen(connection)
        return {
            DATABASE: database,
            **{name: _as_seen(seen.get(name), there, now) for name, there in configured.items()},
            # Payroll is called when there is something to hand over, and not looked at otherwise:
            # what was seen then says how it is until the next time.
            **{name: _of(seen[name]) for name in _called_only(parts, configured) & seen.keys()},
            "hris_full_scan": _full_scan(connection, parts, now),
            "disk": _disk(parts),
            "worker": _worker(connection, now),
            ENFORCEMENT: _enforcement(connection),
        }


class ChangesInTheLog:
    """A line `part.changed` when a part is not as it was when it was last asked about: which part,
    how it is now, and what made it so. Of parts that a worker looks at, the worker writes it."""

    def __init__(self) -> None:
        self._before: Mapping[str, PartHealth] = {}

    def tell(self, health: Mapping[str, PartHealth]) -> None:
        for name, one in health.items():
            before = self._before.get(name, _OK)
            if one.state is not before.state and one.seen_at is None and _matters(one, before):
                # The ground of a pause is what a person typed, and can hold a name.
                reason = one.reason if one.state is State.FAILING else None
                _log.warning("part.changed", part=name, state=str(one.state), reason=reason)
        self._before = dict(health)


def _matters(one: PartHealth, before: PartHealth) -> bool:
    """What was never set up is nothing that happened."""
    return State.FAILING in (one.state, before.state) or State.PAUSED in (one.state, before.state)


def _called_only(parts: Parts, looked_at: Mapping[str, bool]) -> set[str]:
    return systems_there(parts) - looked_at.keys()


def _as_seen(seen: PartState | None, configured: bool, now: datetime) -> PartHealth:
    if not configured:
        return _NOT_CONFIGURED
    return PartHealth(State.FAILING, _NOT_LOOKED_YET) if seen is None else _of(seen.by(now))


def _of(seen: PartState) -> PartHealth:
    return PartHealth(seen.state, seen.reason, seen.seen_at, seen.since)


def _database(parts: Parts) -> PartHealth:
    """Ok while it answers and is migrated to this program's revision, or to a newer one beside
    which it may go on: while several are replaced, the others must stay in use."""
    try:
        revision = current_revision(parts.register)
        with parts.register.read() as connection:
            refuse_to_go_on(connection)
    except EndedByUpgrade as error:
        return PartHealth(State.FAILING, str(error))
    except SQLAlchemyError as error:
        return PartHealth(State.FAILING, f"it does not answer ({type(error).__name__})")
    newest = newest_revision()
    if revision is not None and revision >= newest:
        return _OK
    return PartHealth(State.FAILING, f"at revision {revision}, this version needs {newest}")


def _full_scan(connection: Connection, parts: Parts, now: datetime) -> PartHealth:
    """Failing when the HRIS has not been read as a whole for a day, though it may well answer."""
    if parts.hris is None:
        return _NOT_CONFIGURED
    last = full_scan(connection, parts.hris.source, parts.settings, now)
    if not last.overdue:
        return _OK
    began = "never" if last.began_at is None else f"last on {last.began_at:%Y-%m-%d %H:%M}Z"
    return PartHealth(
        State.FAILING, f"the HRIS was read as a whole {began}: `sync employees` says why not since"
    )


def _disk(parts: Parts) -> PartHealth:
    """Of the machine that the database is on, where that is this one."""
    url = parts.register.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return _NOT_CONFIGURED
    folder = Path(url.database).absolute().parent
    free = shutil.disk_usage(folder).free
    if free >= LEAST_FREE_BYTES:
        return _OK
    return PartHealth(State.FAILING, f"{free // 1_000_000} MB is free in {folder}: make room")


def _worker(connection: Connection, now: datetime) -> PartHealth:
    last = connection.execute(select(func.max(HeartbeatRow.at))).scalar()
    if last is None:
        return _NOT_CONFIGURED
    if now - last <= WORKER_SILENCE:
        return _OK
    return PartHealth(
        State.FAILING, f"none was heard since {last:%Y-%m-%d %H:%M}Z: does the process run?"
    )


def _enforcement(connection: Connection) -> PartHealth:
    pause = pause_in_force(connection)
    if pause is None:
        return _OK
    since = f"since {pause.since:%Y-%m-%d %H:%M}Z by {pause.by}: {pause.reason}"
    return PartHealth(State.PAUSED, since)

"""One reconciliation: read the systems anew, compare, and keep what was found.

    refresh → snapshot of the register → groups of findings → compare with the last run → store

What fails is named as incomplete. Nothing is changed elsewhere, except that on request employees
are announced to be decided again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeGuard
from uuid import uuid4

import structlog

from adapter.ground.parts import Parts
from adapter.ground.store.tables.reconciliation import (
    ReconciliationFindingRow,
    ReconciliationRunRow,
)
from adapter.queues.register_changes import announce
from adapter.register.decision_log import keep_policy
from adapter.views.reconcile import history
from adapter.views.reconcile.broken_records import breaking, withheld
from adapter.views.reconcile.finding import Drift, Group, Source
from adapter.views.reconcile.groups.holds import DECIDED_AGAIN
from adapter.views.reconcile.registry import GROUPS
from adapter.views.reconcile.snapshot import Snapshot, read_snapshot
from connectors.errors import ConnectorError

log = structlog.get_logger(__name__)

GROUP_FAILED = "failed"
"""The reason of a group that stumbled over a record; the log says over what."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """One reading of a system into the register, such as `poll_enrolments`. It may raise a
    `ConnectorError`; the comparison then goes on with what the register last saw."""

    source: Source
    read: Callable[[Parts], object]


@dataclass(slots=True)
class _Looked:
    """`incomplete` is part → reason, `not_looked_at` the codes of which silence says nothing."""

    found: list[Drift] = field(default_factory=list)
    incomplete: dict[str, str] = field(default_factory=dict)
    not_looked_at: set[str] = field(default_factory=set)


def reconcile(
    parts: Parts,
    *,
    as_of: date,
    apply: bool = False,
    once: bool = False,
    refreshes: Sequence[Refresh] = (),
    groups: Iterable[Group] = GROUPS,
) -> str:
    """Compare HRIS, LMS and register as if it were `as_of`; returns the run's id.

    `refreshes` are carried out first, in order; after one that fails the others of its system are
    left out. With `apply`, employees whose enrolments do not stand as decided are announced to be
    decided again: a worker then holds or releases what the decision says. With `once`, a run that
    finds just what the last one of that day found is that run, so that asking for it in another
    form makes nothing old that was new.
    """
    started_at = parts.clock.now()
    looked = _Looked(incomplete=_refresh(parts, refreshes))
    with parts.register.read() as connection:
        world = read_snapshot(connection, parts, as_of)
    for group in groups:
        _look(world, group, looked)
    return _keep(parts, world, looked, started_at=started_at, apply=apply, once=once)


def _says_the_same(
    before: ReconciliationRunRow | None,
    world: Snapshot,
    looked: _Looked,
    rows: Sequence[Mapping[str, Any]],
    still_open: Mapping[str, ReconciliationFindingRow],
) -> TypeGuard[ReconciliationRunRow]:
    """Whether the run before is about the same day and policy and found just the same."""
    if before is None or before.as_of != world.as_of or before.incomplete != looked.incomplete:
        return False
    return before.policy_digest == world.policy.digest and all(
        row["key"] in still_open
        and row["status"] == history.FindingStatus.PERSISTING
        and row["severity"] == still_open[row["key"]].severity
        and row["numbers"] == still_open[row["key"]].numbers
        for row in rows
    )


def _refresh(parts: Parts, refreshes: Iterable[Refresh]) -> dict[str, str]:
    failed: dict[str, str] = {}
    for refresh in refreshes:
        if refresh.source in failed:
            continue
        try:
            refresh.read(parts)
        except ConnectorError as error:
            log.warning(
                "reconcile.unread", source=refresh.source, code=error.code, error=str(error)
            )
            failed[refresh.source] = str(error)
    return failed


def _look(world: Snapshot, group: Group, looked: _Looked) -> None:
    found: list[Drift] = []
    try:
        found.extend(group.find(world))
    except Exception:  # one record that a rule refuses must not hide all the others
        log.exception("reconcile.group_failed", group=group.name)
        looked.not_looked_at.update(group.codes)
        looked.incomplete[group.name] = GROUP_FAILED
        broken = breaking(world, group)
        if broken:
            looked.incomplete[group.name] = withheld(broken)
            found = list(group.find(world.without(broken)))
    looked.found.extend(found)
    if any(source in looked.incomplete for source in group.reads):
        looked.not_looked_at.update(group.codes)


def _keep(
    parts: Parts,
    world: Snapshot,
    looked: _Looked,
    *,
    started_at: datetime,
    apply: bool,
    once: bool,
) -> str:
    run_id = str(uuid4())
    again = sorted(
        {one.employee_id for one in looked.found if one.code in DECIDED_AGAIN and one.employee_id}
    )
    with parts.register.write() as connection:
        keep_policy(connection, parts.policy, world.now)
        before = history.previous_run(connection, world.as_of)
        still_open = history.open_findings(connection, before)
        rows = history.findings_compared(
            looked.found, still_open, frozenset(looked.not_looked_at), world.now
        )
        if once and not apply and _says_the_same(before, world, looked, rows, still_open):
            return before.id
        run = {
            "id": run_id,
            "as_of": world.as_of,
            "started_at": history.later_than(started_at, before),
            "finished_at": parts.clock.now(),
            "policy_digest": parts.policy.digest,
            "incomplete": looked.incomplete,
            "announced": again if apply else None,
        }
        history.keep_run(connection, run, rows)
        if apply:
            announce(connection, again, world.now)
    return run_id

"""One reconciliation: read the systems anew, compare, and keep what was found.

    refresh → slice of the register → groups of findings → compare with the last run → store
              └────────────── again for the next slice ─────────────────────────────┘

What fails is named as incomplete. Nothing is changed elsewhere, except that on request employees
are announced to be decided again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeGuard
from uuid import uuid4

import structlog

from adapter.ground.parts import Parts
from adapter.ground.seldom_collecting import seldom_collecting
from adapter.ground.store.tables.reconciliation import ReconciliationRunRow
from adapter.register.decision_log import keep_policy
from adapter.views.reconcile import history
from adapter.views.reconcile.broken_records import MOST, breaking, withheld
from adapter.views.reconcile.deciding_again import have_decided_again
from adapter.views.reconcile.finding import Drift, Group, Source
from adapter.views.reconcile.history import RunState
from adapter.views.reconcile.registry import GROUPS
from adapter.views.reconcile.snapshot import Snapshot, read_slices
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
    run = start(parts, as_of, state=RunState.RUNNING, apply=apply)
    return carry_out(parts, run, once=once and not apply, refreshes=refreshes, groups=groups)


def start(
    parts: Parts, as_of: date, *, state: RunState, apply: bool = False, asked_by: str | None = None
) -> ReconciliationRunRow:
    """A run that is under way, or is asked of the worker."""
    now = parts.clock.now()
    with parts.register.write() as connection:
        keep_policy(connection, parts.policy, now)
        started_at = history.later_than(now, history.previous_run(connection, as_of))
        return history.begin_run(
            connection,
            {
                "id": str(uuid4()),
                "as_of": as_of,
                "started_at": started_at,
                "finished_at": started_at,
                "policy_digest": parts.policy.digest,
                "incomplete": {},
                "state": state,
                "apply": int(apply),
                "asked_by": asked_by,
            },
        )


def carry_out(
    parts: Parts,
    run: ReconciliationRunRow,
    *,
    once: bool = False,
    refreshes: Sequence[Refresh] = (),
    groups: Iterable[Group] = GROUPS,
) -> str:
    """Make a run that was started; nothing of it stays but that it failed, when it raises."""
    try:
        with seldom_collecting():
            return _compare(parts, run, once=once, refreshes=refreshes, groups=tuple(groups))
    except BaseException:
        with parts.register.write() as connection:
            history.forget_findings(connection, run.id)
            history.change_run(connection, run.id, state=RunState.FAILED)
        raise


def _compare(
    parts: Parts,
    run: ReconciliationRunRow,
    *,
    once: bool,
    refreshes: Sequence[Refresh],
    groups: tuple[Group, ...],
) -> str:
    looked = _Looked(groups, _refresh(parts, refreshes))
    kept = history.Kept(parts.clock.now())
    with parts.register.read_at_one_moment() as reading:
        before = history.previous_run(reading, run.as_of)
        for world in read_slices(reading, parts, run.as_of):
            found = looked.at(world)
            # A transaction for each slice: what comes in meanwhile need not wait for long.
            with parts.register.write() as connection:
                history.keep_findings(connection, run, before, found, kept)
    not_looked_at = looked.not_looked_at
    with parts.register.write() as connection:
        resolved = history.keep_the_others(connection, run, before, not_looked_at)
        same = not resolved and not kept.differing
        if once and same and _is_alike(before, run, looked.incomplete):
            history.forget_run(connection, run.id)
            return before.id
        history.change_run(
            connection,
            run.id,
            incomplete=looked.incomplete,
            finished_at=parts.clock.now(),
            state=RunState.FINISHED,
        )
        if run.apply:
            have_decided_again(connection, run.id, kept.now)
    return run.id


def _is_alike(
    before: ReconciliationRunRow | None, run: ReconciliationRunRow, incomplete: dict[str, str]
) -> TypeGuard[ReconciliationRunRow]:
    """Whether the run before is about the same day and policy, and saw as much."""
    return (
        before is not None
        and before.as_of == run.as_of
        and before.policy_digest == run.policy_digest
        and before.incomplete == incomplete
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


@dataclass(slots=True)
class _Looked:
    """What the groups see, slice by slice; `unread` are the systems that did not answer."""

    groups: tuple[Group, ...]
    unread: dict[str, str]
    _failed: set[str] = field(default_factory=set)
    _withheld: dict[str, set[str]] = field(default_factory=dict)

    @property
    def incomplete(self) -> dict[str, str]:
        """By part, why something of it was not looked at."""
        left_out = {name: withheld(people) for name, people in self._withheld.items()}
        return {**self.unread, **left_out, **dict.fromkeys(self._failed, GROUP_FAILED)}

    @property
    def not_looked_at(self) -> frozenset[str]:
        """The codes of which silence says nothing."""
        incomplete = self.incomplete
        return frozenset(
            code
            for group in self.groups
            if group.name in incomplete or any(source in incomplete for source in group.reads)
            for code in group.codes
        )

    def at(self, world: Snapshot) -> list[Drift]:
        about_nobody = not world.people
        found: list[Drift] = []
        for group in self.groups:
            if group.of_people or about_nobody:
                found += self._by(group, world)
        return found

    def _by(self, group: Group, world: Snapshot) -> list[Drift]:
        found: list[Drift] = []
        try:
            found.extend(group.find(world))
        except Exception:  # one record that a rule refuses must not hide all the others
            if group.name in self._failed:
                return found
            log.exception("reconcile.group_failed", group=group.name)
            broken = breaking(world, group)
            left_out = self._withheld.get(group.name, set()) | broken
            if not broken or len(left_out) > MOST:
                self._failed.add(group.name)
                return found
            self._withheld[group.name] = left_out
            return list(group.find(world.without(broken)))
        return found

"""What became of a training: what it really cost one employee's employer, and whether the employee
broke it off (Visie §7, §8; P4, P6). Recorded by HR; no system that we read tells it.

Entries are added. Each holds the whole of what stands after it, so the last one says it all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, or_, select

from adapter.ground.store.portions import Cut, Stretch, listed
from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.procedure import CommitmentRow, GrantRow, TrajectoryRecordRow
from adapter.queues.register_changes import announce
from adapter.register.learning_reader import newest_records
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.costs import Costs
from adapter.subjects.requests.days import wrong_if_future
from adapter.subjects.requests.refusals import (
    OtherVersion,
    UnknownEntry,
    WrongField,
    refuse_if_any,
)
from adapter.subjects.requests.teams import lock_employee


@dataclass(frozen=True, slots=True)
class BreakOff:
    """On which day the employee stopped, and why, in HR's words."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class TrajectoryEntry:
    """What HR enters at once. Each of `changes` (`actual_costs`, `break_off`) replaces what stood;
    None takes it back, and what is not among them stays as it was."""

    employee_id: str
    trajectory_id: str
    changes: dict[str, Costs | BreakOff | None]


def record_entry(act: Act, entry: TrajectoryEntry, read: int | None = None) -> TrajectoryRecordRow:
    """Add an entry and return it. Statements and decisions follow. `read` is the number of the last
    entry that was read, 0 for none. Raises `WrongFields`, and `OtherVersion` where one came since.
    """
    refuse_if_any(list(_wrong(act, entry)))
    last = _last(act, entry)
    if read is not None and read != (0 if last is None else last.number):
        raise OtherVersion
    entry_id = new_id()
    act.connection.execute(
        insert(TrajectoryRecordRow).values(
            id=entry_id,
            employee_id=entry.employee_id,
            trajectory_id=entry.trajectory_id,
            number=1 if last is None else last.number + 1,
            **_costs(entry, last),
            **_break_off(entry, last),
            recorded_by=act.actor,
            recorded_at=act.now,
        )
    )
    announce(act.connection, [entry.employee_id], act.now)
    return row_of(
        act.connection, select(TrajectoryRecordRow).where(TrajectoryRecordRow.id == entry_id)
    )


def newest_entry(act: Act, employee_id: str, trajectory_id: str) -> TrajectoryRecordRow | None:
    """All that stands of what became of it; None while nothing was recorded. Raises `UnknownEntry`
    for what nothing can be recorded of."""
    last = newest_records(act.connection, employee_id).get(trajectory_id)
    if last is None and not _has_trajectory(act, employee_id, trajectory_id):
        raise UnknownEntry
    return last


def page_of_entries(
    act: Act, cut: Cut, trajectory_id: str | None = None
) -> Stretch[TrajectoryRecordRow]:
    """What was ever entered, per employee and trajectory the oldest first. Raises
    `UnknownCursor`."""
    query = select(TrajectoryRecordRow)
    if trajectory_id is not None:
        query = query.where(TrajectoryRecordRow.trajectory_id == trajectory_id)
    order = (
        TrajectoryRecordRow.trajectory_id,
        TrajectoryRecordRow.employee_id,
        TrajectoryRecordRow.number,
        TrajectoryRecordRow.id,
    )
    return listed(act.connection, query, order, cut)


def _last(act: Act, entry: TrajectoryEntry) -> TrajectoryRecordRow | None:
    return newest_records(act.connection, entry.employee_id).get(entry.trajectory_id)


def _costs(entry: TrajectoryEntry, last: TrajectoryRecordRow | None) -> dict[str, Any]:
    if "actual_costs" not in entry.changes:
        return _kept(last, "actual_costs_cents", "actual_costs")
    costs = entry.changes["actual_costs"]
    if not isinstance(costs, Costs):
        return {"actual_costs_cents": None, "actual_costs": None}
    return {"actual_costs_cents": costs.net_cents, "actual_costs": costs.to_plain()}


def _break_off(entry: TrajectoryEntry, last: TrajectoryRecordRow | None) -> dict[str, Any]:
    if "break_off" not in entry.changes:
        return _kept(last, "broken_off_on", "broken_off_reason")
    broken_off = entry.changes["break_off"]
    if not isinstance(broken_off, BreakOff):
        return {"broken_off_on": None, "broken_off_reason": None}
    return {"broken_off_on": broken_off.on, "broken_off_reason": broken_off.reason.strip()}


def _kept(last: TrajectoryRecordRow | None, *names: str) -> dict[str, Any]:
    return {name: None if last is None else getattr(last, name) for name in names}


def _wrong(act: Act, entry: TrajectoryEntry) -> Iterator[WrongField]:
    if not entry.changes:
        yield WrongField("/actualCosts", "nothing_recorded")
    if not lock_employee(act, entry.employee_id):
        yield WrongField("/employeeId", "unknown_record")
    elif not _has_trajectory(act, entry.employee_id, entry.trajectory_id):
        yield WrongField("/trajectoryId", "trajectory_of_nobody")
    costs, broken_off = entry.changes.get("actual_costs"), entry.changes.get("break_off")
    if isinstance(costs, Costs) and costs.net_cents < 0:
        yield WrongField("/actualCosts/subsidyEur", "more_than_costs")
    if isinstance(broken_off, BreakOff):
        yield from wrong_if_future(act, broken_off.on, "/breakOff/brokenOffDate")


def _has_trajectory(act: Act, employee_id: str, trajectory_id: str) -> bool:
    """Granted to the employee or to a group, or promised before the policy; of several promises
    for one trajectory each goes by its own id where it is settled."""
    own_or_collective = or_(GrantRow.employee_id == employee_id, GrantRow.employee_id.is_(None))
    granted = select(GrantRow.id).where(
        own_or_collective,
        GrantRow.trajectory_id == trajectory_id,
        GrantRow.revoked_at.is_(None),
    )
    promised = select(CommitmentRow.id).where(
        CommitmentRow.employee_id == employee_id,
        or_(CommitmentRow.trajectory_id == trajectory_id, CommitmentRow.id == trajectory_id),
    )
    return act.connection.execute(granted.union_all(promised)).first() is not None

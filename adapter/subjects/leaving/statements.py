"""Versions of repayment statements (Visie §7): each change makes a new one, none is overwritten.

A version keeps the facts and the policy that it was made from, so that it can be made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, func, select

from adapter.ground.store import chain
from adapter.ground.store.reading import row_of, row_or_none, rows_of
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.register.decision_log import keep_policy, policy_of
from adapter.subjects.leaving import calculation
from adapter.subjects.leaving.claims.earlier_claims import claimed_earlier
from adapter.subjects.leaving.claims.revisions import revise_claim
from adapter.subjects.leaving.employment_facts import lock_person
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.leaving.particulars import read_particulars
from adapter.subjects.leaving.trajectories import Trajectories, read_trajectories
from policy.model import RepaymentItem, RepaymentStatus
from policy.parameters import Policy


class StatementKind(StrEnum):
    PREVIEW = "preview"
    """The exit is announced: what would be claimed on that day."""
    SETTLEMENT = "settlement"
    """The exit is effective: what HR settles."""
    WITHDRAWN = "withdrawn"
    """There is no exit any more, so no claim."""


_KINDS = {
    ExitState.ANNOUNCED: StatementKind.PREVIEW,
    ExitState.EFFECTIVE: StatementKind.SETTLEMENT,
}


MAY_BE_CLAIMED = frozenset({RepaymentStatus.CLAIMABLE, RepaymentStatus.NEEDS_REVIEW})


@dataclass(frozen=True, slots=True)
class Recomputation:
    """`same` says whether today's code gives the stored version again."""

    same: bool
    items: tuple[RepaymentItem, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a version says, and by which policy."""

    kind: str
    exit_on: date | None
    policy_digest: str
    trajectories: dict[str, Any]
    particulars: list[dict[str, Any]] | None


def keep_statement(
    connection: Connection, exit_id: str, policy: Policy, now: datetime
) -> int | None:
    """Make the version that the exit asks for now, unless the last one says the same; its claim
    follows.

    Returns the number of the new version, None when nothing differs.
    """
    made = _keep_version(connection, exit_id, policy, now)
    newest = latest(connection, exit_id)
    if newest is not None:
        something_due = newest.kind == StatementKind.SETTLEMENT and asks_something(newest)
        revise_claim(connection, exit_id, newest.id, now, something_due=something_due)
    return made


def _keep_version(
    connection: Connection, exit_id: str, policy: Policy, now: datetime
) -> int | None:
    leaver = row_of(connection, select(ExitRow).where(ExitRow.id == exit_id))
    last = latest(connection, exit_id)
    draft = _draft(connection, leaver, policy)
    if draft.kind == StatementKind.WITHDRAWN and (last is None or last.kind == draft.kind):
        return None  # a claim that was never made needs no withdrawal
    if last is not None and _says_the_same(draft, last, policy):
        return None
    version = last.version + 1 if last is not None else 1
    _add(connection, exit_id, version, draft, policy, now)
    return int(version)


def asks_something(row: RepaymentStatementRow) -> bool:
    """Whether a version has an amount that HR claims or judges, now or on the last day."""
    items = calculation.items_read(row.items)
    return any(item.status in MAY_BE_CLAIMED for item in items)


def recalculate(
    connection: Connection, employee_ids: Sequence[str], policy: Policy, now: datetime
) -> dict[str, int]:
    """New versions where the register changed under a statement; exit id → version."""
    for employee_id in sorted(employee_ids):
        lock_person(connection, employee_id)
    running = connection.execute(
        select(ExitRow.id).where(ExitRow.employee_id.in_(employee_ids), ExitRow.state.in_(_KINDS))
    ).scalars()
    made = {exit_id: keep_statement(connection, exit_id, policy, now) for exit_id in list(running)}
    return {exit_id: version for exit_id, version in made.items() if version is not None}


def latest(connection: Connection, exit_id: str) -> RepaymentStatementRow | None:
    return row_or_none(
        connection,
        select(RepaymentStatementRow)
        .where(RepaymentStatementRow.exit_id == exit_id)
        .order_by(RepaymentStatementRow.version.desc())
        .limit(1),
    )


def latest_of(
    connection: Connection, chosen: ColumnElement[bool]
) -> dict[str, RepaymentStatementRow]:
    """The same for all exits that a condition chooses, by exit, in one reading."""
    newest = (
        select(RepaymentStatementRow.exit_id, func.max(RepaymentStatementRow.version).label("n"))
        .join(ExitRow, ExitRow.id == RepaymentStatementRow.exit_id)
        .where(chosen)
        .group_by(RepaymentStatementRow.exit_id)
        .subquery()
    )
    rows = rows_of(
        connection,
        select(RepaymentStatementRow).join(
            newest,
            (newest.c.exit_id == RepaymentStatementRow.exit_id)
            & (newest.c.n == RepaymentStatementRow.version),
        ),
    )
    return {row.exit_id: row for row in rows}


def history(connection: Connection, exit_id: str) -> tuple[RepaymentStatementRow, ...]:
    """Every version, the oldest first."""
    rows = rows_of(
        connection,
        select(RepaymentStatementRow)
        .where(RepaymentStatementRow.exit_id == exit_id)
        .order_by(RepaymentStatementRow.version),
    )
    return tuple(rows)


def version_of(connection: Connection, exit_id: str, version: int) -> RepaymentStatementRow | None:
    return row_or_none(
        connection,
        select(RepaymentStatementRow).where(
            RepaymentStatementRow.exit_id == exit_id, RepaymentStatementRow.version == version
        ),
    )


def version_of_exit(
    connection: Connection, exit_id: str, version: int
) -> tuple[ExitRow, RepaymentStatementRow] | None:
    """With the exit that it is of; None where either is unknown."""
    leaver = row_or_none(connection, select(ExitRow).where(ExitRow.id == exit_id))
    made = None if leaver is None else version_of(connection, exit_id, version)
    return None if leaver is None or made is None else (leaver, made)


def recompute(connection: Connection, exit_id: str, version: int) -> Recomputation | None:
    """Make a version again from its stored facts and policy; None for an unknown version."""
    row = version_of(connection, exit_id, version)
    if row is None:
        return None
    policy = policy_of(connection, row.policy_digest)
    again = _items(row.exit_on, calculation.read(row.trajectories), policy)
    return Recomputation(calculation.items_written(again) == row.items, again)


def differing(connection: Connection) -> Iterator[tuple[str, int, bool]]:
    """Each version of each statement, and whether it comes out otherwise today."""
    made = select(RepaymentStatementRow.exit_id, RepaymentStatementRow.version)
    order = (RepaymentStatementRow.exit_id, RepaymentStatementRow.version)
    for exit_id, version in connection.execute(made.order_by(*order)).all():
        again = recompute(connection, exit_id, version)
        assert again is not None, "it was listed in this transaction"
        yield exit_id, version, not again.same


def _draft(connection: Connection, leaver: ExitRow, policy: Policy) -> _Draft:
    kind = _KINDS.get(ExitState(leaver.state))
    if kind is None:
        nothing = calculation.written(Trajectories((), ()))
        return _Draft(StatementKind.WITHDRAWN, None, policy.digest, nothing, [])
    last_day = leaver.last_day
    assert last_day is not None, "an exit that is announced or effective has its last day"
    trajectories = _with_earlier_claims(
        read_trajectories(connection, leaver.employee_id, last_day),
        claimed_earlier(connection, leaver),
    )
    told = read_particulars(connection, leaver.employee_id, trajectories, last_day)
    written = calculation.written(trajectories)
    return _Draft(kind, leaver.last_day, policy.digest, written, told)


def _with_earlier_claims(
    trajectories: Trajectories, claimed_cents: Mapping[str, int]
) -> Trajectories:
    granted = [
        replace(one, claimed_earlier_cents=claimed_cents.get(one.facts.trajectory_id, 0))
        for one in trajectories.granted
    ]
    return replace(trajectories, granted=tuple(granted))


def _says_the_same(draft: _Draft, last: RepaymentStatementRow, policy: Policy) -> bool:
    """A policy file that changes nothing of these items makes no version either: HR's overrides
    stay with the version that they were made on."""
    if last.particulars is None:  # made before they were kept: that alone is no change
        draft = replace(draft, particulars=None)
    if draft == _drafted(last):
        return True
    if replace(draft, policy_digest=last.policy_digest) != _drafted(last):
        return False
    found = _items(draft.exit_on, calculation.read(draft.trajectories), policy)
    return bool(calculation.items_written(found) == last.items)


def _drafted(row: RepaymentStatementRow) -> _Draft:
    """As it would be written today: a fact that came later is no change by itself."""
    trajectories = calculation.written(calculation.read(row.trajectories))
    return _Draft(row.kind, row.exit_on, row.policy_digest, trajectories, row.particulars)


def _add(
    connection: Connection,
    exit_id: str,
    version: int,
    draft: _Draft,
    policy: Policy,
    now: datetime,
) -> None:
    keep_policy(connection, policy, now)
    found = _items(draft.exit_on, calculation.read(draft.trajectories), policy)
    statement = {
        "id": str(uuid4()),
        "exit_id": exit_id,
        "version": version,
        "kind": draft.kind,
        "exit_on": draft.exit_on,
        "policy_digest": draft.policy_digest,
        "trajectories": draft.trajectories,
        "particulars": draft.particulars,
        "items": calculation.items_written(found),
        "total_computed_cents": sum(item.computed_cents for item in found),
        "total_claimable_cents": sum(item.claimable_cents for item in found),
        "made_at": now,
    }
    chain.append(connection, "repayment_statements", statement)


def _items(
    exit_on: date | None, trajectories: Trajectories, policy: Policy
) -> tuple[RepaymentItem, ...]:
    return () if exit_on is None else calculation.items(exit_on, trajectories, policy)

"""Employees who have left, or will: what is still open, and whether their exit is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from adapter.ground.store.tables.exits import ExitRow
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.views.reconcile.finding import BOTH, Drift, Group
from adapter.views.reconcile.snapshot import SETTLING, Snapshot, course_name, name_of
from connectors.ports import EnrolmentStatus
from policy.model import Severity

ACCOUNT, ENROLMENT, UNRECORDED, UNSTATED = CODES = (
    "leaver_account_active",
    "leaver_enrolment_active",
    "exit_not_recorded",
    "exit_without_statement",
)
STATED = (ExitState.ANNOUNCED, ExitState.EFFECTIVE)
"""States of an exit that ask for a statement about its last day."""


def find(world: Snapshot) -> Iterator[Drift]:
    last_days = {
        employee_id: learning.employment_ends_on
        for employee_id, learning in world.learning.items()
        if learning.employment_ends_on is not None
    }
    left = {person: day for person, day in last_days.items() if day < world.as_of}
    yield from _accounts(world, left)
    yield from _enrolments(world, left)
    yield from _unrecorded(world, last_days)
    yield from _unstated(world)


def _accounts(world: Snapshot, left: dict[str, date]) -> Iterator[Drift]:
    for user in world.users.values():
        if user.employee_id in left and not user.suspended:
            yield Drift(
                code=ACCOUNT,
                severity=Severity.ADVISE,
                employee_id=user.employee_id,
                numbers={
                    "last_day": left[user.employee_id].isoformat(),
                    "account": name_of(user),
                },
                about=(user.user_id,),
            )


def _enrolments(world: Snapshot, left: dict[str, date]) -> Iterator[Drift]:
    for employee_id, last_day in left.items():
        for row in world.learning[employee_id].enrolments:
            if row.status != EnrolmentStatus.ACTIVE or row.completed:
                continue
            yield Drift(
                code=ENROLMENT,
                severity=Severity.ADVISE,
                employee_id=employee_id,
                course_id=course_name(world.courses[row.course_id]),
                numbers={"last_day": last_day.isoformat()},
            )


def _unrecorded(world: Snapshot, last_days: dict[str, date]) -> Iterator[Drift]:
    """The HRIS shows a last day that no exit in the register has; what is older than the policy
    concerns it no more."""
    recorded = {
        (row.employee_id, row.last_day) for row in world.exits if row.state != ExitState.WITHDRAWN
    }
    for employee_id, day in last_days.items():
        if day >= world.policy.starts_on and (employee_id, day) not in recorded:
            yield Drift(
                code=UNRECORDED,
                severity=Severity.ADVISE,
                clause="Visie §7",
                employee_id=employee_id,
                numbers={"last_day": day.isoformat()},
                about=(day.isoformat(),),
            )


def _unstated(world: Snapshot) -> Iterator[Drift]:
    """No repayment statement for the exit as it stands, of someone with training to settle."""
    for row in world.exits:
        if row.state not in STATED or row.updated_at > world.now - SETTLING:
            continue
        assert row.last_day is not None, "an exit in these states has one"
        if (row.id, row.last_day) not in world.stated and _to_settle(world, row):
            yield Drift(
                code=UNSTATED,
                severity=Severity.ADVISE,
                clause="Visie §7",
                employee_id=row.employee_id,
                numbers={"last_day": row.last_day.isoformat()},
                about=(row.employment_id, row.last_day.isoformat()),
            )


def _to_settle(world: Snapshot, row: ExitRow) -> bool:
    learning = world.learning.get(row.employee_id)
    if learning is None:
        return False
    schemes = any(grant.repayment_scheme for grant in learning.grants if grant.employee_id)
    agreed = any(agreement.repayment_scheme for _, agreement in learning.agreements.values())
    return schemes or agreed or any(promise.terms for promise in learning.commitments)


GROUP = Group("leavers", CODES, BOTH, find)

"""What becomes of training that was agreed upon (Visie §7, P5): not completed by the agreed end, or
broken off. Each ends by itself when the LMS or HR tells what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from sqlalchemy import select

from adapter.ground.store.tables.people import EmployeeRow, LmsUserRow
from adapter.ground.store.tables.procedure import AgreementRow, GrantRow
from adapter.register.keys import Role
from adapter.register.learning import Learning
from adapter.register.trajectory_parts import takes_part, up_to
from adapter.subjects.leaving.trajectories import CompletedCourses
from adapter.subjects.requests.acts import Act
from adapter.views.tasks.task import Task, TaskKind
from policy import agreements

CLAUSE = "Visie §7"
TWO_WEEKS = timedelta(days=14)


def find(act: Act, everyone: Mapping[str, Learning]) -> Iterator[Task]:
    rows = act.connection.execute(select(EmployeeRow.employee_id, EmployeeRow.manager_id))
    managers = dict(rows.all())
    done = CompletedCourses(
        act.connection, LmsUserRow.employee_id.in_(select(AgreementRow.employee_id))
    )
    for learning in everyone.values():
        left = learning.employment_ends_on
        if left is None or left >= act.today:
            yield from _of_employee(act, learning, managers.get(learning.employee_id), done)


def _of_employee(
    act: Act, learning: Learning, manager_id: str | None, done: CompletedCourses
) -> Iterator[Task]:
    broken_off: set[str] = set()
    for grant in learning.grants:
        agreed = up_to(learning, grant, act.today).agreement
        if agreed is None or not agreements.signed(agreed):
            continue
        record = learning.progress.get(grant.trajectory_id)
        if record is not None and record.broken_off_on is not None:
            if grant.trajectory_id not in broken_off:
                broken_off.add(grant.trajectory_id)
                yield _broken_off(learning, grant, record.broken_off_on)
        elif _overdue(act, learning, grant) and not done.all_of(learning.employee_id, grant):
            yield _not_completed(learning, grant, manager_id)


def _overdue(act: Act, learning: Learning, grant: GrantRow) -> bool:
    if grant.ends_on is None or grant.ends_on >= act.today:
        return False
    return grant.employee_id is not None or takes_part(learning, grant)


def _not_completed(learning: Learning, grant: GrantRow, manager_id: str | None) -> Task:
    ended_on = grant.ends_on
    assert ended_on is not None, "what is overdue had an end"
    return Task(
        TaskKind.COMPLETION_OVERDUE,
        (grant.id, learning.employee_id),
        Role.HR if manager_id is None else Role.MANAGER,
        arose_on=ended_on + timedelta(days=1),
        due_on=ended_on + TWO_WEEKS,
        clause=CLAUSE,
        employee_ids=(learning.employee_id,),
        for_employee=manager_id,
        numbers={"trajectory": grant.trajectory_id, "end": ended_on.isoformat()},
    )


def _broken_off(learning: Learning, grant: GrantRow, broken_off_on: date) -> Task:
    """One per trajectory: a break-off is of all its parts."""
    return Task(
        TaskKind.BROKEN_OFF,
        (grant.trajectory_id, learning.employee_id),
        Role.HR,
        arose_on=broken_off_on,
        due_on=broken_off_on + TWO_WEEKS,
        clause=CLAUSE,
        employee_ids=(learning.employee_id,),
        numbers={"trajectory": grant.trajectory_id, "broken_off": broken_off_on.isoformat()},
    )

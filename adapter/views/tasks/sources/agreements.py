"""Agreements that a grant asks for and that are not in order (P5), of whoever is employed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from sqlalchemy import select

from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.register.keys import Role
from adapter.register.learning import Learning
from adapter.register.trajectory_parts import up_to
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.offering import Offers
from adapter.views.tasks.task import Task, TaskKind
from policy import agreements
from policy.model import Agreement, Finding

TWO_WEEKS = timedelta(days=14)
_KINDS = {
    kind.value: kind
    for kind in (
        TaskKind.AGREEMENT_MISSING,
        TaskKind.AGREEMENT_UNSIGNED,
        TaskKind.AGREEMENT_INCOMPLETE,
        TaskKind.AGREEMENT_NOT_FILED,
    )
}


def find(act: Act, everyone: Mapping[str, Learning]) -> Iterator[Task]:
    managers, offers = _managers(act), Offers(act.connection, act.today)
    for learning in everyone.values():
        left = learning.employment_ends_on
        if left is not None and left < act.today:
            continue
        for grant in learning.grants:
            offered = offers.include(learning.employee_id, grant.trajectory_id)
            tasks = _of_grant(act, learning, grant, managers.get(learning.employee_id))
            # Nobody is asked to sign what is not offered for it.
            yield from (
                task for task in tasks if offered or task.kind is not TaskKind.AGREEMENT_UNSIGNED
            )


def _managers(act: Act) -> dict[str, str | None]:
    rows = act.connection.execute(select(EmployeeRow.employee_id, EmployeeRow.manager_id))
    return dict(rows.all())


def _of_grant(
    act: Act, learning: Learning, grant: GrantRow, manager_id: str | None
) -> Iterator[Task]:
    whole = up_to(learning, grant, act.today)
    signed = whole.agreement
    starts_on = grant.starts_on or grant.decided_on
    for finding in agreements.findings(
        signed,
        whole.costs_cents,
        whole.hours,
        act.policy.on(max(starts_on, grant.decided_on)),
        scheme_granted=whole.scheme_granted,
    ):
        kind = _KINDS[finding.code]
        role, person = _who_acts(kind, signed, learning.employee_id, manager_id)
        yield Task(
            kind,
            (grant.id, learning.employee_id),
            role,
            arose_on=_arose(kind, grant, signed),
            due_on=_due(kind, grant, signed),
            clause=finding.clause,
            employee_ids=(learning.employee_id,),
            for_employee=person,
            numbers=_numbers(finding, grant),
        )


def _who_acts(
    kind: TaskKind, signed: Agreement | None, employee_id: str, manager_id: str | None
) -> tuple[Role, str | None]:
    """HR draws up and files; who has not signed signs, the employee first."""
    if kind is not TaskKind.AGREEMENT_UNSIGNED or signed is None:
        return Role.HR, None
    if signed.signed_by_employee_on is None:
        return Role.EMPLOYEE, employee_id
    return Role.MANAGER, manager_id


def _arose(kind: TaskKind, grant: GrantRow, signed: Agreement | None) -> date:
    return _signed_on(signed) if kind is TaskKind.AGREEMENT_NOT_FILED else grant.decided_on


def _due(kind: TaskKind, grant: GrantRow, signed: Agreement | None) -> date:
    """Before the training starts; a signed one is filed within two weeks."""
    if kind is TaskKind.AGREEMENT_NOT_FILED:
        return _signed_on(signed) + TWO_WEEKS
    if grant.starts_on is None:
        later: date = grant.decided_on + TWO_WEEKS
        return later
    before: date = grant.starts_on - timedelta(days=1)
    return before


def _signed_on(signed: Agreement | None) -> date:
    """Of one that is signed by both: only that one can be filed."""
    assert signed is not None
    days = (signed.signed_by_employee_on, signed.signed_by_manager_on)
    return max(day for day in days if day is not None)


def _numbers(finding: Finding, grant: GrantRow) -> dict[str, str | int | None]:
    return {
        **finding.numbers,
        "trajectory": grant.trajectory_id,
        "start": None if grant.starts_on is None else grant.starts_on.isoformat(),
    }

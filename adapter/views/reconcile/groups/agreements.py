"""Agreements that are missing or not in order (P5): of enrolments, and of granted training that is
running without an enrolment in the LMS, such as a course given elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.store.tables.procedure import GrantRow
from adapter.register.learning import Learning
from adapter.register.trajectory_parts import up_to
from adapter.views.reconcile.finding import BOTH, Drift, Group
from adapter.views.reconcile.snapshot import Snapshot
from policy import agreements
from policy.model import Finding

CODES = (
    "agreement_missing",
    "agreement_unsigned",
    "agreement_incomplete",
    "agreement_not_filed",
)
ALSO_AFTERWARDS = "agreement_not_filed"
"""What can still be put right once the training is over: nothing is agreed afterwards."""


def find(world: Snapshot) -> Iterator[Drift]:
    """One per trajectory, however many of its courses the employee follows."""
    for enrolled in world.enrolled:
        over = enrolled.over
        if over and not enrolled.learning.agreements:
            continue
        for finding in enrolled.findings:
            if finding.code not in CODES:
                continue
            if finding.code == ALSO_AFTERWARDS or not over:
                yield _found(finding, enrolled.employee_id, enrolled.trajectory)
    for learning in world.learning.values():
        for grant in learning.grants:
            if grant.employee_id is not None and _running(grant, world):
                yield from _of_grant(world, learning, grant)


def _of_grant(world: Snapshot, learning: Learning, grant: GrantRow) -> Iterator[Drift]:
    assert grant.starts_on is not None, "it is running"
    whole = up_to(learning, grant, world.as_of)
    for finding in agreements.findings(
        whole.agreement,
        whole.costs_cents,
        whole.hours,
        world.policy.on(max(grant.starts_on, grant.decided_on)),
        scheme_granted=whole.scheme_granted,
    ):
        yield _found(finding, learning.employee_id, grant.trajectory_id)


def _running(grant: GrantRow, world: Snapshot) -> bool:
    if grant.starts_on is None or grant.starts_on > world.as_of:
        return False
    return grant.ends_on is None or grant.ends_on >= world.as_of


def _found(finding: Finding, employee_id: str, trajectory: str) -> Drift:
    return Drift(
        code=finding.code,
        severity=finding.severity,
        clause=finding.clause,
        employee_id=employee_id,
        numbers={**finding.numbers, "trajectory": trajectory},
        about=(trajectory,),
    )


GROUP = Group("agreements", CODES, BOTH, find)

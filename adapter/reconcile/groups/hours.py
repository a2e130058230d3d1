"""Learning hours above and near the norm, per employee and year (P4)."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.enrolments.activities import activities
from adapter.reconcile.found import BOTH, Found, Group
from adapter.reconcile.snapshot import Snapshot
from policy.hours import project

EXCEEDED, NEAR = CODES = ("hours_norm_exceeded", "hours_norm_near")


def find(world: Snapshot) -> Iterator[Found]:
    """A year that is over stays a finding when it exceeded the norm; near it is of use no more."""
    for employee_id, learning in world.learning.items():
        counted = tuple(activities(learning).values())
        hours = project(counted, learning.exemptions, world.as_of, world.policy)
        for finding in hours.findings:
            year = finding.year or 0
            if finding.code == EXCEEDED or year >= world.as_of.year:
                yield Found(
                    code=finding.code,
                    severity=finding.severity,
                    clause=finding.clause,
                    employee_id=employee_id,
                    numbers=finding.numbers,
                    about=(str(year),),
                )


GROUP = Group("hours", CODES, BOTH, find)

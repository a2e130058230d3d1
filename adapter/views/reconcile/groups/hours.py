"""Learning hours above and near the norm, per employee and year (P4)."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.register.activities import activities
from adapter.register.statutory_training import outside_working_time
from adapter.views.reconcile.finding import BOTH, Drift, Group
from adapter.views.reconcile.snapshot import Snapshot
from policy.hours import CLAUSE, project
from policy.model import Severity

NORM = ("hours_norm_exceeded", "hours_norm_near")
OUTSIDE = "statutory_outside_working_time"
CODES = (*NORM, OUTSIDE)


def find(world: Snapshot) -> Iterator[Drift]:
    """Nothing can be moved or dropped any more in a year that is over."""
    yield from _outside_working_time(world)
    for employee_id, learning in world.learning.items():
        counted = tuple(activities(learning).values())
        hours = project(counted, learning.exemptions, world.as_of, world.policy)
        for finding in hours.findings:
            year = finding.year or 0
            if year >= world.as_of.year:
                yield Drift(
                    code=finding.code,
                    severity=finding.severity,
                    clause=finding.clause,
                    employee_id=employee_id,
                    numbers=finding.numbers,
                    about=(str(year),),
                )


def _outside_working_time(world: Snapshot) -> Iterator[Drift]:
    """What the employer must provide by law is working time as a whole, whatever was entered."""
    for employee_id, learning in world.learning.items():
        for grant in learning.grants:
            if outside_working_time(grant):
                yield Drift(
                    code=OUTSIDE,
                    severity=Severity.ADVISE,
                    clause=CLAUSE,
                    employee_id=employee_id,
                    numbers={
                        "trajectory": grant.trajectory_id,
                        "share": str(grant.work_time_share),
                    },
                    about=(grant.trajectory_id,),
                )


GROUP = Group("hours", CODES, BOTH, find)

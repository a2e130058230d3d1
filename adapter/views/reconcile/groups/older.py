"""What enrolments from before today's regime would mean if they were made now (P1).

For information: an older enrolment is never held for a rule that did not weigh as much then.
"""

from __future__ import annotations

from collections.abc import Iterator

from adapter.views.reconcile.finding import BOTH, Drift, Group
from adapter.views.reconcile.snapshot import Enrolled, Snapshot, course_name
from connectors.ports import EnrolmentStatus
from policy.model import Outcome, Severity

CODES = ("older_enrolment_would_be_held", "older_enrolment_would_be_advised_against")
_CODE = dict(zip((Outcome.HOLD, Outcome.ADVISE), CODES, strict=True))


def find(world: Snapshot) -> Iterator[Drift]:
    today = world.parameters_on(world.as_of).regimes
    days = {enrolled.made_on for enrolled in world.enrolled if enrolled.made_on < world.as_of}
    weighed_otherwise = {day for day in days if world.parameters_on(day).regimes != today}
    for enrolled in world.enrolled:
        if enrolled.made_on in weighed_otherwise and _still_runs(enrolled):
            yield from _as_if_made_today(world, enrolled)


def _still_runs(enrolled: Enrolled) -> bool:
    """Years of ended courses would hide the few that can still be put right."""
    return enrolled.enrolment.status != EnrolmentStatus.SUSPENDED and not enrolled.over


def _as_if_made_today(world: Snapshot, enrolled: Enrolled) -> Iterator[Drift]:
    decision = enrolled.decided_as_if_made_on(world.as_of)
    if decision.outcome is Outcome.ALLOW:
        return
    yield Drift(
        code=_CODE[decision.outcome],
        severity=Severity.INFO,
        clause="Visie §9",
        employee_id=enrolled.employee_id,
        course_id=course_name(enrolled.course),
        numbers={
            "made": enrolled.made_on.isoformat(),
            "regime_then": enrolled.decision.regime,
            "findings": ", ".join(dict.fromkeys(f.code for f in decision.findings)),
        },
    )


GROUP = Group("older", CODES, BOTH, find)

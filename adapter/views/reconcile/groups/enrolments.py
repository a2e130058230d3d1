"""Enrolments that break a rule on the day on which they were made (P3, P6, P7).

What the same decision says of agreements, hours and course facts is reported once by their own
groups, and not again for every enrolment that it touches. What a leaver pays back is what the
repayment statement says, once there is one: a decision knows the plan only, not the completion.
Of training that is over only the repayment can still be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from adapter.views.reconcile.finding import BOTH, Drift, Group
from adapter.views.reconcile.snapshot import Enrolled, Snapshot, course_name
from policy.model import Finding, Severity
from policy.money import euros

CODES = (
    "grant_missing",
    "consent_missing",
    "no_place",
    "employment_ends_before_start",
    "repayment_foreseen",
    "repayment_stated",
)


def find(world: Snapshot) -> Iterator[Drift]:
    for enrolled in world.enrolled:
        over = enrolled.over
        if over and enrolled.learning.employment_ends_on is None:
            continue
        for finding in enrolled.findings:
            if finding.code == "repayment_foreseen":
                yield from _repayment(world, enrolled, finding)
            elif finding.code in CODES and not over:
                yield _of_enrolment(enrolled, finding)


def _of_enrolment(enrolled: Enrolled, finding: Finding) -> Drift:
    return Drift(
        code=finding.code,
        severity=finding.severity,
        clause=finding.clause,
        employee_id=enrolled.employee_id,
        course_id=course_name(enrolled.course),
        numbers={**finding.numbers, "made": enrolled.made_on.isoformat()},
    )


def _repayment(world: Snapshot, enrolled: Enrolled, foreseen: Finding) -> Iterator[Drift]:
    """One amount per exit and trajectory: that of the statement, else what is foreseen."""
    ends = date.fromisoformat(str(foreseen.numbers["ends"]))
    statement = world.repayments.get((enrolled.employee_id, ends))
    if statement is None:
        yield _of_enrolment(enrolled, foreseen)
        return
    item = statement.get(enrolled.trajectory)
    if item is None or not item.computed_cents:
        return
    yield Drift(
        code="repayment_stated",
        severity=Severity.INFO,
        clause=foreseen.clause,
        employee_id=enrolled.employee_id,
        numbers={
            "ends": ends.isoformat(),
            "trajectory": item.trajectory_id,
            "share": item.percentage,
            "amount": euros(item.computed_cents),
        },
        about=(item.trajectory_id,),
    )


GROUP = Group("enrolments", CODES, BOTH, find)

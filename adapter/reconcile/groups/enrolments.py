"""Enrolments that break a rule on the day on which they were made (P3, P6, P7).

What the same decision says of agreements, hours and course facts is reported once by their own
groups, and not again for every enrolment that it touches.
"""

from __future__ import annotations

from collections.abc import Iterator

from adapter.reconcile.found import BOTH, Found, Group
from adapter.reconcile.snapshot import Snapshot, course_name

CODES = (
    "grant_missing",
    "consent_missing",
    "no_place",
    "employment_ends_before_start",
    "repayment_foreseen",
)


def find(world: Snapshot) -> Iterator[Found]:
    for enrolled in world.enrolled:
        for finding in enrolled.decision.findings:
            if finding.code in CODES:
                yield Found(
                    code=finding.code,
                    severity=finding.severity,
                    clause=finding.clause,
                    employee_id=enrolled.employee_id,
                    course_id=course_name(enrolled.course),
                    numbers={**finding.numbers, "made": enrolled.made_on.isoformat()},
                )


GROUP = Group("enrolments", CODES, BOTH, find)

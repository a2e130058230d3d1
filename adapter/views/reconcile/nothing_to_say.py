"""Enrolments of which no rule can have anything to say, seen from the rows and without their facts.

That is most of a register, and collecting the facts is most of a decision. Whoever is not sure is
decided upon, so what is asked here may be less than what the rules ask, and never more.
`SILENT` says of every finding of the rules why it is not there; a test compares it with the rules,
and what is said here with decisions on made-up registers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.register.activities import activities
from adapter.register.enrolment_facts import GROUNDS, as_granted
from adapter.register.learning import Learning
from adapter.register.trajectory_parts import parts_of
from policy import agreements
from policy.hours import within_norm
from policy.parameters import Policy

SILENT: Mapping[str, str] = {
    "course_facts_missing": "hours and costs are there, and the start is that of the grant",
    "grant_missing": "one grant covers the course",
    "consent_missing": "the course is not given in-company",
    "no_place": "the course is not given in-company",
    "agreement_missing": "costs and hours of the grant ask for no agreement",
    "agreement_unsigned": "costs and hours of the grant ask for no agreement",
    "agreement_incomplete": "costs and hours of the grant ask for no agreement",
    "agreement_not_filed": "costs and hours of the grant ask for no agreement",
    "hours_norm_exceeded": "the hours of the employee go above the norm in no year",
    "employment_ends_before_start": "the employment has no last day",
    "repayment_foreseen": "the employment has no last day",
    "hours_norm_near": "may be there: it never weighs, and is found by employee and year",
    "policy_not_adopted": "may be there: it never weighs, and nobody looks for it",
}


def nothing_to_say(learning: Learning, course: CourseRow, made_on: date, policy: Policy) -> bool:
    """Whether an enrolment made on a day is allowed without a finding that anybody looks for."""
    if learning.employment_ends_on is not None or course.in_company:
        return False
    if course.hours is None or course.costs_cents is None:
        return False
    if course.ground is not None and course.ground not in GROUNDS:
        # A decision refuses it, and a run says of whom.
        return False
    covering = learning.grants_covering(course)
    if len(covering) != 1 or not _counts_as_granted(learning, covering[0]):
        return False
    grant, parameters = covering[0], policy.on(made_on)
    if agreements.required(grant.costs_cents, grant.hours, parameters):
        return False
    return hours_within_norm(learning, policy)


def hours_within_norm(learning: Learning, policy: Policy) -> bool:
    """Whether an employee's hours go above the norm in no year, found once."""
    key = ("within norm", policy.digest)
    found: bool | None = learning.worked_out.get(key)
    if found is None:
        known = activities(learning).values()
        found = not learning.exemptions and within_norm(known, policy)
        learning.worked_out[key] = found
    return found


def _counts_as_granted(learning: Learning, grant: GrantRow) -> bool:
    """Whether its training is among what counts already, just as granted: it has a start of its
    own, and is the only part of its trajectory."""
    key = ("counts as granted", grant.id)
    found: bool | None = learning.worked_out.get(key)
    if found is None:
        as_granted(grant)
        found = (
            grant.starts_on is not None
            and parts_of(learning, grant.trajectory_id) == [grant]
            and grant.trajectory_id in activities(learning)
        )
        learning.worked_out[key] = found
    return found

"""The enrolment decision (P3 to P7): every rule looked at, one outcome.

The regime is that of the day of enrolling (A12). Only what the caller gives is looked at.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from policy import agreements, hours, regimes
from policy.model import (
    EnrolmentDecision,
    EnrolmentFacts,
    Finding,
    MandatoryByLaw,
    Number,
    Outcome,
    Part,
    Severity,
    YearHours,
)
from policy.money import euros, share_of
from policy.parameters import Parameters, Policy
from policy.repayment import term
from policy.trajectories import counting, together


def decide_enrolment(facts: EnrolmentFacts, policy: Policy) -> EnrolmentDecision:
    """Whether an enrolment is allowed, advised against or held, with every finding.

    Raises `ImpossibleActivity` when an activity ends before it starts.
    """
    years, over_norm = _hours(facts, policy)
    return _decided(facts, policy, years, over_norm)


def decide_within_norm(facts: EnrolmentFacts, policy: Policy) -> EnrolmentDecision:
    """The same for facts of whose activities `hours.within_norm` holds: without the years, and
    without saying that one of them comes near its norm, which never weighs. For who decides on
    thousands of enrolments."""
    return _decided(facts, policy, (), ())


def _decided(
    facts: EnrolmentFacts,
    policy: Policy,
    years: tuple[YearHours, ...],
    over_norm: tuple[Finding, ...],
) -> EnrolmentDecision:
    parameters = policy.on(facts.enrolled_on)
    not_adopted = not facts.adopted and parameters.enforces
    if not_adopted:
        parameters = parameters.until_adoption
    if over_norm and (not_adopted or _never_held_for_hours(facts, parameters)):
        over_norm = tuple(_advised(finding) for finding in over_norm)
    findings: tuple[Finding, ...] = ()
    if not facts.course.out_of_scope:
        findings = _findings(facts, parameters, over_norm)
        if not_adopted:
            findings = (*findings, Finding("policy_not_adopted", Severity.INFO, regimes.CLAUSE))
    return EnrolmentDecision(_outcome(findings), parameters.regime_general, findings, years)


def held_for_hours_alone(decision: EnrolmentDecision) -> bool:
    """Whether the hours norm is the one rule that holds this enrolment (Visie §8)."""
    blocking = {one.code for one in decision.findings if one.severity is Severity.BLOCK}
    return blocking == {"hours_norm_exceeded"}


def _outcome(findings: tuple[Finding, ...]) -> Outcome:
    if not findings:
        return Outcome.ALLOW
    severities = {finding.severity for finding in findings}
    if Severity.BLOCK in severities:
        return Outcome.HOLD
    return Outcome.ADVISE if Severity.ADVISE in severities else Outcome.ALLOW


def _never_held_for_hours(facts: EnrolmentFacts, parameters: Parameters) -> bool:
    """Training that the employer must provide by law waits for nobody's leave (A26)."""
    statutory = facts.grant is not None and facts.grant.statutory
    return statutory and parameters.hours_statutory == "never_held"


def _advised(finding: Finding) -> Finding:
    """The same finding where it may not hold anyone."""
    if finding.severity is not Severity.BLOCK:
        return finding
    return replace(finding, severity=Severity.ADVISE)


def _findings(
    facts: EnrolmentFacts, parameters: Parameters, over_norm: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """In the order in which someone would repair them."""
    weights = parameters.weights
    return (
        *_course_facts(facts, weights.course_facts),
        *_grant(facts, weights.grant, parameters),
        *_consent(facts, weights.in_company),
        *_agreement(facts, parameters),
        *over_norm,
        *_employment(facts, weights.employment, parameters),
    )


def _hours(
    facts: EnrolmentFacts, policy: Policy
) -> tuple[tuple[YearHours, ...], tuple[Finding, ...]]:
    """All years, and the findings of the years in which this training has hours: other years are
    not about this enrolment. Training out of scope does not count."""
    this = None if facts.course.out_of_scope else facts.activity
    activities = (*facts.other_activities, this) if this else facts.other_activities
    this_id = this.activity_id if this else None
    found = hours.in_years(activities, facts.exemptions, facts.enrolled_on, policy, this_id)
    if this is None or not found.findings:
        return found.years, ()
    own_years = this.per_year
    return found.years, tuple([one for one in found.findings if one.year in own_years])


def _course_facts(facts: EnrolmentFacts, weight: Severity | None) -> tuple[Finding, ...]:
    """Without hours, costs or a start the other rules would have to guess."""
    course = facts.course
    missing: list[str] = []
    if course.hours is None:
        missing.append("hours")
    if course.costs_cents is None:
        missing.append("costs")
    if course.start is None and facts.activity is None:
        missing.append("start")
    if not weight or not missing:
        return ()
    numbers: dict[str, Number] = {"missing": ", ".join(missing), "course": course.course_id}
    return (Finding("course_facts_missing", weight, "Visie §6", numbers),)


def _grant(
    facts: EnrolmentFacts, weight: Severity | None, parameters: Parameters
) -> tuple[Finding, ...]:
    """A grant or an open existing commitment that covers this course for this employee."""
    if not weight or facts.grant or facts.commitment or _exempt(facts, parameters):
        return ()
    numbers: dict[str, Number] = {"course": facts.course.course_id}
    return (Finding("grant_missing", weight, "Visie §6", numbers),)


def _exempt(facts: EnrolmentFacts, parameters: Parameters) -> bool:
    """Free and short training needs no request (A2); 0 hours in the policy exempts none."""
    course, most = facts.course, parameters.grant_exempt_hours
    return (
        most > 0 and course.costs_cents == 0 and course.hours is not None and course.hours <= most
    )


def _consent(facts: EnrolmentFacts, weight: Severity | None) -> tuple[Finding, ...]:
    """Sign-up with the manager's consent, and then a place within what was set beforehand (P7)."""
    if weight is None or not facts.course.in_company:
        return ()
    numbers: dict[str, Number] = {"course": facts.course.course_id}
    if not facts.in_company_consent:
        return (Finding("consent_missing", weight, "Visie §7", numbers),)
    if not facts.in_company_place:
        return (Finding("no_place", weight, "Visie §7", numbers),)
    return ()


def _agreement(facts: EnrolmentFacts, parameters: Parameters) -> tuple[Finding, ...]:
    """By the figures of the grant, else by those of the course; an existing commitment keeps its
    own terms (P9) and is not asked for an agreement of this policy."""
    grant = facts.grant
    if grant is None and facts.commitment is not None:
        return ()
    costs_cents, training_hours = _agreed(facts)
    return agreements.findings(
        facts.agreement,
        costs_cents,
        training_hours,
        parameters,
        scheme_granted=grant is None or grant.repayment_scheme or _scheme_named_earlier(facts),
    )


def _agreed(facts: EnrolmentFacts) -> tuple[int, Decimal]:
    """Costs in eurocents and hours of the trajectory up to and with this part; what the course does
    not tell is a finding, and 0 here."""
    grant = facts.grant
    if grant is None:
        return facts.course.costs_cents or 0, facts.course.hours or Decimal("0.00")
    costs_cents, training_hours = together(_earlier(facts))
    return grant.costs_cents + costs_cents, grant.hours + training_hours


def _earlier(facts: EnrolmentFacts) -> tuple[Part, ...]:
    return counting(facts.earlier_parts, facts.enrolled_on) if facts.earlier_parts else ()


def _scheme_named_earlier(facts: EnrolmentFacts) -> bool:
    return any(part.repayment_scheme for part in _earlier(facts)) if facts.earlier_parts else False


def _employment(
    facts: EnrolmentFacts, weight: Severity | None, parameters: Parameters
) -> tuple[Finding, ...]:
    ends_on = facts.employment_ends_on
    if weight is None or ends_on is None:
        return ()
    starts_on = max(_start(facts), facts.enrolled_on, facts.takes_part_from or facts.enrolled_on)
    if ends_on < starts_on:
        numbers: dict[str, Number] = {"ends": ends_on.isoformat(), "start": starts_on.isoformat()}
        return (Finding("employment_ends_before_start", weight, "Visie §7", numbers),)
    return _repayment_foreseen(facts, ends_on, starts_on, parameters)


def _repayment_foreseen(
    facts: EnrolmentFacts, ends_on: date, starts_on: date, parameters: Parameters
) -> tuple[Finding, ...]:
    """What the exit that is known already would cost if the training ends as planned (P6)."""
    costs_cents, _ = _agreed(facts)
    planned_end = max(_end(facts), starts_on)
    code, share = term(ends_on, starts_on, planned_end, parameters)
    amount = share_of(costs_cents, share)
    if not _scheme_applies(facts, costs_cents, parameters) or not amount:
        return ()
    numbers: dict[str, Number] = {
        "ends": ends_on.isoformat(),
        "planned_end": planned_end.isoformat(),
        "term": code,
        "share": share,
        "amount": euros(amount),
    }
    return (Finding("repayment_foreseen", Severity.INFO, "Visie §7", numbers),)


def _scheme_applies(facts: EnrolmentFacts, costs_cents: int, parameters: Parameters) -> bool:
    """A scheme in agreement or grant, for costs that it covers, and not free by law."""
    grant, agreement = facts.grant, facts.agreement
    if grant is not None and grant.mandatory_by_law is MandatoryByLaw.YES:
        return False
    named = (agreement and agreement.repayment_scheme) or (grant and grant.repayment_scheme)
    return bool(named) and agreements.required_for_costs(costs_cents, parameters)


def _start(facts: EnrolmentFacts) -> date:
    """The training's start; one that is not known cannot be before the enrolment."""
    activity_start = facts.activity.start if facts.activity else None
    return activity_start or facts.course.start or facts.enrolled_on


def _end(facts: EnrolmentFacts) -> date:
    activity_end = facts.activity.end if facts.activity else None
    return activity_end or facts.course.end or _start(facts)

"""The intake check of a request (P2): what is missing, and what it would lead to.

It refuses nothing: managers and HR read it on submission, when there is time to mend things.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.register.adoption import in_force
from adapter.register.learning import Learning
from adapter.register.learning_reader import read_learning
from adapter.register.statutory_training import mandatory_by_law, settled_answer
from adapter.register.trajectory_parts import part, parts_of
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.costs import per_employee
from adapter.subjects.requests.findings import (
    AGREEMENTS,
    REQUESTS,
    advise,
    info,
)
from adapter.subjects.requests.hours import EmployeeHours, projected_hours
from adapter.subjects.requests.interim import admissible, interim_consent
from adapter.subjects.requests.overlap import overlapping
from adapter.subjects.requests.requests import (
    VisibleRequest,
    participants,
    procedure_of,
    submitted_on,
)
from policy import agreements
from policy.errors import BeforePolicy
from policy.model import Finding, Ground, MandatoryByLaw, Rule
from policy.money import euros
from policy.parameters import Parameters
from policy.regimes import severity
from policy.request_states import RequestState
from policy.statutory import to_settle
from policy.trajectories import counting, together
from policy.tranches import Procedure, Tranche, tranche_for, tranche_named

NECESSARY = (Ground.LEGAL, Ground.FUNCTION)
LEGAL_ASSESSMENT = "missing_legal_assessment"
"""What HR completes and not the manager (A27)."""


@dataclass(frozen=True, slots=True)
class Intake:
    """`hours` has one projection per employee whom the reader may see."""

    findings: tuple[Finding, ...]
    hours: tuple[EmployeeHours, ...]


def intake_check(act: Act, request: VisibleRequest) -> Intake:
    row = request.row
    findings = (
        *missing_parts(row),
        *procedure_followed(act, row),
        *_agreement(act, row),
        *_overlap(act, row),
    )
    return Intake(findings, projected_hours(act, row, request.employee_ids))


def missing_parts(row: TrainingRequestRow) -> Iterator[Finding]:
    """What a complete request has and this one lacks."""
    necessary = row.ground in NECESSARY
    absent = {
        "missing_start": row.starts_on is None,
        "missing_end": row.ends_on is None,
        "missing_courses": not row.course_ids,
        "missing_participants": participants(row) == 0,
        "missing_motivation": not row.motivation,
        "missing_evidence": necessary and not row.evidence,
        # The conversation is what criterion 4 is weighed by (P2, P8).
        "missing_appraisal": row.ground == Ground.INDIVIDUAL and row.appraisal_on is None,
        "missing_legal_source": row.mandatory_by_law == MandatoryByLaw.YES
        and not row.mandatory_source,
        LEGAL_ASSESSMENT: to_settle(settled_answer(row), Ground(row.ground)),
    }
    for code, it_is in absent.items():
        if it_is:
            yield advise(code, REQUESTS)


def procedure_followed(act: Act, row: TrainingRequestRow) -> Iterator[Finding]:
    """When it is decided, and what the start of the training comes to."""
    if row.state == RequestState.DRAFT:
        yield from _submitted_today(act, row)
    elif row.tranche is not None:
        tranche = tranche_named(row.tranche, act.policy)
        yield info("in_tranche", REQUESTS, **_window(tranche))
        yield from _start(act, row, tranche, row.procedure, submitted_on(row))


def _submitted_today(act: Act, row: TrainingRequestRow) -> Iterator[Finding]:
    """What submitting a draft now would come to: the tranche is fixed only then."""
    try:
        tranche = tranche_for(act.today, act.policy)
    except BeforePolicy:
        yield info("no_tranche_today", REQUESTS)
        return
    deadline = tranche.deadline_on.isoformat()
    yield info("tranche_if_today", REQUESTS, deadline=deadline, **_window(tranche))
    procedure = procedure_of(act, act.today, row.starts_on)
    yield from _start(act, row, tranche, procedure, act.today)


def _start(
    act: Act, row: TrainingRequestRow, tranche: Tranche, procedure: str | None, submitted: date
) -> Iterator[Finding]:
    """What a start before or inside the decision window comes to."""
    if row.starts_on is None:
        return
    start = row.starts_on.isoformat()
    if procedure == Procedure.DECIDE_BEFORE_START:
        yield advise("decide_before_start", REQUESTS, start=start)
    if procedure == Procedure.INTERIM:
        yield from _interim(act, row, {"start": start, **_window(tranche)}, submitted)


def _interim(
    act: Act, row: TrainingRequestRow, numbers: dict[str, str], submitted: date
) -> Iterator[Finding]:
    weight = severity(Rule.GRANT, in_force(act.connection, act.policy, submitted))
    if admissible(act, row):
        yield info("interim_consented", REQUESTS, **numbers)
    elif row.ground in NECESSARY and row.evidence and interim_consent(act, row.id) is None:
        yield advise("interim_needs_consent", REQUESTS, **numbers)
    elif weight is not None:
        yield Finding("interim_not_considered", weight, REQUESTS, numbers)


def _window(tranche: Tranche) -> dict[str, str]:
    return {
        "tranche": tranche.name,
        "decision_from": tranche.decision_from.isoformat(),
        "decision_until": tranche.decision_until.isoformat(),
    }


def _agreement(act: Act, row: TrainingRequestRow) -> Sequence[Finding]:
    people = participants(row)
    if people == 0:
        return ()
    costs_cents = per_employee(row.costs_cents, people)
    return agreement_consequences(act, costs_cents, row.hours, row, granted_before(act, row))


@dataclass(frozen=True, slots=True)
class GrantedBefore:
    """What the other parts of a trajectory come to for one employee; costs in eurocents."""

    costs_cents: int = 0
    hours: Decimal = Decimal("0.00")


def granted_before(
    act: Act,
    row: TrainingRequestRow,
    learning: Mapping[str, Learning] | None = None,
    trajectory_id: str | None = None,
) -> Sequence[GrantedBefore]:
    """What other requests of the trajectory were granted for each employee of a request, the most
    first; where it names nobody, nothing for one. `learning` is what was read already."""
    wanted = trajectory_id or row.trajectory_id
    before = []
    for employee_id in row.employee_ids:
        known = None if learning is None else learning.get(employee_id)
        of_employee = known or read_learning(act.connection, employee_id)
        others = [one for one in parts_of(of_employee, wanted) if one.request_id != row.id]
        parts = (part(of_employee, one) for one in others)
        before.append(GrantedBefore(*together(counting(parts, act.today))))
    before.sort(key=lambda one: (one.costs_cents, one.hours), reverse=True)
    return before or [GrantedBefore()]


def agreement_consequences(
    act: Act,
    costs_cents: int,
    hours: Decimal,
    row: TrainingRequestRow,
    before: Sequence[GrantedBefore],
) -> tuple[Finding, ...]:
    """What one employee's costs (eurocents) and hours lead to together with what was granted of the
    trajectory before, by the terms in force at the start. `row` is a request.

    Told of the first employee of `granted_before` who needs an agreement: costs and time ask for
    one each by themselves, so that need not be the one for whom most was granted."""
    parameters = act.policy.on(row.starts_on or act.today)
    for one in before:
        whole = GrantedBefore(costs_cents + one.costs_cents, hours + one.hours)
        if agreements.required(whole.costs_cents, whole.hours, parameters):
            in_parts = one != GrantedBefore()
            return tuple(
                _needed(whole.costs_cents, whole.hours, row, parameters, in_parts=in_parts)
            )
    return ()


def _needed(
    costs_cents: int,
    hours: Decimal,
    row: TrainingRequestRow,
    parameters: Parameters,
    *,
    in_parts: bool,
) -> Iterator[Finding]:
    numbers = {"costs": euros(costs_cents), "hours": str(hours)}
    code = "agreement_needed_for_whole" if in_parts else "agreement_needed"
    yield info(code, AGREEMENTS, **numbers)
    if not agreements.required_for_costs(costs_cents, parameters):
        yield info("repayment_below_threshold", AGREEMENTS, **numbers)
    elif mandatory_by_law(row) is MandatoryByLaw.YES:
        yield info("repayment_free_by_law", AGREEMENTS, **numbers)
    else:
        yield info("repayment_possible", AGREEMENTS, **numbers)


def _overlap(act: Act, row: TrainingRequestRow) -> Iterator[Finding]:
    found = overlapping(act, row)
    if found.other_requests:
        yield info("overlap", REQUESTS, count=found.other_requests)
    if found.same_employees:
        yield advise("asked_twice", REQUESTS, count=found.same_employees)
    if found.already_granted:
        yield advise("already_granted", REQUESTS, count=found.already_granted)

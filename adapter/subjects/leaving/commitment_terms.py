"""Existing commitments on exit (Visie §9.1, P6): their own recorded terms, never the policy's.

Terms may be recorded as `{"text": "...", "steps": [{"months": 12, "percentage": 100}, ...]}`: the
share until that many months after completion, the first step also before completion. Other terms
are for HR to read: the amount shown is then the most that it can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from policy.model import Number, Reason, RepaymentItem, RepaymentStatus
from policy.money import euros, share_of
from policy.months import within_months

CLAUSE = "Visie §9.1"


class Step(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    months: Annotated[int, Field(ge=0, le=600)]
    percentage: Annotated[int, Field(ge=0, le=100)]


class SteppedTerms(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class CommitmentFacts:
    """An existing commitment as far as its terms look at it; costs in eurocents, None unknown."""

    commitment_id: str
    trajectory_id: str
    costs_cents: int | None
    start: date | None
    completed_on: date | None
    terms: Any


def item_under_own_terms(exit_on: date, commitment: CommitmentFacts) -> RepaymentItem:
    """What a commitment costs the leaver at most. HR settles every amount: the machine cannot read
    what was promised in words."""
    basis = commitment.costs_cents or 0
    share = _share(exit_on, commitment)
    computed = share_of(basis, share)
    code = "commitment_without_terms" if commitment.terms is None else "commitment_own_terms"
    numbers: dict[str, Number] = {
        "share": share,
        "basis": euros(basis),
        "amount": euros(computed),
        "exit": exit_on.isoformat(),
    }
    return RepaymentItem(
        trajectory_id=commitment.trajectory_id,
        percentage=share,
        basis_cents=basis,
        computed_cents=computed,
        claimable_cents=0,
        status=RepaymentStatus.NEEDS_REVIEW if computed else RepaymentStatus.NOTHING_DUE,
        reasons=(Reason(code, CLAUSE, numbers),),
    )


def without_words(terms: Any) -> Any:
    """Only what is computed with: the same item comes out of it."""
    if terms is None:
        return None
    try:
        return SteppedTerms.model_validate(terms).model_dump(mode="json")
    except ValidationError:
        return {}


def _share(exit_on: date, commitment: CommitmentFacts) -> int:
    if commitment.terms is None:
        return 0
    if commitment.start is not None and exit_on < commitment.start:
        return 0
    steps = _steps(commitment.terms)
    if steps is None:
        return 100
    done = commitment.completed_on
    if done is None or done > exit_on:
        return steps[0].percentage
    return next((s.percentage for s in steps if within_months(exit_on, done, s.months)), 0)


def _steps(terms: Any) -> Sequence[Step] | None:
    """None for terms in words only."""
    try:
        steps = SteppedTerms.model_validate(terms).steps
    except ValidationError:
        return None
    return sorted(steps, key=lambda step: step.months)

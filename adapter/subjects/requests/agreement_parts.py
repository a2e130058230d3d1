"""The parts of a training agreement (Visie §7, P5), in Dutch: it is a document between people.

What the grant and the policy already say is written from them, so that it cannot contradict them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from adapter.ground.store.tables.procedure import GrantRow
from config.catalogue import text
from policy.agreements import SCHEME_PART, required_for_costs
from policy.money import euros
from policy.parameters import Parameters

NATURE, COSTS, ARRANGEMENTS, FURTHER = (
    "nature_duration_start",
    "total_costs",
    "arrangements",
    "further_conditions",
)
"""Beside these there is the scheme, `policy.agreements.SCHEME_PART`."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What an agreement is about: one grant, or all grants of a trajectory in parts (P5). Costs in
    eurocents, of one employee."""

    grant_ids: tuple[str, ...]
    costs_cents: int
    hours: Decimal
    starts_on: date | None
    ends_on: date | None
    repayment_scheme: bool

    @classmethod
    def of(cls, grants: Sequence[GrantRow]) -> Agreed:
        starts = [row.starts_on for row in grants if row.starts_on is not None]
        ends = [row.ends_on for row in grants if row.ends_on is not None]
        return cls(
            grant_ids=tuple(row.id for row in grants),
            costs_cents=sum(row.costs_cents for row in grants),
            hours=sum((row.hours for row in grants), Decimal("0.00")),
            starts_on=min(starts) if len(starts) == len(grants) else None,
            ends_on=max(ends) if len(ends) == len(grants) else None,
            repayment_scheme=any(row.repayment_scheme for row in grants),
        )


@dataclass(frozen=True, slots=True)
class AgreementDraft:
    """What people fill in. `agreed_costs_cents` are one employee's; empty texts are allowed, and
    reported."""

    title: str
    agreed_costs_cents: int
    arrangements: str
    further_conditions: str


def holds_scheme(agreed: Agreed, agreed_costs_cents: int, parameters: Parameters) -> bool:
    """As in the grants; an agreement that its costs do not call for carries none (A18)."""
    return agreed.repayment_scheme and required_for_costs(agreed_costs_cents, parameters)


def compose(agreed: Agreed, draft: AgreementDraft, parameters: Parameters) -> dict[str, str]:
    """The parts by name; further conditions are not mandatory, so they are left out when empty."""
    parts = {
        NATURE: _nature(agreed, draft.title),
        COSTS: text("procedure.part.total_costs", amount=euros(draft.agreed_costs_cents)),
        ARRANGEMENTS: draft.arrangements.strip(),
        SCHEME_PART: _scheme(agreed, draft.agreed_costs_cents, parameters),
    }
    further = draft.further_conditions.strip()
    return {**parts, FURTHER: further} if further else parts


def _nature(agreed: Agreed, title: str) -> str:
    """Empty while the start or end is not known: then duration and start cannot be agreed."""
    if agreed.starts_on is None or agreed.ends_on is None:
        return ""
    return text(
        "procedure.part.nature_duration_start",
        title=title,
        hours=agreed.hours,
        start=agreed.starts_on,
        end=agreed.ends_on,
    )


def _scheme(agreed: Agreed, agreed_costs_cents: int, parameters: Parameters) -> str:
    if not holds_scheme(agreed, agreed_costs_cents, parameters):
        return text("procedure.part.no_repayment_scheme")
    return text(
        "procedure.part.repayment_scheme",
        not_completed=parameters.repayment_share_not_completed,
        first=parameters.repayment_share_first_period,
        second=parameters.repayment_share_second_period,
        full_months=parameters.repayment_full_months,
        end_months=parameters.repayment_end_months,
    )

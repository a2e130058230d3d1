"""The parts of a training agreement (Visie §7, P5), in Dutch: it is a document between people.

What the grant and the policy already say is written from them, so that it cannot contradict them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

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
class AgreementDraft:
    """What people fill in. `agreed_costs_cents` are one employee's; empty texts are allowed, and
    reported."""

    title: str
    agreed_costs_cents: int
    arrangements: str
    further_conditions: str


def holds_scheme(grant: Row[Any], agreed_costs_cents: int, parameters: Parameters) -> bool:
    """As in the grant; an agreement that its costs do not call for carries none (A18)."""
    return bool(grant.repayment_scheme) and required_for_costs(agreed_costs_cents, parameters)


def compose(grant: Row[Any], draft: AgreementDraft, parameters: Parameters) -> dict[str, str]:
    """The parts by name; further conditions are not mandatory, so they are left out when empty."""
    parts = {
        NATURE: _nature(grant, draft.title),
        COSTS: text("procedure.part.total_costs", amount=euros(draft.agreed_costs_cents)),
        ARRANGEMENTS: draft.arrangements.strip(),
        SCHEME_PART: _scheme(grant, draft.agreed_costs_cents, parameters),
    }
    further = draft.further_conditions.strip()
    return {**parts, FURTHER: further} if further else parts


def _nature(grant: Row[Any], title: str) -> str:
    """Empty while the start or end is not known: then duration and start cannot be agreed."""
    if grant.starts_on is None or grant.ends_on is None:
        return ""
    return text(
        "procedure.part.nature_duration_start",
        title=title,
        hours=grant.hours,
        start=grant.starts_on,
        end=grant.ends_on,
    )


def _scheme(grant: Row[Any], agreed_costs_cents: int, parameters: Parameters) -> str:
    if not holds_scheme(grant, agreed_costs_cents, parameters):
        return text("procedure.part.no_repayment_scheme")
    return text(
        "procedure.part.repayment_scheme",
        not_completed=parameters.repayment_share_not_completed,
        first=parameters.repayment_share_first_period,
        second=parameters.repayment_share_second_period,
        full_months=parameters.repayment_full_months,
        end_months=parameters.repayment_end_months,
    )

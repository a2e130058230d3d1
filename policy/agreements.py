"""When a training agreement is required and whether it is in order (Visie §7, P5)."""

from __future__ import annotations

from decimal import Decimal

from policy.model import Agreement, Finding, Number, Severity
from policy.money import euros
from policy.parameters import Parameters

CLAUSE = "Visie §7"
SCHEME_PART = "repayment_scheme"
"""The mandatory part that an agreement lacks when it should hold the scheme and does not."""


def required_for_costs(costs_cents: int, parameters: Parameters) -> bool:
    """Whether the trajectory's agreed costs call for an agreement, which then holds the scheme."""
    return costs_cents >= parameters.agreement_threshold_cents


def required(costs_cents: int, hours: Decimal, parameters: Parameters) -> bool:
    """Whether a trajectory needs an agreement, for its costs or for its time (A5)."""
    considerable = hours >= parameters.agreement_considerable_hours
    return considerable or required_for_costs(costs_cents, parameters)


def findings(
    agreement: Agreement | None,
    costs_cents: int,
    hours: Decimal,
    parameters: Parameters,
    *,
    scheme_granted: bool = True,
) -> tuple[Finding, ...]:
    """What is wrong with the agreement of a trajectory, empty when none is required.

    Costs (eurocents) and hours are those agreed for the whole trajectory. `scheme_granted` is false
    when the grant says that the repayment scheme does not apply, so that its part may be empty.
    """
    weight = parameters.weights.agreement
    if weight is None or not required(costs_cents, hours, parameters):
        return ()
    numbers: dict[str, Number] = {"costs": euros(costs_cents), "hours": str(hours)}
    if agreement is None:
        return (Finding("agreement_missing", weight, CLAUSE, numbers),)
    scheme_due = scheme_granted and required_for_costs(costs_cents, parameters)
    return (
        *_unsigned(agreement, weight),
        *_incomplete(agreement, scheme_due, weight),
        *_not_filed(agreement),
    )


def signed(agreement: Agreement) -> bool:
    """Signed by employee and manager, whenever that was."""
    return (
        agreement.signed_by_employee_on is not None and agreement.signed_by_manager_on is not None
    )


def _unsigned(agreement: Agreement, weight: Severity) -> tuple[Finding, ...]:
    if signed(agreement):
        return ()
    numbers: dict[str, Number] = {
        "employee_signed": _day(agreement.signed_by_employee_on),
        "manager_signed": _day(agreement.signed_by_manager_on),
    }
    return (Finding("agreement_unsigned", weight, CLAUSE, numbers),)


def _incomplete(agreement: Agreement, scheme_due: bool, weight: Severity) -> tuple[Finding, ...]:
    empty = list(agreement.empty_parts)
    if scheme_due and not agreement.repayment_scheme and SCHEME_PART not in empty:
        empty.append(SCHEME_PART)
    if not empty:
        return ()
    numbers: dict[str, Number] = {"parts": ", ".join(empty), "count": len(empty)}
    return (Finding("agreement_incomplete", weight, CLAUSE, numbers),)


def _not_filed(agreement: Agreement) -> tuple[Finding, ...]:
    """Filing follows signing, and never blocks (A19)."""
    if agreement.filed or not signed(agreement):
        return ()
    return (Finding("agreement_not_filed", Severity.ADVISE, CLAUSE),)


def _day(day: object) -> str | None:
    return None if day is None else str(day)

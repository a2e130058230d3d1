"""What a leaver owes for training (Visie §7, P6), per trajectory with the reasons.

The terms are those of the agreement: the parameters in force when the employee signed it, else on
the start. Amounts are eurocents. Nobody is told to pay by this: HR settles every item.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from policy.agreements import required_for_costs, signed
from policy.model import (
    Agreement,
    MandatoryByLaw,
    Number,
    Reason,
    RepaymentItem,
    RepaymentStatement,
    RepaymentStatus,
    Trajectory,
)
from policy.money import euros, share_of
from policy.months import before_months, within_months
from policy.parameters import Parameters, Policy
from policy.trajectories import NECESSARY, as_left

CLAUSE = "Visie §7"

NOTHING_DUE = ("below_threshold", "not_started", "after_24_months", "statutory_training")
NOT_CLAIMABLE = ("no_signed_agreement",)
NEEDS_REVIEW = ("signed_late", "broken_off", "legal_review", "not_in_grant")
"""The codes that decide a status, the heaviest first; `NOTHING_DUE` goes before the other two."""


def statement(
    exit_on: date, trajectories: Iterable[Trajectory], policy: Policy
) -> RepaymentStatement:
    """What each trajectory costs on a last day of employment (A20)."""
    return RepaymentStatement(exit_on, tuple([_item(exit_on, one, policy) for one in trajectories]))


def term(
    exit_on: date, start: date, completed_on: date | None, parameters: Parameters
) -> tuple[str, int]:
    """In which term of the scheme an exit falls: its code and the share in percent.

    A completion after the exit counts as not completed.
    """
    if exit_on < start:
        return "not_started", parameters.repayment_share_not_started
    if completed_on is None or completed_on > exit_on:
        return "not_completed", parameters.repayment_share_not_completed
    if within_months(exit_on, completed_on, parameters.repayment_full_months):
        return "within_12_months", parameters.repayment_share_first_period
    if before_months(exit_on, completed_on, parameters.repayment_end_months):
        return "between_12_and_24_months", parameters.repayment_share_second_period
    return "after_24_months", parameters.repayment_share_after


def _item(exit_on: date, granted: Trajectory, policy: Policy) -> RepaymentItem:
    trajectory = as_left(granted, exit_on)
    parameters = policy.on(_terms_day(trajectory))
    broken_off = _broken_off(exit_on, trajectory)
    completed_on = None if broken_off else trajectory.completed_on
    term_code, term_share = term(exit_on, trajectory.start, completed_on, parameters)
    codes = [term_code, *_other_codes(exit_on, trajectory, parameters, broken_off=broken_off)]
    share = 0 if "below_threshold" in codes or "statutory_training" in codes else term_share
    basis = _basis(trajectory)
    computed = share_of(basis, share)
    status, deciding = _status(codes, computed)
    claimable = computed if status is RepaymentStatus.CLAIMABLE else 0
    numbers = _numbers(exit_on, trajectory, parameters, term_share, basis, computed)
    ordered = (deciding, *[code for code in codes if code != deciding])
    reasons = tuple([Reason(code, CLAUSE, numbers) for code in ordered])
    about = trajectory.trajectory_id
    return RepaymentItem(about, share, basis, computed, claimable, status, reasons)


def _terms_day(trajectory: Trajectory) -> date:
    agreement = trajectory.agreement
    signed_on = agreement.signed_by_employee_on if agreement else None
    return signed_on or trajectory.start


def _basis(trajectory: Trajectory) -> int:
    """The actual costs, at most the agreed ones; unknown actual costs count as agreed (A7)."""
    if trajectory.actual_costs_cents is None:
        return trajectory.agreed_costs_cents
    return min(trajectory.agreed_costs_cents, trajectory.actual_costs_cents)


def _broken_off(exit_on: date, trajectory: Trajectory) -> bool:
    """Broken off by the exit: then it is not completed, whatever else was recorded (A21)."""
    return trajectory.broken_off_on is not None and trajectory.broken_off_on <= exit_on


def _other_codes(
    exit_on: date, trajectory: Trajectory, parameters: Parameters, *, broken_off: bool
) -> list[str]:
    """Every code that holds beside the term, in the order in which they are told."""
    codes: list[str] = []
    if not required_for_costs(trajectory.agreed_costs_cents, parameters):
        codes.append("below_threshold")
    mandatory = trajectory.mandatory_by_law
    if mandatory is MandatoryByLaw.YES:
        codes.append("statutory_training")
    signed_on = _holds_from(trajectory.agreement)
    if signed_on is None or signed_on > exit_on:
        codes.append("no_signed_agreement")
    elif signed_on > trajectory.start:
        codes.append("signed_late")
    if broken_off:
        codes.append("broken_off")
    if mandatory is MandatoryByLaw.UNKNOWN and trajectory.ground in NECESSARY:
        codes.append("legal_review")
    if trajectory.in_grant is False:
        codes.append("not_in_grant")
    return codes


def _holds_from(agreement: Agreement | None) -> date | None:
    """The day on which the second of both signed; None for one that holds no scheme or is not
    signed by both."""
    if agreement is None or not agreement.repayment_scheme or not signed(agreement):
        return None
    return _last_signature(agreement)


def _last_signature(agreement: Agreement) -> date | None:
    """The last one that is there."""
    employee, manager = agreement.signed_by_employee_on, agreement.signed_by_manager_on
    if employee is None or manager is None:
        return employee or manager
    return employee if employee > manager else manager


def _status(codes: list[str], computed_cents: int) -> tuple[RepaymentStatus, str]:
    """The status and the code that decides it; `codes` begins with the term."""
    if computed_cents == 0:
        return RepaymentStatus.NOTHING_DUE, _first_of(NOTHING_DUE, codes) or codes[0]
    if deciding := _first_of(NOT_CLAIMABLE, codes):
        return RepaymentStatus.NOT_CLAIMABLE, deciding
    if deciding := _first_of(NEEDS_REVIEW, codes):
        return RepaymentStatus.NEEDS_REVIEW, deciding
    return RepaymentStatus.CLAIMABLE, codes[0]


def _first_of(deciding: tuple[str, ...], codes: list[str]) -> str | None:
    for code in deciding:
        if code in codes:
            return code
    return None


def _numbers(
    exit_on: date,
    trajectory: Trajectory,
    parameters: Parameters,
    term_share: int,
    basis: int,
    computed: int,
) -> dict[str, Number]:
    """What the sentences of the reasons may name; days are ISO dates, amounts euros. `share` is
    that of the term, also where another reason makes nothing due."""
    agreement, agreed = trajectory.agreement, trajectory.agreed_costs_cents
    completed_on, broken_off_on = trajectory.completed_on, trajectory.broken_off_on
    signed_on = _last_signature(agreement) if agreement else None
    agreed_euros = euros(agreed)
    return {
        "share": term_share,
        "basis": agreed_euros if basis == agreed else euros(basis),
        "amount": euros(computed),
        "agreed": agreed_euros,
        "threshold": parameters.agreement_threshold_euros,
        "full_months": parameters.repayment_full_months,
        "end_months": parameters.repayment_end_months,
        "exit": exit_on.isoformat(),
        "start": trajectory.start.isoformat(),
        "completed": completed_on.isoformat() if completed_on else None,
        "broken_off": broken_off_on.isoformat() if broken_off_on else None,
        "signed": signed_on.isoformat() if signed_on else None,
    }

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
    return RepaymentStatement(exit_on, tuple(_item(exit_on, one, policy) for one in trajectories))


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
    completed_on = None if _broken_off(exit_on, trajectory) else trajectory.completed_on
    term_code, term_share = term(exit_on, trajectory.start, completed_on, parameters)
    codes = [term_code, *_other_codes(exit_on, trajectory, parameters)]
    share = 0 if {"below_threshold", "statutory_training"} & set(codes) else term_share
    basis = _basis(trajectory)
    computed = share_of(basis, share)
    status, deciding = _status(codes, computed)
    ordered = (deciding, *(code for code in codes if code != deciding))
    numbers = _numbers(exit_on, trajectory, parameters, term_share, computed)
    return RepaymentItem(
        trajectory_id=trajectory.trajectory_id,
        percentage=share,
        basis_cents=basis,
        computed_cents=computed,
        claimable_cents=computed if status is RepaymentStatus.CLAIMABLE else 0,
        status=status,
        reasons=tuple(Reason(code, CLAUSE, numbers) for code in ordered),
    )


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


def _other_codes(exit_on: date, trajectory: Trajectory, parameters: Parameters) -> list[str]:
    """Every code that holds beside the term, in the order in which they are told."""
    agreement = trajectory.agreement
    in_time = agreement is not None and _holds_by(exit_on, agreement)
    necessary = trajectory.ground in NECESSARY
    holds = {
        "below_threshold": not required_for_costs(trajectory.agreed_costs_cents, parameters),
        "statutory_training": trajectory.mandatory_by_law is MandatoryByLaw.YES,
        "no_signed_agreement": not in_time,
        "signed_late": agreement is not None and in_time and _late(agreement, trajectory.start),
        "broken_off": _broken_off(exit_on, trajectory),
        "legal_review": necessary and trajectory.mandatory_by_law is MandatoryByLaw.UNKNOWN,
        "not_in_grant": trajectory.in_grant is False,
    }
    return [code for code, it_does in holds.items() if it_does]


def _signatures(agreement: Agreement) -> list[date]:
    days = (agreement.signed_by_employee_on, agreement.signed_by_manager_on)
    return [day for day in days if day is not None]


def _holds_by(exit_on: date, agreement: Agreement) -> bool:
    """Whether it holds the scheme and both had signed on or before the exit."""
    return (
        agreement.repayment_scheme and signed(agreement) and max(_signatures(agreement)) <= exit_on
    )


def _late(agreement: Agreement, start: date) -> bool:
    return max(_signatures(agreement)) > start


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
    return next((code for code in deciding if code in codes), None)


def _numbers(
    exit_on: date, trajectory: Trajectory, parameters: Parameters, term_share: int, computed: int
) -> dict[str, Number]:
    """What the sentences of the reasons may name; days are ISO dates, amounts euros. `share` is
    that of the term, also where another reason makes nothing due."""
    agreement = trajectory.agreement
    signatures = _signatures(agreement) if agreement else []
    return {
        "share": term_share,
        "basis": euros(_basis(trajectory)),
        "amount": euros(computed),
        "agreed": euros(trajectory.agreed_costs_cents),
        "threshold": euros(parameters.agreement_threshold_cents),
        "full_months": parameters.repayment_full_months,
        "end_months": parameters.repayment_end_months,
        "exit": exit_on.isoformat(),
        "start": trajectory.start.isoformat(),
        "completed": _iso(trajectory.completed_on),
        "broken_off": _iso(trajectory.broken_off_on),
        "signed": _iso(max(signatures, default=None)),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

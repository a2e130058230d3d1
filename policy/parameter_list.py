"""Every parameter of the policy by name: its unit, and how its plain value is read.

A name `section.key` is written in the files as the table `[section.key]` and stands in
`Parameters` as `section_key`.

Decisions keep the set that they were made with, and an agency keeps its own files. Both stay
readable: a parameter that came later says what holds where it is absent, one that the rules no
longer look at stays here with `retired_on`, and a reading that changes is added to the old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policy import units
from policy.dated_value import Plain
from policy.model import Rule
from policy.units import Reader, reading


@dataclass(frozen=True, slots=True)
class Spec:
    """What a file may say about one parameter. An `optional` one may stay unset.

    `since` is the day on which the parameter was added, and `before` the value that holds in a set
    without it: one that was stored before that day, or an agency's own older files. `retired_on` is
    the day on which the rules stopped looking at it: it may stay unset, and is read where it is.
    """

    unit: str
    read: Reader
    optional: bool = False
    since: date | None = None
    before: Plain | None = None
    retired_on: date | None = None

    def __post_init__(self) -> None:
        if (self.since is None) != (self.before is None):
            raise ValueError("since and before go together: from when, and what held until then")

    @property
    def may_be_absent(self) -> bool:
        return self.optional or self.before is not None or self.retired_on is not None


SPECS: Mapping[str, Spec] = {
    "regime.general": Spec("regime", units.regime),
    **{f"regime.{rule}": Spec("regime", units.rule_regime, optional=True) for rule in Rule},
    "regime.date": Spec("reading", reading("enrolment")),
    # Adoption is recorded in the register (P1); what is not recorded beside it blocks nothing.
    "regime.adoption": Spec(
        "reading",
        reading("before_enforcing"),
        since=date(2026, 11, 29),
        before="before_enforcing",
    ),
    # Human intervention (P3)
    "hold.set_aside_days": Spec("days", units.days, since=date(2026, 11, 28), before=42),
    # Tranches and requests (P2, P3)
    "tranche.periods": Spec("tranches", units.TRANCHES),
    "tranche.first": Spec("tranche name", units.tranche_name),
    "tranche.interim": Spec("reading", reading("starts_before_decision_window")),
    "grant.exempt_hours": Spec("hours", units.hours),
    # Hours norm (P4)
    "hours.norm": Spec("hours", units.hours),
    "hours.near_percent": Spec("percent", units.percent),
    "hours.pro_rata_fte": Spec("yes/no", units.not_yet),
    "hours.counted_from_year": Spec("year", units.year),
    "hours.exemptions": Spec("reading", reading("pooled_per_year", "per_training")),
    "hours.statutory": Spec(
        "reading",
        reading("never_held", "as_any_other"),
        since=date(2026, 11, 29),
        before="as_any_other",
    ),
    # Training agreements (P5)
    "agreement.threshold_cents": Spec("euro cents", units.whole),
    "agreement.considerable_hours": Spec("hours", units.hours),
    "agreement.collective_costs": Spec("reading", reading("total_per_planned_participant")),
    "agreement.scheme_for_time_alone": Spec("reading", reading("does_not_apply")),
    "agreement.agreed_costs": Spec(
        "reading",
        reading("at_most_granted", "as_agreed"),
        since=date(2026, 11, 28),
        before="as_agreed",
    ),
    "agreement.not_filed": Spec("reading", reading("never_blocks")),
    # Repayment (P6)
    "repayment.full_months": Spec("months", units.months),
    "repayment.end_months": Spec("months", units.months),
    "repayment.share_not_started": Spec("percent", units.percent),
    "repayment.share_not_completed": Spec("percent", units.percent),
    "repayment.share_first_period": Spec("percent", units.percent),
    "repayment.share_second_period": Spec("percent", units.percent),
    "repayment.share_after": Spec("percent", units.percent),
    "repayment.basis": Spec("reading", reading("lower_of_agreed_and_actual")),
    "repayment.wage": Spec("reading", reading("never_in_basis")),
    "repayment.subsidies": Spec("reading", reading("deducted")),
    "repayment.exit_day": Spec("reading", reading("last_day_of_employment")),
    "repayment.broken_off": Spec("reading", reading("needs_review")),
    "repayment.mandatory_by_law": Spec(
        "reading",
        reading("settled_by_hr"),
        since=date(2026, 11, 29),
        before="settled_by_hr",
    ),
    # In-company training, weighing and reports (P7, P8, P11)
    "in_company.no_show": Spec("reading", reading("only_by_act_of_hr")),
    "weighing.weights": Spec("percent per criterion", units.percentages),
    "weighing.highest_score": Spec("points", units.whole),
    "weighing.departures": Spec(
        "reading",
        reading("with_reason", "as_decided"),
        since=date(2026, 11, 29),
        before="as_decided",
    ),
    "reporting.period_months": Spec("months", units.months),
}


def attribute(name: str) -> str:
    """Where a parameter stands in `Parameters`: `hours.norm` is `hours_norm`."""
    return name.replace(".", "_")

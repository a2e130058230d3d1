"""The facts that the rules look at and the answers that they give.

Days are calendar dates in Europe/Amsterdam, money is whole eurocents, hours are `Decimal`
with two places. Nothing here knows where a fact came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from policy.errors import ImpossibleActivity
from policy.hours_in_years import linear, rounded
from policy.quickly_made import quickly_made

Number = str | int | None
"""A number of a finding: hours and euros as decimal strings, days as ISO dates, counts as int."""


class Regime(StrEnum):
    """How a rule applies on a date (Visie §9): not at all, as advice, or with a hold."""

    OFF = "off"
    ADVISE = "advise"
    ENFORCE = "enforce"


class Rule(StrEnum):
    """The rules of the enrolment check whose regime can be set on its own (P1)."""

    GRANT = "grant"
    HOURS = "hours"
    AGREEMENT = "agreement"
    IN_COMPANY = "in_company"
    EMPLOYMENT = "employment"
    COURSE_FACTS = "course_facts"


class Severity(StrEnum):
    BLOCK = "block"
    ADVISE = "advise"
    INFO = "info"


class Outcome(StrEnum):
    ALLOW = "allow"
    ADVISE = "advise"
    HOLD = "hold"


class Ground(StrEnum):
    """Why training is asked for (Visie §4)."""

    LEGAL = "legal"
    FUNCTION = "function"
    ORGANISATION = "organisation"
    TEAM = "team"
    INDIVIDUAL = "individual"


class MandatoryByLaw(StrEnum):
    """Whether article 7:611a Civil Code makes the training free for the employee. Never guessed."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class ActivityState(StrEnum):
    REQUESTED = "requested"
    GRANTED = "granted"
    RUNNING = "running"
    COMPLETED = "completed"
    BROKEN_OFF = "broken_off"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


@quickly_made
@dataclass(frozen=True)
class Finding:
    """One thing that a rule has to say; the shell turns code and numbers into a sentence."""

    code: str
    severity: Severity
    clause: str
    numbers: Mapping[str, Number] = field(default_factory=dict)
    year: int | None = None


# --- Hours norm (Visie §8) -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Session:
    """One dated part of an activity."""

    on: date
    hours: Decimal


@quickly_made
@dataclass(frozen=True)
class ActivityHours:
    activity_id: str
    hours: Decimal


# Without slots, so that its hours are divided over the years once: every decision on an employee
# counts all training of the employee.
@quickly_made
@dataclass(frozen=True)
class Activity:
    """Training as it counts against the hours norm.

    `hours` is the whole activity, `work_time_share` (0 to 1) the part within working time. Sessions
    decide dates and hours where they are known; an empty tuple means unknown. `known_as` are the
    trajectory and courses by which an exemption may name it, beside its own id.
    """

    activity_id: str
    hours: Decimal
    work_time_share: Decimal
    start: date
    end: date | None
    state: ActivityState
    sessions: tuple[Session, ...] = ()
    known_as: tuple[str, ...] = ()

    @cached_property
    def per_year(self) -> Mapping[int, ActivityHours]:
        """The hours within working time per calendar year (P4); years without hours are left out.

        Raises `ImpossibleActivity` where it ends before it starts.
        """
        if self.end is not None and self.end < self.start:
            raise ImpossibleActivity(
                f"activity {self.activity_id} ends on {self.end.isoformat()}, before its start "
                f"on {self.start.isoformat()}; correct one of the two"
            )
        if self.sessions or (self.end is not None and self.end.year != self.start.year):
            parts = self._parts().items()
            return {year: ActivityHours(self.activity_id, hours) for year, hours in parts if hours}
        hours = rounded(self.hours * self.work_time_share)
        return {self.start.year: ActivityHours(self.activity_id, hours)} if hours else {}

    def _parts(self) -> Mapping[int, Decimal]:
        """Over the years, of a training that is not within one."""
        if not self.sessions:
            total = rounded(self.hours * self.work_time_share)
            return linear(total, self.start, self.end or self.start)
        dated: dict[int, Decimal] = {}
        for session in self.sessions:
            year = session.on.year
            dated[year] = dated.get(year, Decimal(0)) + session.hours
        return {year: rounded(hours * self.work_time_share) for year, hours in dated.items()}


@dataclass(frozen=True, slots=True)
class Exemption:
    """Extra hours for one employee and year, decided by the management team (Visie §8, §10).

    `training_id` is the trajectory or course whose hours it frees; None frees those of the year.
    """

    year: int
    extra_hours: Decimal
    decided_on: date
    training_id: str | None = None


@quickly_made
@dataclass(frozen=True)
class YearHours:
    year: int
    counted: Decimal
    limit: Decimal
    excess: Decimal
    activities: tuple[ActivityHours, ...]


@quickly_made
@dataclass(frozen=True)
class HoursProjection:
    years: tuple[YearHours, ...]
    findings: tuple[Finding, ...]


# --- Agreements and repayment (Visie §7) -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agreement:
    """A training agreement as far as the rules look at it.

    `empty_parts` names the mandatory parts (P5) that are not filled in. `filed` says whether it is
    in the personnel file; the what-if of the API does not know and leaves it true.
    """

    signed_by_employee_on: date | None
    signed_by_manager_on: date | None
    repayment_scheme: bool
    empty_parts: tuple[str, ...] = ()
    filed: bool = True


@quickly_made
@dataclass(frozen=True)
class Part:
    """One grant of a trajectory that was granted in parts, for one employee (Visie §7, P5).

    Costs are eurocents. `start` is the real or planned one, `end` the planned one. `begun` says
    that the employee followed something of it.
    """

    grant_id: str
    costs_cents: int
    hours: Decimal
    start: date
    end: date | None
    begun: bool
    repayment_scheme: bool
    ground: Ground
    mandatory_by_law: MandatoryByLaw
    completed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Trajectory:
    """One or more courses that belong together, as granted, run and paid for.

    Costs are eurocents, net of subsidy and without wage (A10, A22). `in_grant` is false when the
    grant did not name the repayment scheme; None when there is no grant to look at (the what-if).
    `parts` are its grants where there are several, in the order of their start: which of them
    count depends on the exit (`policy.trajectories`). Empty means one grant, or facts from before
    parts were added up.
    """

    trajectory_id: str
    agreed_costs_cents: int
    actual_costs_cents: int | None
    start: date
    completed_on: date | None
    broken_off_on: date | None
    ground: Ground
    mandatory_by_law: MandatoryByLaw
    agreement: Agreement | None
    in_grant: bool | None = None
    parts: tuple[Part, ...] = ()


class RepaymentStatus(StrEnum):
    NOTHING_DUE = "nothing_due"
    NOT_CLAIMABLE = "not_claimable"
    NEEDS_REVIEW = "needs_review"
    CLAIMABLE = "claimable"


@quickly_made
@dataclass(frozen=True)
class Reason:
    """Why a repayment item is what it is; `numbers` feed the sentence."""

    code: str
    clause: str
    numbers: Mapping[str, Number] = field(default_factory=dict)


@quickly_made
@dataclass(frozen=True)
class RepaymentItem:
    """What one trajectory costs the leaver. `percentage` is 0, 50 or 100; amounts are eurocents."""

    trajectory_id: str
    percentage: int
    basis_cents: int
    computed_cents: int
    claimable_cents: int
    status: RepaymentStatus
    reasons: tuple[Reason, ...]


@quickly_made
@dataclass(frozen=True)
class RepaymentStatement:
    exit_on: date
    items: tuple[RepaymentItem, ...]

    @property
    def total_computed_cents(self) -> int:
        return sum(item.computed_cents for item in self.items)

    @property
    def total_claimable_cents(self) -> int:
        return sum(item.claimable_cents for item in self.items)


# --- The enrolment decision ------------------------------------------------------------------


@quickly_made
@dataclass(frozen=True)
class CourseFacts:
    """What the LMS says about a course. None means: not filled in, so a finding and not a guess."""

    course_id: str
    trajectory_id: str | None
    hours: Decimal | None
    costs_cents: int | None
    ground: Ground | None
    start: date | None
    end: date | None
    in_company: bool = False
    out_of_scope: bool = False


@quickly_made
@dataclass(frozen=True)
class Grant:
    """A granted training request (Visie §6). Costs and hours are those of the decision, for the
    whole trajectory and one employee. `statutory` says that HR settled that the employer must
    provide it by law; facts from before HR settled that do not tell."""

    grant_id: str
    decided_on: date
    costs_cents: int
    hours: Decimal
    ground: Ground
    mandatory_by_law: MandatoryByLaw
    repayment_scheme: bool
    collective: bool = False
    statutory: bool = False


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise made before the policy that is still open (Visie §9.1); it counts as a grant."""

    commitment_id: str
    agreed_on: date


@quickly_made
@dataclass(frozen=True)
class EnrolmentFacts:
    """All that the enrolment decision looks at.

    `activity` is this training as it would count; `other_activities` is the rest of the employee's
    training. `employment_ends_on` is the last day of employment when it is known (A20).
    `in_company_place` is false when the course is given in sessions and the employee has no place
    in one; facts from before sessions were recorded do not tell, and had consent alone.
    `takes_part_from` is the day on which the enrolment itself begins, where it names one.
    `adopted` says whether the adopted policy was in effect on the day of enrolling; facts from
    before adoptions were recorded do not tell, and count as adopted.
    `earlier_parts` are the other grants of the trajectory that start before this one; facts from
    before parts were added up have none.
    """

    employee_id: str
    course: CourseFacts
    enrolled_on: date
    grant: Grant | None
    commitment: Commitment | None
    agreement: Agreement | None
    in_company_consent: bool
    employment_ends_on: date | None
    activity: Activity | None
    other_activities: tuple[Activity, ...]
    exemptions: tuple[Exemption, ...]
    in_company_place: bool = True
    takes_part_from: date | None = None
    adopted: bool = True
    earlier_parts: tuple[Part, ...] = ()


@quickly_made
@dataclass(frozen=True)
class EnrolmentDecision:
    """The outcome with its findings.

    `regime` is the general one on the day of enrolling; a rule with a regime of its own shows in
    the severity of its findings. `years` are the employee's hours.
    """

    outcome: Outcome
    regime: Regime
    findings: tuple[Finding, ...]
    years: tuple[YearHours, ...]

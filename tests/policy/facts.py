"""Plain facts for the tests of the rules; each test changes what it is about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from config.policy_files import load_policy
from policy.model import (
    Activity,
    ActivityState,
    Agreement,
    CourseFacts,
    EnrolmentFacts,
    Grant,
    Ground,
    MandatoryByLaw,
    Session,
    Trajectory,
)

POLICY = load_policy()

SIGNED = Agreement(date(2026, 8, 20), date(2026, 8, 21), repayment_scheme=True)

TRAJECTORY = Trajectory(
    trajectory_id="T-7",
    agreed_costs_cents=240000,
    actual_costs_cents=None,
    start=date(2026, 9, 1),
    completed_on=date(2027, 3, 31),
    broken_off_on=None,
    ground=Ground.INDIVIDUAL,
    mandatory_by_law=MandatoryByLaw.NO,
    agreement=SIGNED,
)

COURSE = CourseFacts(
    course_id="OPL-003",
    trajectory_id=None,
    hours=Decimal("24.00"),
    costs_cents=45000,
    ground=Ground.TEAM,
    start=date(2027, 4, 1),
    end=date(2027, 6, 30),
)

GRANT = Grant(
    grant_id="G-1",
    decided_on=date(2027, 1, 15),
    costs_cents=45000,
    hours=Decimal("24.00"),
    ground=Ground.TEAM,
    mandatory_by_law=MandatoryByLaw.NO,
    repayment_scheme=False,
)


def activity(
    hours: str,
    start: date,
    end: date | None = None,
    *,
    activity_id: str = "A",
    share: str = "1.00",
    state: ActivityState = ActivityState.GRANTED,
    sessions: tuple[tuple[date, str], ...] = (),
) -> Activity:
    return Activity(
        activity_id=activity_id,
        hours=Decimal(hours),
        work_time_share=Decimal(share),
        start=start,
        end=end,
        state=state,
        sessions=tuple(Session(day, Decimal(part)) for day, part in sessions),
    )


FACTS = EnrolmentFacts(
    employee_id="10005",
    course=COURSE,
    enrolled_on=date(2027, 3, 1),
    grant=GRANT,
    commitment=None,
    agreement=None,
    in_company_consent=False,
    employment_ends_on=None,
    activity=activity("24.00", date(2027, 4, 1), date(2027, 6, 30), activity_id="this"),
    other_activities=(),
    exemptions=(),
)

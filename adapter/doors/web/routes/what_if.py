"""What the rules say about facts in the question: nothing is stored and nothing is enforced."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.enrolments import EnrolmentCheckIn, EnrolmentCheckOut
from adapter.doors.messages.hours import HoursProjectionIn, HoursProjectionOut
from adapter.doors.messages.repayment import RepaymentCalculationIn, RepaymentCalculationOut
from adapter.doors.messages.wrong_fields import FieldError
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.own_team import refuse_outside_own_team
from adapter.doors.web.problems import invalid
from adapter.register.keys import Role
from adapter.subjects.enrolments.check import UnknownRecord, check, check_for_the_lms
from policy.hours import project
from policy.repayment import statement

WHAT_IF = DescribedBlueprint(
    "what_if",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="what-if", description="Wat de regels zeggen, zonder dat er iets gebeurt")],
)


@WHAT_IF.post(
    "/repayment-calculations",
    operation_id="calculateRepayment",
    summary="Wat iemand bij vertrek zou terugbetalen (Visie §7)",
    responses={200: RepaymentCalculationOut},
)
def calculate_repayment(body: RepaymentCalculationIn) -> Response:
    policy = current.parts().policy
    trajectories = [trajectory.facts() for trajectory in body.trajectories]
    found = statement(body.exit_date, trajectories, policy)
    return answer(RepaymentCalculationOut.of(found, policy.version, current.language()))


@WHAT_IF.post(
    "/hours-projections",
    operation_id="projectHours",
    summary="De leeruren per kalenderjaar tegen de norm (Visie §8)",
    responses={200: HoursProjectionOut},
)
def project_hours(body: HoursProjectionIn) -> Response:
    found = project(
        [activity.facts() for activity in body.activities],
        [exemption.facts() for exemption in body.exemptions],
        body.enrolled_date,
        current.parts().policy,
    )
    return answer(HoursProjectionOut.of(found, current.language()))


@WHAT_IF.post(
    "/enrolment-checks",
    operation_id="checkEnrolment",
    summary="Wat het beleid van een inschrijving zou vinden (Visie §6, §7, §8)",
    responses={200: EnrolmentCheckOut},
)
def check_enrolment(body: EnrolmentCheckIn) -> Response:
    refuse_outside_own_team(body.employee_id)
    parts = current.parts()
    ask, day = check, body.enrolled_date
    if current.principal().role is Role.LMS:
        ask, day = check_for_the_lms, parts.lms_time.our_day(day)
    try:
        decision = ask(parts, body.employee_id, body.course_id, day)
    except UnknownRecord as error:
        unknown = (FieldError(f"/{field}", "unknown_record") for field in error.fields)
        raise invalid(*unknown) from error
    return answer(EnrolmentCheckOut.of(decision, parts.policy.version, current.language()))

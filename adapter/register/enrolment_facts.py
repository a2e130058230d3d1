"""Collects what the enrolment decision needs, and where each fact came from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.procedure import AgreementRow, CommitmentRow, GrantRow
from adapter.register.activities import (
    activities,
    activity_id_of,
    has_hours_that_count,
    other_activities,
)
from adapter.register.learning import EnrolledRow, Learning, Promise, covers, is_commitment
from adapter.register.statutory_training import (
    WHOLLY_WITHIN_WORKING_TIME,
    mandatory_by_law,
    statutory,
)
from adapter.register.trajectory_parts import (
    agreement_for,
    earlier_parts,
    enrolled_in,
    part_for,
)
from policy.days import amsterdam_day
from policy.model import (
    Activity,
    ActivityState,
    Agreement,
    Commitment,
    CourseFacts,
    EnrolmentFacts,
    Grant,
    Ground,
    Part,
)
from policy.quickly_made import quickly_made
from policy.trajectories import counting

GROUNDS = {ground.value: ground for ground in Ground}


@dataclass(frozen=True, slots=True)
class CollectedFacts:
    """`sources` names per fact the system and record it was read from."""

    facts: EnrolmentFacts
    sources: dict[str, str]


@quickly_made
@dataclass(frozen=True)
class _Promised:
    """What follows of a grant or commitment, whatever the course: as what it counts, what is known
    of that, all other training, the parts before it, and how the rules see a grant."""

    activity_id: str
    known: Activity | None
    others: tuple[Activity, ...]
    earlier: tuple[Part, ...]
    grant: Grant | None


@quickly_made
@dataclass(frozen=True)
class _Covering:
    """What of the register covers a course: `promised` is what follows of the grant or else the
    commitment, `signed` the agreement for the grant with the parts before it."""

    grant: GrantRow | None
    commitment: CommitmentRow | None
    promised: _Promised | None
    signed: tuple[AgreementRow, Agreement] | None

    @property
    def promise(self) -> Promise | None:
        return self.commitment if self.grant is None else self.grant


def collect(
    learning: Learning,
    course: CourseRow,
    enrolled_on: date,
    begins_on: date | None = None,
) -> CollectedFacts:
    """Everything about this employee and this course, for an enrolment made on a day, which may
    begin on a later one."""
    covering = _covering(learning, course, enrolled_on)
    facts = _facts(learning, course, enrolled_on, begins_on, covering)
    return CollectedFacts(facts, _sources(course, covering))


def facts_of(
    learning: Learning,
    course: CourseRow,
    enrolled_on: date,
    begins_on: date | None = None,
) -> EnrolmentFacts:
    """The same without where it came from, for a decision that is not logged."""
    covering = _covering(learning, course, enrolled_on)
    return _facts(learning, course, enrolled_on, begins_on, covering)


def _covering(learning: Learning, course: CourseRow, enrolled_on: date) -> _Covering:
    grant = _best_grant(learning, course, enrolled_on)
    commitment = next((row for row in learning.commitments if covers(row, course)), None)
    if grant is None:
        promised = None if commitment is None else _promised(learning, commitment)
        return _Covering(None, commitment, promised, None)
    promised = _promised(learning, grant)
    earlier = counting(promised.earlier, enrolled_on) if promised.earlier else ()
    signed = agreement_for(learning, grant, earlier)
    return _Covering(grant, commitment, promised, signed)


def _promised(learning: Learning, promise: Promise) -> _Promised:
    key = ("promised", promise.id, promise.trajectory_id)
    found: _Promised | None = learning.worked_out.get(key)
    if found is None:
        activity_id = activity_id_of(learning, promise)
        granted = None if is_commitment(promise) else promise
        found = learning.worked_out[key] = _Promised(
            activity_id=activity_id,
            known=activities(learning).get(activity_id),
            others=other_activities(learning, activity_id),
            earlier=() if granted is None else earlier_parts(learning, granted),
            grant=None if granted is None else as_granted(granted),
        )
    return found


def _facts(
    learning: Learning,
    course: CourseRow,
    enrolled_on: date,
    begins_on: date | None,
    covering: _Covering,
) -> EnrolmentFacts:
    promise, commitment, idnumber = covering.promise, covering.commitment, course.idnumber
    promised = covering.promised
    earlier: tuple[Part, ...] = ()
    # The training under decision counts as it would; what is already known of it is replaced.
    # A trajectory may bear the name of its one course, so what was granted is taken out first.
    if promise is None or promised is None:
        activity_id, known, grant = idnumber, None, None
        others = other_activities(learning, idnumber)
    else:
        activity_id, known, grant = promised.activity_id, promised.known, promised.grant
        others, earlier = promised.others, promised.earlier
        if idnumber in activities(learning):
            others = other_activities(learning, activity_id, idnumber)
        if known is not None and promise.starts_on is None:
            known = _starting_with(course, known, enrolled_on)
        if known is not None and promise.hours is None:
            known = _with_course(learning, course, promise, known)
    return EnrolmentFacts(
        employee_id=learning.employee_id,
        course=_course_facts(course, promise),
        enrolled_on=enrolled_on,
        grant=grant,
        commitment=None if commitment is None else Commitment(commitment.id, commitment.agreed_on),
        agreement=None if covering.signed is None else covering.signed[1],
        in_company_consent=idnumber in learning.consented_courses,
        in_company_place=idnumber not in learning.courses_without_place,
        employment_ends_on=learning.employment_ends_on,
        activity=known or _this_activity(course, promise, activity_id, enrolled_on),
        other_activities=others,
        exemptions=learning.exemptions,
        takes_part_from=begins_on,
        adopted=learning.adopted_from is not None and learning.adopted_from <= enrolled_on,
        earlier_parts=earlier,
    )


def takes_part_from(enrolment: EnrolmentRow | EnrolledRow) -> date | None:
    """The day on which an enrolment itself begins, where it names one."""
    return None if enrolment.starts_at is None else amsterdam_day(enrolment.starts_at)


def _best_grant(learning: Learning, course: CourseRow, enrolled_on: date) -> GrantRow | None:
    """The employee's own grant before a collective one, the newest before an older one; of a
    trajectory in parts the part that the course belongs to."""
    covering = learning.grants_covering(course)
    if len(covering) == 1:
        return covering[0]
    own = [row for row in covering if row.employee_id is not None]
    if not covering:
        return None
    newest = (own or covering)[-1]
    parts = [row for row in own or covering if row.trajectory_id == newest.trajectory_id]
    return part_for(parts, course, enrolled_on)


def as_granted(row: GrantRow) -> Grant:
    """As the rules take it. Raises what a decision would, for a ground or answer that no rule
    knows."""
    return Grant(
        grant_id=row.id,
        decided_on=row.decided_on,
        costs_cents=row.costs_cents,
        hours=row.hours,
        ground=GROUNDS[row.ground],
        mandatory_by_law=mandatory_by_law(row),
        repayment_scheme=bool(row.repayment_scheme),
        collective=row.employee_id is None,
        statutory=statutory(row),
    )


def _course_facts(course: CourseRow, covering: Promise | None) -> CourseFacts:
    """The dates are those of the grant or commitment where it names them: a course page in the LMS
    is often open all year."""
    granted_start = None if covering is None else covering.starts_on
    granted_end = None if covering is None else covering.ends_on
    return CourseFacts(
        course_id=course.idnumber,
        trajectory_id=course.trajectory,
        hours=course.hours,
        costs_cents=course.costs_cents,
        ground=None if course.ground is None else GROUNDS[course.ground],
        start=granted_start or course.start_on,
        end=granted_end or course.end_on,
        in_company=bool(course.in_company),
        out_of_scope=bool(course.out_of_scope),
    )


def _starting_with(course: CourseRow, granted: Activity, enrolled_on: date) -> Activity:
    """What nobody follows yet starts with the course under decision, not with its grant."""
    if granted.state is not ActivityState.GRANTED:
        return granted
    start = course.start_on or enrolled_on
    end = granted.end if granted.end and granted.end >= start else None
    return replace(granted, start=start, end=end)


def _with_course(
    learning: Learning, course: CourseRow, commitment: CommitmentRow, followed: Activity
) -> Activity:
    """What is followed under a commitment without hours, with the course under decision."""
    counted = {
        row.idnumber
        for row in enrolled_in(learning, commitment)
        if has_hours_that_count(learning, row)
    }
    if course.hours is None or course.idnumber in counted:
        return followed
    return replace(followed, hours=followed.hours + course.hours)


def _this_activity(
    course: CourseRow, covering: Promise | None, activity_id: str, enrolled_on: date
) -> Activity | None:
    """By the course's own hours. A commitment has dates of its own (P9), also where it names no
    hours."""
    if course.hours is None:
        return None
    promised = covering if covering is not None and is_commitment(covering) else None
    own_start = None if promised is None else promised.starts_on
    own_end = None if promised is None else promised.ends_on
    start = own_start or course.start_on or enrolled_on
    known_end = own_end or course.end_on
    end = known_end if known_end and known_end >= start else None
    return Activity(
        activity_id=activity_id,
        hours=course.hours,
        work_time_share=(
            WHOLLY_WITHIN_WORKING_TIME if promised is None else promised.work_time_share
        ),
        start=start,
        end=end,
        state=ActivityState.RUNNING,
        known_as=tuple(name for name in (course.idnumber, course.trajectory) if name is not None),
    )


def _sources(course: CourseRow, covering: _Covering) -> dict[str, str]:
    sources = {
        "course": f"LMS course {course.course_id}, read {course.seen_at.isoformat()}",
        "adopted": "register: adoptions of the policy",
        "employment_ends_on": "HRIS, as last read into the register",
        "other_activities": "register: grants, commitments and enrolments",
    }
    if covering.grant is not None:
        sources["grant"] = f"register grant {covering.grant.id}"
    if covering.commitment is not None:
        sources["commitment"] = f"register commitment {covering.commitment.id}"
    if covering.signed is not None:
        agreement = covering.signed[0]
        sources["agreement"] = f"register agreement {agreement.id} version {agreement.version}"
    return sources

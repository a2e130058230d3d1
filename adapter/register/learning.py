"""What the register knows of one employee's training: all that the rules look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from typing_extensions import TypeIs

from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    CommitmentRow,
    GrantRow,
    NormExemptionRow,
    TrainingRequestRow,
    TrajectoryRecordRow,
)
from adapter.register.participation import SignedUpRow, consented_courses, placed_courses
from policy.model import Agreement, Exemption

Promise = GrantRow | CommitmentRow
"""What an employee may follow: granted, or promised before the policy."""


def is_commitment(granted: Promise) -> TypeIs[CommitmentRow]:
    """Whether it is an existing commitment, and not a grant."""
    # A row only looks like its class.
    return hasattr(granted, "agreed_on")


class EnrolledRow:
    """An enrolment, with what its course page says; only what somebody looks at, since every column
    is read of all of them."""

    id: str
    user_id: str
    course_id: str
    method: str
    method_text: str
    enrolment_id: str | None
    status: str
    created_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    completed: int
    completed_at: datetime | None
    first_seen_at: datetime
    idnumber: str
    trajectory: str | None
    hours: Decimal | None
    start_on: date | None
    end_on: date | None
    out_of_scope: int


# Without slots, so that what follows from the rows is worked out once.
@dataclass(frozen=True)
class Learning:
    """Rows of the register about one employee."""

    employee_id: str
    grants: tuple[GrantRow, ...]
    commitments: tuple[CommitmentRow, ...]
    enrolments: tuple[EnrolledRow, ...]
    held: frozenset[str]
    progress: dict[str, TrajectoryRecordRow]
    """What HR recorded last of actual costs and break-offs, by trajectory id."""
    exemptions: tuple[Exemption, ...]
    agreements: dict[str, tuple[AgreementRow, Agreement]]
    """The newest agreement per grant, as stored and as the rules see it."""
    earlier_agreements: tuple[tuple[AgreementRow, Agreement], ...]
    """The versions that came before those, the oldest first."""
    course_consents: frozenset[str]
    """The in-company courses for which a consent was recorded, whatever the session."""
    sign_ups: tuple[SignedUpRow, ...]
    """For in-company sessions."""
    session_courses: frozenset[str]
    """The in-company courses, of anyone, that are given in sessions."""
    employment_ends_on: date | None
    set_asides: dict[str, date | None]
    """By course, the last day of the set-aside of its hold that stands."""
    adopted_from: date | None
    """From which day the adopted policy is in effect, for everyone; None without an adoption."""
    ever_followed: frozenset[str]
    """ID numbers of the courses in which the employee was ever enrolled."""
    worked_out: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What was worked out from these rows before, which never change: a decision on each of a
    person's enrolments asks the same of all the others."""

    def set_aside_courses(self, on: date) -> frozenset[str]:
        """Courses of which HR set the hold aside, on a day (P3)."""
        return frozenset(
            course for course, last_on in self.set_asides.items() if last_on and last_on >= on
        )

    @cached_property
    def consented_courses(self) -> frozenset[str]:
        return consented_courses(self.sign_ups, self.course_consents)

    @cached_property
    def placed_courses(self) -> frozenset[str]:
        """Courses of a session in which the employee has a place."""
        return placed_courses(self.sign_ups)

    @cached_property
    def courses_without_place(self) -> frozenset[str]:
        """Given in sessions, and the employee has no place in one of them."""
        return self.session_courses - self.placed_courses

    def grants_covering(self, course: CourseRow | EnrolledRow) -> list[GrantRow]:
        """Those for this course, in their order: what `covers` says of each."""
        by_course, by_trajectory = self._places_of_grants
        found = by_course.get(course.idnumber, [])
        if course.trajectory is not None and course.trajectory in by_trajectory:
            found = sorted({*found, *by_trajectory[course.trajectory]})
        return [self.grants[place] for place in found]

    def enrolments_covered_by(self, granted: Promise) -> list[EnrolledRow]:
        """Those in its courses, in their order: what `covers` says of each."""
        by_course, by_trajectory = self._places_of_enrolments
        found = list(by_trajectory.get(granted.trajectory_id, ()))
        for name in granted.course_ids:
            found += by_course.get(name, ())
        enrolments = self.enrolments
        if len(found) > 1:
            found = sorted(set(found))
        return [enrolments[place] for place in found]

    def grants_of(self, trajectory_id: str) -> list[GrantRow]:
        """The employee's own and the collective ones of a trajectory, in their order."""
        found = self._places_of_grants[1].get(trajectory_id, ())
        return [self.grants[place] for place in found]

    @cached_property
    def _places_of_grants(self) -> tuple[_Places, _Places]:
        """By course and by trajectory."""
        by_course: _Places = {}
        by_trajectory: _Places = {}
        for place, row in enumerate(self.grants):
            by_trajectory.setdefault(row.trajectory_id, []).append(place)
            for name in dict.fromkeys(row.course_ids):
                by_course.setdefault(name, []).append(place)
        return by_course, by_trajectory

    @cached_property
    def _places_of_enrolments(self) -> tuple[_Places, _Places]:
        by_course: _Places = {}
        by_trajectory: _Places = {}
        for place, row in enumerate(self.enrolments):
            by_course.setdefault(row.idnumber, []).append(place)
            if row.trajectory is not None:
                by_trajectory.setdefault(row.trajectory, []).append(place)
        return by_course, by_trajectory


_Places = dict[str, list[int]]
"""By name, the places at which it is found."""


def covers(granted: Promise | TrainingRequestRow, course: CourseRow | EnrolledRow) -> bool:
    """Whether a grant or commitment is for this course, by itself or through its trajectory."""
    if course.idnumber in granted.course_ids:
        return True
    return course.trajectory is not None and course.trajectory == granted.trajectory_id


def exemption(row: NormExemptionRow) -> Exemption:
    return Exemption(row.year, row.extra_hours, row.decided_on, row.training_id)


def agreement_as_signed(row: AgreementRow, signed: dict[tuple[str, str], date]) -> Agreement:
    """An agreement's row as the rules see it; `signed` is the day by agreement id and party."""
    return Agreement(
        signed_by_employee_on=signed.get((row.id, "employee")),
        signed_by_manager_on=signed.get((row.id, "manager")),
        repayment_scheme=bool(row.repayment_scheme),
        empty_parts=tuple(sorted(name for name, text in row.parts.items() if not text)),
        filed=row.filed_on is not None,
    )

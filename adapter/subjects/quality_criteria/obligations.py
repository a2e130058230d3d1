"""How each requirement stands on a day: who has it, who is on the way, and what is left to do
(Visie §1, §3).

A proof is a certificate that HR recorded, or a completion in the LMS. On the way is who follows a
course of it, or has a grant or a request for one since the last proof; without a course, one whose
trajectory is the reference of the requirement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from sqlalchemy import Connection, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.quality_criteria import CertificateRow, QualityRequirementRow
from adapter.register.learning import Learning, Promise, covers, is_commitment
from adapter.register.learning_reader import MOST_BY_NAME, read_all_learning, read_learning_of
from adapter.subjects.quality_criteria.list_rows import plain
from adapter.subjects.quality_criteria.members import Membership, memberships_on
from adapter.subjects.quality_criteria.requirements import is_asked, requirements_on
from adapter.subjects.tranches.staff import Staff
from connectors.ports import EnrolmentStatus
from policy.days import amsterdam_day
from policy.quality_criteria import (
    ComingState,
    Member,
    Proof,
    Tally,
    last_valid_day,
    proposed,
    standing_proof,
    tally,
)
from policy.request_states import UNDECIDED, RequestState
from policy.sign_ups import SignUpState

ASKED = frozenset({RequestState.DRAFT, *UNDECIDED})
"""Requests on which the management team has not decided."""


@dataclass(frozen=True)
class Obligation:
    """One requirement on a day, with whoever it is asked of. Numbers and proposals say something
    where `members` are all of them."""

    requirement: QualityRequirementRow
    members: tuple[Member, ...]
    on: date

    @cached_property
    def tally(self) -> Tally:
        return tally(self.requirement.people, self.members, self.on)

    @property
    def expertise_key(self) -> str:
        """What names of one expertise have in common, however they are written."""
        return plain(self.requirement.expertise)

    @property
    def hours_to_do(self) -> Decimal | None:
        """None where the requirement does not say what one employee needs."""
        hours = self.requirement.hours
        return None if hours is None else hours * self.tally.to_do

    @property
    def cents_to_do(self) -> int | None:
        costs = self.requirement.costs_cents
        return None if costs is None else costs * self.tally.to_do

    @cached_property
    def proposed(self) -> tuple[Member, ...]:
        return proposed(self.requirement.people, self.members, self.on)


def obligations_on(
    connection: Connection,
    staff: Staff,
    day: date,
    *,
    only: Collection[str] | None = None,
    asked: Collection[RequestState] = ASKED,
) -> tuple[Obligation, ...]:
    """By expertise and reference; of these employees only, where they are given. Requests in one of
    the states of `asked` count."""
    requirements = requirements_on(connection, day)
    if not requirements:
        return ()
    memberships = _in_service(memberships_on(connection, day, only), staff, day)
    everybody = {one.employee_id for members in memberships.values() for one in members}
    known = _Known(connection, requirements, everybody, asked)
    return tuple(
        _obligation(one, memberships.get(plain(one.expertise), ()), known, day)
        for one in requirements
    )


class _Known:
    """What the register knows of the members' training, read once for all requirements."""

    def __init__(
        self,
        connection: Connection,
        requirements: Sequence[QualityRequirementRow],
        employee_ids: Collection[str],
        asked: Collection[RequestState],
    ) -> None:
        course_ids = {course for one in requirements for course in one.course_ids}
        self._learning = _learning_of(connection, employee_ids)
        self._completions = _completions(connection, course_ids)
        self._certificates = _certificates(connection)
        self._courses = rows_of(
            connection, select(CourseRow).where(CourseRow.idnumber.in_(course_ids))
        )
        self._requests: defaultdict[str, list[TrainingRequestRow]] = defaultdict(list)
        requests = select(TrainingRequestRow).where(TrainingRequestRow.state.in_(asked))
        for row in rows_of(connection, requests):
            for employee_id in row.employee_ids:
                self._requests[employee_id].append(row)

    def proof(self, requirement: QualityRequirementRow, employee_id: str, on: date) -> Proof | None:
        months = requirement.validity_months
        proofs = [
            Proof(row.obtained_on, row.ends_on or last_valid_day(row.obtained_on, months))
            for row in self._certificates[employee_id, requirement.reference]
        ]
        for course_id in requirement.course_ids:
            completed = self._completions[employee_id, course_id]
            proofs += [Proof(day, last_valid_day(day, months)) for day in completed]
        return standing_proof(proofs, on)

    def coming(
        self, requirement: QualityRequirementRow, employee_id: str, proof: Proof | None
    ) -> ComingState:
        learning = self._learning[employee_id]
        if _is_running(learning, requirement.course_ids):
            return ComingState.RUNNING
        promised: tuple[Promise, ...] = (*learning.grants, *learning.commitments)
        if any(
            self._is_for(requirement, one) and _is_open(learning, one, proof) for one in promised
        ):
            return ComingState.GRANTED
        if any(self._is_for(requirement, one) for one in self._requests[employee_id]):
            return ComingState.REQUESTED
        return ComingState.NOTHING

    def _is_for(
        self, requirement: QualityRequirementRow, asked: Promise | TrainingRequestRow
    ) -> bool:
        return asked.trajectory_id == requirement.reference or any(
            course.idnumber in requirement.course_ids and covers(asked, course)
            for course in self._courses
        )


def _obligation(
    requirement: QualityRequirementRow,
    memberships: Iterable[Membership],
    known: _Known,
    day: date,
) -> Obligation:
    members = []
    for one in memberships:
        if is_asked(requirement, one.functions):
            proof = known.proof(requirement, one.employee_id, day)
            coming = known.coming(requirement, one.employee_id, proof)
            members.append(Member(one.employee_id, one.since, one.until, proof, coming))
    return Obligation(requirement, tuple(members), day)


def _in_service(
    memberships: Mapping[str, Iterable[Membership]], staff: Staff, day: date
) -> dict[str, list[Membership]]:
    """Those who are employed on a day, up to the last day of their employment."""
    employed = staff.employed_on(day)
    return {
        expertise: [
            replace(one, until=_earliest(one.until, staff.last_day(one.employee_id)))
            for one in members
            if one.employee_id in employed
        ]
        for expertise, members in memberships.items()
    }


def _earliest(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _learning_of(connection: Connection, employee_ids: Collection[str]) -> Mapping[str, Learning]:
    if len(employee_ids) > MOST_BY_NAME:
        return read_all_learning(connection)
    return read_learning_of(connection, employee_ids)


def _completions(
    connection: Connection, course_ids: Collection[str]
) -> Mapping[tuple[str, str], list[date]]:
    """The days by employee and course, also where the enrolment is gone since; not those of which
    the LMS gives no day."""
    rows = connection.execute(
        select(LmsUserRow.employee_id, CourseRow.idnumber, EnrolmentRow.completed_at)
        .join(EnrolmentRow, EnrolmentRow.user_id == LmsUserRow.user_id)
        .join(CourseRow, CourseRow.course_id == EnrolmentRow.course_id)
        .where(CourseRow.idnumber.in_(course_ids), EnrolmentRow.completed == 1)
    )
    days: defaultdict[tuple[str, str], list[date]] = defaultdict(list)
    for employee_id, course_id, completed_at in rows:
        if employee_id is not None and completed_at is not None:
            days[employee_id, course_id].append(amsterdam_day(completed_at))
    return days


def _certificates(connection: Connection) -> Mapping[tuple[str, str], list[CertificateRow]]:
    """By employee and requirement."""
    found: defaultdict[tuple[str, str], list[CertificateRow]] = defaultdict(list)
    for row in rows_of(connection, select(CertificateRow)):
        found[row.employee_id, row.requirement].append(row)
    return found


def _is_running(learning: Learning, course_ids: Collection[str]) -> bool:
    """Whether the employee follows one of these courses, or has a place in a session of one."""
    followed = (
        row.idnumber in course_ids
        and not row.completed
        and row.status != EnrolmentStatus.SUSPENDED
        and row.course_id not in learning.held
        for row in learning.enrolments
    )
    placed = (
        row.course_id in course_ids and row.state == SignUpState.PLACED for row in learning.sign_ups
    )
    return any(followed) or any(placed)


def _is_open(learning: Learning, granted: Promise, proof: Proof | None) -> bool:
    """Whether it is still to be followed: what was granted before the proof led to that one."""
    progress = learning.progress.get(granted.trajectory_id)
    if progress is not None and progress.broken_off_on is not None:
        return False
    promised_on = granted.agreed_on if is_commitment(granted) else granted.decided_on
    return proof is None or promised_on > proof.obtained_on

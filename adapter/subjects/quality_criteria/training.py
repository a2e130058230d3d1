"""What the register knows of some employees' training for the requirements: completed, running,
granted, requested. No more than that is read, whatever the size of the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, select

from adapter.ground.store.reading import rows_as, rows_of
from adapter.ground.store.rows import names_any
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.in_company import SignUpRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.ground.store.tables.procedure import (
    CommitmentRow,
    GrantRow,
    TrainingRequestRow,
    TrajectoryRecordRow,
)
from adapter.ground.store.tables.quality_criteria import CertificateRow, QualityRequirementRow
from adapter.register.learning import Promise, covers, is_commitment
from adapter.register.learning_questions import KEPT_OUT, OPEN_COMMITMENT
from adapter.register.participation import SIGN_UPS, SignedUpRow, signed_up_for
from adapter.register.people import in_chunks
from connectors.ports import EnrolmentStatus
from policy.days import amsterdam_day
from policy.quality_criteria import ComingState, Proof, last_valid_day, standing_proof
from policy.request_states import RequestState
from policy.sign_ups import SignUpState


class _EnrolledExpert:
    """An enrolment in a course of a requirement, also one that is gone since."""

    employee_id: str
    idnumber: str
    course_id: str
    status: str
    completed: int
    completed_at: datetime | None
    gone_at: datetime | None


class Training:
    """Read once for all requirements."""

    def __init__(
        self,
        connection: Connection,
        requirements: Sequence[QualityRequirementRow],
        employee_ids: Collection[str],
        asked: Collection[RequestState],
    ) -> None:
        course_ids = {course for one in requirements for course in one.course_ids}
        self._courses: defaultdict[str, list[CourseRow]] = defaultdict(list)
        some = select(CourseRow).where(CourseRow.idnumber.in_(course_ids))
        for course in rows_of(connection, some):
            self._courses[course.idnumber].append(course)
        self._completed: defaultdict[tuple[str, str], list[date]] = defaultdict(list)
        self._running: set[tuple[str, str]] = set()
        self._certificates: defaultdict[tuple[str, str], list[CertificateRow]] = defaultdict(list)
        self._promised: defaultdict[str, list[Promise]] = defaultdict(list)
        self._requests: defaultdict[str, list[TrainingRequestRow]] = defaultdict(list)
        self._broken_off: defaultdict[str, set[str]] = defaultdict(set)
        self._broken_off_in_groups: list[GrantRow] = []
        for chunk in in_chunks(sorted(employee_ids)):
            self._read_enrolments(connection, chunk, course_ids)
            self._read_sign_ups(connection, chunk, course_ids)
            self._read_records(connection, chunk)
            self._read_requests(connection, chunk, asked)
        if self._broken_off:
            every = set().union(*self._broken_off.values())
            self._broken_off_in_groups = [
                one for one in _collective_grants(connection) if one.trajectory_id in every
            ]

    def proof(self, requirement: QualityRequirementRow, employee_id: str, on: date) -> Proof | None:
        """The certificate or completion that counts longest on a day."""
        months = requirement.validity_months
        proofs = [
            Proof(row.obtained_on, row.ends_on or last_valid_day(row.obtained_on, months))
            for row in self._certificates[employee_id, requirement.reference]
        ]
        for course_id in requirement.course_ids:
            completed = self._completed[employee_id, course_id]
            proofs += [Proof(day, last_valid_day(day, months)) for day in completed]
        return standing_proof(proofs, on)

    def coming(
        self, requirement: QualityRequirementRow, employee_id: str, proof: Proof | None
    ) -> ComingState:
        """`proof` is the one that stands: what was granted before it led to it."""
        if any(
            (employee_id, course) in self._running and not self._broke_off(employee_id, course)
            for course in requirement.course_ids
        ):
            return ComingState.RUNNING
        if any(
            self._is_for(requirement, one) and self._is_open(employee_id, one, proof)
            for one in self._promised[employee_id]
        ):
            return ComingState.GRANTED
        if any(self._is_for(requirement, one) for one in self._requests[employee_id]):
            return ComingState.REQUESTED
        return ComingState.NOTHING

    def _is_for(
        self, requirement: QualityRequirementRow, asked: Promise | TrainingRequestRow
    ) -> bool:
        return asked.trajectory_id == requirement.reference or any(
            covers(asked, course)
            for course_id in requirement.course_ids
            for course in self._courses[course_id]
        )

    def _is_open(self, employee_id: str, promised: Promise, proof: Proof | None) -> bool:
        if promised.trajectory_id in self._broken_off.get(employee_id, ()):
            return False
        since = promised.agreed_on if is_commitment(promised) else promised.decided_on
        return proof is None or since > proof.obtained_on

    def _broke_off(self, employee_id: str, course_id: str) -> bool:
        """Whether the employee broke off all that the course is followed under; the LMS can keep
        the enrolment. Without a grant or commitment it is followed under its own trajectory."""
        broken_off = self._broken_off.get(employee_id)
        if broken_off is None:
            return False
        groups = (one for one in self._broken_off_in_groups if one.trajectory_id in broken_off)
        courses = self._courses[course_id]
        under: set[str | None] = {
            one.trajectory_id
            for one in (*self._promised[employee_id], *groups)
            if any(covers(one, course) for course in courses)
        }
        under = under or {course.trajectory for course in courses}
        return bool(under) and under <= broken_off

    def _read_enrolments(
        self, connection: Connection, people: Sequence[str], course_ids: Collection[str]
    ) -> None:
        held = set(
            connection.execute(
                select(HoldRow.employee_id, HoldRow.course_id).where(
                    HoldRow.employee_id.in_(people), HoldRow.state.in_(KEPT_OUT)
                )
            ).all()
        )
        for row in rows_as(
            connection,
            # Not the whole row: of a thousand experts these are ten thousands.
            select(
                LmsUserRow.employee_id,
                CourseRow.idnumber,
                EnrolmentRow.course_id,
                EnrolmentRow.status,
                EnrolmentRow.completed,
                EnrolmentRow.completed_at,
                EnrolmentRow.gone_at,
            )
            .select_from(EnrolmentRow)
            .join(LmsUserRow, LmsUserRow.user_id == EnrolmentRow.user_id)
            .join(CourseRow, CourseRow.course_id == EnrolmentRow.course_id)
            .where(LmsUserRow.employee_id.in_(people), CourseRow.idnumber.in_(course_ids)),
            _EnrolledExpert,
        ):
            key = row.employee_id, row.idnumber
            if row.completed:
                # Of which the LMS gives no day, it is not known until when it counts.
                if row.completed_at is not None:
                    self._completed[key].append(amsterdam_day(row.completed_at))
            elif _is_running(row) and (row.employee_id, row.course_id) not in held:
                self._running.add(key)

    def _read_sign_ups(
        self, connection: Connection, people: Sequence[str], course_ids: Collection[str]
    ) -> None:
        """Who has a place in a session is on the way, and a collective grant for its course is for
        whoever signed up."""
        signed_up = rows_as(
            connection, SIGN_UPS.where(SignUpRow.employee_id.in_(people)), SignedUpRow
        )
        collective = _collective_grants(connection) if signed_up else []
        for row in signed_up:
            if row.course_id in course_ids and row.state == SignUpState.PLACED:
                self._running.add((row.employee_id, row.course_id))
            self._promised[row.employee_id] += [
                grant for grant in collective if signed_up_for(row, grant)
            ]

    def _read_records(self, connection: Connection, people: Sequence[str]) -> None:
        for certificate in rows_of(
            connection, select(CertificateRow).where(CertificateRow.employee_id.in_(people))
        ):
            key = certificate.employee_id, certificate.requirement
            self._certificates[key].append(certificate)
        for employee_id, promised in _promised(connection, people):
            self._promised[employee_id].append(promised)
        records = select(TrajectoryRecordRow).where(TrajectoryRecordRow.employee_id.in_(people))
        newest = {
            (row.employee_id, row.trajectory_id): row.broken_off_on
            for row in rows_of(connection, records.order_by(TrajectoryRecordRow.number))
        }
        for (employee_id, trajectory_id), day in newest.items():
            if day is not None:
                self._broken_off[employee_id].add(trajectory_id)

    def _read_requests(
        self, connection: Connection, people: Sequence[str], asked: Collection[RequestState]
    ) -> None:
        named = names_any(connection, TrainingRequestRow.employee_ids, people)
        requests = select(TrainingRequestRow).where(TrainingRequestRow.state.in_(asked), named)
        for row in rows_of(connection, requests):
            for employee_id in set(row.employee_ids).intersection(people):
                self._requests[employee_id].append(row)


def _is_running(row: _EnrolledExpert) -> bool:
    return row.gone_at is None and row.status != EnrolmentStatus.SUSPENDED


def _collective_grants(connection: Connection) -> list[GrantRow]:
    query = select(GrantRow).where(GrantRow.employee_id.is_(None), GrantRow.revoked_at.is_(None))
    return rows_of(connection, query)


def _promised(connection: Connection, people: Sequence[str]) -> Iterator[tuple[str, Promise]]:
    """Grants to an employee and commitments that are open."""
    grants = select(GrantRow).where(GrantRow.employee_id.in_(people), GrantRow.revoked_at.is_(None))
    for grant in rows_of(connection, grants):
        if grant.employee_id is not None:
            yield grant.employee_id, grant
    commitments = select(CommitmentRow).where(
        CommitmentRow.employee_id.in_(people), CommitmentRow.state == OPEN_COMMITMENT
    )
    for commitment in rows_of(connection, commitments):
        yield commitment.employee_id, commitment

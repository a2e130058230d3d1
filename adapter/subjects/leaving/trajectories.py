"""What a leaver was trained in, from the register: all that a repayment statement looks at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from pydantic import Field
from sqlalchemy import ColumnElement, Connection, select

from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    CommitmentRow,
    GrantRow,
    TrainingRequestRow,
)
from adapter.register.learning import EnrolledRow, Learning, Promise, covers
from adapter.register.learning_reader import read_learning
from adapter.register.statutory_training import mandatory_by_law
from adapter.register.trajectory_parts import (
    agreement_to_leave_with,
    commitments_beside_grants,
    holds_for,
    part,
    parts_of,
    promised_on,
    took_part,
)
from adapter.subjects.leaving.commitment_terms import CommitmentFacts
from policy.days import amsterdam_day
from policy.model import Ground, Trajectory
from policy.trajectories import together


@dataclass(frozen=True, slots=True)
class Granted:
    """A trajectory under the policy. `completion_unknown` says that the LMS calls it completed
    without a day, so that its term is not known. `claimed_earlier_cents` was claimed for it at an
    earlier exit. `agreement_version` is told and not kept: the facts hold what the agreement says.
    """

    title: str
    grant_id: str
    facts: Trajectory
    completion_unknown: bool
    claimed_earlier_cents: int = 0
    agreement_version: Annotated[int | None, Field(exclude=True)] = None


@dataclass(frozen=True, slots=True)
class Promised:
    """A trajectory promised before the policy, with its own terms."""

    title: str
    facts: CommitmentFacts


@dataclass(frozen=True, slots=True)
class Trajectories:
    """All of one employee, each in the order of its trajectory id."""

    granted: tuple[Granted, ...]
    promised: tuple[Promised, ...]


@dataclass(frozen=True, slots=True)
class _Completion:
    done_on: date | None = None
    unknown: bool = False


def read_trajectories(connection: Connection, employee_id: str, last_day: date) -> Trajectories:
    """As the agreements stood on a last day of employment."""
    return trajectories_of(connection, read_learning(connection, employee_id), last_day)


def trajectories_of(connection: Connection, learning: Learning, last_day: date) -> Trajectories:
    """Of whom the learning was read already."""
    chosen = _one_per_trajectory(learning)
    return Trajectories(
        tuple(_granted(connection, learning, chosen[key], last_day) for key in sorted(chosen)),
        _all_promised(connection, learning, chosen.keys()),
    )


def _all_promised(
    connection: Connection, learning: Learning, granted: Collection[str]
) -> tuple[Promised, ...]:
    """Commitments that no grant took the place of. Of two for one trajectory the later one goes by
    its own id, and so does one beside a grant, so that each item of a statement has a name of its
    own."""
    taken = set(granted)
    found: list[Promised] = []
    for row in commitments_beside_grants(learning):
        name = row.id if row.trajectory_id in taken else row.trajectory_id
        taken.add(name)
        found.append(_promised(connection, learning, row, name))
    return tuple(found)


def _one_per_trajectory(learning: Learning) -> dict[str, GrantRow]:
    """The employee's own grant before a collective one, the newest before an older one. A
    collective grant counts only for who took part."""
    chosen: dict[str, GrantRow] = {}
    collective = [row for row in learning.grants if row.employee_id is None]
    own = [row for row in learning.grants if row.employee_id is not None]
    for row in (*collective, *own):
        if row.employee_id is not None or took_part(learning, row):
            chosen[row.trajectory_id] = row
    return chosen


def _enrolled_in(learning: Learning, granted: Promise) -> list[EnrolledRow]:
    return [row for row in learning.enrolments if covers(granted, row)]


def _granted(
    connection: Connection, learning: Learning, grant: GrantRow, last_day: date
) -> Granted:
    rows = parts_of(learning, grant.trajectory_id)
    if len(rows) > 1:
        return _granted_in_parts(connection, learning, grant, rows, last_day)
    stored, agreement = agreement_to_leave_with(learning, [grant], last_day) or (None, None)
    progress = learning.progress.get(grant.trajectory_id)
    start = _start(learning, grant) or grant.decided_on
    completion = _completion(connection, learning.employee_id, grant, start)
    facts = Trajectory(
        trajectory_id=grant.trajectory_id,
        agreed_costs_cents=grant.costs_cents if stored is None else _agreed_for(grant, stored),
        actual_costs_cents=progress.actual_costs_cents if progress is not None else None,
        start=start,
        completed_on=completion.done_on,
        broken_off_on=progress.broken_off_on if progress is not None else None,
        ground=Ground(grant.ground),
        mandatory_by_law=mandatory_by_law(grant),
        agreement=agreement,
        in_grant=bool(grant.repayment_scheme),
    )
    version = None if stored is None else stored.version
    return Granted(
        _title(connection, grant),
        grant.id,
        facts,
        completion.unknown,
        agreement_version=version,
    )


def _agreed_for(grant: GrantRow, agreement: AgreementRow) -> int:
    """Of an agreement for several parts of which this is the only one left at most its costs: what
    was withdrawn counts no more (P5)."""
    agreed = agreement.agreed_costs_cents
    return agreed if holds_for(agreement) == {grant.id} else min(agreed, grant.costs_cents)


def _granted_in_parts(
    connection: Connection,
    learning: Learning,
    newest: GrantRow,
    rows: list[GrantRow],
    last_day: date,
) -> Granted:
    """One item for the whole (P5); which parts count is decided on the last day."""
    stored, agreement = agreement_to_leave_with(learning, rows, last_day) or (None, None)
    progress = learning.progress.get(newest.trajectory_id)
    planned = [part(learning, row) for row in rows]
    completions = [
        _completion(connection, learning.employee_id, row, one.start)
        for row, one in zip(rows, planned, strict=True)
    ]
    parts = tuple(
        replace(one, completed_on=completion.done_on)
        for one, completion in zip(planned, completions, strict=True)
    )
    facts = Trajectory(
        trajectory_id=newest.trajectory_id,
        agreed_costs_cents=(together(parts)[0] if stored is None else stored.agreed_costs_cents),
        actual_costs_cents=progress.actual_costs_cents if progress is not None else None,
        start=min(one.start for one in parts),
        completed_on=_last(completion.done_on for completion in completions),
        broken_off_on=progress.broken_off_on if progress is not None else None,
        ground=Ground(newest.ground),
        mandatory_by_law=mandatory_by_law(newest),
        agreement=agreement,
        in_grant=bool(newest.repayment_scheme),
        parts=parts,
    )
    unknown = any(completion.unknown for completion in completions)
    # Whoever reads more of the agreement finds it by its grant.
    by_agreement = stored is not None and stored.grant_id in {row.id for row in rows}
    grant_id = stored.grant_id if stored is not None and by_agreement else newest.id
    version = None if stored is None else stored.version
    return Granted(_title(connection, newest), grant_id, facts, unknown, agreement_version=version)


def _last(days: Iterable[date | None]) -> date | None:
    """None while one of them is not known."""
    known = list(days)
    return max((day for day in known if day is not None), default=None) if all(known) else None


class CompletedCourses:
    """What the employees of a condition on `LmsUserRow` completed, also without a day; read once.
    As everywhere here, enrolments that are gone count as well."""

    def __init__(self, connection: Connection, chosen: ColumnElement[bool]) -> None:
        done = connection.execute(
            select(LmsUserRow.employee_id, CourseRow.idnumber)
            .join(EnrolmentRow, EnrolmentRow.user_id == LmsUserRow.user_id)
            .join(CourseRow, CourseRow.course_id == EnrolmentRow.course_id)
            .where(chosen, EnrolmentRow.completed == 1)
            .distinct()
        )
        self._done: defaultdict[str, set[str]] = defaultdict(set)
        for employee_id, idnumber in done:
            if employee_id is not None:
                self._done[employee_id].add(idnumber)
        of_trajectories = connection.execute(
            select(CourseRow.trajectory, CourseRow.idnumber).where(
                CourseRow.trajectory.is_not(None), CourseRow.gone_at.is_(None)
            )
        )
        self._courses: defaultdict[str, set[str]] = defaultdict(set)
        for trajectory, idnumber in of_trajectories:
            if trajectory is not None:
                self._courses[trajectory].add(idnumber)

    def all_of(self, employee_id: str, grant: GrantRow) -> bool:
        """Whether every course of a grant is completed."""
        courses = set(grant.course_ids) or self._courses[grant.trajectory_id]
        return bool(courses) and courses <= self._done[employee_id]


def _promised(
    connection: Connection, learning: Learning, commitment: CommitmentRow, name: str
) -> Promised:
    progress = learning.progress.get(name)
    actual = progress.actual_costs_cents if progress is not None else None
    agreed = commitment.costs_cents
    start = _start(learning, commitment)
    facts = CommitmentFacts(
        commitment_id=commitment.id,
        trajectory_id=name,
        costs_cents=agreed if actual is None or agreed is None else min(actual, agreed),
        start=start,
        completed_on=_completion(connection, learning.employee_id, commitment, start).done_on,
        terms=commitment.terms,
    )
    return Promised(commitment.title or commitment.trajectory_id, facts)


def _start(learning: Learning, granted: Promise) -> date | None:
    """The start that was granted, else that of its first course, else the first enrolment."""
    mine = _enrolled_in(learning, granted)
    enrolled = (row.starts_at or row.created_at for row in mine)
    return (
        granted.starts_on
        or _first(row.start_on for row in mine)
        or _first(amsterdam_day(moment) for moment in enrolled if moment is not None)
    )


def _first(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _completion(
    connection: Connection, employee_id: str, granted: Promise, start: date | None
) -> _Completion:
    """The completion of the last course, when every one of what was granted is completed.

    Enrolments that are gone count as well: the account of a leaver is often emptied first. A
    completion from before it was granted and before its start is of an earlier round.
    """
    courses = _courses_of(connection, granted)
    since = min(promised_on(granted), start or date.max)
    done = {one: _completions(connection, employee_id, one, since) for one in courses}
    if not courses or not all(done.values()):
        return _Completion()
    days = [_first(moments) for moments in done.values()]
    known = [day for day in days if day is not None]
    if len(known) < len(days):
        return _Completion(unknown=True)
    return _Completion(max(known))


def _courses_of(connection: Connection, granted: Promise) -> frozenset[str]:
    """ID numbers of the courses that it names, else of all of its trajectory: what the LMS adds to
    a trajectory later was not agreed. One that the LMS does not have is never completed."""
    if granted.course_ids:
        return frozenset(granted.course_ids)
    of_trajectory = connection.execute(
        select(CourseRow.idnumber).where(
            CourseRow.trajectory == granted.trajectory_id, CourseRow.gone_at.is_(None)
        )
    ).scalars()
    return frozenset(of_trajectory)


def _completions(
    connection: Connection, employee_id: str, idnumber: str, since: date
) -> list[date | None]:
    """The day of every completion of one course from a day on; None where the LMS gives no day."""
    moments = connection.execute(
        select(EnrolmentRow.completed_at)
        .join(CourseRow, CourseRow.course_id == EnrolmentRow.course_id)
        .join(LmsUserRow, LmsUserRow.user_id == EnrolmentRow.user_id)
        .where(
            LmsUserRow.employee_id == employee_id,
            CourseRow.idnumber == idnumber,
            EnrolmentRow.completed == 1,
        )
    ).scalars()
    days = (None if moment is None else amsterdam_day(moment) for moment in moments)
    return [day for day in days if day is None or day >= since]


def _title(connection: Connection, grant: GrantRow) -> str:
    if grant.request_id is None:
        return grant.trajectory_id
    found = connection.execute(
        select(TrainingRequestRow.title).where(TrainingRequestRow.id == grant.request_id)
    ).scalar_one_or_none()
    return found or grant.trajectory_id

"""Norm exemptions: extra learning hours of one employee for one training (Visie §8, §10; P4).

An exemption frees hours of the training that it names (A16). It can be withdrawn for what has not
begun, and stays in the register.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import insert, select, update

from adapter.ground.store.portions import Cut, Portion, Stretch, listed, portion
from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.procedure import (
    CommitmentRow,
    GrantRow,
    NormExemptionRow,
    TrainingRequestRow,
)
from adapter.queues.register_changes import announce
from adapter.register.activities import activities
from adapter.register.learning_reader import read_learning
from adapter.register.people import known_employee
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.days import wrong_if_after, wrong_if_future
from adapter.subjects.requests.hours import ExtraHours
from adapter.subjects.requests.refusals import (
    NotNow,
    UnknownEntry,
    WrongField,
    refuse_if_any,
)
from adapter.subjects.requests.teams import lock_employee
from policy.model import ActivityState, Ground
from policy.trajectories import NECESSARY


@dataclass(frozen=True, slots=True)
class ExemptionContent:
    """`training` says what the hours are for, `training_id` is its trajectory or course, `evidence`
    what shows the necessity. `decision_id` is that of the grant with which it is given."""

    employee_id: str
    year: int
    extra_hours: Decimal
    training: str
    training_id: str
    training_starts_on: date
    ground: Ground
    evidence: str
    decided_on: date
    decision_id: str | None = None


def exempt(act: Act, content: ExemptionContent) -> str:
    """Record an exemption of the management team and return its id. Raises `WrongFields`, and
    `NotNow` for exactly one that holds already: it would free its hours twice."""
    refuse_if_any(_wrong(act, content))
    lock_employee(act, content.employee_id)
    _refuse_the_same(act, content)
    return _add(act, content)


def exempt_with_grant(
    act: Act,
    row: TrainingRequestRow,
    given: Iterable[ExtraHours],
    training_id: str,
    decision: tuple[str, date],
) -> None:
    """Record what the management team gives in the act of granting a request (`row`), whose ground
    and evidence it rests on; `wrong_with_grant` was asked before. `decision` is its id and day."""
    decision_id, decided_on = decision
    assert row.starts_on is not None, "a wrong field of the grant otherwise"
    for one in given:
        assert row.evidence is not None, "a wrong field of an exemption otherwise"
        _add(
            act,
            ExemptionContent(
                employee_id=one.employee_id,
                year=one.year,
                extra_hours=one.extra_hours,
                training=row.title,
                training_id=training_id,
                training_starts_on=row.starts_on,
                ground=Ground(row.ground),
                evidence=row.evidence,
                decided_on=decided_on,
                decision_id=decision_id,
            ),
        )


def wrong_with_grant(
    row: TrainingRequestRow, given: Sequence[ExtraHours], decided_on: date, *, granting: bool
) -> Iterator[WrongField]:
    """What is wrong with exemptions in the act of deciding a request (`row`)."""
    if not given:
        return
    if not granting:
        yield WrongField("/normExemptions", "only_when_granting")
        return
    if row.ground not in NECESSARY:
        yield WrongField("/normExemptions", "necessary_ground_only")
    if not row.evidence:
        yield WrongField("/normExemptions", "evidence_for_exemption")
    if row.starts_on is not None:
        yield from wrong_if_after(decided_on, row.starts_on, "/decidedDate", "after_training_start")
    for at, one in enumerate(given):
        place = f"/normExemptions/{at}"
        if one.employee_id not in row.employee_ids:
            yield WrongField(f"{place}/employeeId", "not_in_request")
        yield from _wrong_hours(one.extra_hours, one.year, row.starts_on, place)


def withdraw(act: Act, exemption_id: str, reason: str) -> None:
    """Take an exemption back for what has not begun. Raises `UnknownEntry`, `NotNow`."""
    row = one_exemption(act, exemption_id)
    if row.withdrawn_at is not None:
        raise NotNow("already_withdrawn")
    if _begun(act, row):
        raise NotNow("exemption_begun")
    act.connection.execute(
        update(NormExemptionRow)
        .where(NormExemptionRow.id == exemption_id)
        .values(withdrawn_at=act.now, withdrawn_by=act.actor, withdrawal_reason=reason)
    )
    announce(act.connection, [row.employee_id], act.now)


def _begun(act: Act, row: NormExemptionRow) -> bool:
    """Whether the employee began the training that it names. What leaves no trace in the LMS, or
    was not named yet, begins on the day that the exemption tells."""
    followed = activities(read_learning(act.connection, row.employee_id)).values()
    named = [one for one in followed if row.training_id in (one.activity_id, *one.known_as)]
    traced = [one for one in named if one.state is not ActivityState.GRANTED]
    if traced:
        return any(one.start <= act.today for one in traced)
    if any(len(one.known_as) > 1 for one in named):  # of courses in the LMS that nobody entered
        return False
    return row.training_starts_on is None or bool(row.training_starts_on <= act.today)


def _add(act: Act, content: ExemptionContent) -> str:
    exemption_id = new_id()
    act.connection.execute(
        insert(NormExemptionRow).values(
            id=exemption_id,
            employee_id=content.employee_id,
            year=content.year,
            extra_hours=content.extra_hours,
            training=content.training,
            training_id=content.training_id,
            training_starts_on=content.training_starts_on,
            ground=content.ground,
            evidence=content.evidence,
            decision_id=content.decision_id,
            decided_on=content.decided_on,
            decided_by=act.actor,
            recorded_at=act.now,
        )
    )
    announce(act.connection, [content.employee_id], act.now)
    return exemption_id


def one_exemption(act: Act, exemption_id: str) -> NormExemptionRow:
    """Raises `UnknownEntry`."""
    row = row_or_none(
        act.connection, select(NormExemptionRow).where(NormExemptionRow.id == exemption_id)
    )
    if row is None:
        raise UnknownEntry
    return row


_ORDER = (NormExemptionRow.year, NormExemptionRow.decided_on, NormExemptionRow.id)


def page_of_exemptions(act: Act, cut: Cut, year: int | None = None) -> Stretch[NormExemptionRow]:
    """Of one year or of all, oldest first. Raises `UnknownCursor`."""
    query = select(NormExemptionRow)
    if year is not None:
        query = query.where(NormExemptionRow.year == year)
    return listed(act.connection, query, _ORDER, cut)


def newest_exemptions(act: Act, number: int) -> Portion[NormExemptionRow]:
    query = select(NormExemptionRow).order_by(*(column.desc() for column in _ORDER))
    return portion(lambda cut: rows_of(act.connection, cut), query, number)


def _refuse_the_same(act: Act, content: ExemptionContent) -> None:
    same = select(NormExemptionRow.id).where(
        NormExemptionRow.withdrawn_at.is_(None),
        *(getattr(NormExemptionRow, name) == value for name, value in asdict(content).items()),
    )
    if act.connection.execute(same.limit(1)).first() is not None:
        raise NotNow("exemption_exists")


def _wrong(act: Act, content: ExemptionContent) -> list[WrongField]:
    starts_on = content.training_starts_on
    wrong = [
        *wrong_if_future(act, content.decided_on, "/decidedDate"),
        *wrong_if_after(content.decided_on, starts_on, "/decidedDate", "after_training_start"),
    ]
    if not known_employee(act.connection, content.employee_id):
        wrong.append(WrongField("/employeeId", "unknown_record"))
    if not _known_training(act, content.training_id):
        wrong.append(WrongField("/trainingId", "unknown_record"))
    if content.ground not in NECESSARY:
        wrong.append(WrongField("/ground", "necessary_ground_only"))
    return [*wrong, *_wrong_hours(content.extra_hours, content.year, starts_on, "")]


def _wrong_hours(
    extra_hours: Decimal, year: int, starts_on: date | None, place: str
) -> Iterator[WrongField]:
    if extra_hours <= 0:
        yield WrongField(f"{place}/extraHours", "more_than_nothing")
    if starts_on is not None and year < starts_on.year:
        numbers = {"start": starts_on.isoformat()}
        yield WrongField(f"{place}/year", "year_before_training", numbers)


def _known_training(act: Act, training_id: str) -> bool:
    """A course of the LMS, or a trajectory of a course, request, grant or commitment: an exemption
    for anything else would free nothing, and say nothing of it."""
    named = (
        CourseRow.idnumber,
        CourseRow.trajectory,
        TrainingRequestRow.trajectory_id,
        GrantRow.trajectory_id,
        CommitmentRow.trajectory_id,
    )
    return any(
        act.connection.execute(select(column).where(column == training_id).limit(1)).first()
        for column in named
    )

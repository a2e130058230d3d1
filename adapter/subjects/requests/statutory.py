"""Whether training is mandatory by law, as HR settled it (P6, A26, A27).

A request and its grants keep what was answered; what HR settles stands beside it, in a row of its
own each time, and the newest counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update

from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.procedure import GrantRow, LegalAssessmentRow, TrainingRequestRow
from adapter.queues.register_changes import announce
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.days import wrong_if_future
from adapter.subjects.requests.grants import employees_concerned, one_grant
from adapter.subjects.requests.refusals import (
    NotNow,
    UnknownEntry,
    WrongField,
    refuse_if_any,
)
from policy.model import MandatoryByLaw


@dataclass(frozen=True, slots=True)
class Assessment:
    """`source` is the law, collective agreement, public body or function; `reason` why it holds or
    does not hold for this work."""

    mandatory_by_law: MandatoryByLaw
    source: str
    reason: str
    assessed_on: date


def assess_request(act: Act, request_id: str, assessment: Assessment) -> str:
    """Settle it for a request and all its grants, and return the id of the assessment. Raises
    `UnknownEntry`, `WrongFields`."""
    row = row_or_none(
        act.connection,
        select(TrainingRequestRow).where(TrainingRequestRow.id == request_id).with_for_update(),
    )
    if row is None:
        raise UnknownEntry
    refuse_if_any(_wrong(act, assessment))
    assessment_id = _add(act, assessment, request_id=request_id)
    settled = {"mandatory_settled": assessment.mandatory_by_law}
    act.connection.execute(
        update(TrainingRequestRow).where(TrainingRequestRow.id == request_id).values(settled)
    )
    act.connection.execute(
        update(GrantRow).where(GrantRow.request_id == request_id).values(settled)
    )
    announce(act.connection, _followers(act, request_id), act.now)
    return assessment_id


def assess_grant(act: Act, grant_id: str, assessment: Assessment) -> str:
    """The same for a grant without a request, which a commitment became. Raises `UnknownEntry`,
    `NotNow`, `WrongFields`."""
    row = one_grant(act, grant_id)
    if row.request_id is not None:
        raise NotNow("assessed_with_request")
    refuse_if_any(_wrong(act, assessment))
    assessment_id = _add(act, assessment, grant_id=grant_id)
    act.connection.execute(
        update(GrantRow)
        .where(GrantRow.id == grant_id)
        .values(mandatory_settled=assessment.mandatory_by_law)
    )
    announce(act.connection, employees_concerned(act, row), act.now)
    return assessment_id


def assess(act: Act, record_id: str, assessment: Assessment) -> str:
    """Of the request, or the grant without one, that has this id. Raises `UnknownEntry`,
    `WrongFields`."""
    asked = select(TrainingRequestRow.id).where(TrainingRequestRow.id == record_id)
    if act.connection.execute(asked).one_or_none() is None:
        return assess_grant(act, record_id, assessment)
    return assess_request(act, record_id, assessment)


def assessments(
    act: Act, *, request_id: str | None = None, grant_id: str | None = None
) -> list[LegalAssessmentRow]:
    """Of a request or of a grant without one, oldest first; the last one counts."""
    return rows_of(
        act.connection,
        select(LegalAssessmentRow)
        .where(
            LegalAssessmentRow.request_id == request_id
            if request_id is not None
            else LegalAssessmentRow.grant_id == grant_id
        )
        .order_by(LegalAssessmentRow.number),
    )


def _wrong(act: Act, assessment: Assessment) -> list[WrongField]:
    return wrong_if_future(act, assessment.assessed_on, "/assessedDate")


def _followers(act: Act, request_id: str) -> Iterator[str]:
    for grant in rows_of(act.connection, select(GrantRow).where(GrantRow.request_id == request_id)):
        yield from employees_concerned(act, grant)


def _add(act: Act, assessment: Assessment, **about: str) -> str:
    assessment_id = new_id()
    number = len(assessments(act, **about)) + 1
    act.connection.execute(
        insert(LegalAssessmentRow).values(
            id=assessment_id,
            number=number,
            mandatory_by_law=assessment.mandatory_by_law,
            source=assessment.source,
            reason=assessment.reason,
            assessed_on=assessment.assessed_on,
            assessed_by=act.actor,
            recorded_at=act.now,
            **about,
        )
    )
    return assessment_id

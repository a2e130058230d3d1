"""Existing commitments: promises made before the policy, with their own terms (Visie §9.1, P9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select

from adapter.ground.store.reading import row_or_none
from adapter.ground.store.tables.procedure import CommitmentRow
from adapter.queues.register_changes import announce
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.courses import trajectory_of, unknown_courses
from adapter.subjects.requests.days import wrong_end, wrong_if_after
from adapter.subjects.requests.refusals import (
    NotNow,
    UnknownEntry,
    WrongField,
    refuse_if_any,
)
from adapter.subjects.requests.teams import lock_employee


class CommitmentState(StrEnum):
    """An open one counts as a grant, also once the management team has chosen to honour it."""

    OPEN = "open"
    CONVERTED = "converted"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class TermStep:
    """Leaving within so many months after completion repays this percentage; the first step also
    holds before completion."""

    months: int
    percentage: int


@dataclass(frozen=True, slots=True)
class CommitmentTerms:
    """The repayment terms that the commitment itself was made under."""

    text: str
    signed_on: date | None
    steps: tuple[TermStep, ...]

    def to_plain(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "signed_on": self.signed_on.isoformat() if self.signed_on else None,
            "steps": [
                {"months": step.months, "percentage": step.percentage} for step in self.steps
            ],
        }


@dataclass(frozen=True, slots=True)
class CommitmentContent:
    """What was promised. `reference` is the importer's own key, so that a repeat is recognised.

    `terms` None means that none were recorded; then nothing can be claimed.
    """

    reference: str | None
    employee_id: str
    title: str
    trajectory_id: str | None
    course_ids: tuple[str, ...]
    hours: Decimal | None
    work_time_share: Decimal
    costs_cents: int | None
    starts_on: date | None
    ends_on: date | None
    agreed_on: date
    terms: CommitmentTerms | None


def record_commitment(act: Act, content: CommitmentContent) -> tuple[str, bool]:
    """Record an open commitment; returns its id and whether it is new.

    The same reference with the same content is the one that is there already; with other content it
    is `NotNow`. Raises `WrongFields`.
    """
    refuse_if_any(_wrong(act, content))
    values = _columns(act, content)
    known = _by_reference(act, content.reference)
    if known is not None:
        if any(getattr(known, name) != value for name, value in values.items()):
            raise NotNow("reference_taken")
        return str(known.id), False
    commitment_id = new_id()
    act.connection.execute(
        insert(CommitmentRow).values(
            id=commitment_id, state=CommitmentState.OPEN, recorded_at=act.now, **values
        )
    )
    announce(act.connection, [content.employee_id], act.now)
    return commitment_id, True


def one_commitment(act: Act, commitment_id: str) -> CommitmentRow:
    """The commitment, locked for this act; raises `UnknownEntry`."""
    row = row_or_none(
        act.connection,
        select(CommitmentRow).where(CommitmentRow.id == commitment_id).with_for_update(),
    )
    if row is None:
        raise UnknownEntry
    return row


def _by_reference(act: Act, reference: str | None) -> CommitmentRow | None:
    if reference is None:
        return None
    return row_or_none(
        act.connection, select(CommitmentRow).where(CommitmentRow.reference == reference)
    )


def _columns(act: Act, content: CommitmentContent) -> dict[str, Any]:
    return {
        "reference": content.reference,
        "employee_id": content.employee_id,
        "title": content.title,
        "trajectory_id": content.trajectory_id or trajectory_of(act, content.course_ids),
        "course_ids": list(content.course_ids),
        "hours": content.hours,
        "work_time_share": content.work_time_share,
        "costs_cents": content.costs_cents,
        "starts_on": content.starts_on,
        "ends_on": content.ends_on,
        "agreed_on": content.agreed_on,
        "terms": content.terms.to_plain() if content.terms else None,
    }


def _wrong(act: Act, content: CommitmentContent) -> list[WrongField]:
    last_day_before = act.policy.starts_on - timedelta(days=1)
    wrong = [
        *unknown_courses(act, content.course_ids, "/courseIds"),
        *wrong_if_after(content.agreed_on, last_day_before, "/agreedDate", "under_the_policy"),
        *wrong_end(content.starts_on, content.ends_on),
    ]
    if not lock_employee(act, content.employee_id):
        wrong.append(WrongField("/employeeId", "unknown_record"))
    if content.trajectory_id is None and not content.course_ids:
        wrong.append(WrongField("/trajectoryId", "course_or_trajectory"))
    return wrong

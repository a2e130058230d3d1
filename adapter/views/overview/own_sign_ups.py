"""What an employee signed up for, until the session begins (Visie §5, P7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from adapter.ground.store.reading import rows_as
from adapter.ground.store.tables.in_company import InCompanySessionRow, SignUpRow
from adapter.register.courses import course_names
from adapter.register.participation import SignedUpRow, days_of
from adapter.subjects.requests.acts import Act
from policy.sign_ups import STEPS, SignUpState, SignUpStep

_CANCELLED_FROM, _ = STEPS[SignUpStep.CANCEL]


class _OwnSignUpRow(SignedUpRow):
    id: str
    session_id: str
    version: int
    place: str


@dataclass(frozen=True, slots=True)
class OwnSignUp:
    sign_up_id: str
    session_id: str
    version: int
    course: str
    first_day: date
    place: str
    state: SignUpState

    @property
    def can_be_cancelled(self) -> bool:
        return self.state in _CANCELLED_FROM


def own_sign_ups(act: Act, employee_id: str) -> tuple[OwnSignUp, ...]:
    """For sessions that have not begun, the first one first; what was cancelled is left out."""
    statement = (
        select(
            SignUpRow.id,
            SignUpRow.session_id,
            SignUpRow.employee_id,
            SignUpRow.state,
            SignUpRow.version,
            InCompanySessionRow.course_id,
            InCompanySessionRow.dates,
            InCompanySessionRow.place,
        )
        .join(InCompanySessionRow, InCompanySessionRow.id == SignUpRow.session_id)
        .where(
            SignUpRow.employee_id == employee_id,
            SignUpRow.state != SignUpState.CANCELLED,
            InCompanySessionRow.cancelled_at.is_(None),
        )
        .order_by(SignUpRow.id)
    )
    rows = rows_as(act.connection, statement, _OwnSignUpRow)
    names = course_names(act.connection, [row.course_id for row in rows])
    coming = (
        OwnSignUp(
            sign_up_id=row.id,
            session_id=row.session_id,
            version=row.version,
            course=names.get(row.course_id, row.course_id),
            first_day=days_of(row)[0].on,
            place=row.place,
            state=SignUpState(row.state),
        )
        for row in rows
        if days_of(row)[0].on >= act.today
    )
    return tuple(sorted(coming, key=lambda one: one.first_day))

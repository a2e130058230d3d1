"""Sessions and sign-ups as the register holds them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select

from adapter.ground.store.reading import row_or_none, rows_as, rows_of
from adapter.ground.store.tables.in_company import InCompanySessionRow, SignUpRow, SignUpStepRow
from adapter.ground.store.tables.people import EmployeeRow
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import UnknownEntry


class SignUpOfEmployee:
    """A sign-up, with the employee's manager and name as last read."""

    id: str
    employee_id: str
    position: int
    state: str
    signed_up_by: str
    signed_up_at: datetime
    absence_terms: str | None
    version: int
    manager_id: str | None
    given_name: str | None
    family_name_prefix: str | None
    family_name: str | None


def one_session(act: Act, session_id: str) -> InCompanySessionRow:
    """Raises `UnknownEntry`."""
    return _found(act, select(InCompanySessionRow).where(InCompanySessionRow.id == session_id))


def locked_session(act: Act, session_id: str) -> InCompanySessionRow:
    """The session, locked for this act: places are given to one at a time. Raises
    `UnknownEntry`."""
    wanted = select(InCompanySessionRow).where(InCompanySessionRow.id == session_id)
    return _found(act, wanted.with_for_update())


def _found(act: Act, wanted: Select[InCompanySessionRow]) -> InCompanySessionRow:
    row = row_or_none(act.connection, wanted)
    if row is None:
        raise UnknownEntry
    return row


def sign_ups_of(act: Act, session_id: str) -> list[SignUpOfEmployee]:
    """In order of sign-up."""
    return rows_as(
        act.connection,
        select(
            SignUpRow,
            EmployeeRow.manager_id,
            EmployeeRow.given_name,
            EmployeeRow.family_name_prefix,
            EmployeeRow.family_name,
        )
        .join(EmployeeRow, EmployeeRow.employee_id == SignUpRow.employee_id, isouter=True)
        .where(SignUpRow.session_id == session_id)
        .order_by(SignUpRow.position),
        SignUpOfEmployee,
    )


def full_name(row: SignUpOfEmployee) -> str:
    """Empty when the HRIS no longer knows the employee."""
    return " ".join(
        part for part in (row.given_name, row.family_name_prefix, row.family_name) if part
    )


def steps_of(act: Act, sign_up_id: str) -> list[SignUpStepRow]:
    """Every step of a sign-up, oldest first."""
    return rows_of(
        act.connection,
        select(SignUpStepRow)
        .where(SignUpStepRow.sign_up_id == sign_up_id)
        .order_by(SignUpStepRow.version),
    )

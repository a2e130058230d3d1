"""Certificates and diplomas that were obtained outside the LMS, as HR keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from adapter.ground.spreadsheets.row_by_row import Outcome
from adapter.ground.store.reading import row_or_none
from adapter.ground.store.tables.quality_criteria import CertificateRow
from adapter.subjects.quality_criteria.list_rows import keep
from adapter.subjects.quality_criteria.requirements import requirement_named
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.days import wrong_if_before, wrong_if_future
from adapter.subjects.requests.refusals import WrongField, refuse_if_any
from adapter.subjects.requests.teams import lock_employee


@dataclass(frozen=True, slots=True)
class CertificateContent:
    """`ends_on` is the day on the certificate; None: as long as the requirement says."""

    employee_id: str
    requirement: str
    obtained_on: date
    ends_on: date | None


def record_certificate(act: Act, content: CertificateContent) -> Outcome:
    """Of the same employee, requirement and day there is one row, which is changed into this.
    Raises `WrongFields`."""
    wrong = wrong_if_future(act, content.obtained_on, "/obtainedDate")
    if not lock_employee(act, content.employee_id):
        wrong.append(WrongField("/employeeId", "unknown_record"))
    if requirement_named(act.connection, content.requirement) is None:
        wrong.append(WrongField("/requirement", "unknown_requirement"))
    if content.ends_on is not None:
        wrong += wrong_if_before(
            content.ends_on, content.obtained_on, "/endDate", "before_its_beginning"
        )
    refuse_if_any(wrong)
    key = {
        "employee_id": content.employee_id,
        "requirement": content.requirement,
        "obtained_on": content.obtained_on,
    }
    known = row_or_none(act.connection, select(CertificateRow).filter_by(**key))
    return keep(act, CertificateRow, key, {"ends_on": content.ends_on}, known)

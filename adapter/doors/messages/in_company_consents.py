"""The manager's consent to in-company training, in the API (Visie §5)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from adapter.doors.messages.fields import Day, Identifier, Message
from adapter.doors.messages.procedure_fields import absent
from adapter.ground.answers import Answer
from adapter.ground.store.tables.procedure import ConsentRow


class InCompanyConsentsQuery(Message):
    course_id: Identifier | None = Field(default_factory=absent)


class InCompanyConsentIn(Message):
    employee_id: Identifier
    course_id: Identifier = Field(description="ID-nummer van een incompanycursus in het LMS.")
    consented_date: Day | None = Field(default_factory=absent, description="Zonder dit: vandaag.")


class InCompanyConsentOut(Answer):
    employee_id: str
    course_id: str
    consented_date: date
    consented_by: str

    @classmethod
    def of(cls, row: ConsentRow) -> InCompanyConsentOut:
        return cls(
            employee_id=row.employee_id,
            course_id=row.course_id,
            consented_date=row.consented_on,
            consented_by=row.consented_by,
        )


class InCompanyConsentsOut(Answer):
    items: list[InCompanyConsentOut]

"""What HR keeps of the quality criteria, as a row of a list says it (Visie §1, §3)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adapter.doors.messages.fields import Day, Identifier, Message, MoneyEur
from adapter.doors.messages.procedure_fields import CourseIds, Title, TrainingHours, absent
from adapter.subjects.quality_criteria.certificates import CertificateContent
from adapter.subjects.quality_criteria.members import MemberContent
from adapter.subjects.quality_criteria.requirements import RequirementContent

_LONGEST_MONTHS = 600
People = Annotated[int, Field(ge=1, le=10_000)]


class RequirementIn(Message):
    reference: Identifier
    expertise: Title
    function: Title | None = Field(default_factory=absent)
    title: Title
    course_ids: CourseIds = Field(default_factory=list)
    validity_months: Annotated[int, Field(ge=1, le=_LONGEST_MONTHS)] | None = Field(
        default_factory=absent
    )
    people: People | None = Field(default_factory=absent)
    hours: TrainingHours | None = Field(default_factory=absent)
    costs_cents: MoneyEur | None = Field(default_factory=absent, alias="costsEur")
    source: Title | None = Field(default_factory=absent)
    valid_from_date: Day | None = Field(default_factory=absent)
    valid_until_date: Day | None = Field(default_factory=absent)

    def content(self) -> RequirementContent:
        return RequirementContent(
            reference=self.reference,
            expertise=self.expertise,
            function=self.function,
            title=self.title,
            course_ids=tuple(self.course_ids),
            validity_months=self.validity_months,
            people=self.people,
            hours=self.hours,
            costs_cents=self.costs_cents,
            source=self.source,
            valid_from=self.valid_from_date,
            valid_until=self.valid_until_date,
        )


class ExpertiseMemberIn(Message):
    employee_id: Identifier
    expertise: Title
    function: Title | None = Field(default_factory=absent)
    from_date: Day
    until_date: Day | None = Field(default_factory=absent)

    def content(self) -> MemberContent:
        return MemberContent(
            self.employee_id, self.expertise, self.function, self.from_date, self.until_date
        )


class CertificateIn(Message):
    employee_id: Identifier
    requirement: Identifier
    obtained_date: Day
    end_date: Day | None = Field(default_factory=absent)

    def content(self) -> CertificateContent:
        return CertificateContent(
            self.employee_id, self.requirement, self.obtained_date, self.end_date
        )

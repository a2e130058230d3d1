"""Existing commitments in the API (Visie §9.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from adapter.doors.messages.fields import Day, Identifier, Message, MoneyEur, WorkTimeShare
from adapter.doors.messages.paging import PageOut, PageQuery
from adapter.doors.messages.procedure_fields import (
    AskedGround,
    AskedMandatory,
    CourseIds,
    Title,
    TrainingHours,
    Words,
    absent,
)
from adapter.ground.answers import Answer, HoursOut, TotalEurOut, hours
from adapter.ground.store.tables.procedure import CommitmentRow
from adapter.ground.store.tables.rulings import CommitmentDecisionRow, CommitmentProposalRow
from adapter.subjects.requests.commitment_decisions import (
    CommitmentDecision,
    CommitmentFilter,
    CommitmentOutcome,
    ConversionTerms,
)
from adapter.subjects.requests.commitments import CommitmentContent, CommitmentTerms, TermStep

AskedOutcome = Annotated[CommitmentOutcome, Field(strict=False)]
_WHOLLY = Decimal("1.00")


class ExistingCommitmentsQuery(PageQuery):
    state: Annotated[CommitmentFilter, Field(strict=False)] | None = Field(
        default_factory=absent,
        description="open is ook wat het MT nakomt; honoured is alleen dat.",
    )
    undecided: bool = Field(
        default_factory=bool, strict=False, description="Alleen wat nog moet worden afgewikkeld."
    )


class TermStepIn(Message):
    months: Annotated[int, Field(ge=0, le=600)] = Field(description="Maanden na afronding.")
    percentage: Annotated[int, Field(ge=0, le=100)]


class CommitmentTermsIn(Message):
    """The commitment's own repayment terms; `steps` where they can be computed."""

    text: Words
    signed_date: Day | None = Field(default_factory=absent)
    steps: Annotated[list[TermStepIn], Field(max_length=20)] = Field(default_factory=list)

    def terms(self) -> CommitmentTerms:
        steps = tuple(TermStep(step.months, step.percentage) for step in self.steps)
        return CommitmentTerms(self.text, self.signed_date, steps)


class ExistingCommitmentIn(Message):
    reference: Identifier | None = Field(
        default_factory=absent,
        description="Eigen kenmerk; dezelfde toezegging nogmaals sturen maakt geen tweede.",
    )
    employee_id: Identifier
    title: Title
    trajectory_id: Identifier | None = Field(default_factory=absent)
    course_ids: CourseIds = Field(default_factory=list)
    hours: TrainingHours | None = Field(default_factory=absent)
    work_time_share: WorkTimeShare = Field(default_factory=lambda: _WHOLLY)
    costs_cents: MoneyEur | None = Field(default_factory=absent, alias="costsEur")
    start_date: Day | None = Field(default_factory=absent)
    end_date: Day | None = Field(default_factory=absent)
    agreed_date: Day = Field(description="Voor de ingangsdatum van het beleid.")
    terms: CommitmentTermsIn | None = Field(
        default_factory=absent, description="Zonder voorwaarden is niets terug te vorderen."
    )

    def content(self) -> CommitmentContent:
        return CommitmentContent(
            reference=self.reference,
            employee_id=self.employee_id,
            title=self.title,
            trajectory_id=self.trajectory_id,
            course_ids=tuple(self.course_ids),
            hours=self.hours,
            work_time_share=self.work_time_share,
            costs_cents=self.costs_cents,
            starts_on=self.start_date,
            ends_on=self.end_date,
            agreed_on=self.agreed_date,
            terms=self.terms.terms() if self.terms else None,
        )


class CommitmentProposalIn(Message):
    outcome: AskedOutcome
    reason: Words


class ConversionTermsIn(Message):
    costs_cents: MoneyEur = Field(alias="costsEur")
    hours: TrainingHours
    repayment_scheme: bool
    ground: AskedGround
    mandatory_by_law: AskedMandatory

    def terms(self) -> ConversionTerms:
        return ConversionTerms(
            self.costs_cents,
            self.hours,
            self.repayment_scheme,
            self.ground,
            self.mandatory_by_law,
        )


class CommitmentDecisionIn(Message):
    outcome: AskedOutcome
    decided_date: Day
    reason: Words | None = Field(
        default_factory=absent, description="Verplicht zonder voorstel of bij afwijking ervan."
    )
    grant: ConversionTermsIn | None = Field(
        default_factory=absent, description="Alleen bij omzetten in een toekenning."
    )

    def decision(self) -> CommitmentDecision:
        terms = self.grant.terms() if self.grant else None
        return CommitmentDecision(self.outcome, self.decided_date, self.reason, terms)


class CommitmentProposalOut(Answer):
    outcome: str
    reason: str
    proposed_by: str

    @classmethod
    def of(cls, row: CommitmentProposalRow) -> CommitmentProposalOut:
        return cls(outcome=row.outcome, reason=row.reason, proposed_by=row.proposed_by)


class CommitmentDecisionOut(Answer):
    outcome: str
    departs_from_proposal: bool
    reason: str | None
    decided_date: date
    decided_by: str
    grant_id: str | None

    @classmethod
    def of(cls, row: CommitmentDecisionRow) -> CommitmentDecisionOut:
        return cls(
            outcome=row.outcome,
            departs_from_proposal=bool(row.departs),
            reason=row.reason,
            decided_date=row.decided_on,
            decided_by=row.decided_by,
            grant_id=row.grant_id,
        )


class ExistingCommitmentOut(Answer):
    id: str
    state: str = Field(description="open telt als toekenning, ook na het besluit om na te komen.")
    reference: str | None
    employee_id: str
    title: str | None
    trajectory_id: str
    course_ids: list[str]
    hours: HoursOut | None
    work_time_share: str
    costs_eur: TotalEurOut | None
    start_date: date | None
    end_date: date | None
    agreed_date: date
    terms: dict[str, Any] | None
    proposals: list[CommitmentProposalOut]
    decision: CommitmentDecisionOut | None

    @classmethod
    def of(
        cls,
        row: CommitmentRow,
        proposals: Sequence[CommitmentProposalRow],
        decision: CommitmentDecisionRow | None,
    ) -> ExistingCommitmentOut:
        return cls(
            id=row.id,
            state=row.state,
            reference=row.reference,
            employee_id=row.employee_id,
            title=row.title,
            trajectory_id=row.trajectory_id,
            course_ids=row.course_ids,
            hours=row.hours,
            work_time_share=hours(row.work_time_share),
            costs_eur=row.costs_cents,
            start_date=row.starts_on,
            end_date=row.ends_on,
            agreed_date=row.agreed_on,
            terms=row.terms,
            proposals=[CommitmentProposalOut.of(one) for one in proposals],
            decision=CommitmentDecisionOut.of(decision) if decision else None,
        )


class ExistingCommitmentsOut(PageOut):
    items: list[ExistingCommitmentOut]

"""Proposals, decisions and consents about training requests, and grants, in the API (Visie §6)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from adapter.doors.messages.fields import Day, Identifier, Message, MoneyEur
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageOut, PageQuery
from adapter.doors.messages.procedure_fields import (
    CourseIds,
    TrainingHours,
    Words,
    Year,
    absent,
)
from adapter.ground.answers import Answer, HoursOut, TotalEurOut
from adapter.ground.store.tables.procedure import GrantRow
from adapter.ground.store.tables.rulings import (
    InterimConsentRow,
    RequestDecisionRow,
    RequestProposalRow,
)
from adapter.subjects.requests.grants import GrantTerms
from adapter.subjects.requests.hours import ExtraHours
from adapter.subjects.requests.proposals import Proposal
from adapter.views.findings import FindingOut
from policy.request_states import RequestOutcome

AskedOutcome = Annotated[RequestOutcome, Field(strict=False)]


class GrantTermsIn(Message):
    """What a grant names (P2)."""

    costs_cents: MoneyEur = Field(
        alias="costsEur", description="Voor de hele aanvraag, zonder loon, na aftrek van subsidie."
    )
    hours: TrainingHours = Field(description="Per medewerker.")
    repayment_scheme: bool = Field(description="Of de terugbetalingsregeling geldt (Visie §7).")
    trajectory_id: Identifier | None = Field(
        default_factory=absent, description="Zonder dit: zoals gevraagd."
    )
    course_ids: CourseIds | None = Field(
        default_factory=absent, description="Zonder dit: zoals gevraagd."
    )

    def terms(self) -> GrantTerms:
        return GrantTerms(
            costs_cents=self.costs_cents,
            hours=self.hours,
            repayment_scheme=self.repayment_scheme,
            trajectory_id=self.trajectory_id,
            course_ids=None if self.course_ids is None else tuple(self.course_ids),
        )


class ProposalIn(Message):
    outcome: AskedOutcome
    reason: Words
    grant: GrantTermsIn | None = Field(
        default_factory=absent, description="Alleen bij een voorstel om toe te kennen."
    )

    def proposal(self) -> Proposal:
        terms = None if self.grant is None else self.grant.terms()
        return Proposal(self.outcome, self.reason, terms)


class ProposalOut(Answer):
    id: str
    outcome: RequestOutcome
    reason: str
    costs_eur: TotalEurOut | None
    hours: HoursOut | None
    repayment_scheme: bool | None
    proposed_by: str
    proposed_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, row: RequestProposalRow) -> ProposalOut:
        scheme = row.repayment_scheme
        return cls(
            id=row.id,
            outcome=RequestOutcome(row.outcome),
            reason=row.reason,
            costs_eur=row.costs_cents,
            hours=row.hours,
            repayment_scheme=None if scheme is None else bool(scheme),
            proposed_by=row.proposed_by,
            proposed_at=utc_text(row.proposed_at),
        )


class ProposalsOut(Answer):
    items: list[ProposalOut]


class ExtraHoursIn(Message):
    """Hours above the norm for an employee of the request (P4)."""

    employee_id: Identifier
    year: Year
    extra_hours: TrainingHours

    def extra(self) -> ExtraHours:
        return ExtraHours(self.employee_id, self.year, self.extra_hours)


class RequestDecisionIn(Message):
    outcome: AskedOutcome
    decided_date: Day = Field(description="De dag van het MT-besluit.")
    reason: Words | None = Field(
        default_factory=absent,
        description="Verplicht bij afwijking van het voorstel, zonder weging, en bij individuele "
        "ontwikkeling zonder datum van het gesprek.",
    )
    grant: GrantTermsIn | None = Field(
        default_factory=absent, description="Wat wordt toegekend; alleen bij toekennen."
    )
    norm_exemptions: Annotated[list[ExtraHoursIn], Field(max_length=500)] = Field(
        default_factory=list,
        description="Afwijkingen van de urennorm voor deze opleiding, in hetzelfde besluit; alleen "
        "bij toekennen op een wettelijke of functiegebonden grond.",
    )


class RequestDecisionOut(Answer):
    """`findings` note what is worth knowing, such as a decision outside the window."""

    id: str
    outcome: RequestOutcome
    departs_from_proposal: bool
    reason: str | None
    decided_date: date
    decided_by: str
    recorded_at: str = Field(json_schema_extra={"format": "date-time"})
    findings: list[FindingOut]

    @classmethod
    def of(cls, row: RequestDecisionRow, findings: list[FindingOut]) -> RequestDecisionOut:
        return cls(
            id=row.id,
            outcome=RequestOutcome(row.outcome),
            departs_from_proposal=bool(row.departs),
            reason=row.reason,
            decided_date=row.decided_on,
            decided_by=row.decided_by,
            recorded_at=utc_text(row.recorded_at),
            findings=findings,
        )


class RequestDecisionsOut(Answer):
    items: list[RequestDecisionOut]


class InterimConsentIn(Message):
    consented_date: Day = Field(description="Niet later dan de start van de opleiding.")


class InterimConsentOut(Answer):
    """Ground and evidence as they were at the consent."""

    ground: str
    evidence: str
    consented_date: date
    consented_by: str

    @classmethod
    def of(cls, row: InterimConsentRow) -> InterimConsentOut:
        return cls(
            ground=row.ground,
            evidence=row.evidence,
            consented_date=row.consented_on,
            consented_by=row.consented_by,
        )


class GrantOut(Answer):
    id: str
    request_id: str | None
    employee_id: str | None = Field(description="null: een collectieve toekenning.")
    trajectory_id: str
    course_ids: list[str]
    costs_eur: TotalEurOut = Field(description="Per medewerker.")
    hours: HoursOut
    ground: str
    mandatory_by_law: str = Field(description="Zoals gevraagd.")
    mandatory_settled: str | None = Field(description="Zoals HR het vaststelde.")
    repayment_scheme: bool
    start_date: date | None
    end_date: date | None
    decided_date: date
    decided_by: str
    revoked_at: str | None
    revoked_by: str | None
    revocation_reason: str | None

    @classmethod
    def of(cls, row: GrantRow) -> GrantOut:
        return cls(
            id=row.id,
            request_id=row.request_id,
            employee_id=row.employee_id,
            trajectory_id=row.trajectory_id,
            course_ids=row.course_ids,
            costs_eur=row.costs_cents,
            hours=row.hours,
            ground=row.ground,
            mandatory_by_law=row.mandatory_by_law,
            mandatory_settled=row.mandatory_settled,
            repayment_scheme=bool(row.repayment_scheme),
            start_date=row.starts_on,
            end_date=row.ends_on,
            decided_date=row.decided_on,
            decided_by=row.decided_by,
            revoked_at=utc_text(row.revoked_at) if row.revoked_at else None,
            revoked_by=row.revoked_by,
            revocation_reason=row.revocation_reason,
        )


class GrantsQuery(PageQuery):
    request_id: Identifier | None = Field(
        default_factory=absent, description="Alleen die van deze aanvraag."
    )


class GrantsOut(PageOut):
    items: list[GrantOut]


class RevocationIn(Message):
    reason: Words


class DecidedOut(Answer):
    """A decision with the grants that it made and what they lead to."""

    decision: RequestDecisionOut
    grants: list[GrantOut]
    findings: list[FindingOut] = Field(description="Gevolgen van de toekenning per medewerker.")

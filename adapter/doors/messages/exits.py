"""Exits and the versions of their repayment statements in the API (Visie §7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from adapter.doors.messages.fields import Identifier, Message, MoneyEur, PlainWords
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageOut, PageQuery
from adapter.ground.answers import Answer, MoneyEurOut, SignedEurOut, TotalEurOut
from adapter.ground.store.tables.claims import ExitEndingRow
from adapter.ground.store.tables.exits import (
    ExitChangeRow,
    ExitRow,
    RepaymentStatementRow,
    StatementOverrideRow,
)
from adapter.subjects.leaving.endings import EndedBy, Ending
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.leaving.look_ahead import OpenMatters
from adapter.subjects.leaving.particulars import Particulars, particulars_of
from adapter.subjects.leaving.settled_items import SettledItem
from adapter.subjects.leaving.statements import StatementKind
from adapter.views.repayment.reasons import StatementReasonOut
from config.catalogue import Language
from policy.model import MandatoryByLaw, RepaymentStatus
from policy.request_states import RequestState

Ground = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S"), PlainWords]


class ExitPath(BaseModel):
    id: str = Field(max_length=100)


class StatementPath(BaseModel):
    id: str = Field(max_length=100)
    version: int = Field(ge=1, le=1_000_000)


class ExitsQuery(PageQuery):
    """The latest news first. There is no filter on employee: a personnel number does not belong in
    an address."""

    state: Annotated[ExitState, Field(strict=False)] | None = None


class ExitOut(Answer):
    id: str
    employee_id: str
    employment_id: str
    state: ExitState
    last_date: date | None = Field(description="Laatste dag van het dienstverband.")
    verified: bool = Field(description="Of het HR-systeem deze datum zelf heeft getoond.")
    reason: str | None
    source: str
    noticed_at: str
    updated_at: str

    @classmethod
    def of(cls, row: ExitRow) -> ExitOut:
        return cls(
            id=row.id,
            employee_id=row.employee_id,
            employment_id=row.employment_id,
            state=ExitState(row.state),
            last_date=row.last_day,
            verified=bool(row.verified),
            reason=row.reason,
            source=row.source,
            noticed_at=utc_text(row.noticed_at),
            updated_at=utc_text(row.updated_at),
        )


class ExitChangeOut(Answer):
    """`applied` is false for old news: noticed before what was known already."""

    kind: str
    last_date: date | None
    previous_last_date: date | None
    noticed_at: str
    recorded_at: str
    event_id: str | None
    applied: bool

    @classmethod
    def of(cls, row: ExitChangeRow) -> ExitChangeOut:
        return cls(
            kind=row.kind,
            last_date=row.last_day,
            previous_last_date=row.previous_last_day,
            noticed_at=utc_text(row.noticed_at),
            recorded_at=utc_text(row.recorded_at),
            event_id=row.event_id,
            applied=bool(row.applied),
        )


class EndingOut(Answer):
    """Who ended the employment, as HR recorded it."""

    ended_by: EndedBy
    reason: str
    in_probation: bool
    recorded_by: str
    recorded_at: str

    @classmethod
    def of(cls, row: ExitEndingRow) -> EndingOut:
        return cls(
            ended_by=EndedBy(row.ended_by),
            reason=row.reason,
            in_probation=bool(row.in_probation),
            recorded_by=row.recorded_by,
            recorded_at=utc_text(row.recorded_at),
        )


class OpenRequestOut(Answer):
    id: str
    title: str
    state: RequestState
    start_date: date | None
    end_date: date | None


class LeaversAgreementOut(Answer):
    id: str
    trajectory_id: str
    version: int
    agreed_costs_eur: MoneyEurOut
    repayment_scheme: bool
    signed_by_employee_date: date | None
    signed_by_manager_date: date | None


class TrainingToComeOut(Answer):
    course_id: str
    start_date: date
    held: bool = Field(description="Of de inschrijving in het LMS is stilgezet.")


class AheadOut(Answer):
    """Requests that are not over by the last day, agreements, enrolments in training that begins
    after that day, and who reports to the leaver by the HRIS."""

    training_requests: list[OpenRequestOut]
    agreements: list[LeaversAgreementOut]
    future_enrolments: list[TrainingToComeOut]
    team_employee_ids: list[str] = Field(description="Niet leeg: er is een opvolger nodig.")

    @classmethod
    def of(cls, ahead: OpenMatters) -> AheadOut:
        return cls(
            training_requests=[
                OpenRequestOut(
                    id=row.id,
                    title=row.title,
                    state=RequestState(row.state),
                    start_date=row.starts_on,
                    end_date=row.ends_on,
                )
                for row in ahead.requests
            ],
            agreements=[
                LeaversAgreementOut(
                    id=row.id,
                    trajectory_id=row.trajectory_id,
                    version=row.version,
                    agreed_costs_eur=row.agreed_costs_cents,
                    repayment_scheme=bool(row.repayment_scheme),
                    signed_by_employee_date=signed.signed_by_employee_on,
                    signed_by_manager_date=signed.signed_by_manager_on,
                )
                for row, signed in ahead.agreements
            ],
            future_enrolments=[
                TrainingToComeOut(course_id=one.course, start_date=one.starts_on, held=one.held)
                for one in ahead.training
            ],
            team_employee_ids=list(ahead.team),
        )


class ExitDetailOut(ExitOut):
    changes: list[ExitChangeOut] = Field(description="Elke melding, oudste eerst.")
    endings: list[EndingOut] = Field(
        description="Wie het dienstverband beëindigde; de laatste vastlegging geldt."
    )
    ahead: AheadOut = Field(description="Wat nog loopt als de medewerker vertrekt.")

    @classmethod
    def with_records(
        cls,
        row: ExitRow,
        changes: Sequence[ExitChangeRow],
        endings: Sequence[ExitEndingRow],
        ahead: OpenMatters,
    ) -> ExitDetailOut:
        return cls(
            **dict(ExitOut.of(row)),
            changes=[ExitChangeOut.of(change) for change in changes],
            endings=[EndingOut.of(ending) for ending in endings],
            ahead=AheadOut.of(ahead),
        )


class EndingIn(Message):
    """Asked of HR, since no HRIS tells it."""

    ended_by: Annotated[
        EndedBy,
        Field(
            strict=False,
            description="employee, employer, mutual (met wederzijds goedvinden), term (tijdelijk "
            "contract liep af) of other.",
        ),
    ]
    reason: Ground = Field(description="Waarom het dienstverband eindigde.")
    in_probation: bool = Field(description="Of het in de proeftijd was.")

    def content(self) -> Ending:
        return Ending(self.ended_by, self.reason, self.in_probation)


class ExitsOut(PageOut):
    items: list[ExitOut]


class OverrideOut(Answer):
    id: str
    trajectory_id: str
    claimable_eur: MoneyEurOut
    ground: str
    decided_by: str
    decided_at: str

    @classmethod
    def of(cls, row: StatementOverrideRow) -> OverrideOut:
        return cls(
            id=row.id,
            trajectory_id=row.trajectory_id,
            claimable_eur=row.claimable_cents,
            ground=row.ground,
            decided_by=row.decided_by,
            decided_at=utc_text(row.decided_at),
        )


class CostLineOut(Answer):
    """What is deducted is negative; the lines add up to the basis."""

    kind: str = Field(description="fee, books, exam, travel, subsidy of difference.")
    amount_eur: SignedEurOut


class AgreementMadeOut(Answer):
    version: int
    signed_by_employee_date: date | None
    signed_by_manager_date: date | None


class LegalPositionOut(Answer):
    """Whether the employer must provide it for nothing, by which source, assessed by whom."""

    mandatory_by_law: MandatoryByLaw
    source: str | None
    assessed_by: str | None
    assessed_date: date | None


class ParticularsOut(Answer):
    title: str
    granted_date: date | None
    start_date: date | None
    completion_date: date | None
    broken_off_date: date | None
    agreed_costs_eur: MoneyEurOut | None
    actual_costs_eur: MoneyEurOut | None
    costs: list[CostLineOut] = Field(description="De grondslag per kostensoort.")
    wage_eur: MoneyEurOut = Field(description="Loon tijdens de opleiding; telt nooit mee.")
    agreement: AgreementMadeOut | None
    legal_position: LegalPositionOut | None

    @classmethod
    def of(cls, told: Particulars, basis_cents: int) -> ParticularsOut:
        made, legal = told.agreement, told.legal
        return cls(
            title=told.title,
            granted_date=told.granted_on,
            start_date=told.start,
            completion_date=told.completed_on,
            broken_off_date=told.broken_off_on,
            agreed_costs_eur=told.agreed_costs_cents,
            actual_costs_eur=told.actual_costs_cents,
            costs=[
                CostLineOut(kind=line.kind, amount_eur=line.cents)
                for line in told.lines(basis_cents)
            ],
            wage_eur=told.wage_cents,
            agreement=None
            if made is None
            else AgreementMadeOut(
                version=made.version,
                signed_by_employee_date=made.signed_by_employee_on,
                signed_by_manager_date=made.signed_by_manager_on,
            ),
            legal_position=None
            if legal is None
            else LegalPositionOut(
                mandatory_by_law=legal.mandatory_by_law,
                source=legal.source,
                assessed_by=legal.assessed_by,
                assessed_date=legal.assessed_on,
            ),
        )


class StatementItemOut(Answer):
    """`claimableEur` is what HR set where there is an override; `computedEur` always stays."""

    trajectory_id: str
    percentage: int = Field(ge=0, le=100)
    basis_eur: MoneyEurOut
    computed_eur: MoneyEurOut
    claimable_eur: MoneyEurOut
    status: RepaymentStatus
    reasons: list[StatementReasonOut]
    override: OverrideOut | None
    particulars: ParticularsOut | None = Field(
        description="Null in versies van voordat dit werd bewaard."
    )

    @classmethod
    def of(
        cls, item: SettledItem, told: Particulars | None, language: Language
    ) -> StatementItemOut:
        computed = item.computed
        return cls(
            trajectory_id=computed.trajectory_id,
            percentage=computed.percentage,
            basis_eur=computed.basis_cents,
            computed_eur=computed.computed_cents,
            claimable_eur=item.claimable_cents,
            status=computed.status,
            reasons=[StatementReasonOut.of(reason, language) for reason in computed.reasons],
            override=None if item.override is None else OverrideOut.of(item.override),
            particulars=None if told is None else ParticularsOut.of(told, computed.basis_cents),
        )


class StatementOut(Answer):
    """One version; `exitDate` is null when it withdraws the claim."""

    exit_id: str
    version: int
    kind: StatementKind
    exit_date: date | None
    policy_version: str
    made_at: str
    total_computed_eur: TotalEurOut
    total_claimable_eur: TotalEurOut
    items: list[StatementItemOut]

    @classmethod
    def of(
        cls,
        row: RepaymentStatementRow,
        items: tuple[SettledItem, ...],
        policy_version: str,
        language: Language,
    ) -> StatementOut:
        told = particulars_of(row)
        return cls(
            exit_id=row.exit_id,
            version=row.version,
            kind=StatementKind(row.kind),
            exit_date=row.exit_on,
            policy_version=policy_version,
            made_at=utc_text(row.made_at),
            total_computed_eur=row.total_computed_cents,
            total_claimable_eur=sum(item.claimable_cents for item in items),
            items=[
                StatementItemOut.of(item, told.get(item.computed.trajectory_id), language)
                for item in items
            ],
        )


class StatementsOut(Answer):
    items: list[StatementOut] = Field(description="Alle versies, oudste eerst.")


class OverrideIn(Message):
    """HR lowers an item or sets it aside; never more than was computed."""

    trajectory_id: Identifier
    claimable_cents: MoneyEur = Field(alias="claimableEur")
    ground: Ground = Field(description="Waarom het bedrag lager wordt gesteld.")

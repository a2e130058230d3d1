"""One employee's learning overview as data, for the appraisal conversation (P11)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from adapter.ground.answers import (
    Answer,
    HoursOut,
    MoneyEurOut,
    PercentOut,
    TotalEurOut,
    YearOut,
)
from adapter.subjects.requests.commitments import CommitmentState
from adapter.views.findings import FindingOut, YearHoursOut
from adapter.views.overview.learning import AgreementState, LearningOverview, TrainingState
from adapter.views.repayment.reasons import StatementReasonOut
from config.catalogue import Language
from policy.model import ActivityState, RepaymentStatus
from policy.sign_ups import SignUpState


class OverviewActivityOut(Answer):
    activity_id: str
    title: str
    hours: HoursOut
    state: ActivityState = Field(description="cancelled en no_show tellen geen uren.")
    start_date: date
    end_date: date | None


class OverviewGrantOut(Answer):
    id: str
    title: str
    trajectory_id: str
    course_ids: list[str]
    costs_eur: TotalEurOut = Field(description="Voor deze medewerker.")
    hours: HoursOut
    repayment_scheme: bool
    start_date: date | None
    end_date: date | None
    decided_date: date


class OverviewAgreementOut(Answer):
    id: str
    grant_id: str
    title: str
    version: int
    state: AgreementState
    agreed_costs_eur: TotalEurOut
    repayment_scheme: bool


class OverviewTrainingOut(Answer):
    course_id: str
    name: str
    state: TrainingState
    enrolled_date: date | None
    completed_date: date | None


class OverviewSignUpOut(Answer):
    course_id: str
    name: str
    first_date: date
    state: SignUpState


class OverviewCommitmentOut(Answer):
    id: str
    title: str
    state: CommitmentState
    agreed_date: date
    hours: HoursOut | None
    costs_eur: TotalEurOut | None


class OverviewExemptionOut(Answer):
    year: YearOut
    extra_hours: HoursOut
    training: str
    decided_date: date


class OverviewRepaymentOut(Answer):
    trajectory_id: str
    title: str
    percentage: PercentOut
    basis_eur: MoneyEurOut
    computed_eur: MoneyEurOut
    claimable_eur: MoneyEurOut
    status: RepaymentStatus
    reasons: list[StatementReasonOut]


class RepaymentIfLeavingTodayOut(Answer):
    """A calculation, not a claim."""

    exit_date: date
    total_computed_eur: TotalEurOut
    total_claimable_eur: TotalEurOut
    items: list[OverviewRepaymentOut]

    @classmethod
    def of(cls, found: LearningOverview, language: Language) -> RepaymentIfLeavingTodayOut:
        return cls(
            exit_date=found.on,
            total_computed_eur=sum(item.computed_cents for item in found.repayments),
            total_claimable_eur=sum(item.claimable_cents for item in found.repayments),
            items=[
                OverviewRepaymentOut(
                    trajectory_id=item.trajectory_id,
                    title=found.title(item.trajectory_id),
                    percentage=item.percentage,
                    basis_eur=item.basis_cents,
                    computed_eur=item.computed_cents,
                    claimable_eur=item.claimable_cents,
                    status=item.status,
                    reasons=[StatementReasonOut.of(one, language) for one in item.reasons],
                )
                for item in found.repayments
            ],
        )


class LearningOverviewOut(Answer):
    employee_id: str
    name: str
    as_of_date: date
    policy_version: str
    years: list[YearHoursOut]
    findings: list[FindingOut]
    activities: list[OverviewActivityOut]
    grants: list[OverviewGrantOut]
    agreements: list[OverviewAgreementOut] = Field(description="Van elk de laatste versie.")
    training: list[OverviewTrainingOut]
    in_company: list[OverviewSignUpOut]
    existing_commitments: list[OverviewCommitmentOut]
    exemptions: list[OverviewExemptionOut]
    repayment_if_leaving_today: RepaymentIfLeavingTodayOut

    @classmethod
    def of(
        cls, found: LearningOverview, policy_version: str, language: Language
    ) -> LearningOverviewOut:
        projection = found.projection
        return cls(
            employee_id=found.employee_id,
            name=found.name,
            as_of_date=found.on,
            policy_version=policy_version,
            years=[YearHoursOut.of(year) for year in projection.years],
            findings=[FindingOut.of(one, language) for one in projection.findings],
            activities=_activities(found),
            grants=_grants(found),
            agreements=_agreements(found),
            training=_training(found),
            in_company=_in_company(found),
            existing_commitments=_commitments(found),
            exemptions=_exemptions(found),
            repayment_if_leaving_today=RepaymentIfLeavingTodayOut.of(found, language),
        )


def _activities(found: LearningOverview) -> list[OverviewActivityOut]:
    return [
        OverviewActivityOut(
            activity_id=one.activity_id,
            title=found.title_of(one),
            hours=one.hours,
            state=one.state,
            start_date=one.start,
            end_date=one.end,
        )
        for one in found.activities
    ]


def _grants(found: LearningOverview) -> list[OverviewGrantOut]:
    return [
        OverviewGrantOut(
            id=one.row.id,
            title=one.title,
            trajectory_id=one.row.trajectory_id,
            course_ids=one.row.course_ids,
            costs_eur=one.row.costs_cents,
            hours=one.row.hours,
            repayment_scheme=bool(one.row.repayment_scheme),
            start_date=one.row.starts_on,
            end_date=one.row.ends_on,
            decided_date=one.row.decided_on,
        )
        for one in found.grants
    ]


def _agreements(found: LearningOverview) -> list[OverviewAgreementOut]:
    return [
        OverviewAgreementOut(
            id=one.row.id,
            grant_id=one.row.grant_id,
            title=one.title,
            version=one.row.version,
            state=one.state,
            agreed_costs_eur=one.row.agreed_costs_cents,
            repayment_scheme=bool(one.row.repayment_scheme),
        )
        for one in found.agreements
    ]


def _training(found: LearningOverview) -> list[OverviewTrainingOut]:
    return [
        OverviewTrainingOut(
            course_id=one.course_id,
            name=one.name,
            state=one.state,
            enrolled_date=one.enrolled_on,
            completed_date=one.completed_on,
        )
        for one in found.training
    ]


def _in_company(found: LearningOverview) -> list[OverviewSignUpOut]:
    return [
        OverviewSignUpOut(
            course_id=one.course_id, name=one.name, first_date=one.first_day, state=one.state
        )
        for one in found.in_company
    ]


def _commitments(found: LearningOverview) -> list[OverviewCommitmentOut]:
    return [
        OverviewCommitmentOut(
            id=row.id,
            title=row.title or row.trajectory_id,
            state=CommitmentState(row.state),
            agreed_date=row.agreed_on,
            hours=row.hours,
            costs_eur=row.costs_cents,
        )
        for row in found.commitments
    ]


def _exemptions(found: LearningOverview) -> list[OverviewExemptionOut]:
    return [
        OverviewExemptionOut(
            year=row.year,
            extra_hours=row.extra_hours,
            training=row.training,
            decided_date=row.decided_on,
        )
        for row in found.exemptions
    ]

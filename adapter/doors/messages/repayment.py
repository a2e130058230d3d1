"""The what-if of a repayment on exit (Visie §7)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from adapter.doors.messages.fields import Day, Identifier, Message, MoneyEur, not_before_start
from adapter.ground.answers import Answer, MoneyEurOut, TotalEurOut
from config.catalogue import Language, text
from policy.model import (
    Agreement,
    Ground,
    MandatoryByLaw,
    Reason,
    RepaymentItem,
    RepaymentStatement,
    RepaymentStatus,
    Trajectory,
)


class TrajectoryAgreementIn(Message):
    signed_by_employee_date: Day | None = None
    signed_by_manager_date: Day | None = None
    repayment_scheme: bool = Field(description="Of de terugbetalingsregeling erin staat.")

    def facts(self) -> Agreement:
        return Agreement(
            self.signed_by_employee_date, self.signed_by_manager_date, self.repayment_scheme
        )


class TrajectoryIn(Message):
    """Costs are net of subsidy and without wage."""

    trajectory_id: Identifier
    agreed_costs_cents: MoneyEur = Field(
        alias="agreedCostsEur", description="Zonder subsidie en zonder loon."
    )
    actual_costs_cents: MoneyEur | None = Field(
        None, alias="actualCostsEur", description="Onbekend (null) telt als afgesproken."
    )
    start_date: Day
    completion_date: Day | None = None
    broken_off_date: Day | None = None
    ground: Annotated[Ground, Field(strict=False)]
    mandatory_by_law: Annotated[MandatoryByLaw, Field(strict=False)] = Field(
        description="Artikel 7:611a BW; onbekend is een antwoord, maar nooit de standaard."
    )
    agreement: TrajectoryAgreementIn | None = None

    @field_validator("completion_date", "broken_off_date")
    @classmethod
    def _ends_after_start(cls, day: Day | None, info: ValidationInfo) -> Day | None:
        return not_before_start(day, info)

    def facts(self) -> Trajectory:
        return Trajectory(
            trajectory_id=self.trajectory_id,
            agreed_costs_cents=self.agreed_costs_cents,
            actual_costs_cents=self.actual_costs_cents,
            start=self.start_date,
            completed_on=self.completion_date,
            broken_off_on=self.broken_off_date,
            ground=self.ground,
            mandatory_by_law=self.mandatory_by_law,
            agreement=self.agreement.facts() if self.agreement else None,
        )


class RepaymentCalculationIn(Message):
    exit_date: Day = Field(description="Laatste dag van het dienstverband.")
    trajectories: Annotated[list[TrajectoryIn], Field(max_length=500)]


class ReasonOut(Answer):
    code: str
    clause: str = Field(description="Paragraaf van het beleid.")
    message: str

    @classmethod
    def of(cls, reason: Reason, language: Language) -> ReasonOut:
        message = text(f"policy.reason.{reason.code}", language, **reason.numbers)
        return cls(code=reason.code, clause=reason.clause, message=message)


class RepaymentItemOut(Answer):
    trajectory_id: str
    percentage: int = Field(ge=0, le=100)
    basis_eur: MoneyEurOut
    computed_eur: MoneyEurOut
    claimable_eur: MoneyEurOut
    status: RepaymentStatus
    reasons: list[ReasonOut] = Field(description="De doorslaggevende reden eerst.")

    @classmethod
    def of(cls, item: RepaymentItem, language: Language) -> RepaymentItemOut:
        return cls(
            trajectory_id=item.trajectory_id,
            percentage=item.percentage,
            basis_eur=item.basis_cents,
            computed_eur=item.computed_cents,
            claimable_eur=item.claimable_cents,
            status=item.status,
            reasons=[ReasonOut.of(reason, language) for reason in item.reasons],
        )


class RepaymentCalculationOut(Answer):
    policy_version: str
    total_computed_eur: TotalEurOut
    total_claimable_eur: TotalEurOut
    items: list[RepaymentItemOut]

    @classmethod
    def of(
        cls, statement: RepaymentStatement, policy_version: str, language: Language
    ) -> RepaymentCalculationOut:
        return cls(
            policy_version=policy_version,
            total_computed_eur=statement.total_computed_cents,
            total_claimable_eur=statement.total_claimable_cents,
            items=[RepaymentItemOut.of(item, language) for item in statement.items],
        )

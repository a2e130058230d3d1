"""Repayment claims in the API (Visie §7): how each stands, and what HR does with it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from adapter.doors.messages.fields import Message, MoneyEur
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageOut, PageQuery
from adapter.doors.messages.procedure_fields import Words, absent
from adapter.ground.answers import Answer, MoneyEurOut, SignedEurOut, TotalEurOut
from adapter.ground.store.tables.claims import ClaimStepRow, PayrollEntryRow
from adapter.subjects.leaving.claims.acts import Confirmation, Pay
from adapter.subjects.leaving.claims.position import ClaimPosition
from config.catalogue import Language, text
from policy.claim_states import ClaimState, ClaimStep


class ClaimsQuery(PageQuery):
    """There is no filter on employee: a personnel number does not belong in an address."""

    state: Annotated[ClaimState, Field(strict=False)] | None = Field(default_factory=absent)


class PayPeriod(Message):
    """As payroll numbers its periods: a month, or one of thirteen periods of four weeks."""

    year: Annotated[int, Field(ge=2026, le=2999)]
    period: Annotated[int, Field(ge=1, le=13)]


class ConfirmationIn(Message):
    amount_cents: MoneyEur = Field(
        alias="amountEur",
        description="Wat de opgave nu als terug te vragen noemt; een ander bedrag is een 400.",
    )
    pay: Annotated[Pay, Field(strict=False, description="Bruto of netto: hoe wordt gevraagd.")]
    set_off: bool = Field(description="Of het met de laatste betaling wordt verrekend.")
    pay_period: PayPeriod | None = Field(
        default_factory=absent,
        description="In welk loontijdvak; zonder dit de maand van de laatste dag.",
    )
    reason: Words | None = Field(
        default_factory=absent,
        description="Verplicht als de werkgever het dienstverband beëindigde, of in de proeftijd.",
    )

    def content(self) -> Confirmation:
        period = self.pay_period
        return Confirmation(
            amount_cents=self.amount_cents,
            pay=self.pay,
            set_off=self.set_off,
            period=None if period is None else (period.year, period.period),
            reason=self.reason,
        )


class GroundIn(Message):
    ground: Words = Field(description="Waarom.")


class HandOverIn(Message):
    remark: Words | None = Field(
        default_factory=absent, description="Waar en hoe het is ingevoerd of gevraagd."
    )


class SettlementIn(Message):
    amount_cents: MoneyEur = Field(
        alias="amountEur", description="Wat in totaal is verrekend of betaald."
    )
    remark: Words | None = Field(
        default_factory=absent, description="Verplicht als het minder is dan is overgedragen."
    )


class PayrollCorrectionIn(Message):
    amount_cents: MoneyEur = Field(
        alias="amountEur", description="Wat uit de salarisadministratie is gehaald of terugbetaald."
    )
    remark: Words


class PayPeriodOut(Answer):
    year: int
    period: int


class ClaimTermsOut(Answer):
    """How HR claims: recorded, not computed."""

    amount_eur: MoneyEurOut
    pay: Pay
    set_off: bool
    pay_period: PayPeriodOut

    @classmethod
    def of(cls, confirmed: ClaimStepRow) -> ClaimTermsOut:
        terms = confirmed.terms
        assert terms is not None, "a confirmation has terms"
        assert confirmed.amount_cents is not None, "and an amount"
        return cls(
            amount_eur=confirmed.amount_cents,
            pay=Pay(terms["pay"]),
            set_off=terms["set_off"],
            pay_period=PayPeriodOut(year=terms["year"], period=terms["period"]),
        )


class ClaimStepOut(Answer):
    number: int
    step: ClaimStep
    message: str
    state: ClaimState
    statement_version: int
    amount_eur: MoneyEurOut | None
    by: str
    at: str
    reason: str | None

    @classmethod
    def of(cls, row: ClaimStepRow, versions: dict[str, int], language: Language) -> ClaimStepOut:
        return cls(
            number=row.number,
            step=ClaimStep(row.step),
            message=text(f"claims.step.{row.step}", language),
            state=ClaimState(row.state),
            statement_version=versions[row.statement_id],
            amount_eur=row.amount_cents,
            by=row.by,
            at=utc_text(row.at),
            reason=row.reason,
        )


class PayrollEntryOut(Answer):
    """`payrollKey` is the key under which payroll holds it; null where a person entered it."""

    amount_eur: SignedEurOut
    payroll_key: str | None
    by: str
    recorded_at: str
    remark: str | None

    @classmethod
    def of(cls, row: PayrollEntryRow) -> PayrollEntryOut:
        return cls(
            amount_eur=row.amount_cents,
            payroll_key=row.payroll_key,
            by=row.by,
            recorded_at=utc_text(row.recorded_at),
            remark=row.remark,
        )


class ClaimOut(Answer):
    """`statementVersion` and `claimableEur` are of the newest version of the statement."""

    id: str
    exit_id: str
    employee_id: str
    exit_date: date | None
    state: ClaimState
    version: int = Field(
        description="Telt de stappen en wat van de inhouding is vastgelegd; gaat als ETag mee."
    )
    statement_version: int
    claimable_eur: TotalEurOut
    to_review: list[str] = Field(description="Trajecten die HR eerst beoordeelt.")
    confirmed: ClaimTermsOut | None = Field(description="De laatste bevestiging.")
    in_payroll_eur: TotalEurOut = Field(description="Wat de salarisadministratie nu inhoudt.")
    difference_eur: SignedEurOut = Field(
        description="Wat zij te veel inhoudt, of (negatief) te weinig."
    )

    @classmethod
    def of(cls, found: ClaimPosition) -> ClaimOut:
        confirmed = found.confirmation
        return cls(
            id=found.claim.id,
            exit_id=found.claim.exit_id,
            employee_id=found.leaver.employee_id,
            exit_date=found.statement.exit_on,
            state=found.claim.state,
            version=found.claim.version,
            statement_version=found.statement.version,
            claimable_eur=found.claimable_cents,
            to_review=list(found.to_review),
            confirmed=None if confirmed is None else ClaimTermsOut.of(confirmed),
            in_payroll_eur=found.in_payroll_cents,
            difference_eur=found.difference_cents,
        )


class ClaimDetailOut(ClaimOut):
    steps: list[ClaimStepOut] = Field(description="Elke stap, oudste eerst.")
    payroll_entries: list[PayrollEntryOut]


class ClaimsOut(PageOut):
    items: list[ClaimOut] = Field(description="De laatst gewijzigde eerst.")

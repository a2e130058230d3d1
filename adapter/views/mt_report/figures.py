"""The figures of one period, as they are kept, sent and shown. Of nobody by name, and of no group
that is too small (`policy/disclosure.py`)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from adapter.ground.answers import Answer, HoursOut, TotalEurOut
from adapter.views.quality_criteria.expertises import QualityObligationOut
from adapter.views.tasks.task import TaskKind
from policy.model import Ground


class MoneyOut(Answer):
    """Of the calendar year up to the end of the period. What was granted is spent or committed."""

    budget_eur: TotalEurOut | None = Field(
        description="Van het jaar; null als het MT er geen stelde."
    )
    granted_eur: TotalEurOut
    spent_eur: TotalEurOut = Field(description="Werkelijke kosten die HR heeft vastgelegd.")
    committed_eur: TotalEurOut = Field(
        description="Toegekend, en niet gedekt door werkelijke kosten die zijn vastgelegd."
    )
    granted_in_period_eur: TotalEurOut = Field(
        description="In de periode besloten, ook voor een ander jaar."
    )
    collective_eur: TotalEurOut = Field(description="Van het toegekende: voor groepen.")
    earlier_years_eur: TotalEurOut | None = Field(
        default=None,
        description="In dit jaar toegekend, voor tranches van een eerder jaar; null in een rapport "
        "van voor dit werd geteld.",
    )

    @property
    def left_cents(self) -> int | None:
        if self.budget_eur is None:
            return None
        return self.budget_eur - self.spent_eur - self.committed_eur


_ROUNDED = Field(description="Op honderd uur afgerond; null bij minder dan vijf medewerkers.")


class MonthOut(Answer):
    month: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}$")
    used_hours: HoursOut | None = _ROUNDED
    planned_hours: HoursOut | None = _ROUNDED


class HoursOfAllOut(Answer):
    """Hours within working time in the calendar year, of everybody together (Visie §8)."""

    norm_hours: HoursOut = Field(description="De norm van een jaar maal het aantal medewerkers.")
    used_hours: HoursOut | None = _ROUNDED
    planned_hours: HoursOut | None = _ROUNDED
    in_company_hours: HoursOut | None = _ROUNDED
    individual_hours: HoursOut | None = _ROUNDED
    months: list[MonthOut]


class HoursClassOut(Answer):
    """How many have more than one and up to the other; null for none at all, and for no end."""

    above_hours: HoursOut | None
    up_to_hours: HoursOut | None
    number: int


class CriterionOut(Answer):
    """Of one criterion, or of several together that are too small to tell apart."""

    grounds: list[Ground]
    requests: int = Field(description="In de periode ingediend.")
    grants: int = Field(description="In de periode toegekend.")
    granted_eur: TotalEurOut


class MtAct(StrEnum):
    """What people decided in the period."""

    GRANTED = "granted"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    DEPARTED = "departed"
    """Decisions other than HR proposed."""
    UNFOUNDED = "unfounded"
    """Decisions on a request that was not weighed, or without what its ground asks (A29)."""
    INTERIM = "interim"
    EXEMPTED = "exempted"
    REVOKED = "revoked"
    COMMITMENTS = "commitments"
    SET_ASIDE = "set_aside"
    HELD = "held"
    RELEASED = "released"
    SETTLED_LOWER = "settled_lower"
    """Repayment items that HR set aside or lowered."""


class ActsOut(Answer):
    act: MtAct
    number: int


class OverdueOut(Answer):
    kind: TaskKind
    number: int


class OutlookOut(Answer):
    """What is ahead, as it stands on the day of the report."""

    period: str
    hours: HoursOut | None = _ROUNDED
    starting_eur: TotalEurOut = Field(description="Kosten van wat in deze periode begint.")
    repayment_eur: TotalEurOut | None = Field(
        description="Wat op de laatste dag terug te vragen is als iedereen dan vertrekt, op "
        "tienduizend euro afgerond; null bij minder dan vijf medewerkers."
    )


class FiguresOut(Answer):
    period: str
    from_date: date
    until_date: date
    employees: int
    money: MoneyOut
    hours: HoursOfAllOut
    employees_by_hours: list[HoursClassOut]
    teams_by_hours: list[HoursClassOut] = Field(
        description="Teams naar gemiddelde uren per medewerker; alleen teams met vijf of meer "
        "medewerkers die uren hebben."
    )
    teams_not_shown: int
    criteria: list[CriterionOut]
    undecided_requests: int
    acts: list[ActsOut]
    overdue: list[OverdueOut]
    outlook: list[OutlookOut]
    quality: QualityObligationOut | None = Field(
        default=None,
        description="De resterende opgave van de kwaliteitscriteria op de dag van het "
        "rapport; null zonder vastgelegde eisen.",
    )

    def acts_of(self, act: MtAct) -> int:
        return sum(one.number for one in self.acts if one.act is act)

    @property
    def overdue_tasks(self) -> int:
        return sum(one.number for one in self.overdue)

    @property
    def without_hours(self) -> int | None:
        """How many have no hours this year; None where that may not be told."""
        return next(
            (
                one.number
                for one in self.employees_by_hours
                if one.above_hours is None and one.up_to_hours == 0
            ),
            None,
        )


class MtReportOut(Answer):
    made_at: datetime
    as_of_date: date = Field(description="De stand van deze dag.")
    complete: bool = Field(description="De periode was voorbij.")
    kept: bool = Field(description="Zo bewaard; opnieuw gevraagd is het hetzelfde rapport.")
    policy_version: str
    policy_digest: str
    figures: FiguresOut
    before: FiguresOut | None = Field(description="De periode waarmee is vergeleken.")

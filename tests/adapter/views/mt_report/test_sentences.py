"""The five sentences, and what they say where something is not known or may not be told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from adapter.views.mt_report.figures import (
    ActsOut,
    FiguresOut,
    HoursClassOut,
    HoursOfAllOut,
    MoneyOut,
    MtAct,
    OutlookOut,
    OverdueOut,
)
from adapter.views.mt_report.sentences import five_sentences
from adapter.views.mt_report.wording import period_title, words_of
from adapter.views.tasks.task import TaskKind
from config.catalogue import Language

NL = words_of(Language.NL)
MONEY: dict[str, Any] = {
    "budget_eur": 10_000_000,
    "granted_eur": 6_000_050,
    "spent_eur": 2_000_050,
    "committed_eur": 4_000_000,
    "granted_in_period_eur": 0,
    "collective_eur": 0,
}
HOURS: dict[str, Any] = {
    "norm_hours": Decimal(8_000),
    "used_hours": Decimal(1_200),
    "planned_hours": Decimal(2_000),
    "in_company_hours": None,
    "individual_hours": None,
    "months": [],
}
CLASSES = [
    HoursClassOut(above_hours=None, up_to_hours=Decimal(0), number=25),
    HoursClassOut(above_hours=Decimal(0), up_to_hours=Decimal(80), number=69),
    HoursClassOut(above_hours=Decimal(80), up_to_hours=None, number=6),
]


def sentences(
    money: dict[str, Any] | None = None,
    hours: dict[str, Any] | None = None,
    classes: list[HoursClassOut] = CLASSES,
    acts: dict[MtAct, int] | None = None,
    repayment: int | None = None,
) -> tuple[str, ...]:
    figures = FiguresOut(
        period="2027-Q1",
        from_date="2027-01-01",
        until_date="2027-03-31",
        employees=100,
        money=MoneyOut(**(MONEY | (money or {}))),
        hours=HoursOfAllOut(**(HOURS | (hours or {}))),
        employees_by_hours=classes,
        teams_by_hours=[],
        teams_not_shown=0,
        criteria=[],
        undecided_requests=3,
        acts=[ActsOut(act=act, number=number) for act, number in (acts or {}).items()],
        overdue=[OverdueOut(kind=TaskKind.COMPLETION_OVERDUE, number=4)],
        outlook=[
            OutlookOut(period="2027-Q2", hours=None, starting_eur=150_000, repayment_eur=repayment)
        ],
    )
    return five_sentences(figures, NL)


def test_money_hours_people_decisions_and_what_asks_for_attention() -> None:
    acts = {MtAct.GRANTED: 8, MtAct.REJECTED: 2, MtAct.DEPARTED: 1, MtAct.SET_ASIDE: 1}
    money, hours, people, decisions, attention = (
        one.replace("\N{NO-BREAK SPACE}", " ") for one in sentences(acts=acts, repayment=1_000_000)
    )
    assert money == (
        "Geld: van het budget van € 100.000 voor 2027 is € 20.001 besteed en € 40.000 vastgelegd; "
        "er is nog € 40.000 ruimte."
    )
    assert hours == (
        "Uren: er is ongeveer 1.200 uur gevolgd en nog 2.000 uur gepland, samen 40 % van de norm "
        "van 8.000 uur voor iedereen."
    )
    assert people == (
        "Deelname: 75 van de 100 medewerkers (75 %) leren dit jaar binnen werktijd; 6 van hen "
        "komen boven de norm uit."
    )
    assert decisions == (
        "Besluiten: het MT besloot over 10 aanvragen (8 toegekend, 2 afgewezen, 0 uitgesteld), 1 "
        "keer anders dan HR voorstelde; het gaf 0 keer extra uren, en HR zette 1 keer een "
        "stilzetting opzij."
    )
    assert attention == (
        "Aandacht: 4 taken zijn te laat en 3 aanvragen wachten op een besluit; in de komende "
        "periode begint opleiding voor € 1.500, en ongeveer € 10.000 is terug te vragen als "
        "iedereen dan zou vertrekken."
    )


@pytest.mark.parametrize("repayment", [None, 0])
def test_what_could_be_claimed_back_is_left_out_where_it_says_nothing(
    repayment: int | None,
) -> None:
    assert "terug te vragen" not in sentences(repayment=repayment)[4]


def test_more_money_than_the_budget_is_said_so() -> None:
    assert "€ 10.001 meer dan het budget" in sentences({"budget_eur": 5_000_000})[0].replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_a_year_without_a_budget_is_said_so() -> None:
    assert "geen budget gesteld" in sentences({"budget_eur": None})[0]


def test_hours_of_too_few_are_not_told() -> None:
    assert "minder dan vijf" in sentences(hours={"used_hours": None, "planned_hours": None})[1]
    assert "ongeveer 0 uur gevolgd" in sentences(hours={"used_hours": None})[1]


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        ([], "staat hier daarom niet"),
        ([*CLASSES[:1], CLASSES[1].model_copy(update={"up_to_hours": None})], "binnen werktijd."),
    ],
)
def test_people_are_told_as_far_as_the_classes_are(classes: list[HoursClassOut], said: str) -> None:
    assert said in sentences(classes=classes)[2]


def test_a_period_without_decisions_is_said_so() -> None:
    assert "besloot in deze periode niet over aanvragen" in sentences()[3]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2027-Q1", "1e kwartaal 2027"),
        ("2027-H2", "2e halfjaar 2027"),
        ("2027-T3", "3e derde van 2027"),
        ("2027-B1", "1e twee maanden van 2027"),
        ("2027-M12", "maand 12 van 2027"),
        ("2027", "2027"),
    ],
)
def test_a_period_is_called_as_people_do(name: str, title: str) -> None:
    assert period_title(name, NL) == title

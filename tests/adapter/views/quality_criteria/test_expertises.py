"""The obligation in numbers: it adds up, and says nothing of a few people (P11, decision 44)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

from adapter.ground.store.tables.quality_criteria import QualityRequirementRow
from adapter.subjects.quality_criteria.obligations import Obligation
from adapter.views.quality_criteria.expertises import expertise_line, obligation_in_numbers
from policy.quality_criteria import ComingState, Member, Proof

ON = date(2027, 3, 1)
FOR_GOOD = Proof(date(2020, 1, 1), None)


def obligation(
    expertise: str,
    members: int = 0,
    *,
    has: int = 0,
    running: int = 0,
    people: int | None = None,
    hours: str | None = "16.00",
    costs_cents: int | None = 80_000,
) -> Obligation:
    """Of whom the first have it and the next are learning it."""
    row = SimpleNamespace(
        reference=f"{expertise}-1",
        expertise=expertise,
        title="Eis",
        course_ids=[],
        people=people,
        hours=None if hours is None else Decimal(hours),
        costs_cents=costs_cents,
    )
    each = tuple(
        Member(
            f"{expertise}{number}",
            date(2020, 1, 1),
            None,
            FOR_GOOD if number < has else None,
            ComingState.RUNNING if has <= number < has + running else ComingState.NOTHING,
        )
        for number in range(members)
    )
    return Obligation(cast("QualityRequirementRow", row), each, ON)


def test_what_is_obtained_under_way_and_open_is_what_is_required() -> None:
    each = [
        obligation("Geluid", 6, has=2, running=1),
        obligation("Geluid", 6, has=5, people=2),
        obligation("Geluid", 6, has=1, running=4, people=2),
        obligation("Geluid", 6, people=8),
    ]
    line = expertise_line(("Geluid",), each)
    assert (line.required, line.obtained, line.under_way, line.open) == (18, 5, 2, 11)
    assert line.obtained + line.under_way + line.open == line.required
    assert line.to_do == 3 + 8


def test_expertises_with_too_few_people_stand_together() -> None:
    found = obligation_in_numbers(
        [obligation("Geluid", 8, has=2), obligation("Bodem", 3), obligation("Lucht", 2, has=1)], ON
    )
    assert [(one.expertises, one.required, one.obtained) for one in found.expertises] == [
        (["Geluid"], 8, 2),
        (["Bodem", "Lucht"], 5, 1),
    ]


def test_a_large_expertise_joins_those_that_are_too_few_together() -> None:
    found = obligation_in_numbers(
        [obligation("Geluid", 8), obligation("Natuur", 6), obligation("Bodem", 2)], ON
    )
    assert [one.expertises for one in found.expertises] == [["Geluid"], ["Natuur", "Bodem"]]


def test_an_expertise_without_anybody_stands_with_those_that_are_too_small() -> None:
    empty = obligation("Lucht", people=2)
    small = obligation_in_numbers([obligation("Bodem", 3), obligation("Natuur", 3), empty], ON)
    assert [one.expertises for one in small.expertises] == [["Bodem", "Natuur", "Lucht"]]
    alone = obligation_in_numbers([obligation("Geluid", 8), empty], ON)
    assert [(one.expertises, one.open) for one in alone.expertises] == [
        (["Geluid"], 8),
        (["Lucht"], 2),
    ]
    nobody = obligation_in_numbers([empty], ON)
    assert [one.expertises for one in nobody.expertises] == [["Lucht"]]


def test_of_a_few_people_nothing_is_told() -> None:
    for each in (
        [obligation("Geluid", 4), obligation("Lucht", people=3)],
        [obligation("Lucht", people=3)],
    ):
        found = obligation_in_numbers(each, ON)
        assert (found.hours_to_do, found.costs_to_do_eur) == (None, None)
    assert obligation_in_numbers([obligation("Geluid", 4)], ON).expertises == []


def test_hours_and_costs_are_round_and_what_is_not_known_is_counted() -> None:
    found = obligation_in_numbers(
        [
            obligation("Geluid", 9, hours="16.00"),
            obligation("Bodem", 6, hours=None),
            obligation("Natuur", 6, costs_cents=None),
            obligation("Lucht", 6, has=6, hours=None, costs_cents=None),
        ],
        ON,
    )
    assert found.hours_to_do == Decimal(200)
    assert found.costs_to_do_eur == 1_200_000
    assert (found.without_hours, found.without_costs) == (1, 1)


def test_of_nothing_there_is_nothing_to_do() -> None:
    found = obligation_in_numbers([], ON)
    assert (found.expertises, found.hours_to_do, found.costs_to_do_eur) == ([], None, None)

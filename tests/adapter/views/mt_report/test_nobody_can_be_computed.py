"""An attack on what is published: all its numbers, of one report and of two, by somebody who knows
who learned at all, who is in which team, and what the report rounds to (`policy/disclosure.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from itertools import permutations

import pytest
from sqlalchemy import insert, select, update

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.people import EmploymentRow
from adapter.ground.store.tables.procedure import GrantRow, TrainingRequestRow
from adapter.register.learning_reader import read_all_learning
from adapter.subjects.leaving import calculation
from adapter.subjects.leaving.trajectories import trajectories_of
from adapter.subjects.tranches.staff import read_staff
from adapter.views.mt_report.figures import FiguresOut, HoursClassOut
from adapter.views.mt_report.learned import Learned, learned_of, of_year
from policy.capacity import Month, months_of
from policy.disclosure import COSTS_ROUNDED_TO, ROUNDED_TO, SMALLEST_GROUP
from policy.periods import Period, period_named
from tests.adapter.views.mt_report.conftest import Agency

Filled = Callable[[int], Agency]
NORM = Decimal(80)
SIZES = (3, 6, 14, 37)


@dataclass(frozen=True)
class Sum:
    """What a table says: together these people have between `low` and `high` hours (or cents), each
    their own. `hours` is the truth, which the attacker does not know; that nobody has more than
    `most` is what everybody knows."""

    what: str
    hours: dict[str, Decimal]
    low: Decimal
    high: Decimal
    most: Decimal = NORM


@dataclass(frozen=True)
class Derived:
    """That a person's hours lie between two numbers."""

    how: str
    person: str
    low: Decimal
    high: Decimal
    most: Decimal = NORM

    @property
    def tells(self) -> bool:
        """Something about a person that was not known: between none and the most, not all is
        possible any more."""
        return max(self.low, Decimal(0)) > 0 or min(self.high, self.most) < self.most


def attack(published: Iterable[Sum]) -> Iterator[Derived]:
    """Every table alone, and every one with another taken off it: whoever is left alone in what
    remains has hours between what remains at least and at most."""
    sums = list(published)
    for one in sums:
        yield from _alone(one.what, one.hours, one.low, one.high, one.most)
    for one, other in permutations(sums, 2):
        rest = {
            person: one.hours.get(person, Decimal(0)) - other.hours.get(person, Decimal(0))
            for person in one.hours.keys() | other.hours.keys()
        }
        how = f"{one.what} without {other.what}"
        yield from _alone(how, rest, one.low - other.high, one.high - other.low, one.most)


def _alone(
    how: str, hours: dict[str, Decimal], low: Decimal, high: Decimal, most: Decimal
) -> Iterator[Derived]:
    with_hours = [person for person, some in hours.items() if some]
    if len(with_hours) == 1 and hours[with_hours[0]] > 0:
        yield Derived(how, with_hours[0], low, high, most)


def published_sums(agency: Agency, figures: FiguresOut, when: str) -> Iterator[Sum]:
    """Every number of hours in the report, with whom it is about."""
    learned = learned_by(agency, figures)
    period = period_named(figures.period, agency.policy)
    year = period.year

    def told(
        what: str, shown: Decimal | None, hours: Callable[[Learned], Decimal]
    ) -> Iterator[Sum]:
        if shown is not None:
            half = Decimal(ROUNDED_TO) / 2
            each = {person: hours(mine) for person, mine in learned.items()}
            yield Sum(f"{what} {when}", each, shown - half, shown + half)

    all_hours = figures.hours
    yield from told("used", all_hours.used_hours, lambda one: of_year(one.used, year))
    yield from told("planned", all_hours.planned_hours, lambda one: of_year(one.planned, year))
    yield from told("in-company", all_hours.in_company_hours, lambda o: of_year(o.in_company, year))
    yield from told(
        "individual",
        all_hours.individual_hours,
        lambda one: one.counted(year) - of_year(one.in_company, year),
    )
    for month, shown in zip(months_of(year), all_hours.months, strict=True):
        yield from told(f"used in {month}", shown.used_hours, partial(_used_in, month))
        yield from told(f"planned in {month}", shown.planned_hours, partial(_planned_in, month))
    for ahead in figures.outlook:
        coming = period_named(ahead.period, agency.policy)
        yield from told(f"ahead in {coming.name}", ahead.hours, partial(_ahead_in, coming))


def published_repayments(agency: Agency, figures: FiguresOut, when: str) -> Iterator[Sum]:
    """What could be claimed back in each period ahead, in cents, with whom it is of."""
    half, most = Decimal(COSTS_ROUNDED_TO) / 2, Decimal(COSTS_ROUNDED_TO)
    for ahead in figures.outlook:
        shown = ahead.repayment_eur
        if shown is not None:
            assert shown % COSTS_ROUNDED_TO == 0
            period = period_named(ahead.period, agency.policy)
            each = claimable_on(agency, figures, period.last)
            yield Sum(f"{ahead.period} {when}", each, shown - half, shown + half, most)


def _exact(told: Sum) -> Sum:
    cents = sum(told.hours.values(), Decimal(0))
    return replace(told, low=cents, high=cents)


def claimable_on(agency: Agency, figures: FiguresOut, day: date) -> dict[str, Decimal]:
    with agency.register.read() as connection:
        learning = read_all_learning(connection)
        return {
            person: Decimal(sum(item.claimable_cents for item in items))
            for person in read_staff(connection).employed_on(figures.until_date)
            if person in learning
            for items in [
                calculation.items(
                    day, trajectories_of(connection, learning[person], day), agency.policy
                )
            ]
        }


def _used_in(month: Month, mine: Learned) -> Decimal:
    return mine.used.get(month, Decimal(0))


def _planned_in(month: Month, mine: Learned) -> Decimal:
    return mine.planned.get(month, Decimal(0))


def _ahead_in(period: Period, mine: Learned) -> Decimal:
    return sum(
        (
            some
            for month, some in mine.planned.items()
            if period.first <= month.first_day <= period.last
        ),
        Decimal(0),
    )


def learned_by(agency: Agency, figures: FiguresOut) -> dict[str, Learned]:
    with agency.register.read() as connection:
        employees = read_staff(connection).employed_on(figures.until_date)
        return learned_of(connection, read_all_learning(connection), employees)


def small_counts(classes: Iterable[HoursClassOut]) -> list[int]:
    return [one.number for one in classes if 0 < one.number < SMALLEST_GROUP]


def test_the_attack_finds_what_careless_tables_give_away() -> None:
    """Exact sums of everybody and of everybody but one, as a table of small teams would have."""
    hours = {"10001": Decimal(12), "10002": Decimal(40), "10003": Decimal(7)}
    others = {person: some for person, some in hours.items() if person != "10002"}
    careless = (
        Sum("all", hours, Decimal(59), Decimal(59)),
        Sum("teams that are large enough", others, Decimal(19), Decimal(19)),
    )
    derived = [one for one in attack(careless) if one.tells]
    assert [(one.person, one.low, one.high) for one in derived] == [
        ("10002", Decimal(40), Decimal(40))
    ]


def test_the_attack_finds_what_one_course_between_two_exact_reports_gives_away() -> None:
    before = {"10001": Decimal(12), "10002": Decimal(40)}
    after = before | {"10001": Decimal(28)}
    derived = attack(
        (Sum("June", after, Decimal(68), Decimal(68)), Sum("May", before, Decimal(52), Decimal(52)))
    )
    assert ("10001", Decimal(16)) in {(one.person, one.low) for one in derived if one.tells}


@pytest.mark.parametrize("employees", SIZES)
def test_no_two_tables_of_a_report_tell_the_hours_of_anybody(
    agency_of: Filled, employees: int
) -> None:
    agency = agency_of(employees)
    published = list(published_sums(agency, agency.make().figures, "now"))
    assert [one for one in attack(published) if one.tells] == []
    assert bool(published) is (employees > 4), "there is something to attack"


@pytest.mark.parametrize("employees", SIZES)
def test_no_two_reports_tell_what_one_person_did_between_them(
    agency_of: Filled, employees: int
) -> None:
    """One person completes a course of 40 hours, and another one leaves."""
    agency = agency_of(employees)
    before = list(published_sums(agency, agency.make().figures, "before"))
    with agency.register.read() as connection:
        first = rows_of(connection, select(GrantRow).order_by(GrantRow.id))[0]
    agency.change(
        update(GrantRow)
        .where(GrantRow.id == first.id)
        .values(course_ids=["OPL-059"], hours=Decimal(40), starts_on=date(2027, 1, 26))
    )
    agency.change(
        update(EnrolmentRow)
        .where(EnrolmentRow.id == "E-59")
        .values(
            user_id=str(int(first.employee_id or 0) - 10_000),
            completed=1,
            completed_at=datetime(2027, 3, 3, tzinfo=UTC),
        )
    )
    after = list(published_sums(agency, agency.make().figures, "after"))
    agency.change(
        update(EmploymentRow)
        .where(EmploymentRow.employee_id == f"{10_000 + employees - 1}")
        .values(end_on=date(2027, 3, 1))
    )
    left = list(published_sums(agency, agency.make().figures, "left"))
    assert [one for one in attack((*before, *after, *left)) if one.tells] == []


@pytest.mark.parametrize("employees", SIZES)
def test_no_number_of_people_is_small_and_none_follows_from_another(
    agency_of: Filled, employees: int
) -> None:
    figures = agency_of(employees).make().figures
    classes = figures.employees_by_hours
    assert small_counts(classes) == []
    assert sum(one.number for one in classes) in (0, employees), "nobody is left out"
    assert sum(one.number > 0 for one in classes) != 1, "nor is the same said of all"


def test_hours_of_a_team_are_shown_among_other_teams_only_when_five_have_some(
    agency_of: Filled,
) -> None:
    """Four of a team of twelve have hours: their average would be of them."""
    agency = agency_of(24)
    few = [f"{10_000 + number}" for number in range(12, 16)]
    agency.change(update(EnrolmentRow).values(gone_at=datetime(2027, 3, 1, tzinfo=UTC)))
    agency.change(
        update(GrantRow)
        .where(GrantRow.employee_id.between("10012", "10023"), GrantRow.employee_id.not_in(few))
        .values(revoked_at=datetime(2027, 2, 1, tzinfo=UTC))
    )
    figures = agency.make().figures
    assert figures.teams_not_shown >= 1
    assert sum(one.number for one in figures.teams_by_hours) <= 1


def test_money_per_criterion_is_of_five_people_or_more_also_by_difference(
    agency_of: Filled,
) -> None:
    """The criteria that are shown, and what the total leaves of the others."""
    agency = agency_of(37)
    criteria = agency.make().figures.criteria
    with agency.register.read() as connection:
        grants = rows_of(connection, select(GrantRow))
        asked = rows_of(connection, select(TrainingRequestRow))
    for shown in criteria:
        people = {one.employee_id for one in grants if one.ground in shown.grounds}
        people |= {who for one in asked if one.ground in shown.grounds for who in one.employee_ids}
        assert len(people) >= SMALLEST_GROUP
    everything = sum(one.costs_cents for one in grants)
    assert sum(one.granted_eur for one in criteria) == everything, "so no difference is left"


def test_what_four_people_would_repay_is_not_told(agency_of: Filled) -> None:
    """Three agreements with a scheme stand in the outlook as nothing."""
    agency = agency_of(14)
    assert [one.repayment_eur for one in agency.make().figures.outlook] == [None] * 4


def test_what_one_person_would_repay_does_not_follow_from_who_left(agency_of: Filled) -> None:
    """One of those who are bound leaves between two reports: exact sums would differ by that."""
    agency = agency_of(120)
    agency.keep()
    before = list(published_repayments(agency, agency.make().figures, "before"))
    bound = max(before[-1].hours, key=lambda person: before[-1].hours[person])
    agency.change(
        update(EmploymentRow)
        .where(EmploymentRow.employee_id == bound)
        .values(end_on=date(2027, 3, 1))
    )
    figures = agency.later(91).make("2027-Q2").figures
    after = list(published_repayments(agency, figures, "after"))
    same = [(one, other) for one in before for other in after if one.what[:7] == other.what[:7]]
    assert same, "there is something to attack"
    assert [one for one in attack((*before, *after)) if one.tells] == []
    careless = [one for told in same for one in attack(map(_exact, told)) if one.tells]
    assert {one.person for one in careless} == {bound}, "which exact sums would tell"
    page = agency.later(91).page("2027-Q2")
    (changes,) = (one for one in page.sections if one.name == "changes")
    compared = [row[0] for table in changes.tables for row in table.rows]
    assert "Besteed" in compared
    assert "Terug te vragen" not in compared


def test_the_report_names_nobody(agency_of: Filled) -> None:
    written = agency_of(37).make().model_dump_json()
    assert "Sanne" not in written
    assert not any(f"{10_000 + number}" in written.replace(".00", "") for number in range(37))


def test_one_large_collective_request_is_for_as_many_as_are_planned(agency_of: Filled) -> None:
    agency = agency_of(3)
    with agency.register.read() as connection:
        first = rows_of(connection, select(TrainingRequestRow))[0]
    agency.change(
        insert(TrainingRequestRow).values(
            **{
                **first._asdict(),  # type: ignore[attr-defined]
                "id": "TR-all",
                "employee_ids": [],
                "collective": 1,
                "planned_participants": 20,
                "ground": "team",
                "submitted_at": datetime(2027, 2, 2, tzinfo=UTC),
            }
        )
    )
    (criterion,) = agency.make().figures.criteria
    assert criterion.requests >= 1

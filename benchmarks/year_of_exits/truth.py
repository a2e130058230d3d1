"""What really happens in the year: who leaves, when the HRIS comes to show it, and who stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from connectors.ports import Employee, Employment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
YEAR = 2027
NEW_YEAR = date(YEAR, 1, 1)
LONGEST = 95
"""Days that most stories take; one that takes longer is not over when the year is."""
HIRED = date(2019, 9, 1)


class End(StrEnum):
    """What must stand in the register at the end of the year."""

    STAYS = "stays"
    LEFT = "left"
    SUSPECTED = "suspected"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Change:
    """From `at` on the HRIS shows `shown`, None when it shows the person no longer. `kind` is that
    of the webhook; `silent` changes move no moment of change and send none."""

    at: datetime
    shown: Employee | None
    kind: str
    silent: bool = False


@dataclass
class Person:
    """`last_day` is that of who left; `visible_at` is when the HRIS first showed it for good."""

    employee_id: str
    first: Employee
    changes: list[Change] = field(default_factory=list)
    end: End = End.STAYS
    last_day: date | None = None

    def shown(self, at: datetime) -> Employee | None:
        current: Employee | None = self.first
        for change in self.changes:
            if change.at > at:
                break
            moved = None if change.silent else change.at
            current = change.shown and replace(change.shown, modified_at=moved)
        return current

    @property
    def visible_at(self) -> datetime | None:
        """The change that gave the last day, or took the person or the activity away."""
        found: datetime | None = None
        for change in self.changes:
            shows = change.shown is not None and any(
                one.end == self.last_day for one in change.shown.employments
            )
            if self.last_day is None or shows:
                found = found or change.at
            elif change.shown is not None:
                found = None
        return found


def office_hour(day: date, random: Random) -> datetime:
    at = time(random.randrange(8, 18), random.randrange(60))
    return datetime.combine(day, at, AMSTERDAM)


def make_people(size: int, leavers: int, days: int, random: Random) -> list[Person]:
    """`leavers` of them leave within so many days; as many as a quarter of those seem to, and
    stay."""
    people = [_hired(f"{1000 + number:09}", random) for number in range(size)]
    chosen = random.sample(people, leavers + leavers // 4)
    stories = _in_proportion(LEAVING, leavers, random) + _in_proportion(
        STAYING, leavers // 4, random
    )
    for person, story in zip(chosen, stories, strict=True):
        told_on = NEW_YEAR + timedelta(days=random.randrange(3, days - LONGEST))
        story(person, told_on, random)
    return people


Story = Callable[[Person, date, Random], None]


def _in_proportion(weighted: dict[Story, int], count: int, random: Random) -> list[Story]:
    """Every story at least once where there is room, the rest by weight."""
    rest = max(0, count - len(weighted))
    chosen = random.choices(list(weighted), list(weighted.values()), k=rest)
    return [*weighted, *chosen][:count]


def _hired(number: str, random: Random) -> Person:
    first = Employee(
        number, f"V{number}", "", f"A{number}", None, f"Team {random.randrange(300)}", None,
        (Employment("1", HIRED, None),), active=True,
    )  # fmt: skip
    if random.random() < 0.05:
        first = replace(first, employments=(*first.employments, Employment("2", HIRED, None)))
    elif random.random() < 0.05:
        first = replace(first, employments=(Employment("1", HIRED, date(2028, 12, 31)),))
    return Person(number, first)


def _ended(person: Person, last_day: date | None) -> Employee:
    """All employments with the same last day, or none."""
    ended = tuple(replace(one, end=last_day) for one in person.first.employments)
    return replace(person.first, employments=ended)


def _tell(person: Person, at: datetime, shown: Employee | None, kind: str) -> None:
    person.changes.append(Change(at, shown, kind))


def _announced(person: Person, told_on: date, random: Random) -> None:
    last_day = told_on + timedelta(days=random.randrange(10, 80))
    _tell(person, office_hour(told_on, random), _ended(person, last_day), "offboarding.announced")
    person.end, person.last_day = End.LEFT, last_day


def _told_late(person: Person, told_on: date, random: Random) -> None:
    last_day = told_on - timedelta(days=random.randrange(0, 20))
    last_day = max(last_day, NEW_YEAR)
    _tell(person, office_hour(told_on, random), _ended(person, last_day), "offboarding.announced")
    person.end, person.last_day = End.LEFT, last_day


def _told_by_the_nightly_scan_only(person: Person, told_on: date, random: Random) -> None:
    """The change is in another table, and moves no moment of change (AFAS)."""
    _announced(person, told_on, random)
    person.changes[-1] = replace(person.changes[-1], silent=True)


def _moved(person: Person, told_on: date, random: Random) -> None:
    """Once or twice, sometimes after the day itself."""
    _announced(person, told_on, random)
    day = told_on
    for _ in range(random.randrange(1, 3)):
        assert person.last_day is not None
        day = day + timedelta(days=random.randrange(1, 30))
        person.last_day = max(person.last_day, day) + timedelta(days=random.randrange(-5, 15))
        shown = _ended(person, person.last_day)
        _tell(person, office_hour(day, random), shown, "offboarding.changed")


def _withdrawn_and_announced_again(person: Person, told_on: date, random: Random) -> None:
    _withdrawn(person, told_on, random)
    again = person.changes[-1].at.date() + timedelta(days=random.randrange(1, 20))
    _announced(person, again, random)


def _there_and_back_again(person: Person, told_on: date, random: Random) -> None:
    """From A to B and back to A: three events."""
    _announced(person, told_on, random)
    assert person.last_day is not None
    for days, last_day in ((1, person.last_day + timedelta(days=31)), (2, person.last_day)):
        at = office_hour(told_on + timedelta(days=days), random)
        _tell(person, at, _ended(person, last_day), "offboarding.changed")


def _inactive_first(person: Person, told_on: date, random: Random) -> None:
    """Archived without a date; HR finds the last day some days later."""
    gone = replace(_ended(person, None), active=False)
    _tell(person, office_hour(told_on, random), gone, "access.disabled")
    later = told_on + timedelta(days=random.randrange(4, 20))
    dated = replace(_ended(person, told_on), active=False)
    _tell(person, office_hour(later, random), dated, "offboarding.announced")
    person.end, person.last_day = End.LEFT, told_on


def _inactive_for_good(person: Person, told_on: date, random: Random) -> None:
    gone = replace(_ended(person, None), active=False)
    _tell(person, office_hour(told_on, random), gone, "access.disabled")
    person.end = End.SUSPECTED


def _vanished(person: Person, told_on: date, random: Random) -> None:
    _tell(person, office_hour(told_on, random), None, "offboarding.suspected")
    person.end = End.SUSPECTED


def _dropped_after_the_exit(person: Person, told_on: date, random: Random) -> None:
    """The HRIS keeps leavers for some weeks only."""
    _announced(person, told_on, random)
    assert person.last_day is not None
    dropped = office_hour(person.last_day + timedelta(days=random.randrange(15, 40)), random)
    person.changes.append(Change(dropped, None, "", silent=True))


def _second_job_longer(person: Person, told_on: date, random: Random) -> None:
    """Two employments that overlap end one after the other; the exit is the later one."""
    two = (Employment("1", HIRED, None), Employment("2", date(2025, 1, 1), None))
    person.first = replace(person.first, employments=two)
    first_end = told_on + timedelta(days=20)
    one = replace(person.first, employments=(replace(two[0], end=first_end), two[1]))
    _tell(person, office_hour(told_on, random), one, "employment.ended_other_remains")
    person.last_day = first_end + timedelta(days=random.randrange(1, 40))
    both = (replace(two[0], end=first_end), replace(two[1], end=person.last_day))
    day = told_on + timedelta(days=random.randrange(1, 30))
    shown = replace(person.first, employments=both)
    _tell(person, office_hour(day, random), shown, "offboarding.announced")
    person.end = End.LEFT


def _comes_back(person: Person, told_on: date, random: Random) -> None:
    """After a gap, in a new employment."""
    _announced(person, told_on, random)
    assert person.last_day is not None
    back_on = person.last_day + timedelta(days=random.randrange(5, 25))
    again = (*_ended(person, person.last_day).employments, Employment("9", back_on, None))
    shown = replace(person.first, employments=again)
    _tell(person, office_hour(back_on, random), shown, "employee.rehired")
    person.end = End.BACK


def _withdrawn(person: Person, told_on: date, random: Random) -> None:
    last_day = told_on + timedelta(days=random.randrange(25, 80))
    _tell(person, office_hour(told_on, random), _ended(person, last_day), "offboarding.announced")
    day = told_on + timedelta(days=random.randrange(1, 15))
    _tell(person, office_hour(day, random), _ended(person, None), "offboarding.withdrawn")


def _renewed(person: Person, told_on: date, random: Random) -> None:
    """A fixed term that seems to end, until the next contract is there."""
    last_day = told_on + timedelta(days=random.randrange(25, 80))
    _tell(person, office_hour(told_on, random), _ended(person, last_day), "offboarding.announced")
    following = Employment("8", last_day + timedelta(days=1), date(2029, 12, 31))
    shown = replace(person.first, employments=(*_ended(person, last_day).employments, following))
    day = told_on + timedelta(days=random.randrange(1, 15))
    _tell(person, office_hour(day, random), shown, "employment.renewed")


def _second_job_ends(person: Person, told_on: date, random: Random) -> None:
    two = (Employment("1", HIRED, None), Employment("2", date(2025, 1, 1), None))
    person.first = replace(person.first, employments=two)
    ended = (two[0], replace(two[1], end=told_on + timedelta(days=30)))
    shown = replace(person.first, employments=ended)
    _tell(person, office_hour(told_on, random), shown, "employment.ended_other_remains")


def _inactive_by_mistake(person: Person, told_on: date, random: Random) -> None:
    gone = replace(_ended(person, None), active=False)
    _tell(person, office_hour(told_on, random), gone, "access.disabled")
    day = told_on + timedelta(days=random.randrange(2, 10))
    _tell(person, office_hour(day, random), _ended(person, None), "offboarding.withdrawn")


LEAVING: dict[Story, int] = {
    _announced: 50,
    _told_late: 10,
    _told_by_the_nightly_scan_only: 5,
    _moved: 15,
    _withdrawn_and_announced_again: 5,
    _there_and_back_again: 3,
    _inactive_first: 3,
    _inactive_for_good: 1,
    _vanished: 1,
    _dropped_after_the_exit: 4,
    _second_job_longer: 3,
    _comes_back: 3,
}
STAYING: dict[Story, int] = {
    _withdrawn: 5,
    _renewed: 3,
    _second_job_ends: 2,
    _inactive_by_mistake: 1,
}


def leavers(people: list[Person]) -> Iterator[Person]:
    return (person for person in people if person.end is not End.STAYS)

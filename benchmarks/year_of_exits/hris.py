"""An HRIS in this process that speaks the port and behaves badly: outages, and pages that shift
while they are read, so that one person is dropped and another shown twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from benchmarks.year_of_exits.truth import AMSTERDAM, YEAR, Person
from connectors.errors import Transient
from connectors.ports import Check, Employee, EmployeeScan

OVERLAP = timedelta(hours=24)
WEEK = timedelta(days=7)
OUTAGES = tuple(
    (begin, begin + WEEK)
    for begin in (
        datetime(YEAR, 2, 8, 12, tzinfo=AMSTERDAM),
        datetime(YEAR, 6, 7, 1, tzinfo=AMSTERDAM),
        datetime(YEAR, 9, 27, 20, tzinfo=AMSTERDAM),
    )
)
DRIFT = 0.15
"""How many of the full readings shift. Half of the time the HRIS tells its headcount as well."""


def is_down(at: datetime) -> bool:
    return any(begin <= at < end for begin, end in OUTAGES)


@dataclass(frozen=True, slots=True)
class Answered:
    """A full reading that was answered: when, and whom it dropped without saying so."""

    at: datetime
    dropped: str | None


@dataclass
class BadHris:
    people: Sequence[Person]
    now: Callable[[], datetime]
    random: Random
    source: str = "urn:hris:bad:1"
    answered: list[Answered] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_number = {person.employee_id: person for person in self.people}

    def check(self) -> list[Check]:
        return []

    def scan(self, changed_since: datetime | None = None) -> EmployeeScan:
        self._refuse_while_down()
        shown = [one for one in (p.shown(self.now()) for p in self.people) if one is not None]
        if changed_since is not None:
            since = changed_since - OVERLAP
            changed = [one for one in shown if one.modified_at and one.modified_at >= since]
            return EmployeeScan(tuple(changed), complete=False)
        announced = len(shown) if self.random.random() < 0.5 else None
        dropped = self._drift(shown) if self.random.random() < DRIFT else None
        self.answered.append(Answered(self.now(), dropped))
        return EmployeeScan(tuple(shown), complete=True, announced=announced)

    def employee(self, employee_id: str) -> Employee | None:
        self._refuse_while_down()
        person = self._by_number.get(employee_id)
        return None if person is None else person.shown(self.now())

    def _refuse_while_down(self) -> None:
        if is_down(self.now()):
            raise Transient("the HRIS does not answer")

    def _drift(self, shown: list[Employee]) -> str:
        gone, twice = self.random.sample(range(len(shown)), 2)
        dropped = shown[gone].employee_id
        shown[gone] = shown[twice]
        return dropped

"""The year itself, day by day on a clock of its own: clock job, scans, polls and webhooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from time import perf_counter

from adapter.doors.intake.process import process_due
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.queues.inbox import store
from adapter.subjects.leaving.due_exits import settle_due_exits
from adapter.subjects.leaving.hris_messages import HrisMessage, delivery_of
from adapter.subjects.sync.employees import sync_employees
from benchmarks.year_of_exits.hris import BadHris
from benchmarks.year_of_exits.training import (
    Training,
    make_training,
    write_courses,
    write_training,
)
from benchmarks.year_of_exits.truth import (
    AMSTERDAM,
    NEW_YEAR,
    Change,
    Person,
    leavers,
    make_people,
)
from config.policy_files import load_policy
from config.settings import Settings
from connectors.errors import ConnectorError

LOST = 0.20
"""How many of the webhooks never come; of the others one in ten is days late, one comes twice."""
CLOCK_JOB, NIGHTLY, NOON, EVENING = time(0, 5), time(3, 0), time(12, 0), time(19, 0)
DAY = timedelta(days=1)


@dataclass
class RehearsalClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass
class Year:
    """The register after a year, beside what really happened; seconds of the nightly scans."""

    register: Register
    people: list[Person]
    trained: dict[str, list[Training]]
    hris: BadHris
    last_day: date
    scan_seconds: list[float] = field(default_factory=list)
    webhooks: int = 0
    lost: int = 0


def live_through(
    register: Register,
    size: int,
    leaving: int,
    seed: int,
    tell: Callable[[str], None],
    days: int = 365,
) -> Year:
    """A year, or so many days of it. What the HRIS refuses is tried again, as the worker does."""
    random = Random(seed)  # noqa: S311 - the same year each time
    people = make_people(size, leaving, days, random)
    clock = RehearsalClock(datetime.combine(NEW_YEAR, NIGHTLY, AMSTERDAM))
    hris = BadHris(people, clock.now, random)
    parts = Parts(register, load_policy(), clock, Settings(), hris=hris)
    trained = {person.employee_id: make_training(random) for person in people if person.changes}
    with register.write() as connection:
        write_courses(connection)
        write_training(connection, trained)
    year = Year(register, people, trained, hris, NEW_YEAR + timedelta(days=days - 1))
    coming = sorted(_webhooks(year, random), key=lambda one: one[0])
    day = NEW_YEAR
    while day <= year.last_day + 2 * DAY:
        if day.day == 1:
            tell(day.isoformat())
        _live_a_day(parts, clock, year, coming, day)
        day += DAY
    return year


def _live_a_day(
    parts: Parts,
    clock: RehearsalClock,
    year: Year,
    coming: list[tuple[datetime, HrisMessage]],
    day: date,
) -> None:
    for at, run in (
        (CLOCK_JOB, lambda: settle_due_exits(parts)),
        (NIGHTLY, lambda: _nightly(parts, year)),
        (NOON, lambda: sync_employees(parts, full=False, dry_run=False)),
        (EVENING, lambda: None),
    ):
        clock.moment = datetime.combine(day, at, AMSTERDAM).astimezone(UTC)
        _deliver(parts, coming)
        try:
            run()
        except ConnectorError:
            continue  # an outage: the job fails and is tried again
        finally:
            while process_due(parts, limit=200):
                pass


def _nightly(parts: Parts, year: Year) -> None:
    began = perf_counter()
    sync_employees(parts, full=True, dry_run=False)
    year.scan_seconds.append(perf_counter() - began)


def _deliver(parts: Parts, coming: list[tuple[datetime, HrisMessage]]) -> None:
    now = parts.clock.now()
    while coming and coming[0][0] <= now:
        _, message = coming.pop(0)
        with parts.register.write() as connection:
            store(connection, delivery_of(message), now)


def _webhooks(year: Year, random: Random) -> Iterator[tuple[datetime, HrisMessage]]:
    for person in year.people:
        for change in person.changes:
            if change.silent:
                continue
            year.webhooks += 1
            if random.random() < LOST:
                year.lost += 1
                continue
            late = timedelta(days=random.randrange(1, 6)) if random.random() < 0.1 else timedelta()
            for _ in range(2 if random.random() < 0.1 else 1):
                yield change.at + late, _message(person, change)


def _message(person: Person, change: Change) -> HrisMessage:
    """It names the last employment that it shows, and need not: half of the senders do not."""
    shown = None if change.shown is None else change.shown.employments[-1]
    named = shown is not None and int(person.employee_id) % 2 == 0
    end = None if shown is None or shown.end is None else shown.end.isoformat()
    return HrisMessage.model_validate(
        {
            "specversion": "1.0",
            "id": f"bad:{person.employee_id}:{end}:{change.kind}:{change.at.isoformat()}",
            "source": "urn:hris:bad:1",
            "type": f"nl.hris.{change.kind}",
            "time": change.at.isoformat(),
            "data": {
                "method": "push",
                "employee": {"employee_id": person.employee_id},
                "employment": {
                    "employment_id": shown.employment_id if shown and named else None,
                    "end_date": end,
                },
            },
        }
    )


def who_leaves(year: Year) -> list[Person]:
    return list(leavers(year.people))

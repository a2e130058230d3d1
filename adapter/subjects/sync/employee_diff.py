"""What a scan of the HRIS tells that the register did not know, as canonical events.

Each person is compared by itself: one whose record breaks the comparison is withheld by number, and
the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import structlog

from adapter.subjects.leaving.employments import EmploymentFacts, is_around, running_until
from adapter.subjects.leaving.lifecycle import EventKind, Signals, state_of
from adapter.subjects.sync.identities import Renumbered, renumbered
from adapter.subjects.sync.known_people import KnownPerson, facts_of
from connectors.ports import Employee, EmployeeScan

log = structlog.get_logger(__name__)

SCANS_UNTIL_MISSING = 2


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event that follows from the difference."""

    kind: EventKind
    employee_id: str
    employment: EmploymentFacts
    previous_end: date | None = None


@dataclass(slots=True)
class Difference:
    """`missing` holds the numbers that a complete scan did not show, `back` those shown again.
    `renumbered` are not missing: their number alone became another. Of these, the numbers `waiting`
    are not known yet, and are not new before a person says so. `stumbled` are numbers of records
    that broke the comparison; nothing else is told of them.
    """

    new: list[Employee] = field(default_factory=list)
    changed: list[Employee] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    told: list[NewEvent] = field(default_factory=list)
    renumbered: tuple[Renumbered, ...] = ()
    waiting: tuple[Renumbered, ...] = ()
    stumbled: list[str] = field(default_factory=list)

    def add(self, other: Difference) -> None:
        self.new += other.new
        self.changed += other.changed
        self.missing += other.missing
        self.back += other.back
        self.told += other.told


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a scan proves beyond what it shows. `fresh` is false for a list that was read before:
    who is not in it was not in it then. With `numbers_confirmed` a person said that the numbers are
    right, and whoever has a new one is new.
    """

    fresh: bool = True
    numbers_confirmed: bool = False


def compare(
    scan: EmployeeScan,
    known: Mapping[str, KnownPerson],
    read_at: datetime,
    today: date,
    evidence: Evidence = Evidence(),
) -> Difference:
    """What differs. Who was read back after the scan began is left to the newer reading."""
    found = Difference()
    shown = {employee.employee_id: employee for employee in scan.employees}
    absent = [known[number] for number in sorted(known.keys() - shown.keys())]
    found.renumbered = renumbered((one.employee for one in absent), shown.values())
    if not evidence.numbers_confirmed:
        found.waiting = tuple(pair for pair in found.renumbered if pair.now not in known)
    waiting = {pair.now for pair in found.waiting}
    for employee_id in sorted(shown.keys() - waiting):
        before = known.get(employee_id)
        if before is None or before.seen_at <= read_at:
            _by_itself(found, employee_id, _of_shown, before, shown[employee_id], today)
    if scan.complete and evidence.fresh:
        for person in _not_shown(scan, absent, found.renumbered):
            _by_itself(found, person.employee.employee_id, _of_absent, person, today)
    return found


def _by_itself(
    found: Difference, employee_id: str, step: Callable[..., Difference | None], *about: object
) -> None:
    try:
        one = step(*about)
        if one is not None:
            found.add(one)
    except Exception:  # one record that a step refuses must not stop all the others
        log.exception("hris.record_stumbled", employee=employee_id)
        found.stumbled.append(employee_id)


def _of_shown(before: KnownPerson | None, shown: Employee, today: date) -> Difference | None:
    if before is not None and _as_yesterday(before, shown):
        return None
    found = Difference()
    _compare_one(found, before, shown, today)
    _prove_exits(shown, today)
    return found


def _as_yesterday(before: KnownPerson, shown: Employee) -> bool:
    """Known so, and without an end that comes near by itself: nearly everyone, each night."""
    return (
        not before.missing_scans
        and all(one.end is None for one in shown.employments)
        and _as_known(shown) == before.employee
    )


def _prove_exits(shown: Employee, today: date) -> None:
    """What the exits will ask of these dates: whoever would break that is not kept either."""
    facts = facts_of(shown)
    for one in facts:
        if one.end is not None:
            state_of(one, facts, Signals(), today)


def _of_absent(person: KnownPerson, today: date) -> Difference:
    found = Difference(missing=[person.employee.employee_id])
    if person.missing_scans + 1 == SCANS_UNTIL_MISSING:
        found.told.extend(_suspicion(person, today))
    return found


def _compare_one(
    found: Difference, before: KnownPerson | None, shown: Employee, today: date
) -> None:
    if before is None:
        found.new.append(shown)
    elif _as_known(shown) != before.employee:
        found.changed.append(shown)
    elif before.missing_scans:
        found.back.append(shown.employee_id)
    found.told.extend(told_by(before, shown, today))


def _as_known(shown: Employee) -> Employee:
    employments = shown.employments
    if len(employments) > 1:
        employments = tuple(sorted(employments, key=lambda one: one.employment_id))
    elif shown.modified_at is None:
        return shown
    return replace(shown, employments=employments, modified_at=None)


def _not_shown(
    scan: EmployeeScan, absent: list[KnownPerson], pairs: Collection[Renumbered]
) -> list[KnownPerson]:
    """Who counts as missing: not whose own row could not be read, nor who goes on under another
    number. A row of which even the number could not be read may be anybody's."""
    withheld = {row.employee_id for row in scan.rejected}
    if None in withheld:
        return []
    elsewhere = withheld | {pair.before for pair in pairs}
    return [person for person in absent if person.employee.employee_id not in elsewhere]


def _suspicion(person: KnownPerson, today: date) -> list[NewEvent]:
    """Leavers vanish from an HRIS in time; that is news only while their exit is not over."""
    last = running_until(person.facts, today)
    if last is None:
        return []
    employment, end = last
    if end is not None:
        over = end < today and person.has_exit_on(employment.employment_id, end)
        if over or not is_around(end, today):
            return []
    return [NewEvent(EventKind.SUSPECTED, person.employee.employee_id, employment)]


def told_by(before: KnownPerson | None, shown: Employee, today: date) -> list[NewEvent]:
    """The events that one person's employments give rise to."""
    last = running_until(facts_of(shown), today)
    was = running_until(before.facts, today) if before is not None else None
    if last is None:
        return []
    told = _exit_news(before, was, shown, last, today)
    return told + _others_ended(before, shown, last[0])


def _exit_news(
    before: KnownPerson | None,
    was: tuple[EmploymentFacts, date | None] | None,
    shown: Employee,
    last: tuple[EmploymentFacts, date | None],
    today: date,
) -> list[NewEvent]:
    employment, end = last
    if before is not None and end is None and shown.active is False:
        kind = _inactive(before, was)
    elif before is None or was is None:
        kind = EventKind.ANNOUNCED if end is not None and is_around(end, today) else None
    elif was[0].employment_id == employment.employment_id and was[1] == end:
        kind = _same_end(before, shown, employment, end, today)
    else:
        kind = _other_end(before, was, last, today)
    if kind is None:
        return []
    return [NewEvent(kind, shown.employee_id, employment, was[1] if was is not None else None)]


def _inactive(
    before: KnownPerson, was: tuple[EmploymentFacts, date | None] | None
) -> EventKind | None:
    """Inactive without an end: news once, and again when an end that was known is gone."""
    known = before.employee.active is False and (was is None or was[1] is None)
    return None if known else EventKind.SUSPECTED


def _same_end(
    before: KnownPerson,
    shown: Employee,
    employment: EmploymentFacts,
    end: date | None,
    today: date,
) -> EventKind | None:
    """The dates are the same; but a fixed term comes near by itself, and who was missing or
    inactive can be back."""
    was_inactive = before.employee.active is False and shown.active is not False
    if end is None:
        back = was_inactive or before.missing_scans >= SCANS_UNTIL_MISSING
        return EventKind.WITHDRAWN if back else None
    known = before.has_exit_on(employment.employment_id, end)
    if known and was_inactive and end < today:
        return EventKind.REHIRED
    return None if known or not is_around(end, today) else EventKind.ANNOUNCED


def _other_end(
    before: KnownPerson,
    was: tuple[EmploymentFacts, date | None],
    last: tuple[EmploymentFacts, date | None],
    today: date,
) -> EventKind | None:
    (earlier, ended), (employment, end) = was, last
    if ended is None:
        another = employment.employment_id != earlier.employment_id
        if end is not None and another and not is_around(end, today):
            return EventKind.RENEWED  # a further contract, seen at once with the end of the old one
        return EventKind.ANNOUNCED if end is not None else None
    left = ended < today and before.has_exit_on(earlier.employment_id, ended)
    if left and (end is None or end >= today):
        return EventKind.REHIRED
    if employment.employment_id != earlier.employment_id:
        return EventKind.RENEWED
    return EventKind.WITHDRAWN if end is None else EventKind.CHANGED


def _others_ended(
    before: KnownPerson | None, shown: Employee, last: EmploymentFacts
) -> list[NewEvent]:
    """Employments that got an end while another one of the person goes on."""
    if before is None:
        return []
    ends = {one.employment_id: one.end for one in before.facts}
    return [
        NewEvent(EventKind.OTHER_REMAINS, shown.employee_id, one, ends[one.employment_id])
        for one in facts_of(shown)
        if one.employment_id != last.employment_id
        and one.end is not None
        and one.employment_id in ends
        and ends[one.employment_id] != one.end
    ]

"""What a scan of the HRIS tells that the register did not know, as canonical events. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from adapter.exits.employments import EmploymentFacts, near, running_until
from adapter.exits.lifecycle import EventKind
from adapter.sync.known_people import KnownPerson, facts_of
from connectors.ports import Employee, EmployeeScan

SCANS_UNTIL_MISSING = 2


@dataclass(frozen=True, slots=True)
class Told:
    """One event that follows from the difference."""

    kind: EventKind
    employee_id: str
    employment: EmploymentFacts
    previous_end: date | None = None


@dataclass(slots=True)
class Difference:
    """`missing` holds the numbers that a complete scan did not show, `back` those shown again."""

    new: list[Employee] = field(default_factory=list)
    changed: list[Employee] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)


def compare(
    scan: EmployeeScan, known: Mapping[str, KnownPerson], read_at: datetime, today: date
) -> Difference:
    """What differs. Who was read back after the scan began is left to the newer reading."""
    found = Difference()
    shown = {employee.employee_id: employee for employee in scan.employees}
    for employee_id in sorted(shown):
        before = known.get(employee_id)
        if before is not None and before.seen_at > read_at:
            continue
        _compare_one(found, before, shown[employee_id], today)
    if scan.complete:
        absent = [known[number] for number in sorted(known.keys() - shown.keys())]
        _not_shown(found, absent, certain=not scan.rejected, today=today)
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
    elif all(one.end is None for one in shown.employments):
        return  # as yesterday and without an end: nearly everyone, each night
    found.told.extend(told_by(before, shown, today))


def _as_known(shown: Employee) -> Employee:
    employments = shown.employments
    if len(employments) > 1:
        employments = tuple(sorted(employments, key=lambda one: one.employment_id))
    return replace(shown, employments=employments, modified_at=None)


def _not_shown(found: Difference, absent: list[KnownPerson], *, certain: bool, today: date) -> None:
    """A row that could not be read may be anybody's, so then nobody counts as missing."""
    if not certain:
        return
    for person in absent:
        found.missing.append(person.employee.employee_id)
        if person.missing_scans + 1 == SCANS_UNTIL_MISSING:
            found.told.extend(_suspicion(person, today))


def _suspicion(person: KnownPerson, today: date) -> list[Told]:
    """Leavers vanish from an HRIS in time; that is news only while their exit is not over."""
    last = running_until(person.facts, today)
    if last is None:
        return []
    employment, end = last
    if end is not None:
        over = end < today and person.has_exit_on(employment.employment_id, end)
        if over or not near(end, today):
            return []
    return [Told(EventKind.SUSPECTED, person.employee.employee_id, employment)]


def told_by(before: KnownPerson | None, shown: Employee, today: date) -> list[Told]:
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
) -> list[Told]:
    employment, end = last
    if before is not None and end is None and shown.active is False:
        kind = _inactive(before, was)
    elif before is None or was is None:
        kind = EventKind.ANNOUNCED if end is not None and near(end, today) else None
    elif was[0].employment_id == employment.employment_id and was[1] == end:
        kind = _same_end(before, shown, employment, end, today)
    else:
        kind = _other_end(before, was, last, today)
    if kind is None:
        return []
    return [Told(kind, shown.employee_id, employment, was[1] if was is not None else None)]


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
    return None if known or not near(end, today) else EventKind.ANNOUNCED


def _other_end(
    before: KnownPerson,
    was: tuple[EmploymentFacts, date | None],
    last: tuple[EmploymentFacts, date | None],
    today: date,
) -> EventKind | None:
    (earlier, ended), (employment, end) = was, last
    if ended is None:
        another = employment.employment_id != earlier.employment_id
        if end is not None and another and not near(end, today):
            return EventKind.RENEWED  # a further contract, seen at once with the end of the old one
        return EventKind.ANNOUNCED if end is not None else None
    left = ended < today and before.has_exit_on(earlier.employment_id, ended)
    if left and (end is None or end >= today):
        return EventKind.REHIRED
    if employment.employment_id != earlier.employment_id:
        return EventKind.RENEWED
    return EventKind.WITHDRAWN if end is None else EventKind.CHANGED


def _others_ended(before: KnownPerson | None, shown: Employee, last: EmploymentFacts) -> list[Told]:
    """Employments that got an end while another one of the person goes on."""
    if before is None:
        return []
    ends = {one.employment_id: one.end for one in before.facts}
    return [
        Told(EventKind.OTHER_REMAINS, shown.employee_id, one, ends[one.employment_id])
        for one in facts_of(shown)
        if one.employment_id != last.employment_id
        and one.end is not None
        and one.employment_id in ends
        and ends[one.employment_id] != one.end
    ]

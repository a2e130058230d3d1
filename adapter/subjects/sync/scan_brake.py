"""The brake on HRIS scans: a reading that looks wrong stops the sync before it changes anything.

An exit leads to money and to a closed account, so a broken export must never look like a wave of
leavers. The reasons hold numbers only, no persons.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum

from config.catalogue import Language, text
from connectors.ports import Employee, EmployeeScan

Numbers = dict[str, int | str]


class BrakeCode(StrEnum):
    EMPTY = "empty"
    HEADCOUNT_DROP = "headcount_drop"
    OTHER_PEOPLE = "other_people"
    BELOW_ANNOUNCED = "below_announced"
    TOO_MANY_REJECTED = "too_many_rejected"
    TOO_MANY_ENDING = "too_many_ending"


@dataclass(frozen=True, slots=True)
class BrakeReason:
    """Why the scan may not be applied, and the numbers that show it."""

    code: BrakeCode
    numbers: Mapping[str, int | str]

    def sentence(self, language: Language = Language.NL) -> str:
        return text(f"sync.brake.{self.code}", language, **self.numbers)


@dataclass(frozen=True, slots=True)
class Turnover:
    """Who a complete scan shows beside who was there: of `known` people who still worked here and
    were shown last time, `gone` are shown no more, while `new` were never seen; of `renumbered` of
    these the number alone differs."""

    known: int
    gone: int
    new: int
    renumbered: int


@dataclass(frozen=True, slots=True)
class BrakeLimits:
    """How much may change in one scan, in percent of the people. Up to `tolerated` rejected rows
    or new ends never brake, so that one leaver in a small team is not a wave."""

    drop_percent: Decimal = Decimal(5)
    rejected_percent: Decimal = Decimal(5)
    ending_percent: Decimal = Decimal(5)
    tolerated: int = 3


DEFAULT_LIMITS = BrakeLimits()


def reasons_to_stop(
    scan: EmployeeScan,
    previous_headcount: int | None,
    *,
    open_before: Collection[str] = (),
    turnover: Turnover | None = None,
    limits: BrakeLimits = DEFAULT_LIMITS,
) -> tuple[BrakeReason, ...]:
    """Every reason to stop; none means that the scan may be applied.

    `previous_headcount` is that of the last applied complete scan, None before the first.
    `open_before` holds the numbers of the employees who were active and had an employment without
    end then. `turnover` tells whether they are the same people, which a total can hide. An
    incremental scan (`complete` false) is judged on rejected rows and new ends only.
    """
    present = headcount(scan)
    population = max(present, previous_headcount or 0)
    reasons = [
        *_incomplete(scan, present, previous_headcount, limits),
        _other_people(turnover, limits) if scan.complete else None,
        _rejected(scan, population, limits),
        _ending(scan, frozenset(open_before), population, limits),
    ]
    return tuple(reason for reason in reasons if reason is not None)


def headcount(scan: EmployeeScan) -> int:
    """Distinct people that came, those of whom a row could not be read included: one who is shown
    twice may hide one who was dropped."""
    shown = {employee.employee_id for employee in scan.employees}
    withheld = {row.employee_id for row in scan.rejected if row.employee_id is not None}
    nameless = {row.where for row in scan.rejected if row.employee_id is None}
    return len(shown | withheld) + len(nameless)


def count_readable(scan: EmployeeScan) -> int:
    """Distinct people of whom everything could be read: what an HRIS announces counts these."""
    return len({employee.employee_id for employee in scan.employees})


def _incomplete(
    scan: EmployeeScan, present: int, previous: int | None, limits: BrakeLimits
) -> list[BrakeReason | None]:
    if not scan.complete:
        return []
    if present == 0:
        return [BrakeReason(BrakeCode.EMPTY, {"previous": previous or 0})]
    return [
        _dropped(present, previous, limits),
        _below_announced(count_readable(scan), scan.announced),
    ]


def _dropped(present: int, previous: int | None, limits: BrakeLimits) -> BrakeReason | None:
    if previous is None or not _exceeds(previous - present, limits.drop_percent, previous):
        return None
    numbers: Numbers = {
        "previous": previous,
        "present": present,
        "percent": str(limits.drop_percent),
    }
    return BrakeReason(BrakeCode.HEADCOUNT_DROP, numbers)


def _below_announced(present: int, announced: int | None) -> BrakeReason | None:
    if announced is None or present >= announced:
        return None
    return BrakeReason(BrakeCode.BELOW_ANNOUNCED, {"present": present, "announced": announced})


def _other_people(turnover: Turnover | None, limits: BrakeLimits) -> BrakeReason | None:
    if turnover is None or not turnover.new or turnover.gone <= limits.tolerated:
        return None
    if not _exceeds(turnover.gone, limits.drop_percent, turnover.known):
        return None
    return BrakeReason(BrakeCode.OTHER_PEOPLE, asdict(turnover))


def _rejected(scan: EmployeeScan, population: int, limits: BrakeLimits) -> BrakeReason | None:
    rows = len({row.where for row in scan.rejected})  # one row may have several faults
    if rows <= limits.tolerated or not _exceeds(rows, limits.rejected_percent, population):
        return None
    numbers: Numbers = {
        "rejected": rows,
        "people": population,
        "percent": str(limits.rejected_percent),
    }
    return BrakeReason(BrakeCode.TOO_MANY_REJECTED, numbers)


def _ending(
    scan: EmployeeScan, open_before: frozenset[str], population: int, limits: BrakeLimits
) -> BrakeReason | None:
    ending = {
        employee.employee_id
        for employee in scan.employees
        if employee.employee_id in open_before and employment_ends(employee)
    }
    count = len(ending)
    if count <= limits.tolerated or not _exceeds(count, limits.ending_percent, population):
        return None
    numbers: Numbers = {
        "ending": count,
        "people": population,
        "percent": str(limits.ending_percent),
    }
    return BrakeReason(BrakeCode.TOO_MANY_ENDING, numbers)


def employment_ends(employee: Employee) -> bool:
    """One employment of several ending is not an exit; inactive without a date may be one."""
    if employee.active is False:
        return True
    return all(employment.end is not None for employment in employee.employments)


def _exceeds(count: int, percent: Decimal, whole: int) -> bool:
    return count * 100 > percent * whole

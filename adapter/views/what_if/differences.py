"""What would have come out of a past year under another policy.

Decisions and statements are computed again from what was logged with them, never from what is known
now. Nothing is written: what was decided stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from adapter.ground.store.reading import rows_of, rows_with
from adapter.ground.store.tables.decisions import DecisionRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.register.activities import activities
from adapter.register.decision_log import decide_again, policy_of
from adapter.register.learning_reader import read_all_learning
from adapter.subjects.leaving import calculation
from adapter.views.what_if.other_policy import with_values
from policy.dated_value import DatedValue
from policy.days import amsterdam_day
from policy.errors import BeforePolicy
from policy.hours import project
from policy.model import EnrolmentDecision, RepaymentItem, YearHours
from policy.parameters import Policy
from policy.tranches import tranche_for


@dataclass(frozen=True, slots=True)
class ChangedDecision:
    """A logged decision beside the one that would have been made. Codes are those of findings that
    advise or block."""

    logged: DecisionRow
    logged_codes: tuple[str, ...]
    other: EnrolmentDecision
    other_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedItem:
    """One trajectory of the last version of a statement, as stated and as it would have been."""

    employee_id: str
    statement: RepaymentStatementRow
    stated: RepaymentItem
    other: RepaymentItem


@dataclass(frozen=True, slots=True)
class ChangedHours:
    """One employee's hours in the year against both limits."""

    employee_id: str
    now: YearHours
    other: YearHours


@dataclass(frozen=True, slots=True)
class ChangedTranche:
    """A request that would have come in another tranche; None: before the first one."""

    request: TrainingRequestRow
    other: str | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Everything that is looked at in a year, and what of it would differ."""

    looked_at: dict[str, int]
    decisions: tuple[ChangedDecision, ...]
    items: tuple[ChangedItem, ...]
    hours: tuple[ChangedHours, ...]
    """Those whose hours above the limit would differ."""
    over_now: int
    over_then: int
    """Employees above the limit, now and under the other policy."""
    tranches: tuple[ChangedTranche, ...]


class OtherPolicies:
    """Each logged policy set with the wanted values in it, made once per set."""

    def __init__(self, connection: Connection, wanted: tuple[DatedValue, ...], year: int) -> None:
        self._connection = connection
        self._wanted = wanted
        self._year = year
        self._made: dict[str, Policy] = {}

    def of(self, digest: str) -> Policy:
        if digest not in self._made:
            logged = policy_of(self._connection, digest)
            self._made[digest] = with_values(logged, self._wanted, self._year)
        return self._made[digest]


def differences(
    connection: Connection, policy: Policy, wanted: tuple[DatedValue, ...], year: int
) -> WhatIf:
    """Compare a year as it was logged with the same year under `wanted`, and hours as they are
    known now under the policy in force with and without it."""
    others = OtherPolicies(connection, wanted, year)
    logged = _decisions_of(connection, year)
    stated = _statements_of(connection, year)
    submitted = _requests_of(connection, year)
    other = with_values(policy, wanted, year)
    hours = list(_hours(connection, year, policy, other))
    return WhatIf(
        {
            "decisions": len(logged),
            "statements": len(stated),
            "hours": len(hours),
            "tranches": len(submitted),
        },
        tuple(_changed_decisions(logged, others)),
        tuple(item for one in stated for item in _changed_items(*one, others)),
        tuple(one for one in hours if one.now.excess != one.other.excess),
        sum(one.now.excess > 0 for one in hours),
        sum(one.other.excess > 0 for one in hours),
        tuple(_changed_tranches(submitted, other)),
    )


def _decisions_of(connection: Connection, year: int) -> list[DecisionRow]:
    """The last decision on each enrolment of the year."""
    newest = {
        (row.employee_id, row.course_id, row.enrolled_on): row
        for row in rows_of(
            connection,
            select(DecisionRow)
            .where(DecisionRow.enrolled_on.between(date(year, 1, 1), date(year, 12, 31)))
            .order_by(DecisionRow.decided_at, DecisionRow.id),
        )
    }
    return [newest[key] for key in sorted(newest)]


def _changed_decisions(
    logged: Iterable[DecisionRow], others: OtherPolicies
) -> Iterator[ChangedDecision]:
    for row in logged:
        other = decide_again(row, others.of(row.policy_digest))
        before = tuple(one["code"] for one in row.findings if one["severity"] != "info")
        after = tuple(one.code for one in other.findings if one.severity != "info")
        if (row.outcome, before) != (other.outcome, after):
            yield ChangedDecision(row, before, other, after)


def _statements_of(
    connection: Connection, year: int
) -> list[tuple[str, date, RepaymentStatementRow]]:
    """The last version of each statement about an exit in the year: whose, as of which day."""
    newest = {
        row.exit_id: (employee_id, row)
        for row, employee_id in rows_with(
            connection,
            select(RepaymentStatementRow, ExitRow.employee_id)
            .join(ExitRow, ExitRow.id == RepaymentStatementRow.exit_id)
            .order_by(RepaymentStatementRow.version),
        )
    }
    of_year = (
        (employee_id, row.exit_on, row)
        for employee_id, row in newest.values()
        if row.exit_on and row.exit_on.year == year
    )
    return sorted(of_year, key=lambda one: one[:2])


def _changed_items(
    employee_id: str, exit_on: date, row: RepaymentStatementRow, others: OtherPolicies
) -> Iterator[ChangedItem]:
    stated = calculation.items_read(row.items)
    other = calculation.items(
        exit_on, calculation.read(row.trajectories), others.of(row.policy_digest)
    )
    for one, two in zip(stated, other, strict=True):
        if (one.computed_cents, one.status) != (two.computed_cents, two.status):
            yield ChangedItem(employee_id, row, one, two)


def _hours(
    connection: Connection, year: int, policy: Policy, other: Policy
) -> Iterator[ChangedHours]:
    for employee_id, learning in read_all_learning(connection).items():
        known = tuple(activities(learning).values())
        now, then = (
            project(known, learning.exemptions, date(year, 12, 31), rules).years
            for rules in (policy, other)
        )
        for one, two in zip(_of(now, year), _of(then, year), strict=False):
            yield ChangedHours(employee_id, one, two)


def _of(years: tuple[YearHours, ...], year: int) -> list[YearHours]:
    return [one for one in years if one.year == year]


def _requests_of(connection: Connection, year: int) -> list[tuple[TrainingRequestRow, date]]:
    """With the day on which each was submitted."""
    in_order = select(TrainingRequestRow).order_by(
        TrainingRequestRow.submitted_at, TrainingRequestRow.id
    )
    days = (
        (row, amsterdam_day(row.submitted_at))
        for row in rows_of(connection, in_order)
        if row.submitted_at is not None
    )
    return [(row, day) for row, day in days if day.year == year]


def _changed_tranches(
    submitted: Iterable[tuple[TrainingRequestRow, date]], other: Policy
) -> Iterator[ChangedTranche]:
    for row, day in submitted:
        try:
            name: str | None = tranche_for(day, other).name
        except BeforePolicy:
            name = None
        if name != row.tranche:
            yield ChangedTranche(row, name)

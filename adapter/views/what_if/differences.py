"""What would have come out of a past year under another policy.

Decisions and statements are computed again from what was logged with them, never from what is known
now. Nothing is written: what was decided stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from adapter.ground.store.tables.decisions import decisions
from adapter.ground.store.tables.exits import exits, repayment_statements
from adapter.ground.store.tables.procedure import training_requests
from adapter.register.activities import activities
from adapter.register.all_learning import read_all_learning
from adapter.register.decision_log import decide_again, policy_of
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

    logged: Row[Any]
    logged_codes: tuple[str, ...]
    other: EnrolmentDecision
    other_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedItem:
    """One trajectory of the last version of a statement, as stated and as it would have been."""

    statement: Row[Any]
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

    request: Row[Any]
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
        tuple(item for row in stated for item in _changed_items(row, others)),
        tuple(one for one in hours if one.now.excess != one.other.excess),
        sum(one.now.excess > 0 for one in hours),
        sum(one.other.excess > 0 for one in hours),
        tuple(_changed_tranches(submitted, other)),
    )


def _decisions_of(connection: Connection, year: int) -> list[Row[Any]]:
    """The last decision on each enrolment of the year."""
    newest = {
        (row.employee_id, row.course_id, row.enrolled_on): row
        for row in connection.execute(
            select(decisions)
            .where(decisions.c.enrolled_on.between(date(year, 1, 1), date(year, 12, 31)))
            .order_by(decisions.c.decided_at, decisions.c.id)
        )
    }
    return [newest[key] for key in sorted(newest)]


def _changed_decisions(
    logged: Iterable[Row[Any]], others: OtherPolicies
) -> Iterator[ChangedDecision]:
    for row in logged:
        other = decide_again(row, others.of(row.policy_digest))
        before = tuple(one["code"] for one in row.findings if one["severity"] != "info")
        after = tuple(one.code for one in other.findings if one.severity != "info")
        if (row.outcome, before) != (other.outcome, after):
            yield ChangedDecision(row, before, other, after)


def _statements_of(connection: Connection, year: int) -> list[Row[Any]]:
    """The last version of each statement about an exit in the year."""
    newest = {
        row.exit_id: row
        for row in connection.execute(
            select(repayment_statements, exits.c.employee_id)
            .join(exits, exits.c.id == repayment_statements.c.exit_id)
            .order_by(repayment_statements.c.version)
        )
    }
    of_year = (row for row in newest.values() if row.exit_on and row.exit_on.year == year)
    return sorted(of_year, key=lambda row: (row.employee_id, row.exit_on))


def _changed_items(row: Row[Any], others: OtherPolicies) -> Iterator[ChangedItem]:
    stated = calculation.items_read(row.items)
    other = calculation.items(
        row.exit_on, calculation.read(row.trajectories), others.of(row.policy_digest)
    )
    for one, two in zip(stated, other, strict=True):
        if (one.computed_cents, one.status) != (two.computed_cents, two.status):
            yield ChangedItem(row, one, two)


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


def _requests_of(connection: Connection, year: int) -> list[Row[Any]]:
    rows = connection.execute(
        select(training_requests)
        .where(training_requests.c.submitted_at.is_not(None))
        .order_by(training_requests.c.submitted_at, training_requests.c.id)
    )
    return [row for row in rows if amsterdam_day(row.submitted_at).year == year]


def _changed_tranches(submitted: Iterable[Row[Any]], other: Policy) -> Iterator[ChangedTranche]:
    for row in submitted:
        try:
            name: str | None = tranche_for(amsterdam_day(row.submitted_at), other).name
        except BeforePolicy:
            name = None
        if name != row.tranche:
            yield ChangedTranche(row, name)

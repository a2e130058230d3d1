"""What was asked and decided in a period: sums that the database makes (Visie §4, §5, §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, SQLColumnExpression, func, select

from adapter.ground.store.reading import rows_as
from adapter.ground.store.tables.decisions import HoldRow, HoldSetAsideRow
from adapter.ground.store.tables.exits import StatementOverrideRow
from adapter.ground.store.tables.procedure import (
    GrantRow,
    NormExemptionRow,
    TrainingRequestRow,
)
from adapter.ground.store.tables.rulings import (
    CommitmentDecisionRow,
    InterimConsentRow,
    RequestDecisionRow,
)
from adapter.views.mt_report.figures import ActsOut, CriterionOut, MtAct
from adapter.views.mt_report.money import GrantedRow, cost_of
from policy.disclosure import pooled
from policy.model import Ground
from policy.periods import Period
from policy.request_states import RequestOutcome


def acts_of(
    connection: Connection, period: Period, moments: tuple[datetime, datetime]
) -> list[ActsOut]:
    """`moments` are the first of the period and the first after it."""

    def number(*which: ColumnElement[bool]) -> int:
        return connection.execute(select(func.count()).where(*which)).scalar_one()

    def on(column: SQLColumnExpression[date]) -> ColumnElement[bool]:
        return column.between(period.first, period.last)

    def at(column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        return (column >= moments[0]) & (column < moments[1])

    decided = on(RequestDecisionRow.decided_on)
    numbers: Mapping[MtAct, tuple[ColumnElement[bool], ...]] = {
        MtAct.GRANTED: (decided, RequestDecisionRow.outcome == RequestOutcome.GRANT),
        MtAct.REJECTED: (decided, RequestDecisionRow.outcome == RequestOutcome.REJECT),
        MtAct.DEFERRED: (decided, RequestDecisionRow.outcome == RequestOutcome.DEFER),
        MtAct.DEPARTED: (decided, RequestDecisionRow.departs == 1),
        MtAct.UNFOUNDED: (
            decided,
            RequestDecisionRow.noted.is_not(None),
            RequestDecisionRow.noted != [],
        ),
        MtAct.INTERIM: (on(InterimConsentRow.consented_on),),
        MtAct.EXEMPTED: (on(NormExemptionRow.decided_on),),
        MtAct.REVOKED: (at(GrantRow.revoked_at),),
        MtAct.COMMITMENTS: (on(CommitmentDecisionRow.decided_on),),
        MtAct.SET_ASIDE: (at(HoldSetAsideRow.set_at), HoldSetAsideRow.last_on.is_not(None)),
        MtAct.HELD: (at(HoldRow.decided_at),),
        MtAct.RELEASED: (at(HoldRow.released_at),),
        MtAct.SETTLED_LOWER: (at(StatementOverrideRow.decided_at),),
    }
    return [ActsOut(act=act, number=number(*which)) for act, which in numbers.items()]


class _AskedRow:
    id: str
    ground: str
    employee_ids: list[str]
    planned_participants: int | None


def criteria_of(
    connection: Connection,
    grants: Iterable[GrantedRow],
    period: Period,
    moments: tuple[datetime, datetime],
) -> list[CriterionOut]:
    """Requests and grants of the period per criterion of the weighing framework (Visie §4)."""
    asked = rows_as(
        connection,
        select(
            TrainingRequestRow.id,
            TrainingRequestRow.ground,
            TrainingRequestRow.employee_ids,
            TrainingRequestRow.planned_participants,
        ).where(
            TrainingRequestRow.submitted_at >= moments[0],
            TrainingRequestRow.submitted_at < moments[1],
        ),
        _AskedRow,
    )
    granted = [one for one in grants if period.first <= one.decided_on <= period.last]
    people: dict[Ground, set[str]] = {ground: set() for ground in Ground}
    for row in asked:
        people[Ground(row.ground)].update(_people_of_request(row))
    for grant in granted:
        people[Ground(grant.ground)].update(_people_of_grant(grant))
    shown = pooled({ground: frozenset(some) for ground, some in people.items()})
    return [
        CriterionOut(
            grounds=list(grounds),
            requests=sum(row.ground in grounds for row in asked),
            grants=sum(one.ground in grounds for one in granted),
            granted_eur=sum(cost_of(one) for one in granted if one.ground in grounds),
        )
        for grounds in shown
    ]


def _people_of_request(row: _AskedRow) -> Iterator[str]:
    """A collective request names nobody yet, and is for as many as are planned."""
    yield from row.employee_ids or _unnamed(row.id, row.planned_participants or 0)


def _people_of_grant(grant: GrantedRow) -> Iterator[str]:
    if grant.employee_id is not None:
        yield grant.employee_id
    else:
        yield from _unnamed(grant.request_id or grant.id, grant.participants)


def _unnamed(record: str, number: int) -> list[str]:
    return [f"{record}/{one}" for one in range(number)]

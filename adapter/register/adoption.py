"""The management team's adoption of the policy, without which nothing is enforced (Visie §9.1, §10;
P1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.adoptions import PolicyAdoptionRow
from policy.parameters import Parameters, Policy


@dataclass(frozen=True, slots=True)
class Adoption:
    """`effective_on` is the first day on which rules may be enforced. `document` is the minute or
    document that it rests on; works council and assessment are None until they are recorded."""

    adoption_id: str
    adopted_on: date
    effective_on: date
    document: str | None
    works_council_on: date | None
    dpia_on: date | None
    recorded_by: str
    recorded_at: datetime


def adoptions(connection: Connection) -> tuple[Adoption, ...]:
    """All of them, in the order in which they were recorded."""
    rows = rows_of(connection, select(PolicyAdoptionRow).order_by(PolicyAdoptionRow.number))
    return tuple(
        Adoption(
            row.id,
            row.adopted_on,
            row.effective_on,
            row.document,
            row.works_council_on,
            row.dpia_on,
            row.recorded_by,
            row.recorded_at,
        )
        for row in rows
    )


def in_effect_from(recorded: Iterable[Adoption | PolicyAdoptionRow]) -> date | None:
    """The first day of effect: an adoption is never taken back. None without any."""
    return min((one.effective_on for one in recorded), default=None)


def adopted_by(connection: Connection, day: date) -> bool:
    """Whether the management team had adopted the policy, in effect already or not."""
    return any(one.adopted_on <= day for one in adoptions(connection))


def in_effect_on(connection: Connection, day: date) -> bool:
    first = in_effect_from(adoptions(connection))
    return first is not None and first <= day


def in_force(connection: Connection, policy: Policy, day: date) -> Parameters:
    """The parameters of a day as they work: before the adoption is in effect nothing enforces."""
    parameters = policy.on(day)
    return parameters if in_effect_on(connection, day) else parameters.until_adoption

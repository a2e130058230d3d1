"""Norm exemptions: extra learning hours for one employee and year (Visie §8, §10; P4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, insert, select

from adapter.events.register_changes import announce
from adapter.procedure.acts import Act, new_id
from adapter.procedure.days import after, future
from adapter.procedure.refusals import UnknownEntry, WrongField, refuse_if_any
from adapter.store.tables.procedure import norm_exemptions
from adapter.sync.people import known_employee
from policy.model import Ground


@dataclass(frozen=True, slots=True)
class ExemptionContent:
    """`training` names what the hours are for, `evidence` what shows the necessity."""

    employee_id: str
    year: int
    extra_hours: Decimal
    training: str
    training_starts_on: date
    ground: Ground
    evidence: str
    decided_on: date


def exempt(act: Act, content: ExemptionContent) -> str:
    """Record an exemption of the management team and return its id. Raises `WrongFields`."""
    refuse_if_any(_wrong(act, content))
    exemption_id = new_id()
    act.connection.execute(
        insert(norm_exemptions).values(
            id=exemption_id,
            employee_id=content.employee_id,
            year=content.year,
            extra_hours=content.extra_hours,
            training=content.training,
            training_starts_on=content.training_starts_on,
            ground=content.ground,
            evidence=content.evidence,
            decided_on=content.decided_on,
            decided_by=act.actor,
            recorded_at=act.now,
        )
    )
    announce(act.connection, [content.employee_id], act.now)
    return exemption_id


def one_exemption(act: Act, exemption_id: str) -> Row[Any]:
    """Raises `UnknownEntry`."""
    row = act.connection.execute(
        select(norm_exemptions).where(norm_exemptions.c.id == exemption_id)
    ).one_or_none()
    if row is None:
        raise UnknownEntry
    return row


def list_exemptions(act: Act, year: int | None = None) -> list[Row[Any]]:
    query = select(norm_exemptions).order_by(
        norm_exemptions.c.year, norm_exemptions.c.decided_on, norm_exemptions.c.id
    )
    if year is not None:
        query = query.where(norm_exemptions.c.year == year)
    return list(act.connection.execute(query))


def _wrong(act: Act, content: ExemptionContent) -> list[WrongField]:
    starts_on = content.training_starts_on
    wrong = [
        *future(act, content.decided_on, "/decidedDate"),
        *after(content.decided_on, starts_on, "/decidedDate", "after_training_start"),
    ]
    if not known_employee(act.connection, content.employee_id):
        wrong.append(WrongField("/employeeId", "unknown_record"))
    if content.ground not in (Ground.LEGAL, Ground.FUNCTION):
        wrong.append(WrongField("/ground", "necessary_ground_only"))
    if content.extra_hours <= 0:
        wrong.append(WrongField("/extraHours", "more_than_nothing"))
    if content.year < starts_on.year:
        wrong.append(WrongField("/year", "year_before_training", {"start": starts_on.isoformat()}))
    return wrong

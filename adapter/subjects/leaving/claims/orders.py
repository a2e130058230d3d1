"""Orders to payroll in the outbox: one per confirmation, and what becomes of it when the claim is
judged again before payroll has answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from adapter.ground.store.tables.work import OutboxActionRow
from adapter.queues.outbox import (
    Action,
    ActionKind,
    ActionState,
    put,
    revive_subject,
)
from connectors.ports import PayDeduction

_OURS = UUID("5b0a6a0e-7f0f-5f0c-9a41-2f3d5c1b8e77")


def payroll_key(claim_id: str, number: int) -> UUID:
    """The key under which payroll holds what this confirmation asks for: always the same, so that
    a repeat is recognised, and another one for every next confirmation."""
    return uuid5(_OURS, f"{claim_id}:{number}")


def place_order(
    connection: Connection, claim_id: str, number: int, deduction: PayDeduction, now: datetime
) -> None:
    subject = _subject(claim_id, number)
    payload = {"claim_id": claim_id, "number": number, "deduction": _written(deduction)}
    put(connection, [Action(subject, ActionKind.HAND_OVER_CLAIM, subject, payload)], now)


def look_again(connection: Connection, claim_id: str, now: datetime) -> None:
    """The order is not wanted any more. It stays in the outbox, where it writes nothing: of an
    attempt the answer may have been lost, so payroll is asked whether it was done, also after the
    attempts were given up."""
    for row in _of_claim(connection, claim_id):
        revive_subject(connection, row.subject, now)


def underway(connection: Connection, claim_id: str) -> bool:
    """Whether payroll has still to answer an order of this claim."""
    return any(row.state == ActionState.PENDING for row in _of_claim(connection, claim_id))


def all_underway(connection: Connection) -> frozenset[str]:
    """The claims with an order that payroll has still to answer."""
    subjects = connection.execute(
        select(OutboxActionRow.subject).where(
            OutboxActionRow.kind == ActionKind.HAND_OVER_CLAIM,
            OutboxActionRow.state == ActionState.PENDING,
        )
    ).scalars()
    return frozenset(subject.split(":")[1] for subject in subjects)


def deduction_of(payload: dict[str, Any]) -> PayDeduction:
    plain = payload["deduction"]
    return PayDeduction(
        key=UUID(plain["key"]),
        employee_id=plain["employee_id"],
        amount_cents=plain["amount_cents"],
        net=plain["net"],
        year=plain["year"],
        period=plain["period"],
        on=date.fromisoformat(plain["on"]),
        description=plain["description"],
    )


def _written(deduction: PayDeduction) -> dict[str, Any]:
    return {
        "key": str(deduction.key),
        "employee_id": deduction.employee_id,
        "amount_cents": deduction.amount_cents,
        "net": deduction.net,
        "year": deduction.year,
        "period": deduction.period,
        "on": deduction.on.isoformat(),
        "description": deduction.description,
    }


def _of_claim(connection: Connection, claim_id: str) -> list[Any]:
    prefix = _subject(claim_id, "")
    return list(
        connection.execute(
            select(OutboxActionRow.subject, OutboxActionRow.state).where(
                OutboxActionRow.subject.startswith(prefix, autoescape=True)
            )
        )
    )


def _subject(claim_id: str, number: int | str) -> str:
    return f"claim:{claim_id}:{number}"

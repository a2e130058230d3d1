"""What one in-company session of a training costs and holds, as HR or the knowledge broker heard it
from a provider (Visie §5, P8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, insert, select

from adapter.ground.store.tables.tranches import in_company_prices
from adapter.subjects.requests.acts import Act, new_id
from policy.bundling import SessionPrice


def record_price(act: Act, training_id: str, price: SessionPrice, source: str) -> str:
    """Record a price and return its id; the newest of a training counts.

    `training_id` is a course's ID number or a trajectory.
    """
    price_id = new_id()
    act.connection.execute(
        insert(in_company_prices).values(
            position=_next_position(act),
            id=price_id,
            training_id=training_id,
            session_cents=price.session_cents,
            capacity=price.capacity,
            source=source,
            recorded_by=act.actor,
            recorded_at=act.now,
        )
    )
    return price_id


def list_prices(act: Act) -> list[Row[Any]]:
    """Oldest first, with those that were replaced."""
    return list(
        act.connection.execute(select(in_company_prices).order_by(in_company_prices.c.position))
    )


def newest_prices(act: Act) -> dict[str, SessionPrice]:
    """By course or trajectory."""
    return {
        row.training_id: SessionPrice(int(row.session_cents), row.capacity)
        for row in list_prices(act)
    }


def _next_position(act: Act) -> int:
    last = act.connection.execute(select(func.max(in_company_prices.c.position))).scalar_one()
    return 1 if last is None else int(last) + 1

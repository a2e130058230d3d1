"""What one in-company session of a training costs and holds, as HR or the knowledge broker heard it
from a provider (Visie §5, P8)."""

from __future__ import annotations

from sqlalchemy import insert, select

from adapter.ground.store.reading import next_position, rows_of
from adapter.ground.store.tables.tranches import InCompanyPriceRow
from adapter.subjects.requests.acts import Act, new_id
from policy.bundling import SessionPrice


def record_price(act: Act, training_id: str, price: SessionPrice, source: str) -> str:
    """Record a price and return its id; the newest of a training counts.

    `training_id` is a course's ID number or a trajectory.
    """
    price_id = new_id()
    act.connection.execute(
        insert(InCompanyPriceRow).values(
            position=next_position(act.connection, InCompanyPriceRow.position),
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


def list_prices(act: Act) -> list[InCompanyPriceRow]:
    """Oldest first, with those that were replaced."""
    return rows_of(act.connection, select(InCompanyPriceRow).order_by(InCompanyPriceRow.position))


def newest_prices(act: Act) -> dict[str, SessionPrice]:
    """By course or trajectory."""
    return {
        row.training_id: SessionPrice(int(row.session_cents), row.capacity)
        for row in list_prices(act)
    }

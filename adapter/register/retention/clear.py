"""Removes or empties what is past its term, once a night."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import Connection, delete, update

from adapter.ground.parts import Parts
from adapter.ground.store import chain
from adapter.ground.store.metadata import METADATA
from adapter.register.retention.terms import Term, cleared_tables

_log = structlog.get_logger(__name__)


def clear_past_terms(parts: Parts) -> dict[str, int]:
    """How many rows of each table were removed or emptied. A table is a transaction of its own, so
    that nobody waits for all of them; what refers to a row goes before the row."""
    counts: dict[str, int] = {}
    for name, term in cleared_tables().items():
        with parts.register.write() as connection:
            counts[name] = _clear(parts, connection, name, term)
    if any(counts.values()):
        _log.info("retention.cleared", **counts)
    return counts


def _clear(parts: Parts, connection: Connection, name: str, term: Term) -> int:
    days: int = getattr(parts.settings.retention, term.setting)
    now = parts.clock.now()
    past = term.past(now - timedelta(days=days))
    if name in chain.LOGS:
        chain.begin_after(connection, name, past, now)
        past &= chain.out_of_chain(name)
    table = METADATA.tables[name]
    change = update(table).values(term.emptied) if term.emptied else delete(table)
    return connection.execute(change.where(past)).rowcount

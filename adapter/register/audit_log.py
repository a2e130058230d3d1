"""The audit trail: who did, saw or took out what, about whom and by which way. Never a name or a
secret. It is only added to, and sealed in the chain (`adapter/ground/store/chain.py`)."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from adapter.ground.store import chain

LOG = "audit_log"
SERVICE, COMMAND, PAGE, API = "service", "command", "page", "api"
_way: ContextVar[str] = ContextVar("way", default=SERVICE)
_noted: ContextVar[int] = ContextVar("noted", default=0)


def come_by(way: str) -> None:
    """By which door the work at hand came in, for the lines that it leads to; each door says so
    when somebody comes in."""
    _way.set(way)


def acts_noted() -> int:
    """How many lines the work at hand has led to."""
    return _noted.get()


def note_act(
    connection: Connection,
    now: datetime,
    *,
    actor: str,
    action: str,
    record: str,
    result: str,
    about: str | None = None,
) -> None:
    """`actor` is an employee number, the name of a key, or the user of a command; empty for a
    stranger. `about` is the employee whom it is about, where it is one."""
    _noted.set(_noted.get() + 1)
    line = {"id": str(uuid4()), "at": now, "actor": actor, "action": action, "record": record}
    chain.append(connection, LOG, {**line, "result": result, "way": _way.get(), "about": about})

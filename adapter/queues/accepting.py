"""Events that are stored before they are answered: those that come in together in one transaction.

Who comes first stores its own event at once. Who comes while as many transactions are under way as
do at the same time waits, and is stored with all others that wait, by the first of them. Each is
answered after its own commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Insert,
    Text,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from adapter.ground.store.columns import canonical_json
from adapter.ground.store.own_transactions import Statement
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import ApiKeyRow, InboxEventRow
from adapter.queues.inbox import Delivery, EventState

AT_THE_SAME_TIME = {"sqlite": 1, "postgresql": 4}
"""Transactions of a process. SQLite has one writer; PostgreSQL commits several at once, and while
a process waits for one of them it can have others under way."""
_OF_ALL = (OperationalError, InterfaceError, NoConnection)
"""The database is away, full or busy, for one as for all."""
_AS_GIVEN = ("id", "source", "delivery_id", "channel", "kind", "body", "traceparent")
_SECONDS = "YYYY-MM-DD HH:MM:SS.ffffff"


class Accepting:
    """The way into the inbox for the threads of this process."""

    def __init__(self, register: Register) -> None:
        engine = register.engine.dialect.name
        self._register = register
        self._statement = Statement(register.engine, _storing(engine))
        self._free = AT_THE_SAME_TIME[engine]
        self._waiting: list[_Waiting] = []
        self._lock = Lock()

    @property
    def waiting(self) -> int:
        """How many wait for the next transaction."""
        return len(self._waiting)

    def accept(self, delivery: Delivery, now: datetime, key_id: str | None = None) -> str | None:
        """The id of the event, which is on the disk; of a repeat, the first one's. With a key:
        None, and nothing is stored, when it opens nothing any more at the moment of storing.
        Raises what the database raised."""
        mine = _Waiting(delivery, now, key_id)
        with self._lock:
            self._waiting.append(mine)
            if self._free:
                self._free -= 1
                self._hand_over()
        mine.turn.acquire()
        if mine.stores:
            try:
                self._store(mine.stores)
            finally:
                with self._lock:
                    self._hand_over()
                for one in mine.stores:
                    if one is not mine:
                        one.turn.release()
        if mine.error is not None:
            raise mine.error
        return mine.event_id

    def _hand_over(self) -> None:
        """All who wait are stored now, by the first of them."""
        together, self._waiting = _without_repeats(self._waiting)
        if together:
            together[0].stores = together
            together[0].turn.release()
        else:
            self._free += 1

    def _store(self, together: Sequence[_Waiting]) -> None:
        try:
            self._store_together(together)
        except Exception as error:  # noqa: BLE001 - it is raised to each whose event it is
            if len(together) == 1 or isinstance(error, _OF_ALL):
                for one in together:
                    one.error = error
                return
            # One that cannot be stored must not keep out the others.
            for one in together:
                self._store([one])

    def _store_together(self, together: Sequence[_Waiting]) -> None:
        events = canonical_json([one.event for one in together])
        found = self._register.own_transactions.execute(self._statement, {"events": events})
        ids = {(source, delivery_id): event_id for source, delivery_id, event_id in found}
        for one in together:
            one.event_id = ids.get(one.which)


class _Waiting:
    """An event whose sender waits until `turn` is released: it is done, or it `stores` itself and
    others."""

    __slots__ = ("error", "event", "event_id", "stores", "turn", "which")

    def __init__(self, delivery: Delivery, now: datetime, key_id: str | None) -> None:
        self.event = {
            "id": str(uuid4()),
            "source": delivery.source,
            "delivery_id": delivery.delivery_id,
            "channel": delivery.channel,
            "kind": delivery.kind,
            "body": canonical_json(delivery.body),
            "traceparent": delivery.traceparent,
            "now": now.astimezone(UTC).isoformat(" ", "microseconds"),
            "key_id": key_id,
        }
        self.which = (delivery.source, delivery.delivery_id)
        self.turn = Lock()
        self.turn.acquire()
        self.stores: list[_Waiting] = []
        self.error: Exception | None = None
        self.event_id: str | None = None


def _without_repeats(waiting: Sequence[_Waiting]) -> tuple[list[_Waiting], list[_Waiting]]:
    """Who can be stored in one statement, in the order in which every process takes its locks; and
    who waits on, as one statement counts no row twice."""
    first: dict[tuple[str, str], _Waiting] = {}
    later = [one for one in waiting if first.setdefault(one.which, one) is not one]
    return [first[which] for which in sorted(first)], later


def _storing(engine: str) -> Insert:
    """The events in `events`, a list as JSON, of which each key still opens."""
    each = func.json_array_elements if engine == "postgresql" else func.json_each
    given = bindparam("events", "[]", Text)
    events = each(cast(given, postgresql.JSON) if engine == "postgresql" else given)
    value = events.table_valued("value").c.value

    def told(name: str) -> ColumnElement[str]:
        if engine == "postgresql":
            return value.op("->>", return_type=Text())(literal(name, Text, literal_execute=True))
        # SQLite has ->> since 3.38 only.
        return func.json_extract(
            value, literal(f"$.{name}", Text, literal_execute=True), type_=Text
        )

    now = _moment(engine, told("now"))
    columns: dict[str, ColumnElement[Any]] = {
        **{name: told(name) for name in _AS_GIVEN},
        "received_at": now,
        "state": literal(EventState.RECEIVED.value, Text, literal_execute=True),
        "next_attempt_at": now,
    }
    opens = exists().where(
        ApiKeyRow.id == told("key_id"),
        ApiKeyRow.revoked_at.is_(None),
        or_(ApiKeyRow.expires_at.is_(None), ApiKeyRow.expires_at > now),
    )
    chosen = select(*columns.values()).where(or_(told("key_id").is_(None), opens))
    insert = postgresql.insert if engine == "postgresql" else sqlite.insert
    return (
        insert(InboxEventRow)
        .from_select(list(columns), chosen)
        .on_conflict_do_update(
            index_elements=["source", "delivery_id"],
            set_={"duplicates": InboxEventRow.duplicates + literal(1, literal_execute=True)},
        )
        .returning(InboxEventRow.source, InboxEventRow.delivery_id, InboxEventRow.id)
    )


def _moment(engine: str, written: ColumnElement[str]) -> ColumnElement[Any]:
    """As the columns of moments hold it: SQLite has no zones."""
    if engine == "postgresql":
        return cast(written, postgresql.TIMESTAMP(timezone=True))
    return func.substr(written, 1, len(_SECONDS))

"""Hearing that there is work, on PostgreSQL.

The transaction that brings work wakes who waits for it, when it ends (LISTEN and NOTIFY; the
triggers are in migration 0037). One connection for a whole process hears it: it goes past a pooler,
which gives a transaction to one connection and the next to another. Whoever waits looks once more
after it was said that it waits, and now and then all the same: work also comes due by the clock,
and what was said while a connection was gone is not said again.
"""

from __future__ import annotations

import os
import select
from collections.abc import Collection
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any

import psycopg
import structlog
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from adapter.ground.store import failures
from adapter.ground.store.failures import DIRECT_SETTING, SETTING
from adapter.ground.store.register import Register, is_pooled, on_the_network

_log = structlog.get_logger(__name__)

CHANNEL = "odwh_work"
LOCK_CLASS = 7_305_201
"""The first number of the advisory locks by which those who wait are seen; as in the triggers."""

_HEAR = "SELECT pg_advisory_lock_shared(%s, hashtext(what)) FROM unnest(%s::text[]) AS what"
_HEAR_NO_MORE = (
    "SELECT pg_advisory_unlock_shared(%s, hashtext(what)) FROM unnest(%s::text[]) AS what"
)

UNHEARD_SECONDS = 1.0
"""Between two looks on PostgreSQL while nothing is heard."""
HEARING_SECONDS = (0.25, 1.0, 5.0)
"""From the first look that found nothing. What was under way when it was said that somebody waits
ends within these without a word, which the first ones make up for."""
AGAIN_SECONDS = 5.0
"""Until the connection is tried again."""
ANSWER_SECONDS = 2.0


class _Listener:
    """One who waits, as the connection knows it."""

    def __init__(self, listening: Listening, topics: Collection[str]) -> None:
        self._listening = listening
        self.topics = sorted(topics)
        self.woken = Event()
        self.wants_to_hear = False
        self.hears = False
        self.told = Event()
        """That what it wants was done, or cannot be."""
        self._looks = 0
        self._in_a_row = 0

    def found(self) -> None:
        """Who goes on finding work need not be woken. After a first one it may just as well wait
        again at once, which would only cost a word to PostgreSQL."""
        self._looks = 0
        self._in_a_row += 1
        if self._in_a_row > 1 and self.wants_to_hear:
            self._listening.ask(self, hear=False)

    def wait(self) -> None:
        self._in_a_row = 0
        if not self.hears and self._listening.ask(self, hear=True):
            return
        if not self.hears:
            self._sleep(UNHEARD_SECONDS)
            return
        self._sleep(HEARING_SECONDS[min(self._looks, len(HEARING_SECONDS) - 1)])
        self._looks += 1

    def _sleep(self, seconds: float) -> None:
        self.woken.wait(seconds)
        if not self._listening.ended:
            self.woken.clear()


class Listening:
    """Hears PostgreSQL for all threads of a process, in a thread of its own."""

    def __init__(self, register: Register) -> None:
        self._url = register.direct_url or register.engine.url
        self._setting = SETTING if register.direct_url is None else DIRECT_SETTING
        self._told_why = False
        self._lock = Lock()
        self._listeners: list[_Listener] = []
        self._schema = ""
        self._connected = False
        self.ended = False
        self._poked, self._poke = os.pipe()
        os.set_blocking(self._poked, False)
        os.set_blocking(self._poke, False)
        self._thread = Thread(target=self._run, name="listening", daemon=True)
        self._thread.start()

    def waiter(self, topics: Collection[str]) -> _Listener:
        listener = _Listener(self, topics)
        with self._lock:
            self._listeners.append(listener)
        return listener

    def end(self) -> None:
        self.ended = True
        self._wake()
        for listener in self._all():
            listener.woken.set()
            listener.told.set()

    def ask(self, listener: _Listener, *, hear: bool) -> bool:
        """Whether the listener hears from now; who does not want to need not wait for that."""
        if not self._connected or self.ended:
            return False
        listener.told.clear()
        listener.wants_to_hear = hear
        self._wake()
        if not hear:
            return False
        listener.told.wait(ANSWER_SECONDS)
        return listener.hears

    def _wake(self) -> None:
        try:
            os.write(self._poke, b".")
        except BlockingIOError:
            # It was poked so often that it will look anyway.
            return

    def _all(self) -> list[_Listener]:
        with self._lock:
            return list(self._listeners)

    def _run(self) -> None:
        while not self.ended:
            try:
                connection = _connect(self._url)
            except _Pooled:
                _log.warning(
                    "listening.pooled",
                    remedy="name the database past the pooler in ODWH_DATABASE_DIRECT_URL",
                )
                return
            except psycopg.OperationalError as error:
                self._tell_why(error)
                self._pause(AGAIN_SECONDS)
                continue
            try:
                with connection:
                    self._listen(connection)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                _log.warning("listening.lost", asks_every_seconds=UNHEARD_SECONDS)
            finally:
                self._forget()
            self._pause(AGAIN_SECONDS)

    def _tell_why(self, error: psycopg.OperationalError) -> None:
        """Once, until it was heard again."""
        if not self._told_why:
            reason = failures.sentence_of(str(error), self._url, self._setting)
            _log.warning("listening.not_connected", reason=reason)
        self._told_why = True

    def _pause(self, seconds: float) -> None:
        # Of a word that came as the connection was lost it would not be a pause.
        self._hear_poke()
        if not self.ended:
            select.select([self._poked], [], [], seconds)

    def _hear_poke(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._poked, 4096)

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        row = connection.execute("SELECT current_schema()").fetchone()
        assert row is not None, "a SELECT without FROM gives a row"
        self._schema = row[0]
        self._connected = True
        self._told_why = False
        while not self.ended:
            for listener in self._all():
                self._do_as_wanted(connection, listener)
            # Also what came while it was asked something.
            for said in connection.notifies(timeout=0):
                self._heard(said)
            readable, _, _ = select.select([self._poked, connection.fileno()], [], [])
            if self._poked in readable:
                self._hear_poke()

    def _do_as_wanted(self, connection: psycopg.Connection[Any], listener: _Listener) -> None:
        wanted = listener.wants_to_hear
        if wanted != listener.hears:
            what = [f"{self._schema} {topic}" for topic in listener.topics]
            connection.execute(_HEAR if wanted else _HEAR_NO_MORE, [LOCK_CLASS, what])
            listener.hears = wanted
        listener.told.set()

    def _heard(self, said: psycopg.Notify) -> None:
        schema, _, topic = said.payload.rpartition(" ")
        if schema != self._schema:
            return
        for listener in self._all():
            if topic in listener.topics:
                listener.woken.set()

    def _forget(self) -> None:
        self._connected = False
        for listener in self._all():
            listener.wants_to_hear = listener.hears = False
            listener.told.set()
            # What was said meanwhile was heard by nobody.
            listener.woken.set()


class _Pooled(Exception):
    """A pooler is between; it would hear for whom it pleases."""


def _connect(url: URL) -> psycopg.Connection[Any]:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    address = make_conninfo(plain, application_name="odwh-adapter listening", **on_the_network(url))
    connection: psycopg.Connection[Any] = psycopg.connect(address, autocommit=True)
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert row is not None, "a SELECT without FROM gives a row"
    if is_pooled(connection, row[0]):
        connection.close()
        raise _Pooled
    return connection

"""How much a key, a session or an address may ask (429 with Retry-After), for all web processes of
a machine together, and how wrong keys are slowed down.

The generic cell rate algorithm: of each caller one moment is kept, at which all that it asked would
be paid off. Who is a minute ahead of now waits.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from copy import copy
from enum import IntEnum

import structlog
from flask import Flask

from adapter.doors.web import current
from adapter.doors.web.client_address import block_of, is_this_machine
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.shared_moments import SharedMoments

_log = structlog.get_logger(__name__)
_EXTENSION = "odwh_limits"
_MINUTE = 60.0
_REMEMBERED = 3600.0
"""Seconds that an address is known to have used a key rightly."""


class _Of(IntEnum):
    """What is counted, apart: no stranger's address shares a place with a key."""

    CALLERS = 0
    STRANGERS = 1
    WRONG_KEYS = 2
    RIGHT_KEYS = 3


class Limits:
    """Made before the web processes are forked, so that they count together."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._moments = SharedMoments(len(_Of))
        self._organisation = ""

    def of(self, organisation: str) -> Limits:
        """Those of one of several, which uses nothing up of another's: a caller is somebody else
        there."""
        own = copy(self)
        own._organisation = organisation
        return own

    def caller(self, name: str, per_minute: int) -> float:
        """Counts one; returns the seconds to wait, 0 for who is let in."""
        return self._take(_Of.CALLERS, name, per_minute)

    def stranger(self, address: str, per_minute: int) -> float:
        """The same, of who has no key and no session."""
        return self._take(_Of.STRANGERS, block_of(address), per_minute)

    def note_wrong(self, address: str, per_minute: int) -> None:
        self._take(_Of.WRONG_KEYS, block_of(address), per_minute)

    def note_right(self, address: str, presented: str) -> None:
        self._moments[_Of.RIGHT_KEYS, self._pair(address, presented)] = self._now()

    def until_looked_at(self, address: str, presented: str, per_minute: int) -> float:
        """Seconds. After too many wrong ones a key is not even looked at, but for one that was
        right when this address used it: a sender must not suffer from its neighbour."""
        now = self._now()
        # One moment, which is written as a whole: nobody need be kept from it meanwhile.
        paid_off = self._paid_off(_Of.WRONG_KEYS, block_of(address), per_minute, now)
        if not (ahead := _ahead(paid_off, now)):
            return 0.0
        known = self._moments[_Of.RIGHT_KEYS, self._pair(address, presented)]
        return 0.0 if known and now - known < _REMEMBERED else ahead

    def _take(self, of: _Of, name: str, per_minute: int) -> float:
        now = self._now()
        with self._moments.held():
            paid_off = self._paid_off(of, name, per_minute, now)
            if not (ahead := _ahead(paid_off, now)):
                self._moments[of, self._of_ours(name)] = paid_off
        return ahead

    def _paid_off(self, of: _Of, name: str, per_minute: int, now: float) -> float:
        """The moment at which one more would be paid off too."""
        return max(self._moments[of, self._of_ours(name)], now) + _MINUTE / per_minute

    def _pair(self, address: str, presented: str) -> str:
        return self._of_ours(f"{address} {hashlib.sha256(presented.encode()).hexdigest()}")

    def _of_ours(self, name: str) -> str:
        return f"{self._organisation} {name}"


def _ahead(paid_off: float, now: float) -> float:
    """By how many seconds that is too many. A hair of rounding is nobody's extra request."""
    ahead = paid_off - now - _MINUTE
    return ahead if ahead > 1e-6 else 0.0


def count_with(app: Flask, limits: Limits) -> None:
    app.extensions[_EXTENSION] = limits


def limits() -> Limits:
    found: Limits = current.application().extensions[_EXTENSION]
    return found


def limit_caller(name: str, *, events: bool = False) -> None:
    """Raises a 429 when this key or session asks too much. Senders of events have a limit of their
    own, which an LMS does not reach: an event must not be lost to it."""
    settings = current.parts().settings.limits
    if events:
        _refuse(limits().caller(f"events {name}", settings.events_per_minute), name)
    else:
        _refuse(limits().caller(name, settings.key_per_minute), name)


def limit_stranger(address: str | None) -> None:
    """Raises a 429 when an address asks too much without a key or a session."""
    if address is None or is_this_machine(address):
        return
    per_minute = current.parts().settings.limits.address_per_minute
    _refuse(limits().stranger(address, per_minute), address, "too_many_from_address")


def refuse_guessing(address: str | None, presented: str) -> None:
    """Raises a 429, before the key is looked at, for an address that presented too many wrong
    ones."""
    per_minute = current.parts().settings.limits.wrong_keys_per_minute
    wait = limits().until_looked_at(address or "", presented, per_minute)
    _refuse(wait, address or "", "too_many_wrong_keys")


def _refuse(wait: float, name: str, detail: str | None = None) -> None:
    if not wait:
        return
    _log.warning("limit.reached", by=name, limit=detail or "too_many_requests")
    seconds = str(math.ceil(wait))
    raise Problem(Kind.TOO_MANY_REQUESTS, detail, headers={"Retry-After": seconds})

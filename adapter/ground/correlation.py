"""The id by which everything that one event led to is found again: a trace id of W3C Trace Context.

A request begins one or brings one along; the event that it stores keeps it, and so do the actions
of the decision. It is random and says nothing of anybody.
"""

from __future__ import annotations

import re
from contextvars import ContextVar, Token
from dataclasses import dataclass, replace
from secrets import token_hex

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_NO_TRACE, _NO_SPAN = "0" * 32, "0" * 16


@dataclass(frozen=True, slots=True)
class Correlation:
    """`span_id` is the step itself. `sampled` says whether whoever began the trace records it.
    `of_many`: a job, of which each event or decision gets an id of its own."""

    trace_id: str
    span_id: str
    sampled: bool = True
    of_many: bool = False

    @property
    def traceparent(self) -> str:
        """As the header of that name is written, and as it is kept with an event or action."""
        return f"00-{self.trace_id}-{self.span_id}-{int(self.sampled):02x}"


_CURRENT: ContextVar[Correlation | None] = ContextVar("correlation", default=None)


def current() -> Correlation | None:
    """The step at hand of this thread; None outside any."""
    return _CURRENT.get()


def enter(step: Correlation) -> Token[Correlation | None]:
    return _CURRENT.set(step)


def leave(entered: Token[Correlation | None]) -> None:
    _CURRENT.reset(entered)


def fresh(*, of_many: bool = False) -> Correlation:
    # One look at the system's randomness for both.
    digits = token_hex(24)
    return Correlation(digits[:32], digits[32:], of_many=of_many)


def read_traceparent(text: str | None) -> Correlation | None:
    """What a header or a row says; None for what is no traceparent, as the standard asks."""
    found = _TRACEPARENT.fullmatch(text) if text else None
    if found is None or found[1] == _NO_TRACE or found[2] == _NO_SPAN:
        return None
    return Correlation(found[1], found[2], sampled=bool(int(found[3], 16) & 1))


def of_request_id(text: str | None) -> Correlation | None:
    """A caller's own id for its request, where it is a UUID: anything else could be a name."""
    if not text or _UUID.fullmatch(text) is None:
        return None
    digits = text.replace("-", "").lower()
    return None if digits == _NO_TRACE else replace(fresh(), trace_id=digits)


def to_keep() -> str:
    """The traceparent for an event or action that is written now."""
    here = current()
    return (fresh() if here is None or here.of_many else here).traceparent

"""A circuit per system: whoever keeps asking a system that does not answer waits for every answer
that does not come, and so does all that stands behind it.

After some calls in a row without an answer the circuit opens, and calls are refused at once. One
call at a time is let through after a pause, ever longer; the first that is answered closes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from threading import Lock

from connectors.errors import ConnectorError, Transient

CALLS_ALLOWED = 2
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
"""Seconds."""
REFUSED = "circuit_open"
# What says that a system is away or overloaded; any other word of a system is an answer.
_NO_ANSWER = frozenset({"network", "timeout", "429", "502", "503", "504"})


Watch = Callable[[str, str], AbstractContextManager[object]]
"""Opened around each call, those that are refused as well: which system, and what is asked of it.
What is raised goes through it."""


def _unwatched(_system: str, _asked: str) -> AbstractContextManager[object]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class CircuitState:
    """`why` is the last error while the circuit is open, else None; `calls` counts those that said
    something of the system."""

    open: bool
    why: str | None
    calls: int


class Circuit:
    """Safe to share between threads. `system` is its name in messages."""

    def __init__(
        self,
        system: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        watch: Watch = _unwatched,
    ) -> None:
        self._system = system
        self._watch = watch
        self._clock = clock
        self._lock = Lock()
        self._calls = 0
        self._unanswered = 0
        self._pause = FIRST_PAUSE
        self._ask_at = 0.0
        self._probing = False
        self._why: str | None = None

    def state(self) -> CircuitState:
        with self._lock:
            return CircuitState(
                self._is_open(), self._why if self._is_open() else None, self._calls
            )

    def ready(self) -> bool:
        """Whether a call would be let through now."""
        with self._lock:
            return not self._is_open() or (not self._probing and self._clock() >= self._ask_at)

    @contextmanager
    def call(self, asked: str = "call") -> Iterator[None]:
        """Around one call. `asked` names what, without whom it is about. Raises `Transient` while
        the circuit is open, without calling; `retry_after` says for how long."""
        with self._watch(self._system, asked), self._guarded():
            yield

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        probe = self._admit()
        try:
            yield
        except ConnectorError as error:
            if isinstance(error, Transient) and error.code in _NO_ANSWER:
                self._not_answered(str(error), probe=probe)
            elif not isinstance(error, Transient) or error.code:
                self._answered()
            raise
        else:
            self._answered()
        finally:
            if probe:
                with self._lock:
                    self._probing = False

    def _admit(self) -> bool:
        """Whether the call is a probe."""
        with self._lock:
            if not self._is_open():
                return False
            left = self._ask_at - self._clock()
            if self._probing or left > 0:
                raise Transient(
                    f"{self._system} does not answer: {self._why}",
                    code=REFUSED,
                    retry_after=max(left, FIRST_PAUSE),
                )
            self._probing = True
            return True

    def _answered(self) -> None:
        with self._lock:
            self._calls += 1
            self._unanswered, self._pause, self._why = 0, FIRST_PAUSE, None

    def _not_answered(self, why: str, *, probe: bool) -> None:
        with self._lock:
            self._calls += 1
            self._unanswered += 1
            self._why = why
            if probe:
                self._pause = min(self._pause * 2, LONGEST_PAUSE)
            self._ask_at = self._clock() + self._pause

    def _is_open(self) -> bool:
        return self._unanswered >= CALLS_ALLOWED

"""Each call of another system: a line in the log, a number for Prometheus, a span. What is asked is
named by its function or method alone; about whom, and what came back, is in none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import structlog

from adapter.ground import correlation
from adapter.ground.counted import CALL_SECONDS, CALLS, count, observe
from adapter.ground.traces import Kind, Step
from connectors.circuit import REFUSED
from connectors.errors import ConnectorError

_log = structlog.get_logger(__name__)
_ANSWERED, _CIRCUIT_OPEN, _FAULT = "answered", "circuit_open", "fault"


@contextmanager
def watched(system: str, asked: str) -> Iterator[None]:
    """Around one call, as `connectors/circuit.py` asks of who watches it."""
    # What is not asked for an event, an action, a request or a job is a look whether all is well.
    tell = _log.debug if correlation.current() is None else _log.info
    began, outcome, code = perf_counter(), _FAULT, None
    with Step(f"{system} {asked}", kind=Kind.CLIENT) as step:
        try:
            yield
            outcome = _ANSWERED
        except ConnectorError as error:
            code = error.code or None
            outcome = _CIRCUIT_OPEN if error.code == REFUSED else type(error).__name__.lower()
            step.failed(outcome)
            raise
        finally:
            seconds = perf_counter() - began
            count(CALLS, system, outcome)
            if outcome != _CIRCUIT_OPEN:
                observe(CALL_SECONDS, seconds, system)
            tell(
                "call",
                system=system,
                asked=asked,
                outcome=outcome,
                code=code,
                ms=round(seconds * 1000, 1),
            )

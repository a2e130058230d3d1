"""What this process counts for Prometheus beside its requests, as `docs/metrics.md` tells.

Counted in memory, so an event or call costs no more than a number; what stands in the register is
read when Prometheus asks. Labels are few and name no person.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from adapter.ground import metrics_folder

_log = structlog.get_logger(__name__)

COUNTED = CollectorRegistry()

EVENTS = Counter(
    "odwh_events_processed", "Attempts at events", ["channel", "outcome"], registry=COUNTED
)
ACTIONS = Counter(
    "odwh_actions_carried_out", "Attempts at actions", ["kind", "outcome"], registry=COUNTED
)
DECISIONS = Counter("odwh_decisions", "Decisions logged", ["outcome"], registry=COUNTED)
CALLS = Counter(
    "odwh_connector_calls", "Calls by how they ended", ["system", "outcome"], registry=COUNTED
)
CALL_SECONDS = Histogram(
    "odwh_connector_call_seconds",
    "From asking to the answer, repeats included",
    ["system"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
    registry=COUNTED,
)
CIRCUIT_OPEN = Gauge(
    "odwh_circuit_open",
    "1 while a worker does not call the system",
    ["system"],
    registry=COUNTED,
    multiprocess_mode="livemax",
)
CONNECTIONS = Gauge(
    "odwh_database_connections_in_use",
    "Of the pools of all processes",
    ["program"],
    registry=COUNTED,
    multiprocess_mode="livesum",
)


def count(counter: Counter, *labels: str) -> None:
    with costing_nothing():
        counter.labels(*labels).inc()


def observe(histogram: Histogram, seconds: float, *labels: str) -> None:
    with costing_nothing():
        histogram.labels(*labels).observe(seconds)


def show(gauge: Gauge, value: float, *labels: str) -> None:
    with costing_nothing():
        gauge.labels(*labels).set(value)


@contextmanager
def costing_nothing() -> Iterator[None]:
    """Around counting: a folder or disk that fails costs no event, call or request. The folder is
    made again, so that what follows is counted."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - see above
        not_counted(error)


def not_counted(error: Exception) -> None:
    wrong = metrics_folder.make_folder()
    _log.warning("metrics.not_counted", error=type(error).__name__, reason=wrong)


def scraped(*own: CollectorRegistry) -> bytes:
    """What was counted, as Prometheus reads it."""
    return b"".join(generate_latest(one) for one in registries(*own))


def registries(*own: CollectorRegistry) -> tuple[CollectorRegistry, ...]:
    """What every process counted where a folder is shared, else what this one did, with what it
    counts in `own`."""
    shared = metrics_folder.folder()
    if shared is None:
        return COUNTED, *own
    if not shared.is_dir():
        not_counted(FileNotFoundError())
        return ()
    every_process = CollectorRegistry()
    MultiProcessCollector(every_process, str(shared))
    return (every_process,)

"""What this process counts for Prometheus beside its requests, as `docs/metrics.md` tells.

Counted in memory, so an event or call costs no more than a number; what stands in the register is
read when Prometheus asks. Labels are few and name no person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from types import TracebackType

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from adapter.ground import metrics_folder
from adapter.ground.log import organisation_in_log

_log = structlog.get_logger(__name__)

COUNTED = CollectorRegistry()
ORGANISATION = "organisation"
"""The label of all that is counted; without a value, and then not shown, where there is one."""
NO_ORGANISATION = ""

EVENTS = Counter(
    "odwh_events_processed",
    "Attempts at events",
    [ORGANISATION, "channel", "outcome"],
    registry=COUNTED,
)
ACTIONS = Counter(
    "odwh_actions_carried_out",
    "Attempts at actions",
    [ORGANISATION, "kind", "outcome"],
    registry=COUNTED,
)
DECISIONS = Counter(
    "odwh_decisions", "Decisions logged", [ORGANISATION, "outcome"], registry=COUNTED
)
CALLS = Counter(
    "odwh_connector_calls",
    "Calls by how they ended",
    [ORGANISATION, "system", "outcome"],
    registry=COUNTED,
)
CALL_SECONDS = Histogram(
    "odwh_connector_call_seconds",
    "From asking to the answer, repeats included",
    [ORGANISATION, "system"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
    registry=COUNTED,
)
CIRCUIT_OPEN = Gauge(
    "odwh_circuit_open",
    "1 while a worker does not call the system",
    [ORGANISATION, "system"],
    registry=COUNTED,
    multiprocess_mode="livemax",
)
CONNECTIONS = Gauge(
    "odwh_database_connections_in_use",
    "Of the pools of all processes",
    [ORGANISATION, "program"],
    registry=COUNTED,
    multiprocess_mode="livesum",
)


def count(counter: Counter, *labels: str) -> None:
    with costing_nothing():
        counter.labels(_at_hand(), *labels).inc()


def observe(histogram: Histogram, seconds: float, *labels: str) -> None:
    with costing_nothing():
        histogram.labels(_at_hand(), *labels).observe(seconds)


def show(gauge: Gauge, value: float, *labels: str) -> None:
    with costing_nothing():
        gauge.labels(_at_hand(), *labels).set(value)


class _CostingNothing:
    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        not_counted(error)
        return True


_COSTING_NOTHING = _CostingNothing()


def costing_nothing() -> AbstractContextManager[None, bool]:
    """Around counting: a folder or disk that fails costs no event, call or request. The folder is
    made again, so that what follows is counted."""
    return _COSTING_NOTHING


def not_counted(error: Exception) -> None:
    wrong = metrics_folder.make_folder()
    _log.warning("metrics.not_counted", error=type(error).__name__, reason=wrong)


def _at_hand() -> str:
    return organisation_in_log() or NO_ORGANISATION


class Labelled(Collector):
    """What is counted of one organisation, with its name; of the only one without. Of every one
    where none is named."""

    def __init__(
        self, counted: Collector | CollectorRegistry, organisation: str | None = None
    ) -> None:
        self._counted, self._organisation = counted, organisation

    def collect(self) -> Iterator[Metric]:
        for family in self._counted.collect():
            family.samples = [
                one._replace(labels=self._named(one.labels))
                for one in family.samples
                if self._is_asked_for(one.labels)
            ]
            yield family

    def _is_asked_for(self, labels: Mapping[str, str]) -> bool:
        return self._organisation is None or (
            labels.get(ORGANISATION, self._organisation) == self._organisation
        )

    def _named(self, labels: Mapping[str, str]) -> dict[str, str]:
        others = {name: value for name, value in labels.items() if name != ORGANISATION}
        named = labels.get(ORGANISATION) or self._organisation
        return {ORGANISATION: named, **others} if named else others


def scraped(*own: CollectorRegistry, organisation: str | None = NO_ORGANISATION) -> bytes:
    """What was counted of an organisation, as Prometheus reads it; None for all of them."""
    every = (_with(Labelled(one, organisation)) for one in _registries(*own))
    return b"".join(generate_latest(one) for one in every)


def _with(collector: Collector) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(collector)
    return registry


def _registries(*own: CollectorRegistry) -> tuple[CollectorRegistry, ...]:
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

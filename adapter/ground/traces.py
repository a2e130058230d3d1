"""The steps from event to action: each is a line of the log with the trace id of its event, and a
span for OpenTelemetry where the environment names an exporter.

The standard variables say where to (`OTEL_EXPORTER_OTLP_ENDPOINT`) and how much
(`OTEL_TRACES_SAMPLER`). Without them nothing of OpenTelemetry is imported. What a span holds is in
`docs/metrics.md`: ids of our own records, codes and counts; no person, text or token.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextvars import Token
from dataclasses import replace
from enum import Enum
from importlib.metadata import version
from multiprocessing.util import Finalize
from secrets import token_hex
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Self

import structlog

from adapter.ground import correlation
from adapter.ground.correlation import Correlation
from adapter.ground.log import organisation_in_log

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, SpanContext, Tracer

_PACKAGE = "odwh-lms-adapter"
_NAMED_BY = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_tracer: Tracer | None = None


class TracesNotInstalled(Exception):
    """An exporter is named and OpenTelemetry is not there; the message says what to do."""


def export_named() -> str | None:
    """The variable that names where traces go; None when they go nowhere."""
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    return next((name for name in _NAMED_BY if os.environ.get(name)), None)


def export_traces(program: str) -> None:
    """Send the steps of this process to where the environment says, if it does. After a fork: the
    thread that sends would not be there. Raises `TracesNotInstalled`."""
    global _tracer
    require_traces()
    if export_named() is None or _tracer is not None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    told = {
        "service.name": os.environ.get("OTEL_SERVICE_NAME") or "odwh-adapter",
        "service.version": version(_PACKAGE),
        "odwh.program": program,
    }
    provider = TracerProvider(resource=Resource.create(told), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    # What is left is sent when the process ends, also one that is a copy of its supervisor: that
    # ends without what `atexit` knows.
    Finalize(None, provider.shutdown, exitpriority=0)
    _tracer = provider.get_tracer("adapter", version(_PACKAGE))


def require_traces() -> None:
    """Raises `TracesNotInstalled` when traces are asked for and cannot be made."""
    named = export_named()
    if named is None:
        return
    try:
        import opentelemetry.exporter.otlp.proto.http.trace_exporter  # noqa: F401
    except ImportError as error:
        raise TracesNotInstalled(
            f"{named} is set, and OpenTelemetry is not installed: install "
            "requirements/traces.txt (docs/install.md), or take the variable away"
        ) from error


_NOTHING: Mapping[str, str] = MappingProxyType({})


class Kind(Enum):
    """Of a span, as OpenTelemetry numbers them."""

    INTERNAL = 0
    SERVER = 1
    CLIENT = 2
    CONSUMER = 4


class Step:
    """A step on the way from event to action; a context manager, entered once.

    It follows `follows`, else the step at hand, else it is the first of its trace. With `own` it
    begins a trace where the step at hand is a job, which is `of_many`. The lines of the log within
    it carry the trace id and `bound`, and so does its span.
    """

    __slots__ = (
        "_bound",
        "_follows",
        "_kind",
        "_name",
        "_of_many",
        "_own",
        "_span",
        "_token",
        "_unbind",
    )

    def __init__(
        self,
        name: str,
        *,
        kind: Kind = Kind.INTERNAL,
        follows: Correlation | None = None,
        own: bool = False,
        of_many: bool = False,
        bound: Mapping[str, str] = _NOTHING,
    ) -> None:
        self._name = name
        self._kind = kind
        self._follows = follows
        self._own = own
        self._of_many = of_many
        self._bound = bound
        self._span: Span | None = None
        self._token: Token[Correlation | None]
        self._unbind: Mapping[str, Token[Any]]

    def __enter__(self) -> Self:
        here, left = self._follows or correlation.current(), None
        if here is not None and here.of_many and self._own:
            here, left = None, here
        mine = self._plain(here) if _tracer is None else self._recorded(_tracer, here, left)
        self._token = correlation.enter(mine)
        self._unbind = structlog.contextvars.bind_contextvars(trace_id=mine.trace_id, **self._bound)
        return self

    def _plain(self, before: Correlation | None) -> Correlation:
        if before is None:
            return correlation.fresh(of_many=self._of_many)
        return replace(before, span_id=token_hex(8), of_many=self._of_many)

    def _recorded(
        self, tracer: Tracer, before: Correlation | None, left: Correlation | None
    ) -> Correlation:
        """`left` is the job or batch from whose trace it steps out."""
        from opentelemetry.trace import Link, SpanKind

        told = {f"odwh.{name}": value for name, value in self._bound.items()}
        if (organisation := organisation_in_log()) is not None:
            told["odwh.organisation"] = organisation
        links = [] if left is None else [Link(_place(left))]
        kind = SpanKind(self._kind.value)
        span = tracer.start_span(self._name, _context(before), kind, told, links)
        self._span = span
        made = span.get_span_context()
        return Correlation(
            f"{made.trace_id:032x}",
            f"{made.span_id:016x}",
            sampled=made.trace_flags.sampled,
            of_many=self._of_many,
        )

    def name(self, name: str) -> None:
        """What it turned out to be."""
        if self._span is not None:
            self._span.update_name(name)

    def tell(self, told: Mapping[str, str | int]) -> None:
        """What is known of it by now, for its span alone."""
        if self._span is not None:
            self._span.set_attributes(told)

    def failed(self, why: str) -> None:
        """`why` is a code: what an exception says can hold a name."""
        if self._span is not None:
            from opentelemetry.trace import StatusCode

            self._span.set_attribute("error.type", why)
            self._span.set_status(StatusCode.ERROR)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        structlog.contextvars.reset_contextvars(**self._unbind)
        correlation.leave(self._token)
        if kind is not None:
            self.failed(kind.__name__)
        if self._span is not None:
            self._span.end()


def _context(before: Correlation | None) -> Context:
    """Never OpenTelemetry's own current one: what follows what is kept by us alone."""
    from opentelemetry.context import Context
    from opentelemetry.trace import NonRecordingSpan, set_span_in_context

    if before is None:
        return Context()
    return set_span_in_context(NonRecordingSpan(_place(before)), Context())


def _place(step: Correlation) -> SpanContext:
    from opentelemetry.trace import SpanContext, TraceFlags

    return SpanContext(
        int(step.trace_id, 16),
        int(step.span_id, 16),
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED if step.sampled else TraceFlags.DEFAULT),
    )

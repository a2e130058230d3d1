"""`/metrics` for Prometheus: requests counted per route, and what waits in the database.

Open to anyone who reaches the port, which is loopback unless set otherwise; no label names a
person. With several processes, PROMETHEUS_MULTIPROC_DIR lets each answer for all.
"""

from __future__ import annotations

from collections import Counter as Counted
from collections.abc import Iterator
from functools import lru_cache

from flask import Flask, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from adapter.doors.web import current
from adapter.doors.web.request_log import method, route_template, seconds_since_start
from adapter.doors.web.state_metrics import state_families
from adapter.ground.counted import (
    CONNECTIONS,
    NO_ORGANISATION,
    ORGANISATION,
    Labelled,
    costing_nothing,
    scraped,
)
from adapter.ground.parts import Parts
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.subjects.sync.scan_alarm import full_scan
from adapter.views.tasks.letters_left import dead_letters as letters_of


class Backlog(Collector):
    """Read at scrape time, so that it is the same from every process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._register = parts.register

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            rows = list(self._rows())
        except SQLAlchemyError:
            rows = []
        yield GaugeMetricFamily("odwh_database_up", "Whether it answers", value=float(bool(rows)))
        yield from rows

    def _rows(self) -> Iterator[GaugeMetricFamily]:
        with self._register.read() as connection:
            letters = Counted(
                (one.queue, one.left_because is None) for one in letters_of(connection)
            )
        dead = GaugeMetricFamily(
            "odwh_dead_letters", "Not delivered, and waiting for somebody", labels=["queue"]
        )
        left = GaugeMetricFamily(
            "odwh_dead_letters_left", "Not delivered, and left so by somebody", labels=["queue"]
        )
        for name, table in (("inbox", InboxEventRow), ("outbox", OutboxActionRow)):
            states = self._states(table)
            family = GaugeMetricFamily(f"odwh_{name}_rows", "Rows by state", labels=["state"])
            for state, count in states.items():
                family.add_metric([state], count)
            dead.add_metric([name], letters[name, True])
            left.add_metric([name], letters[name, False])
            yield family
        yield from (dead, left)
        yield from self._full_scan()
        with self._register.read() as connection:
            yield from state_families(connection, self._parts)

    def _full_scan(self) -> Iterator[GaugeMetricFamily]:
        hris, now = self._parts.hris, self._parts.clock.now()
        if hris is None:
            return
        with self._register.read() as connection:
            last = full_scan(connection, hris.source, self._parts.settings, now)
        if last.began_at is not None:
            age = (now - last.began_at).total_seconds()
            yield GaugeMetricFamily(
                "odwh_hris_full_scan_age_seconds", "Since the last kept one began", value=age
            )
        yield GaugeMetricFamily(
            "odwh_hris_full_scan_overdue", "1 after a day without", value=float(last.overdue)
        )

    def _states(self, table: type[InboxEventRow | OutboxActionRow]) -> dict[str, int]:
        statement = select(table.state, func.count()).group_by(table.state)
        with self._register.read() as connection:
            return dict(connection.execute(statement).all())


def serve_metrics(app: Flask, organisation: str | None) -> None:
    """`organisation` is its name where there are several, which count in the same folder."""
    own, of = CollectorRegistry(), organisation or NO_ORGANISATION
    requests = Counter(
        "odwh_http_requests", "Requests", [ORGANISATION, "method", "route", "status"], registry=own
    )
    seconds = Histogram(
        "odwh_http_request_seconds", "Time to answer", [ORGANISATION, "route"], registry=own
    )

    @lru_cache(None)
    def counts_of(method: str, route: str, status: int) -> tuple[Counter, Histogram, Gauge]:
        """Looked up once: there are as many as the library itself keeps."""
        return (
            requests.labels(of, method, route, str(status)),
            seconds.labels(of, route),
            CONNECTIONS.labels(of, "web"),
        )

    @app.after_request
    def count(response: Response) -> Response:
        asked = current.request_itself()
        with costing_nothing():
            of_these = method(asked), route_template(asked), response.status_code
            answered, took, connections = counts_of(*of_these)
            answered.inc()
            took.observe(seconds_since_start())
            connections.set(current.parts().register.connections_in_use())
        return response

    @app.route("/metrics")
    def metrics() -> Response:
        backlog: Collector = Backlog(current.parts())
        if organisation is not None:
            backlog = Labelled(backlog, organisation)
        read = CollectorRegistry()
        read.register(backlog)
        return Response(
            scraped(own, organisation=of) + generate_latest(read),
            content_type=CONTENT_TYPE_PLAIN_0_0_4,
        )

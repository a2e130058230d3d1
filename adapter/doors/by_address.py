"""Several organisations behind one web service: each has an address of its own, by which it is
told, and an application of its own, made when it is first asked for.

A name of a host and not a path below one: what a browser keeps (cookies, sessions, pages) it keeps
by host, so that its own walls stand between organisations too.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import structlog
from flask import Flask, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from werkzeug.wrappers import Request
from werkzeug.wsgi import ClosingIterator

from adapter.doors.site import create_site
from adapter.doors.web.answers import json_text
from adapter.doors.web.headers import with_headers
from adapter.doors.web.limits import Limits
from adapter.doors.web.problems import Kind, Problem, response_of
from adapter.ground.log import log_from_now_on_of
from adapter.ground.parts import Parts
from config.catalogue import Language
from config.organisations import CannotServe, Organisation, Organisations, host_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MOST_IN_MEMORY = 200
"""Applications of a process: one takes 2.3 MB, and a third of a second to make again."""
TRY_AGAIN_SECONDS = 5.0
"""Until an organisation that could not be served is tried again: its callers are answered at once,
and keep no thread."""
_LIVE, _READY, _METRICS = "/health/live", "/health/ready", "/metrics"
_FORWARDED = (
    *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO"),
    *("HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA"),
)
_NAME_AND_PORT = re.compile(r"(?:[^\s@/\\?#,:\[\]]+|\[[0-9a-f:.]+\])(?::\d*)?", re.IGNORECASE)
"""What may stand in a Host header: a server in front may read another name in anything else."""
_log = structlog.get_logger(__name__)


class _Place:
    """What a process has of one organisation, as long as its folder stays as it is."""

    def __init__(self, organisation: Organisation, most_at_once: int) -> None:
        self.organisation = organisation
        self.turns = BoundedSemaphore(most_at_once)
        self.making = Lock()
        self.parts: Parts | None = None
        self.site: Flask | None = None
        self.fault: str | None = None
        self.fault_until = 0.0

    def is_for(self, organisation: Organisation) -> bool:
        return self.organisation.settings is organisation.settings

    def close(self) -> None:
        """Who is being answered still goes on with its own connection."""
        if self.parts is not None:
            self.parts.register.close()


class SiteByAddress(Collector):
    """The WSGI application of all. No organisation may take every thread: where one is slow, as
    with a database that does not answer, the others find some free."""

    def __init__(
        self,
        organisations: Organisations,
        open_parts: Callable[[Organisation], Parts],
        limits: Limits,
    ) -> None:
        """`open_parts` raises `CannotServe`. `limits` are those of all web processes together."""
        self._organisations = organisations
        self._open_parts = open_parts
        self._limits = limits
        threads = organisations.service.web_threads
        self._most_at_once = max(1, threads - max(1, threads // 4))
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._lock = Lock()
        # Two threads that parse Python at once may fail both before 3.11.8, and the map of
        # addresses parses (python/cpython#106905). It is work for one processor at that.
        self._making = Lock()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        log_from_now_on_of(None)
        organisation = self._asked(environ)
        if organisation is None:
            return self._of_nobody(environ)(environ, start)
        log_from_now_on_of(organisation.name)
        place = self._place_of(organisation)
        if not place.turns.acquire(blocking=False):
            _log.warning("organisation.too_busy", at_once=self._most_at_once)
            return _unavailable(environ)(environ, start)
        try:
            answer = self._site_of(place)(environ, start)
        except CannotServe:
            place.turns.release()
            return _unavailable(environ)(environ, start)
        except BaseException:
            place.turns.release()
            raise
        # The answer is read from the register while it is sent.
        return ClosingIterator(answer, place.turns.release)

    def close(self) -> None:
        """Let go of every register."""
        with self._lock:
            places = list(self._places.values())
            self._places.clear()
        for place in places:
            place.close()

    def _asked(self, environ: WSGIEnvironment) -> Organisation | None:
        named = environ.get("HTTP_HOST") or environ["SERVER_NAME"]
        host = host_of(f"//{named}") if _NAME_AND_PORT.fullmatch(named) else None
        found = None if host is None else self._organisations.at(host)
        if found is not None or not _is_direct(environ):
            return found
        # Who watches the service reaches it by the address of the machine.
        if environ.get("PATH_INFO") not in (_LIVE, _READY, _METRICS):
            return None
        wanted = parse_qs(environ.get("QUERY_STRING", "")).get("organisation", [""])[0]
        return next((one for one in self._organisations.all() if one.name == wanted), None)

    def _place_of(self, organisation: Organisation) -> _Place:
        let_go: list[_Place] = []
        with self._lock:
            place = self._places.get(organisation.name)
            if place is None or not place.is_for(organisation):
                if place is not None:
                    let_go.append(place)
                place = self._places[organisation.name] = _Place(organisation, self._most_at_once)
            self._places.move_to_end(organisation.name)
            if len(self._places) > MOST_IN_MEMORY:
                let_go.append(self._places.popitem(last=False)[1])
        for one in let_go:
            one.close()
        return place

    def _site_of(self, place: _Place) -> Flask:
        """Raises `CannotServe`, for a while without trying."""
        if place.site is not None:
            return place.site
        with place.making:
            return self._made(place)

    def _made(self, place: _Place) -> Flask:
        if place.site is not None:
            return place.site
        if monotonic() < place.fault_until:
            raise CannotServe(place.fault)
        try:
            place.parts = self._open_parts(place.organisation)
        except CannotServe as error:
            if place.fault != str(error):
                _log.error("organisation.not_served", reason=str(error))
            place.fault = str(error)
            place.fault_until = monotonic() + TRY_AGAIN_SECONDS
            raise
        place.fault = None
        with self._making:
            place.site = create_site(place.parts, self._limits.of(place.organisation.name))
        _log.info("organisation.served")
        return place.site

    def _of_nobody(self, environ: WSGIEnvironment) -> Response:
        """At an address that is no organisation's; it names none."""
        path = environ.get("PATH_INFO")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _problem(environ, Kind.NOT_FOUND)
        if path == _LIVE:
            return _json({"status": "ok"})
        if path == _READY:
            return self._ready(environ)
        if path == _METRICS and _is_direct(environ):
            return self._metrics()
        return _problem(environ, Kind.NOT_FOUND)

    def _ready(self, environ: WSGIEnvironment) -> Response:
        """Of the process: how one organisation is, its own address tells. Ready, unless there is
        none that can be served."""
        every = self._organisations.all()
        at_fault = sum(self._is_at_fault(one) for one in every)
        counted = {"organisations": {"known": len(every), "notServed": at_fault}}
        if every and at_fault == len(every):
            return _problem(environ, Kind.UNAVAILABLE, **counted)
        return _json({"status": "ok", **counted})

    def _is_at_fault(self, organisation: Organisation) -> bool:
        """As far as is known: one that nobody asked for yet is not opened for it."""
        place = self._places.get(organisation.name)
        known = place is not None and place.is_for(organisation) and place.fault is not None
        return organisation.settings is None or known

    def _metrics(self) -> Response:
        registry = CollectorRegistry()
        registry.register(self)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """As it is now. A `Gauge` would be kept in the folder in which processes count together,
        and told by each organisation as well, also what was so in a process that ended."""
        up = GaugeMetricFamily(
            "odwh_organisation_up", "1 where it can be served", labels=["organisation"]
        )
        for one in self._organisations.all():
            up.add_metric([one.name], float(not self._is_at_fault(one)))
        yield up


def _is_direct(environ: WSGIEnvironment) -> bool:
    """Not passed on by a web server in front: somebody who reaches the port itself."""
    return not any(environ.get(header) for header in _FORWARDED)


def _unavailable(environ: WSGIEnvironment) -> Response:
    response = _problem(environ, Kind.UNAVAILABLE)
    response.headers["Retry-After"] = str(int(TRY_AGAIN_SECONDS))
    return response


def _problem(environ: WSGIEnvironment, kind: Kind, **members: object) -> Response:
    wanted = Request(environ).accept_languages.best_match(list(Language))
    problem = Problem(kind, members=members)
    return with_headers(response_of(problem, Language(wanted or Language.NL)))


def _json(body: dict[str, object]) -> Response:
    return with_headers(Response(json_text(body), mimetype="application/json"))

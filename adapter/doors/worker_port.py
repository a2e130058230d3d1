"""The worker's own port, for who watches over its process: alive, ready, and what it counted.

Off unless `ODWH_WORKER_BIND` names an address: beside a web service on one machine the worker is
seen by `/health/ready` and counted in `/metrics` of that. States and numbers alone, without a key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from adapter.ground.counted import scraped

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LONGEST_ROUND_SECONDS = 120.0
"""Without a round of its main loop for so long a worker hangs, and is better started again."""
_JSON = "application/json"
Answer = tuple[str, str, bytes]


class Pulse:
    """When the worker's main loop came round last."""

    def __init__(self) -> None:
        self._at = monotonic()
        self.has_beaten = False

    def beat(self) -> None:
        self._at = monotonic()
        self.has_beaten = True

    def hangs(self) -> bool:
        return monotonic() - self._at > LONGEST_ROUND_SECONDS


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """A probe every few seconds is not worth a line."""


@contextmanager
def worker_port(
    bind: str | None, is_ready: Callable[[], bool], pulse: Pulse
) -> Iterator[int | None]:
    """Answers as long as the block lasts; the port, or None where there is none to be."""
    if bind is None:
        yield None
        return
    host, _, port = bind.rpartition(":")
    server = make_server(host.strip("[]"), int(port), _answers(is_ready, pulse), _Server, _Silent)
    thread = Thread(target=server.serve_forever, name="worker port", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _answers(
    is_ready: Callable[[], bool], pulse: Pulse
) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    routes: dict[str, Callable[[], Answer]] = {
        "/health/live": lambda: _live(pulse),
        "/health/ready": lambda: _ready(is_ready()),
        "/metrics": lambda: ("200 OK", CONTENT_TYPE_PLAIN_0_0_4, scraped(organisation=None)),
    }

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        known = routes.get(environ.get("PATH_INFO", ""), _unknown)
        status, media_type, body = known()
        start(status, [("Content-Type", media_type), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def _live(pulse: Pulse) -> Answer:
    if pulse.hangs():
        return "503 Service Unavailable", _JSON, _body("hangs")
    return "200 OK", _JSON, _body("ok")


def _ready(ready: bool) -> Answer:
    if not ready:
        return "503 Service Unavailable", _JSON, _body("database")
    return "200 OK", _JSON, _body("ok")


def _unknown() -> Answer:
    return "404 Not Found", _JSON, _body("unknown")


def _body(status: str) -> bytes:
    return json.dumps({"status": status}).encode()

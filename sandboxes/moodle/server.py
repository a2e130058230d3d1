"""The sandbox as a server on loopback, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.http import http_date
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from sandboxes.moodle.faults import Switches
from sandboxes.moodle.plugin import (
    LearningPolicy,
    PolicySettings,
    Post,
    over_http,
)
from sandboxes.moodle.rest import RestServer
from sandboxes.moodle.state import State
from sandboxes.moodle.webhooks import Sink, Webhooks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SILENCE_SECONDS = 5.0
"""How long a request without an answer is kept open; clients give up earlier."""


def _handler(date: Callable[[], str]) -> type[WSGIRequestHandler]:
    class Handler(WSGIRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """A line per request would hold tokens of the query."""

        def date_time_string(self, timestamp: float | None = None) -> str:
            """The site's own clock in the header Date."""
            return date()

    return Handler


class SandboxMoodle:
    """A Moodle site on 127.0.0.1.

    `state` is what it knows; `switches` make it fail. `local_webhooks` and `tool_trigger` are where
    each plugin sends to: addresses, or functions of headers and body that give a status. The
    latter's queue is sent by `run_cron()`. `token` opens it for the service user.
    """

    def __init__(
        self,
        state: State,
        *,
        token: str = "sandbox-token",  # noqa: S107  # loopback only
        local_webhooks: Sequence[Sink] = (),
        tool_trigger: Sequence[Sink] = (),
        webhook_token: str = "TOKEN",  # noqa: S107  # loopback only
        port: int = 0,
    ) -> None:
        self.state = state
        self.token = token
        self.switches = Switches()
        self.webhooks = Webhooks(
            state, local_webhooks=local_webhooks, tool_trigger=tool_trigger, token=webhook_token
        )
        state.add_token(token, 3)
        self._rest = RestServer(state, self.switches, self.webhooks)
        self._port = port
        self._stopped = threading.Event()
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def plugin(self) -> LearningPolicy | None:
        return self._rest.plugin

    def install_plugin(self, settings: PolicySettings, post: Post = over_http) -> LearningPolicy:
        """From now on there is our own plugin: its functions, its check, its queue."""
        self._rest.plugin = LearningPolicy(self.state, settings, post)
        return self._rest.plugin

    def remove_plugin(self) -> None:
        self._rest.plugin = None

    @property
    def url(self) -> str:
        if self._server is None:
            raise RuntimeError("the sandbox has no address before start()")
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> Self:
        self._server = make_server(
            "127.0.0.1",
            self._port,
            self._application,
            threaded=True,
            request_handler=_handler(self._date),
        )
        self._thread = threading.Thread(
            # How often it looks whether it must stop, in seconds.
            target=self._server.serve_forever,
            args=(0.02,),
            name="sandbox-moodle",
            daemon=True,
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopped.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    @property
    def asked(self) -> list[str]:
        """The function of every request so far, in order."""
        return self._rest.asked

    def run_cron(self) -> int:
        """Send the queues of tool_trigger and of our plugin; gives how many events arrived."""
        sent = self.webhooks.run_cron()
        return sent if self.plugin is None else sent + self.plugin.deliver()

    def _application(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        return self._respond(Request(environ))(environ, start_response)

    def _respond(self, request: Request) -> Response:
        answer = self._rest.answer(
            request.path,
            request.query_string.decode("latin-1"),
            request.content_type or "",
            request.get_data(),
            self.url,
        )
        self._stopped.wait(SILENCE_SECONDS if answer.silent else self.switches.delay_seconds)
        return Response(answer.body, answer.status, content_type=answer.content_type)

    def _date(self) -> str:
        return http_date(self.state.clock() + self.switches.clock_ahead_seconds)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

"""The web service under gunicorn: threads for waiting requests, processes that are renewed."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gunicorn.http.wsgi
from gunicorn.app.base import BaseApplication

from adapter.ground import metrics_folder
from adapter.ground.counted import costing_nothing

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# What answers is nobody's business; gunicorn has no setting for it.
gunicorn.http.wsgi.SERVER = "adapter"


def _ended(_master: object, _process: object) -> None:
    """What is raised here would end the web service."""
    with costing_nothing():
        metrics_folder.add_up_the_ended()


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Serves the application that `make` builds in each process, after the fork."""

    def __init__(
        self, make: Callable[[], WSGIApplication], bind: str, workers: int, threads: int
    ) -> None:
        self._make = make
        self._options: dict[str, Any] = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            # Renewing a process now and then keeps a slow leak from becoming an outage.
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "graceful_timeout": 20,
            # The most it allows: what it refuses by itself is HTML, what we refuse is a problem.
            "limit_request_line": 8190,
            "child_exit": _ended,
            # A way in that nobody needs, in a home folder that cannot be written to.
            "control_socket_disable": True,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            # The address of the client is that of the proxy; only it may say another.
            "forwarded_allow_ips": "127.0.0.1",
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        app = self._make()
        # What lives as long as the process is not looked through for circles again, while somebody
        # waits for an answer. Circles that nobody needs go first: frozen they would stay.
        gc.collect()
        gc.freeze()
        return app

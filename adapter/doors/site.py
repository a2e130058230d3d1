"""One address for all: programs come in by the API, people by the pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

from adapter.doors.pages.app import create_pages
from adapter.doors.web.app import create_app
from adapter.doors.web.limits import Limits
from adapter.ground.parts import Parts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

API = ("/v1", "/scim", "/health", "/metrics")
"""Where the addresses of programs begin; all others are for people."""


class _Site:
    def __init__(self, api: WSGIApplication, pages: WSGIApplication) -> None:
        self._api, self._pages = api, pages

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        # As is done with slashes too many: what does not exist for people may exist for a program.
        first = "/" + path.lstrip("/").partition("/")[0]
        return (self._api if first in API else self._pages)(environ, start)


def create_site(parts: Parts, limits: Limits | None = None) -> Flask:
    """Raises `UnguardedRoute` when a route or page has no row in its table of access. `limits` are
    those of all web processes together."""
    limits = limits or Limits()
    app = create_app(parts, limits)
    # Flask's own way to stand something before an application; its types call it a method.
    app.wsgi_app = _Site(app.wsgi_app, create_pages(parts, limits).wsgi_app)  # type: ignore[assignment,method-assign]
    return app

"""Identity providers join addresses with a slash too many, and cannot be told otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from adapter.doors.scim.addresses import BASE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SLASHES = re.compile(r"/{2,}")
_FIRST = BASE.split("/")[1]
"""Without it in a path, nothing of that is below the address."""


class ForgiveSlashes:
    """Below the address of SCIM a path with slashes too many is the path without. Elsewhere it does
    not exist, as the API Design Rules ask."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if _FIRST in path:
            path = _SLASHES.sub("/", path).rstrip("/")
            if path.startswith(f"{BASE}/"):
                environ["PATH_INFO"] = path
        return self._inner(environ, start)

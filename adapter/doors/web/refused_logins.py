"""One line in the log for each login that is refused: from where, with which key and why.

Never the secret, and nothing of the caller's but an address and the public part of a key.
"""

from __future__ import annotations

import structlog

from adapter.doors.web import current
from adapter.doors.web.client_address import client_address
from adapter.doors.web.request_log import route_template

_log = structlog.get_logger(__name__)


def log_refused(reason: str, key_id: str | None = None) -> None:
    asked = current.request_itself()
    _log.warning(
        "login.refused",
        reason=reason,
        source=client_address(),
        key_id=key_id,
        method=asked.method,
        route=route_template(asked),
    )

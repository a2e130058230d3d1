"""One line in the log for each login that is refused: from where, with which key and why.

Never the secret, and nothing of the caller's but an address and the public part of a key.
"""

from __future__ import annotations

from ipaddress import ip_address

import structlog
from flask import request

from adapter.doors.web.request_log import route_template
from connectors.tls import is_loopback

_log = structlog.get_logger(__name__)


def log_refused(reason: str, key_id: str | None = None) -> None:
    _log.warning(
        "login.refused",
        reason=reason,
        source=source(),
        key_id=key_id,
        method=request.method,
        route=route_template(),
    )


def source() -> str | None:
    """Where the request came from. What a web server on this machine says of its caller counts;
    anyone else could write what they like there."""
    peer = request.remote_addr
    if peer is None or not is_loopback(peer):
        return peer
    # A proxy adds its own caller at the end; what stands before it the caller wrote itself.
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(last))
    except ValueError:
        return peer

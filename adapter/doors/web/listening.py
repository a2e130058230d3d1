"""Whether the web service can listen on its address: asked before it starts, so that an answer of
the operating system is a sentence and not a program that is started again without end."""

from __future__ import annotations

import errno
import socket

_REASONS = {
    errno.EADDRINUSE: (
        "another program listens there already, perhaps another copy of this service: stop that, "
        "or set ODWH_BIND to another port"
    ),
    errno.EACCES: "this user may not listen there: take a port above 1023 in ODWH_BIND",
    errno.EADDRNOTAVAIL: "this machine has no such address: correct ODWH_BIND",
}


class CannotListen(Exception):
    """The address cannot be listened on; the message says why and what to do."""


def require_free(bind: str) -> None:
    """Raises `CannotListen` when nobody could listen on `host:port` now."""
    host, _, port = bind.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise CannotListen(
            f"{bind}: the name {host} is not known ({error.strerror}): correct ODWH_BIND"
        ) from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        # As the web server does: what a program left behind that just ended is no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            # A bind of two succeeds on some systems; listening does not.
            probe.listen(1)
        except OSError as error:
            reason = _REASONS.get(error.errno or 0, error.strerror or type(error).__name__)
            raise CannotListen(f"{bind}: {reason}") from error


def free_port() -> int:
    """A port of this machine's own that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""The transport of httpx under a deadline.

The time-outs of httpx count from one read to the next, so that a system which sends one byte every
few seconds holds its caller for ever: here each read, write and connection gets what is left.
"""

from __future__ import annotations

import functools
import os
import ssl
import typing
from collections.abc import Iterable

import httpcore
import httpx

from connectors.deadline import until_deadline

PIECE = 4096
"""Bytes that are written between two looks at the clock."""


def _left(timeout: float | None, over: type[Exception]) -> float | None:
    left = until_deadline()
    if left is None:
        return timeout
    if left <= 0:
        raise over("the deadline has passed")
    return left if timeout is None else min(timeout, left)


class DeadlineTransport(httpx.HTTPTransport):
    """The transport of httpx, with streams that know the deadline they are read under."""

    def __init__(self, proxy: str | None = None) -> None:
        environment = (os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        super().__init__(verify=_trust(*environment), proxy=proxy)
        # httpx offers no way to hand its pool a network backend, as httpcore itself does.
        self._pool._network_backend = _Backend(self._pool._network_backend)


@functools.cache
def _trust(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    """The certificates that httpx trusts, by what the environment says of them; reading them takes
    longer than a call, so all clients of a process share them."""
    return httpx.create_ssl_context()


class _Backend(httpcore.NetworkBackend):
    def __init__(self, plain: httpcore.NetworkBackend) -> None:
        self._plain = plain

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._plain.connect_tcp(host, port, left, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        self._plain.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, plain: httpcore.NetworkStream) -> None:
        self._plain = plain

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._plain.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), PIECE):
            left = _left(timeout, httpcore.WriteTimeout)
            self._plain.write(buffer[start : start + PIECE], left)

    def close(self) -> None:
        self._plain.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._plain.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> typing.Any:
        return self._plain.get_extra_info(info)

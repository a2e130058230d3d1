"""Systems that drip, that never stop, or that send us elsewhere: on real sockets."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import repeat

import pytest

from connectors.errors import Misconfigured, Transient
from connectors.http import HttpClient
from sandboxes.loopback import LoopbackServer, Request, Response

MIB = 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
Answer = Callable[[], Iterator[bytes]]


@contextmanager
def sick_system(answer: Answer) -> Iterator[tuple[str, list[bytes]]]:
    """Answers every request with these pieces, one after another, until the caller has gone."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []
    closing = threading.Event()

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            with connection:
                if closing.is_set():
                    return
                asked.append(connection.recv(65536))
                with suppress(OSError):
                    for piece in answer():
                        if closing.is_set():
                            break
                        connection.sendall(piece)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
    finally:
        closing.set()
        with suppress(OSError):
            socket.create_connection(listener.getsockname()).close()
        thread.join()
        listener.close()


def _dripping(begin: bytes) -> Iterator[bytes]:
    yield begin
    while True:
        time.sleep(0.02)
        yield b"x"


@pytest.mark.parametrize(
    "begin",
    [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", HEAD + b"Content-Length: 1000000\r\n\r\n"],
    ids=["status", "header", "body"],
)
def test_one_byte_at_a_time_ends_at_the_deadline_wherever_it_drips(begin: bytes) -> None:
    with (
        sick_system(lambda: _dripping(begin)) as (url, asked),
        HttpClient(url, timeout=0.5, attempts=1) as http,
        pytest.raises(Transient, match=r"GET /slow at 127.0.0.1: no answer in time"),
    ):
        http.request("GET", "/slow", repeatable=True)
    assert len(asked) == 1


def test_the_deadline_is_over_all_attempts_together() -> None:
    with (
        sick_system(lambda: _dripping(b"")) as (url, asked),
        HttpClient(url, timeout=0.3, deadline=0.5, attempts=50, first_wait=0.01) as http,
        pytest.raises(Transient),
    ):
        http.request("GET", "/slow", repeatable=True)
    assert 1 <= len(asked) <= 3


def test_a_wait_that_would_pass_the_deadline_is_left_to_the_callers_queue() -> None:
    def busy(_request: Request) -> Response:
        return Response("busy", status=503, headers={"Retry-After": "20"})

    with (
        LoopbackServer(busy) as server,
        HttpClient(server.url, timeout=5, deadline=10) as http,
        pytest.raises(Transient) as caught,
    ):
        http.request("GET", "/", repeatable=True)
    assert caught.value.retry_after == 20


def test_a_handshake_that_drips_ends_too() -> None:
    record = b"\x16\x03\x03\x3f\xff"  # the head of a handshake of 16 kB
    with (
        sick_system(lambda: _dripping(record)) as (url, _),
        HttpClient(url.replace("http:", "https:"), timeout=0.5, attempts=1) as http,
        pytest.raises(Transient, match="no connection"),
    ):
        http.request("GET", "/", repeatable=True)


def test_an_answer_without_end_is_cut_off_at_the_limit_and_says_which_system_and_limit() -> None:
    with (
        sick_system(lambda: iter([HEAD + b"\r\n", *repeat(b"x" * 65536, 200)])) as (url, asked),
        HttpClient(url, largest_answer=MIB) as http,
        pytest.raises(Misconfigured) as caught,
    ):
        http.request("GET", "/everyone", repeatable=True)
    assert str(caught.value).startswith(
        "GET /everyone at 127.0.0.1: the answer is larger than 1,048,576 bytes."
    )
    assert "ODWH_LARGEST_ANSWER_MB" in str(caught.value)
    assert len(asked) == 1, "asking again costs as much and helps nobody"


def _packed(body: bytes) -> Iterator[bytes]:
    yield HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
    yield body


def test_a_small_answer_that_unpacks_into_a_large_one_is_cut_off_as_well() -> None:
    bomb = gzip.compress(b"\0" * (64 * MIB))
    assert len(bomb) < 100_000
    with (
        sick_system(lambda: _packed(bomb)) as (url, _),
        HttpClient(url, largest_answer=MIB) as http,
        pytest.raises(Misconfigured, match="larger than"),
    ):
        http.request("GET", "/", repeatable=True)


def test_a_packed_answer_is_unpacked() -> None:
    with (
        sick_system(lambda: _packed(gzip.compress(b"x" * MIB))) as (url, asked),
        HttpClient(url, largest_answer=MIB) as http,
    ):
        assert http.request("GET", "/", repeatable=True).body == b"x" * MIB
    assert b"accept-encoding: gzip\r\n" in asked[0].lower()


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Encoding: gzip", gzip.compress(b"x" * 1000)[:-12]),
        (b"Content-Encoding: gzip", b"not packed at all"),
        (b"Content-Encoding: br", zlib.compress(b"x")),
    ],
    ids=["cut off", "not packed", "another packing"],
)
def test_a_packing_that_cannot_be_undone_is_tried_again(head: bytes, body: bytes) -> None:
    answer = HEAD + head + b"\r\nConnection: close\r\n\r\n" + body
    with (
        sick_system(lambda: iter([answer])) as (url, asked),
        HttpClient(url, attempts=2, first_wait=0.01) as http,
        pytest.raises(Transient, match="the answer is"),
    ):
        http.request("GET", "/", repeatable=True)
    assert len(asked) == 2


@pytest.mark.parametrize("elsewhere", ["http://127.0.0.1:9/", "https://elsewhere.example.org/x"])
def test_a_token_never_goes_to_another_host_than_its_own(elsewhere: str) -> None:
    def redirect(_request: Request) -> Response:
        return Response(status=302, headers={"Location": elsewhere})

    with (
        LoopbackServer(redirect) as server,
        HttpClient(server.url, headers={"Authorization": "Bearer t"}) as http,
    ):
        with pytest.raises(Misconfigured, match=r"leads away from 127.0.0.1"):
            http.request("GET", elsewhere, repeatable=True)
        with pytest.raises(Misconfigured, match="redirects"):
            http.request("GET", "/", repeatable=True)


def test_a_path_that_looks_like_a_host_stays_on_the_own_host() -> None:
    def echo(request: Request) -> Response:
        return Response(request.host)

    with LoopbackServer(echo) as server, HttpClient(server.url) as http:
        answer = http.request("GET", "//elsewhere.example.org/x", repeatable=True)
        assert answer.text in server.url

"""The one HTTP client: a deadline and a size for every answer, retries that obey Retry-After, no
secrets in any message, and no call to another host than its own.

Each system classifies its own answers (`classify`), inside the retry: an answer that raises
`Transient` is asked for again, `Permanent` and `Misconfigured` go straight to the caller.
"""

from __future__ import annotations

import json as jsonlib
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.stop import stop_before_delay
from tenacity.wait import wait_base, wait_exponential_jitter

from connectors.answer_body import (
    ENCODING,
    LARGEST_ANSWER,
    TooLarge,
    Unpackable,
    body_of,
)
from connectors.circuit import Circuit
from connectors.deadline import deadline, seconds_left
from connectors.deadline_transport import DeadlineTransport
from connectors.errors import Misconfigured, Permanent, Transient

# httpx writes every URL with its query at INFO, and a query can hold an employee number.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_log = logging.getLogger(__name__)

Params = Mapping[str, str | int]
Transport = httpx.BaseTransport
"""What carries the requests; tests and replays bring their own."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as it came; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The body as JSON; raises `ValueError` when it is not."""
        return jsonlib.loads(self.body)


Classify = Callable[[Response], None]


def by_status(response: Response) -> None:
    """The usual meaning of a status, for systems that use HTTP as intended."""
    status, code = response.status, str(response.status)
    if 200 <= status < 300:
        return
    if status in (408, 425, 429) or status >= 500:
        raise Transient(f"answered HTTP {status}; it is tried again later", code=code)
    if status in (401, 403):
        raise Misconfigured(f"refused access (HTTP {status}); check the token", code=code)
    if status < 400:
        raise Misconfigured(f"redirects (HTTP {status}); correct the configured URL", code=code)
    raise Permanent(f"refused the request (HTTP {status})", code=code)


def reading_by_status(response: Response) -> None:
    """The same for a system that is only read. What it refuses then is our question, not a record:
    an address, a field or a right that a person must correct, after which the same call succeeds.
    """
    try:
        by_status(response)
    except Permanent as error:
        raise Misconfigured(
            f"{error}: compare the address and the names of the fields with the settings",
            code=error.code,
        ) from None


class _NotSent(Transient):
    """No connection was made, so nothing can have been done: always safe to repeat."""


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """Retry-After as seconds from now, from seconds or an HTTP-date; None when unreadable."""
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _asked_wait(state: RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after if isinstance(error, Transient) else None


class _WaitAsAsked(wait_base):
    """What the system asked for in Retry-After, else exponential with jitter."""

    def __init__(self, otherwise: wait_base) -> None:
        self._otherwise = otherwise

    def __call__(self, retry_state: RetryCallState) -> float:
        asked = _asked_wait(retry_state)
        return self._otherwise(retry_state) if asked is None else asked


def _proxy_to(url: str) -> str | None:
    """The proxy that the environment names for this address; a transport of our own is not told."""
    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


class HttpClient:
    """HTTP to one system. Safe to share between threads.

    `timeout` is in seconds for one attempt as a whole, from connecting to the last byte. Attempts
    and waits together end within `deadline` seconds, twice the `timeout` unless it is given. A
    Retry-After above `longest_wait` seconds, or beyond the deadline, ends the retries: the
    `Transient` then carries it as `retry_after`, and the caller's queue waits.
    `largest_answer` is in bytes. A call through an open `circuit` is a `Transient` at once.
    `secrets` are replaced by `***` in every message that leaves this class, those that were
    replaced since as well; `authorization` is the header of that name. Both are asked at each call.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float = 30.0,
        deadline: float | None = None,
        largest_answer: int = LARGEST_ANSWER,
        circuit: Circuit | None = None,
        attempts: int = 4,
        first_wait: float = 0.5,
        longest_wait: float = 30.0,
        headers: Mapping[str, str] | None = None,
        authorization: Callable[[], str] | None = None,
        secrets: Callable[[], Iterable[str]] = tuple,
        classify: Classify = by_status,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        transport: Transport | None = None,
    ) -> None:
        self._client = httpx.Client(
            base_url=base_url,
            timeout=timeout,
            headers={"Accept-Encoding": ENCODING, **(headers or {})},
            transport=transport or DeadlineTransport(_proxy_to(base_url)),
            follow_redirects=False,
        )
        self._timeout = timeout
        self._deadline = 2 * timeout if deadline is None else deadline
        self._largest_answer = largest_answer
        self._circuit = circuit
        self._attempts = attempts
        self._longest_wait = longest_wait
        self._wait = _WaitAsAsked(
            wait_exponential_jitter(multiplier=first_wait, max=longest_wait, jitter=first_wait)
        )
        self._authorization = authorization
        self._secrets = secrets
        self._hidden: tuple[str, ...] = ()
        self._hide_secrets()
        self._classify = classify
        self._sleep = sleep
        self._now = now

    def request(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        params: Params | None = None,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        classify: Classify | None = None,
        asked: str | None = None,
    ) -> Response:
        """One call, with retries.

        `repeatable` says whether doing it twice is harmless. When it is not, only a connection that
        was never made is tried again: after a time-out nobody knows whether it was done.
        `classify` replaces the client's own classification for this call. `asked` names what is
        asked, for who watches the circuit; the method is named without it, since a path can hold
        a number of a person.
        Raises `Transient` (also for network errors and time-outs), `Permanent` or `Misconfigured`
        (also for a path that leads to another host, and for an answer that is too large).
        """
        self._hide_secrets()
        if self._authorization is not None:
            headers = {"Authorization": self._authorization(), **(headers or {})}
        request = self._client.build_request(
            method, path, params=params, data=form, json=json, headers=headers
        )
        if _origin(request.url) != _origin(self._client.base_url):
            # Our token would go along.
            raise Misconfigured(f"{method}: the path leads away from {self._client.base_url.host}")
        allowed = seconds_left(self._deadline)
        ends_at = time.monotonic() + allowed

        def attempt() -> Response:
            left = min(self._timeout, ends_at - time.monotonic())
            response = self._send(request, path, left)
            self._judge(response, method, path, classify or self._classify)
            return response

        retrying = Retrying(
            stop=stop_after_attempt(self._attempts) | stop_before_delay(allowed),
            wait=self._wait,
            retry=retry_if_exception(lambda error: self._may_retry(error, repeatable)),
            sleep=self._sleep,
            before_sleep=self._log_retry,
            reraise=True,
        )
        with nullcontext() if self._circuit is None else self._circuit.call(asked or method):
            return retrying(attempt)

    def _may_retry(self, error: BaseException, repeatable: bool) -> bool:
        if not isinstance(error, Transient):
            return False
        if (error.retry_after or 0) > self._longest_wait:
            return False
        return repeatable or isinstance(error, _NotSent)

    def _send(self, request: httpx.Request, path: str, seconds: float) -> Response:
        where = f"{request.method} {path} at {request.url.host}"
        try:
            with deadline(seconds):
                return self._sent(request)
        # `from None`: httpx's exception holds the request, and the request holds the token.
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _NotSent(
                self.redact(f"{where}: no connection ({error})"), code="network"
            ) from None
        except httpx.TimeoutException:
            raise Transient(
                self.redact(f"{where}: no answer in time; {seconds:.0f} seconds are all it gets"),
                code="timeout",
            ) from None
        except httpx.TransportError as error:
            raise Transient(
                # What it says can quote the answer.
                self.redact(f"{where}: connection lost ({type(error).__name__})"),
                code="network",
            ) from None
        except Unpackable as error:
            raise Transient(
                self.redact(f"{where}: the answer is {error}"), code="network"
            ) from None
        except TooLarge:
            raise Misconfigured(
                self.redact(
                    f"{where}: the answer is larger than {self._largest_answer:,} bytes. Is this "
                    "the right address, and is the system well? If this much is right, raise "
                    "ODWH_LARGEST_ANSWER_MB"
                ),
                code="too_large",
            ) from None

    def _sent(self, request: httpx.Request) -> Response:
        answer = self._client.send(request, stream=True)
        try:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            # Not `iter_bytes`: that unpacks a whole piece at once, however much it becomes.
            assert isinstance(answer.stream, httpx.SyncByteStream)
            encoding = headers.get("content-encoding", "")
            body = body_of(answer.stream, encoding, self._largest_answer)
        finally:
            answer.close()
        return Response(answer.status_code, headers, body)

    def _judge(self, response: Response, method: str, path: str, classify: Classify) -> None:
        try:
            classify(response)
        except (Transient, Permanent, Misconfigured) as error:
            error.args = (self.redact(f"{method} {path}: {error}"),)
            if isinstance(error, Transient) and error.retry_after is None:
                asked = response.headers.get("retry-after", "")
                error.retry_after = retry_after_seconds(asked, self._now()) if asked else None
            raise

    def _log_retry(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        _log.warning("attempt %d failed, trying again: %s", state.attempt_number, error)

    def _hide_secrets(self) -> None:
        secrets = {*self._hidden, *filter(None, self._secrets())}
        self._hidden = tuple(sorted(secrets, key=len, reverse=True))

    def redact(self, text: str) -> str:
        """The text without this client's secrets."""
        for secret in self._hidden:
            text = text.replace(secret, "***")
        return text

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

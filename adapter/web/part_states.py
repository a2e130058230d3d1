"""Whether the other systems answer, asked at most once a minute and never waited for long."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from threading import Lock

import structlog

from connectors.ports import Check, CheckState

PATIENCE_SECONDS = 2.0
FRESH_SECONDS = 60.0
_log = structlog.get_logger(__name__)


class State(StrEnum):
    OK = "ok"
    NOT_CONFIGURED = "not_configured"
    FAILING = "failing"


class RemotePart:
    """One system beyond the network. Who asks waits a moment; a slow answer is used later.

    `works` says whether it answers, and may raise anything; None means that it is not configured.
    """

    def __init__(self, name: str, works: Callable[[], bool] | None) -> None:
        self._works = works
        self._name = name
        self._lock = Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"health-{name}")
        self._asked_at = float("-inf")
        self._answer: Future[State] | None = None
        self._last = State.FAILING

    def state(self) -> State:
        if self._works is None:
            return State.NOT_CONFIGURED
        with self._lock:
            if self._answer is None and time.monotonic() - self._asked_at >= FRESH_SECONDS:
                self._asked_at = time.monotonic()
                self._answer = self._thread.submit(self._ask, self._works)
            answer = self._answer
        if answer is None:
            return self._last
        try:
            state = answer.result(PATIENCE_SECONDS)
        except TimeoutError:
            return self._last
        with self._lock:
            self._last, self._answer = state, None
        return state

    def _ask(self, works: Callable[[], bool]) -> State:
        try:
            return State.OK if works() else State.FAILING
        except Exception as error:  # noqa: BLE001 - whatever breaks here, the part does not answer
            _log.warning("part does not answer", part=self._name, error=type(error).__name__)
            return State.FAILING


def all_well(checks: list[Check]) -> bool:
    return all(check.state is not CheckState.FAILED for check in checks)


def mail_answers(host: str, port: int) -> bool:
    with smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS) as server:
        return server.noop()[0] == 250

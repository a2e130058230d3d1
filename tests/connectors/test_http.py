from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from connectors.errors import (
    ConnectorError,
    Misconfigured,
    Permanent,
    Transient,
)
from connectors.http import HttpClient, Response, retry_after_seconds

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
TOKEN = "s3cret-token"
Handler = Callable[[httpx.Request], httpx.Response]


class Scripted:
    """Answers from a list, and remembers the waits in between."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self, **options: object) -> HttpClient:
        return HttpClient(
            "https://lms.example.org/moodle",
            secrets=lambda: [TOKEN],
            sleep=self.waits.append,
            now=lambda: NOW,
            transport=httpx.MockTransport(self),
            **options,  # type: ignore[arg-type]  # a test passes what it is about
        )


def test_an_answer_comes_back_with_lower_case_headers_and_the_path_under_the_base_url() -> None:
    script = Scripted(httpx.Response(200, json={"a": 1}))
    answer = script.client().request("GET", "/rest", params={"q": 1}, repeatable=True)
    assert answer.json() == {"a": 1}
    assert answer.media_type == "application/json"
    assert str(script.requests[0].url) == "https://lms.example.org/moodle/rest?q=1"


def test_a_transient_answer_is_asked_for_again_with_growing_waits() -> None:
    script = Scripted(httpx.Response(502), httpx.Response(500), httpx.Response(200))
    assert script.client(first_wait=1.0).request("GET", "/", repeatable=True).status == 200
    assert 1.0 <= script.waits[0] <= 2.0
    assert 2.0 <= script.waits[1] <= 3.0


def test_the_last_transient_error_reaches_the_caller() -> None:
    script = Scripted(*[httpx.Response(502)] * 2)
    with pytest.raises(Transient) as caught:
        script.client(attempts=2).request("GET", "/", repeatable=True)
    assert caught.value.code == "502"
    assert len(script.waits) == 1


@pytest.mark.parametrize("asked", ["7", "Mon, 01 Mar 2027 12:00:07 GMT"])
def test_retry_after_is_obeyed_in_seconds_and_as_a_date(asked: str) -> None:
    script = Scripted(httpx.Response(503, headers={"Retry-After": asked}), httpx.Response(200))
    script.client().request("GET", "/", repeatable=True)
    assert script.waits == [7.0]


def test_a_retry_after_beyond_the_ceiling_is_left_to_the_callers_queue() -> None:
    script = Scripted(httpx.Response(429, headers={"Retry-After": "600"}))
    with pytest.raises(Transient) as caught:
        script.client(longest_wait=30).request("GET", "/", repeatable=True)
    assert caught.value.retry_after == 600.0
    assert script.waits == []


def test_an_unreadable_retry_after_falls_back_to_the_usual_wait() -> None:
    assert retry_after_seconds("soon", NOW) is None
    assert retry_after_seconds("Mon, 01 Mar 2027 11:00:00 GMT", NOW) == 0.0


@pytest.mark.parametrize(
    ("status", "kind"),
    [(301, Misconfigured), (401, Misconfigured), (403, Misconfigured), (404, Permanent)],
)
def test_what_a_retry_cannot_mend_is_not_retried(status: int, kind: type[ConnectorError]) -> None:
    script = Scripted(httpx.Response(status))
    with pytest.raises(kind):
        script.client().request("GET", "/", repeatable=True)
    assert script.waits == []


def test_a_call_that_is_not_repeatable_is_sent_once_when_the_answer_is_lost() -> None:
    script = Scripted(httpx.ReadTimeout("too slow"))
    with pytest.raises(Transient, match="no answer in time"):
        script.client().request("POST", "/", repeatable=False)
    assert len(script.requests) == 1


def test_a_call_that_never_left_is_repeated_even_when_it_is_not_repeatable() -> None:
    script = Scripted(httpx.ConnectError("refused"), httpx.Response(200))
    assert script.client().request("POST", "/", repeatable=False).status == 200


def test_a_lost_connection_is_transient_and_a_repeatable_call_is_repeated() -> None:
    script = Scripted(httpx.RemoteProtocolError("closed"), httpx.Response(200))
    assert script.client().request("GET", "/", repeatable=True).status == 200


def test_a_systems_own_classification_runs_inside_the_retry() -> None:
    def classify(response: Response) -> None:
        if b"busy" in response.body:
            raise Transient("the database is busy", code="busy")

    script = Scripted(httpx.Response(200, text="busy"), httpx.Response(200, text="done"))
    assert script.client(classify=classify).request("GET", "/", repeatable=True).text == "done"


def test_no_secret_is_in_a_message_a_traceback_or_a_log_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def classify(response: Response) -> None:
        raise Transient(f"said {response.text}")

    caplog.set_level(logging.DEBUG)
    script = Scripted(
        httpx.Response(200, text=f"unknown token {TOKEN}"),
        httpx.ReadError(f"broken while sending {TOKEN}"),
    )
    with pytest.raises(Transient) as caught:
        script.client(attempts=2, classify=classify).request(
            "POST", "/", form={"wstoken": TOKEN}, repeatable=True
        )
    everything = caplog.text + "".join(traceback.format_exception(caught.value))
    assert TOKEN not in everything
    assert "connection lost (ReadError)" in str(caught.value)
    assert "unknown token ***" in caplog.text


def test_the_http_library_does_not_log_urls(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="")
    script = Scripted(httpx.Response(200))
    script.client().request("GET", "/", params={"employee": "10005"}, repeatable=True)
    assert "10005" not in caplog.text

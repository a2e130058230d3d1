from __future__ import annotations

import dataclasses
import json
from contextlib import ExitStack
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import QueuePool
from structlog.testing import capture_logs
from werkzeug.exceptions import ImATeapot
from werkzeug.test import TestResponse

from adapter.doors.web import problems, tranche_calendar
from adapter.doors.web.access import ROUTES
from adapter.doors.web.app import create_app
from adapter.doors.web.problems import STATUS, Kind
from adapter.ground.parts import Parts
from adapter.ground.store.register import open_register
from config.catalogue import Language, keys, text
from tests.adapter.doors.web.bodies import REPAYMENT, pointers, problem
from tests.adapter.doors.web.conftest import Headers

URL = "/v1/repayment-calculations"
# SCIM tells what is wrong in the words of its own standard; `doors/scim` looks at those.
OURS = sorted(row for row in ROUTES if "/scim/" not in row)
ALWAYS = {
    "API-Version": "1.0.0",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def _has_always(answer: TestResponse) -> bool:
    return ALWAYS.items() <= dict(answer.headers).items()


def _raw(client: FlaskClient, hr: Headers, body: bytes | str, **headers: str) -> TestResponse:
    return client.post(URL, data=body, headers=hr | {"Content-Type": "application/json"} | headers)


@pytest.mark.parametrize("row", sorted(ROUTES))
@pytest.mark.parametrize("with_key", [True, False])
def test_every_answer_carries_the_headers(
    client: FlaskClient, hr: Headers, row: str, with_key: bool
) -> None:
    method, rule = row.split(" ")
    path = rule.replace("<name>", "2027-1")
    answer = client.open(path, method=method, headers=hr if with_key else {})
    assert _has_always(answer)
    assert "Server" not in answer.headers
    cors = answer.headers.get("Access-Control-Allow-Origin")
    assert cors == ("*" if path == "/v1/openapi.json" else None)
    if answer.status_code >= 400 and row in OURS:
        problem(answer)


@pytest.mark.parametrize("row", OURS)
def test_a_slash_too_many_is_not_found_and_not_a_redirect(
    client: FlaskClient, hr: Headers, row: str
) -> None:
    method, rule = row.split(" ")
    for path in (f"{rule}/", rule.replace("/", "//", 1), rule.replace("/v1/", "/v1//")):
        if path != rule:
            assert problem(client.open(path, method=method, headers=hr))["status"] == 404


@pytest.mark.parametrize("row", OURS)
@pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_another_method_is_refused_with_those_that_can(
    client: FlaskClient, hr: Headers, row: str, method: str
) -> None:
    answer = client.open(row.split(" ")[1], method=method, headers=hr)
    assert problem(answer)["status"] == 405
    assert _has_always(answer)
    assert row.split(" ")[0] in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("application/*", 200),
        ("*/*", 200),
        ("text/html, */*;q=0.1", 200),
        ("application/json; charset=utf-8", 200),
        ("application/json;version=1;q=0.2, text/html", 200),
        ('application/json;profile="a,b;c"', 200),
        ("APPLICATION/JSON", 200),
        ("", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("application/json;q=0, */*", 406),
        ("application/json; charset=utf-8; q=0.0", 406),
        ("application/problem+json", 406),
        ("nonsense", 406),
    ],
)
def test_only_forms_that_exist_are_promised(
    client: FlaskClient, hr: Headers, accept: str, status: int
) -> None:
    answer = client.get("/v1/tranches", headers=hr | {"Accept": accept})
    assert answer.status_code == status
    assert status == 200 or problem(answer)["title"] == "Gevraagde vorm niet beschikbaar"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": ""},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Encoding": "gzip"},
    ],
)
def test_another_media_type_is_refused_with_those_that_can(
    client: FlaskClient, hr: Headers, headers: dict[str, str]
) -> None:
    answer = _raw(client, hr, json.dumps(REPAYMENT), **headers)
    assert problem(answer)["status"] == 415
    assert answer.headers["Accept"] == "application/json"


def test_a_charset_of_utf_8_is_what_json_is_anyway(client: FlaskClient, hr: Headers) -> None:
    answer = _raw(
        client, hr, json.dumps(REPAYMENT), **{"Content-Type": "application/json; charset=UTF-8"}
    )
    assert answer.status_code == 200


def test_a_body_up_to_the_limit_is_read_and_beyond_it_refused(
    client: FlaskClient, hr: Headers, parts: Parts
) -> None:
    limit = parts.settings.max_body_bytes
    body = json.dumps(REPAYMENT)
    assert _raw(client, hr, body.ljust(limit)).status_code == 200
    answer = _raw(client, hr, body.ljust(limit + 1))
    assert problem(answer)["status"] == 413
    assert _has_always(answer)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "regel 1, teken 1"),
        (b"{", "regel 1"),
        (b"{\n'a': 1}", "regel 2"),
        (b"[]", "JSON-object"),
        (b"null", "JSON-object"),
        (b'"{}"', "JSON-object"),
        (b'{"exitDate": NaN}', "NaN"),
        (b'{"exitDate": -Infinity}', "oneindig"),
        (b'{"exitDate": "2028-04-01", "exitDate": "2028-04-02"}', "twee keer"),
        (b'{"exitDate": "\xe9"}', "UTF-8"),
        ('{"exitDate": "é"}'.encode("utf-16"), "UTF-8"),
        (b"\xef\xbb\xbf{}", "JSON"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "genest"),
        (b"[" * 100_000, "genest"),
        (b'{"a":' + b"9" * 5000 + b"}", "cijfers"),
    ],
)
def test_what_is_not_one_clear_json_object_is_refused_in_words(
    client: FlaskClient, hr: Headers, body: bytes, words: str
) -> None:
    answer = _raw(client, hr, body)
    assert answer.status_code == 400
    assert words in problem(answer)["errors"][0]["detail"]


def test_texts_that_cannot_be_stored_are_all_named(client: FlaskClient, hr: Headers) -> None:
    answer = _raw(client, hr, b'{"a": ["\\u0000", "b", "\\udfff"], "c": {"\\u0000": 1}}')
    assert sorted(pointers(answer)) == ["/a/0", "/a/2", "/c"]


@pytest.mark.parametrize(
    ("accept_language", "title"),
    [
        (None, "Niet gevonden"),
        ("nl-NL,nl;q=0.9,en;q=0.8", "Niet gevonden"),
        ("de", "Niet gevonden"),
        ("en", "Not found"),
        ("fr, en-US;q=0.5", "Not found"),
        ("\x00", "Niet gevonden"),
    ],
)
def test_problems_are_in_the_language_of_the_reader(
    client: FlaskClient, accept_language: str | None, title: str
) -> None:
    headers = {} if accept_language is None else {"Accept-Language": accept_language}
    assert problem(client.get("/nowhere", headers=headers))["title"] == title


def test_an_unexpected_error_tells_a_number_and_nothing_else(
    parts: Parts, hr: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Any:
        raise ZeroDivisionError("secret in the message")

    monkeypatch.setattr(tranche_calendar, "tranche_named", broken)
    with capture_logs() as lines:
        answer = create_app(parts).test_client().get("/v1/tranches/2027-1", headers=hr)
    body = problem(answer)
    assert body["status"] == 500
    assert "secret" not in answer.text
    assert "ZeroDivision" not in answer.text
    assert _has_always(answer)
    logged = next(line for line in lines if line["event"] == "unexpected error")
    assert logged["incident"] == body["incident"]
    assert body["incident"] in body["detail"]


def test_a_database_that_does_not_answer_is_a_503_that_leaks_nothing(
    parts: Parts, hr: Headers
) -> None:
    nowhere = dataclasses.replace(parts, register=open_register("sqlite:////nowhere/at/all"))
    answer = create_app(nowhere).test_client().get("/v1/tranches", headers=hr)
    assert problem(answer)["status"] == 503
    assert answer.headers["Retry-After"] == "10"
    assert "api_keys" not in answer.text


def test_a_process_without_a_connection_left_answers_503(
    parts: Parts, hr: Headers, database_url: str
) -> None:
    """SQLite has as many as are wanted."""
    register = open_register(database_url, connections=1)
    client = create_app(dataclasses.replace(parts, register=register)).test_client()
    pool = register.engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.1
    with ExitStack() as held:
        while pool.checkedout() < pool.size() + max(pool._max_overflow, 0):
            held.enter_context(register.engine.connect())
        with capture_logs() as lines:
            answer = client.get("/v1/tranches", headers=hr)
        ready = client.get("/health/ready")
    register.close()
    assert problem(answer)["status"] == 503
    assert answer.headers["Retry-After"] == "10"
    assert ready.status_code == 503
    assert any(line.get("remedy") == "ODWH_DATABASE_WEB_CONNECTIONS" for line in lines)


def test_a_head_is_a_get_without_its_body(client: FlaskClient, hr: Headers) -> None:
    answer = client.head("/v1/tranches", headers=hr)
    assert (answer.status_code, answer.data) == (200, b"")
    assert client.head("/v1/tranches").status_code == 401


def test_a_type_is_one_status_and_one_title() -> None:
    assert set(STATUS) == set(Kind)
    titles = {text(f"api.title.{kind.replace('-', '_')}") for kind in Kind}
    assert len(titles) == len(Kind)


def test_every_text_exists_in_both_languages() -> None:
    dutch, english = (
        {key for key in keys(language) if key.startswith("api.")} for language in Language
    )
    assert dutch == english
    assert {f"api.detail.{kind.replace('-', '_')}" for kind in Kind} <= dutch


def test_a_status_of_the_framework_without_a_problem_of_ours_is_an_invalid_request(
    app: OpenAPI,
) -> None:
    with app.test_request_context():
        answer = problems._from_http_exception(ImATeapot())
    assert answer.status_code == 400

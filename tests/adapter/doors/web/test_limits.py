"""Who asks too much waits, who guesses keys is slowed down, and no sender of events is refused for
what an LMS can send."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from adapter.doors.pages.app import create_pages
from adapter.doors.web.app import create_app
from adapter.doors.web.limits import Limits
from adapter.ground.parts import Parts
from adapter.register.keys import KeyWanted, Role, make_key, revoke_key
from config.settings import LimitSettings, Settings
from tests.adapter.doors.web.bodies import problem
from tests.adapter.doors.web.conftest import Headers, key_headers

ADDRESS, OTHER = "203.0.113.9", "203.0.113.10"
WRONG = {"Authorization": f"Bearer odwh_{'0' * 16}_{'A' * 43}"}
EVENT = {"eventname": "\\core\\event\\course_completed", "userid": 1, "courseid": 2}


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def limited(parts: Parts) -> Parts:
    limits = LimitSettings(
        key_per_minute=6, events_per_minute=20, address_per_minute=3, wrong_keys_per_minute=4
    )
    return replace(parts, settings=Settings(limits=limits))


@pytest.fixture
def site(limited: Parts, seconds: Seconds) -> FlaskClient:
    return _from(create_app(limited, Limits(seconds)), ADDRESS)


def _from(app: Flask, address: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def _statuses(client: FlaskClient, times: int, headers: Headers | None = None) -> list[int]:
    path = "/v1/policy-adoptions"
    return [client.get(path, headers=headers or {}).status_code for _ in range(times)]


def test_a_key_that_asks_too_much_is_told_how_long_to_wait(
    site: FlaskClient, hr: Headers, seconds: Seconds
) -> None:
    assert _statuses(site, 7, hr) == [200] * 6 + [429]
    answer = site.get("/v1/policy-adoptions", headers=hr)
    assert problem(answer)["type"] == "urn:odwh:problem:too-many-requests"
    assert answer.headers["Retry-After"] == "10"
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    seconds.now += 9
    assert _statuses(site, 1, hr) == [429]
    seconds.now += 1.1
    assert _statuses(site, 2, hr) == [200, 429]
    seconds.now += 3600
    assert _statuses(site, 7, hr) == [200] * 6 + [429]


def test_one_key_is_not_in_the_way_of_another(
    site: FlaskClient, hr: Headers, keys: dict[Role, Headers]
) -> None:
    _statuses(site, 7, hr)
    assert _statuses(site, 1, keys[Role.AUDITOR]) == [200]


def test_an_address_without_a_key_waits_and_a_key_from_there_does_not(
    site: FlaskClient, hr: Headers
) -> None:
    assert [site.get("/v1/openapi.json").status_code for _ in range(3)] == [200] * 3
    answer = site.get("/v1/openapi.json")
    assert problem(answer)["status"] == 429
    assert int(answer.headers["Retry-After"]) == 20
    assert _statuses(site, 1) == [429], "no key"
    assert site.get("/nowhere").status_code == 429
    assert _statuses(site, 1, hr) == [200]
    assert _from(site.application, OTHER).get("/health/live").status_code == 200


def test_who_has_a_network_of_addresses_is_one_caller(limited: Parts, seconds: Seconds) -> None:
    app = create_app(limited, Limits(seconds))
    statuses = [
        _from(app, f"2001:db8:1:2::{number:x}").get("/health/live").status_code
        for number in range(1, 5)
    ]
    assert statuses == [200, 200, 200, 429]
    assert _from(app, "2001:db8:1:3::1").get("/health/live").status_code == 200


def test_guessing_is_slowed_and_who_guesses_learns_nothing(
    site: FlaskClient, hr: Headers, seconds: Seconds
) -> None:
    assert _statuses(site, 5, WRONG) == [401] * 4 + [429]
    answer = site.get("/v1/policy-adoptions", headers=WRONG)
    assert answer.headers["Retry-After"] == "15"
    # The right key among the guesses is not told from a wrong one.
    assert _statuses(site, 1, hr) == [429]
    seconds.now += 15.1
    assert _statuses(site, 2, WRONG) == [401, 429]
    assert _statuses(_from(site.application, OTHER), 1, hr) == [200]


def test_a_sender_that_had_the_right_key_does_not_suffer_from_its_neighbour(
    site: FlaskClient, hr: Headers, keys: dict[Role, Headers], seconds: Seconds
) -> None:
    assert _statuses(site, 1, hr) == [200]
    _statuses(site, 6, WRONG)
    assert _statuses(site, 1, hr) == [200]
    assert _statuses(site, 1, keys[Role.AUDITOR]) == [429], "never used from here"
    seconds.now += 3601
    _statuses(site, 6, WRONG)
    assert _statuses(site, 1, hr) == [429], "that was long ago"


def test_a_revoked_key_that_was_right_here_is_wrong_at_the_next_request(
    either_parts: Parts, seconds: Seconds
) -> None:
    app = create_app(either_parts, Limits(seconds))
    other_process = create_app(either_parts, Limits(seconds))
    headers = key_headers(either_parts, Role.HR)
    for one in (app, other_process):
        assert _statuses(_from(one, ADDRESS), 1, headers) == [200]
    with either_parts.register.write() as connection:
        key_id = headers["Authorization"].split("_")[1]
        revoke_key(connection, key_id, either_parts.clock.now(), by="beheer")
    for one in (app, other_process):
        assert _statuses(_from(one, ADDRESS), 1, headers) == [401]


def test_a_key_from_another_network_is_refused_and_is_no_guess(
    either_parts: Parts, seconds: Seconds
) -> None:
    wanted = KeyWanted("moodle", Role.HR, networks=("198.51.100.0/24",))
    with either_parts.register.write() as connection:
        made = make_key(connection, wanted, either_parts.clock.now(), by="beheer")
    headers = {"Authorization": f"Bearer {made.key}"}
    app = create_app(either_parts, Limits(seconds))
    with capture_logs() as lines:
        answer = _from(app, ADDRESS).get("/v1/policy-adoptions", headers=headers)
    assert problem(answer)["status"] == 403
    (refused,) = [line for line in lines if line["event"] == "login.refused"]
    assert (refused["reason"], refused["source"]) == ("other network", ADDRESS)
    assert _statuses(_from(app, "198.51.100.7"), 1, headers) == [200]
    assert _statuses(_from(app, ADDRESS), 30, headers) == [403] * 30


def test_a_thousand_enrolments_at_once_are_all_taken(parts: Parts, seconds: Seconds) -> None:
    """As a Moodle can send them, by the limits that are shipped."""
    shipped = Settings().limits
    limits = Limits(seconds)
    waits = [limits.caller("events moodle", shipped.events_per_minute) for _ in range(20_000)]
    assert set(waits) == {0.0}


def test_events_have_a_limit_of_their_own(
    site: FlaskClient, keys: dict[Role, Headers], seconds: Seconds
) -> None:
    lms = keys[Role.LMS]
    statuses = [
        site.post("/v1/lms-events", json=EVENT | {"timecreated": number}, headers=lms).status_code
        for number in range(21)
    ]
    assert 429 not in statuses[:20]
    assert statuses[20] == 429
    assert _statuses(site, 1, lms) == [200], "what is no event is counted apart"


def test_the_log_tells_of_a_limit_without_the_key(site: FlaskClient, hr: Headers) -> None:
    with capture_logs() as lines:
        _statuses(site, 7, hr)
    (reached,) = [line for line in lines if line["event"] == "limit.reached"]
    assert reached["by"] == hr["Authorization"].split("_")[1]
    assert hr["Authorization"].split("_", 2)[2] not in str(lines)


def test_a_stranger_at_the_pages_waits_too(limited: Parts, seconds: Seconds) -> None:
    pages = _from(create_pages(limited, Limits(seconds)), ADDRESS)
    assert [pages.get("/aanmelden").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = pages.get("/aanmelden")
    assert answer.headers["Retry-After"] == "20"
    assert "Te veel verzoeken" in answer.text


def test_this_machine_itself_is_not_limited_by_address(limited: Parts, seconds: Seconds) -> None:
    here = _from(create_app(limited, Limits(seconds)), "127.0.0.1")
    assert [here.get("/health/live").status_code for _ in range(9)] == [200] * 9


_FOUR_PROCESSES = """
import os, sys
from adapter.doors.web.limits import Limits

limits = Limits(lambda: 1_000_000.0)
ends = []
for _ in range(4):
    out, into = os.pipe()
    if os.fork() == 0:
        let_in = sum(limits.caller("one key", 1_000) == 0.0 for _ in range(700))
        os.write(into, str(let_in).encode())
        os._exit(0)
    os.close(into)
    ends.append(out)
print(sum(int(os.read(out, 20)) for out in ends))
"""


def test_web_processes_count_together() -> None:
    """In a program of its own, as a web server forks."""
    ended = subprocess.run(
        [sys.executable, "-c", _FOUR_PROCESSES], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "1000\n"

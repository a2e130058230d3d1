"""One service for several organisations: each at its own address, a new one without a restart, and
what is wrong with one is nothing to the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from threading import Barrier, Event, Thread
from time import sleep
from typing import Any

import pytest
import structlog
from flask import Flask
from werkzeug.test import Client, TestResponse

import config.organisations
from adapter.doors import by_address
from adapter.doors.by_address import SiteByAddress
from adapter.doors.site import create_site
from adapter.doors.web.limits import Limits
from adapter.ground.parts import Parts
from adapter.ground.register_clock import record
from adapter.ground.store.tables.register_facts import OF
from adapter.programs.opening import open_parts
from config.organisations import Organisation, Organisations
from config.settings import Settings
from tests.fixtures.organisations import HOSTS, NOORD, ZUID, Installation

pytestmark = pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
"""The engine makes no difference here, and takes its time."""
PROBLEM = "application/problem+json"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The folder is looked at for each question, and what failed is tried again at once."""
    monkeypatch.setattr(config.organisations, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(config.organisations, "LEAST_BETWEEN", 0)
    monkeypatch.setattr(by_address, "TRY_AGAIN_SECONDS", 0.0)
    yield
    structlog.contextvars.clear_contextvars()


def _site(installation: Installation, **service: Any) -> SiteByAddress:
    values = {"organisations_folder": installation.folder, "bind": installation.bind, **service}
    organisations = Organisations(Settings.model_validate(values))
    return SiteByAddress(organisations, open_parts, Limits())


@pytest.fixture
def site(installation: Installation) -> Iterator[SiteByAddress]:
    made = _site(installation)
    yield made
    made.close()


def _get(site: SiteByAddress, path: str, name: str | None = None, **headers: str) -> TestResponse:
    host = "127.0.0.1:8000" if name is None else HOSTS.get(name, name)
    given = {"Host": host, **{key.replace("_", "-"): value for key, value in headers.items()}}
    # As a server does: read to its end, and closed.
    return Client(site).get(path, headers=given, buffered=True)


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_each_is_told_by_its_address(installation: Installation, site: SiteByAddress) -> None:
    for name, other in ((NOORD, ZUID), (ZUID, NOORD)):
        own, anothers = _bearer(installation.keys[name]), _bearer(installation.keys[other])
        assert _get(site, "/v1/api-keys", name, **own).status_code == 200
        assert _get(site, "/v1/api-keys", f"{HOSTS[name].upper()}:443", **own).status_code == 200
        assert _get(site, "/v1/api-keys", name, **anothers).status_code == 401


@pytest.mark.parametrize(
    "host",
    [
        *("leren.west.example", "", "leren", "leren.noord.example.evil", "["),
        *("west@leren.noord.example", "leren.noord.example/", "leren.noord.example#"),
        *("leren.noord.example,leren.zuid.example", "[leren.noord.example]"),
        *("leren.noord.example:west", "leren.noord.example%2e"),
    ],
)
def test_an_address_of_nobody_is_a_problem_that_names_nobody(
    site: SiteByAddress, host: str
) -> None:
    for path in ("/", "/v1/tranches", "/aanmelden", "/metrics?organisation=west"):
        answer = _get(site, path, host, X_Forwarded_For="192.0.2.1")
        assert (answer.status_code, answer.mimetype) == (404, PROBLEM)
        assert not [name for name in HOSTS if name in answer.text]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    english = _get(site, "/", host, Accept_Language="en")
    assert english.get_json()["title"] == "Not found"


def test_links_lead_to_the_own_address(installation: Installation, site: SiteByAddress) -> None:
    for name, host in HOSTS.items():
        made = installation.command("--organisation", name, "lms", "invite")
        assert made.stdout.startswith(f"https://{host}/aanmelden/lms/"), made.output
        token = made.stdout.strip().rpartition("/")[2]
        statuses = {
            asked: _get(site, f"/aanmelden/lms/registreren/{token}", asked).status_code
            for asked in HOSTS
        }
        assert statuses.pop(name) == 200
        assert list(statuses.values()) == [403]


def test_a_new_one_and_a_changed_one_need_no_restart(
    installation: Installation, site: SiteByAddress
) -> None:
    assert _get(site, "/v1/tranches", "leren.west.example").status_code == 404
    address = "https://leren.west.example"
    made = installation.command("organisations", "add", "west", "--address", address)
    installation.keys["west"] = made.stdout.strip()
    key = _bearer(installation.keys["west"])
    assert _get(site, "/v1/api-keys", "leren.west.example", **key).status_code == 200
    installation.add_settings(NOORD, 'language = "en"\n')
    assert '<html lang="en"' in _get(site, "/aanmelden", NOORD).text
    assert '<html lang="nl"' in _get(site, "/aanmelden", ZUID).text


def test_one_that_cannot_be_served_is_told_and_leaves_the_others(
    installation: Installation, site: SiteByAddress
) -> None:
    file = installation.folder / ZUID / "settings.toml"
    right = file.read_text()
    file.write_text('policy_folder = "nowhere"\n' + right)
    answer = _get(site, "/v1/tranches", ZUID)
    assert (answer.status_code, answer.mimetype) == (503, PROBLEM)
    assert answer.headers["Retry-After"]
    assert _get(site, "/health/ready", NOORD).status_code == 200
    whole = _get(site, "/health/ready")
    assert whole.get_json()["organisations"] == {"known": 2, "notServed": 1}
    listed = installation.command("organisations", "list", "--format", "json")
    assert listed.exit_code == 1
    faults = {one["name"]: one["fault"] for one in json.loads(listed.stdout)}
    assert faults[NOORD] is None
    assert "nowhere" in faults[ZUID]
    doctor = installation.command("doctor")
    assert doctor.exit_code == 1
    assert "FAILED   zuid: ODWH_POLICY_FOLDER" in doctor.stdout
    file.write_text(right)
    assert _get(site, "/health/ready", ZUID).status_code == 200


def test_a_register_that_is_away_leaves_the_others(
    installation: Installation, site: SiteByAddress
) -> None:
    file = installation.folder / ZUID / "settings.toml"
    lines = file.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("database_url")]
    file.write_text("\n".join(['database_url = "postgresql://a@127.0.0.1:9/b"', *kept]))
    assert _get(site, "/v1/tranches", ZUID).status_code == 503
    assert _get(site, "/health/ready", NOORD).status_code == 200
    assert "FAILED   zuid: " in installation.command("doctor").stdout


def test_what_is_served_goes_on_with_what_it_had_when_its_files_become_wrong(
    installation: Installation, site: SiteByAddress
) -> None:
    assert _get(site, "/health/ready", ZUID).status_code == 200
    policy = next((installation.folder / ZUID / "policy").glob("*.toml"))
    policy.write_text("effective_from = ")
    assert _get(site, "/health/ready", ZUID).status_code == 200
    assert installation.command("organisations", "list").exit_code == 1


def test_the_register_of_another_is_not_served(
    installation: Installation, site: SiteByAddress
) -> None:
    register = installation.open(ZUID)
    record(register, **{OF: "west"})
    register.close()
    assert _get(site, "/v1/tranches", ZUID).status_code == 503
    refused = installation.command("--organisation", ZUID, "key", "list")
    assert "the register is that of organisation west" in refused.output


def test_limits_and_counts_are_those_of_one(installation: Installation) -> None:
    for name in HOSTS:
        file = installation.folder / name / "settings.toml"
        file.write_text(file.read_text().replace("wrong_keys_per_minute", "key_per_minute"))
    file = installation.folder / NOORD / "settings.toml"
    file.write_text(file.read_text().replace("1000000", "2"))
    site = _site(installation)
    statuses = {
        name: [
            _get(site, "/v1/api-keys", name, **_bearer(installation.keys[name])).status_code
            for _ in range(4)
        ]
        for name in HOSTS
    }
    assert statuses == {NOORD: [200, 200, 429, 429], ZUID: [200] * 4}
    counted = _get(site, "/metrics", NOORD).text
    assert 'organisation="noord",route="/v1/api-keys",status="429"} 2.0' in counted
    assert f'"{ZUID}"' not in counted
    assert counted.count("odwh_") > 20
    samples = [line for line in counted.splitlines() if not line.startswith("#")]
    assert [line for line in samples if 'organisation="noord"' not in line] == []
    site.close()


def test_who_reaches_the_port_itself_sees_how_each_is(
    installation: Installation, site: SiteByAddress
) -> None:
    assert 'odwh_organisation_up{organisation="noord"} 1.0' in _get(site, "/metrics").text
    one = _get(site, "/health/ready?organisation=zuid")
    assert one.get_json()["parts"]["database"] == "ok"
    assert _get(site, "/v1/tranches?organisation=zuid").status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        *("X_Forwarded_For", "X_Forwarded_Host", "X_Forwarded_Proto", "Forwarded"),
        *("X_Real_IP", "Via"),
    ],
)
def test_who_comes_by_a_web_server_does_not_see_how_each_is(
    site: SiteByAddress, header: str
) -> None:
    for host in ("127.0.0.1:8000", "leren.west.example"):
        for path in ("/metrics", "/metrics?organisation=zuid"):
            answer = _get(site, path, host, **{header: "192.0.2.1"})
            assert answer.status_code == 404
            assert not [name for name in HOSTS if name in answer.text]
        assert (
            "parts"
            not in _get(
                site, "/health/ready?organisation=zuid", host, **{header: "192.0.2.1"}
            ).get_json()
        )


def test_no_organisation_takes_every_thread(installation: Installation) -> None:
    site = _site(installation, web_threads=4)
    assert _get(site, "/health/live", ZUID).status_code == 200
    hold, holding = Event(), [Event() for _ in range(3)]
    place = site._places[ZUID]
    assert place.site is not None
    inner = place.site.wsgi_app

    def slow(environ: Any, start: Any) -> Any:
        next(one for one in holding if not one.is_set()).set()
        hold.wait(60)
        return inner(environ, start)

    place.site.wsgi_app = slow  # type: ignore[assignment,method-assign]
    threads = [Thread(target=_get, args=(site, "/health/live", ZUID)) for _ in holding]
    for thread, held in zip(threads, holding, strict=True):
        thread.start()
        assert held.wait(60)
    assert _get(site, "/health/live", ZUID).status_code == 503
    assert _get(site, "/health/live", NOORD).status_code == 200
    hold.set()
    for thread in threads:
        thread.join(60)
    place.site.wsgi_app = inner  # type: ignore[method-assign]
    assert _get(site, "/health/live", ZUID).status_code == 200
    site.close()


def test_applications_are_made_one_after_the_other(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for the first time at the same moment, one may fail on a Python before 3.11.8."""
    both_asked = Barrier(len(HOSTS))
    at_once: list[int] = []
    inside = 0

    def opened(organisation: Organisation) -> Parts:
        parts = open_parts(organisation, for_web=True)
        both_asked.wait(60)
        return parts

    def watched(parts: Parts, limits: Limits) -> Flask:
        nonlocal inside
        inside += 1
        at_once.append(inside)
        sleep(0.05)
        application = create_site(parts, limits)
        inside -= 1
        return application

    monkeypatch.setattr(by_address, "create_site", watched)
    values = {"organisations_folder": installation.folder, "bind": installation.bind}
    organisations = Organisations(Settings.model_validate(values))
    site = SiteByAddress(organisations, opened, Limits())
    threads = [Thread(target=_get, args=(site, "/health/live", name)) for name in HOSTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert at_once == [1, 1]
    site.close()


def test_lines_of_two_threads_are_not_mixed_up(
    site: SiteByAddress,
) -> None:
    """Who asks comes first; what is asked of nobody says nothing of who was asked before."""
    seen: list[tuple[str, object]] = []

    def ask(name: str) -> None:
        for _ in range(10):
            _get(site, "/health/live", name)
            seen.append((name, structlog.contextvars.get_contextvars().get("organisation")))

    threads = [Thread(target=ask, args=(name,)) for name in HOSTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 20
    assert {name for name, named in seen if name != named} == set()
    _get(site, "/health/live")
    assert "organisation" not in structlog.contextvars.get_contextvars()


def test_applications_that_nobody_asks_for_are_let_go(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_address, "MOST_IN_MEMORY", 1)
    site = _site(installation)
    for name in (NOORD, ZUID, NOORD):
        key = _bearer(installation.keys[name])
        assert _get(site, "/v1/api-keys", name, **key).status_code == 200
        assert list(site._places) == [name]
    site.close()

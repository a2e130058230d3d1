"""One address: programs come in by the API, people by the pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from adapter.doors.site import create_site
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from config.settings import Settings
from tests.fixtures.workbench import MARCH_2027, POLICY, StandingClock


@pytest.fixture
def client(sqlite_register: Register) -> FlaskClient:
    parts = Parts(sqlite_register, POLICY, StandingClock(MARCH_2027), Settings())
    return create_site(parts).test_client()


def test_the_first_page_is_for_people(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "Aanmelden" in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/openapi.json", 200), ("/v1/nowhere", 404), ("/scim/v2/nowhere", 404), ("/v1", 404)],
)
def test_what_programs_ask_is_answered_in_their_words(
    client: FlaskClient, path: str, status: int
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.mimetype in (
        "application/json",
        "application/problem+json",
        "application/scim+json",
    )


@pytest.mark.parametrize("path", ["/nergens", "/v1x", "/versie/v1", "/assets/report.css"])
def test_an_address_that_does_not_exist_is_told_to_people_in_theirs(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "Deze pagina bestaat niet" in answer.text


def test_english_is_spoken_to_who_asks_for_it(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert "Sign in" in answer.text
    assert answer.headers["Content-Language"] == "en"


@pytest.mark.parametrize("name", ["pages.css", "pages.js"])
def test_what_the_pages_are_made_up_with_is_kept_for_good(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/assets/{name}")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert f"/assets/{name}?v=" in client.get("/").text

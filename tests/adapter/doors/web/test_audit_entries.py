"""`/v1/audit-entries`: the trail in its order, page by page, for the auditor alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from adapter.ground.parts import Parts
from adapter.register.audit_log import note_act
from adapter.register.keys import Role
from tests.adapter.doors.web.bodies import problem
from tests.adapter.doors.web.conftest import Headers, key_headers

PATH = "/v1/audit-entries"


@pytest.fixture
def auditor(either_parts: Parts) -> Headers:
    """Made before the five entries of these tests, as entry 1."""
    headers = key_headers(either_parts, Role.AUDITOR)
    for number in range(2, 7):
        with either_parts.register.write() as connection:
            note_act(
                connection,
                either_parts.clock.now() + timedelta(hours=number),
                actor="beheer",
                action="give-role" if number % 2 else "view",
                record=f"r{number}",
                result="done",
                about="10005",
            )
    return headers


def _page(client: FlaskClient, headers: Headers, query: str = "") -> dict[str, Any]:
    answer = client.get(f"{PATH}{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.get_json()
    return page


def test_the_trail_is_read_to_its_end_page_by_page(
    either_client: FlaskClient, auditor: Headers
) -> None:
    first = _page(either_client, auditor, "?limit=4")
    assert [one["number"] for one in first["items"]] == [1, 2, 3, 4]
    assert first["next"] == "4"
    # Reading it is in it.
    second = _page(either_client, auditor, "?limit=4&cursor=4")
    assert [one["record"] for one in second["items"]] == ["r5", "r6", PATH]
    assert "next" not in second
    entry = first["items"][2]
    assert (entry["actor"], entry["action"], entry["about"]) == ("beheer", "give-role", "10005")
    assert len(entry["sha256"]) == 64


def test_entries_are_chosen_by_moment_and_act(either_client: FlaskClient, auditor: Headers) -> None:
    by_act = _page(either_client, auditor, "?action=give-role")["items"]
    assert [one["record"] for one in by_act] == ["r3", "r5"]
    since = _page(either_client, auditor, "?since=2026-11-23T16:00:00Z")["items"]
    assert [one["record"] for one in since] == ["r5", "r6"]


@pytest.mark.parametrize("query", ["?cursor=x", "?cursor=-1", "?limit=0", "?since=gisteren"])
def test_what_cannot_be_asked_is_refused(
    either_client: FlaskClient, auditor: Headers, query: str
) -> None:
    answer = either_client.get(f"{PATH}{query}", headers=auditor)
    assert problem(answer)["status"] == 400


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_is_none_in_our_time_is_refused(
    either_client: FlaskClient, auditor: Headers, since: str
) -> None:
    answer = either_client.get(PATH, query_string={"since": since}, headers=auditor)
    [error] = problem(answer)["errors"]
    assert (answer.status_code, error["in"], error["pointer"]) == (400, "query", "/since")

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

FIRST_2027 = {
    "name": "2027-1",
    "deadlineDate": "2026-11-15",
    "decisionFromDate": "2027-01-01",
    "decisionUntilDate": "2027-01-31",
}


def test_the_last_second_of_the_deadline_is_still_that_tranche(
    client: FlaskClient, hr: dict[str, str]
) -> None:
    answer = client.get("/v1/tranches?submittedAt=2026-11-15T23%3A59%3A59%2B01%3A00", headers=hr)
    assert answer.status_code == 200
    assert answer.get_json() == {"items": [FIRST_2027]}


@pytest.mark.parametrize(
    ("submitted_at", "name"),
    [
        ("2026-11-15T23:59:59+01:00", "2027-1"),
        ("2026-11-16T00:00:00+01:00", "2027-2"),
        ("2026-11-15T23:00:00Z", "2027-2"),
        ("2026-11-15T22:59:59.999999Z", "2027-1"),
        ("2027-01-10T12:00:00+01:00", "2027-2"),
        ("2027-07-15T23:59:59+02:00", "2027-2"),
        ("2027-07-16T00:00:00+02:00", "2028-1"),
        ("2026-11-01T12:00:00+01:00", "2027-1"),
    ],
)
def test_a_moment_falls_in_the_tranche_of_its_day_in_amsterdam(
    client: FlaskClient, hr: dict[str, str], submitted_at: str, name: str
) -> None:
    answer = client.get("/v1/tranches", query_string={"submittedAt": submitted_at}, headers=hr)
    assert [tranche["name"] for tranche in answer.get_json()["items"]] == [name]


def test_before_the_policy_there_is_no_tranche(client: FlaskClient, hr: dict[str, str]) -> None:
    asked = {"submittedAt": "2025-10-01T12:00:00+02:00"}
    answer = client.get("/v1/tranches", query_string=asked, headers=hr)
    assert answer.status_code == 404
    assert "bestaande toezegging" in answer.get_json(force=True)["detail"]


@pytest.mark.parametrize(
    "submitted_at",
    [
        "2026-11-15T23:59:59",
        "2026-11-15",
        "2026-11-15T23:59:59 01:00",
        "2026-11-15T23:59:59-00:00",
        "2026-11-31T12:00:00Z",
        "2026-11-15T25:00:00Z",
        "2026-11-15t23:59:59z",
        "1763247599",
        "",
        "\x00",
        "٢٠٢٦-11-15T23:59:59Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_what_is_no_moment_with_a_time_zone_is_refused_by_name(
    client: FlaskClient, hr: dict[str, str], submitted_at: str
) -> None:
    answer = client.get("/v1/tranches", query_string={"submittedAt": submitted_at}, headers=hr)
    assert answer.status_code == 400
    errors: list[dict[str, Any]] = answer.get_json(force=True)["errors"]
    assert [(error["pointer"], error["in"]) for error in errors] == [("/submittedAt", "query")]


def test_a_parameter_given_twice_or_unknown_is_refused_by_name(
    client: FlaskClient, hr: dict[str, str]
) -> None:
    for query, name in (("submittedAt=x&submittedAt=y", "/submittedAt"), ("when=x", "/when")):
        answer = client.get(f"/v1/tranches?{query}", headers=hr)
        assert answer.status_code == 400
        assert [error["pointer"] for error in answer.get_json(force=True)["errors"]] == [name]


def test_without_a_moment_all_tranches_up_to_the_next_are_listed(
    client: FlaskClient, hr: dict[str, str]
) -> None:
    items = client.get("/v1/tranches", headers=hr).get_json()["items"]
    assert [tranche["name"] for tranche in items] == ["2026-2", "2027-1", "2027-2", "2028-1"]


def test_a_tranche_is_found_by_its_name(client: FlaskClient, hr: dict[str, str]) -> None:
    assert client.get("/v1/tranches/2027-1", headers=hr).get_json() == FIRST_2027


@pytest.mark.parametrize("name", ["2026-1", "2027-3", "x", "2027-01", "%00", "2027-1%0A"])
def test_a_name_that_no_tranche_has_is_not_found(
    client: FlaskClient, hr: dict[str, str], name: str
) -> None:
    assert client.get(f"/v1/tranches/{name}", headers=hr).status_code == 404

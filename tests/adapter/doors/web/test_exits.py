"""Exits, statements and overrides over HTTP."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from adapter.ground.parts import Parts
from adapter.ground.store.tables.exits import StatementOverrideRow
from adapter.register.keys import Role, create_key
from tests.fixtures.leavers import (
    LEAVER,
    employment,
    happen,
    keep,
    person,
    progressed,
    rows,
    told,
    trained,
)

Headers = dict[str, str]


@pytest.fixture
def hr_key(either_parts: Parts) -> Headers:
    key = create_key(either_parts.register, either_parts.clock, "Personeelszaken", Role.HR)
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def exit_id(either_parts: Parts, either_client: FlaskClient, hr_key: Headers) -> str:
    """The exit of the worked example: EUR 1,200.00 on 1 April 2028."""
    trained(either_parts.register, datetime(2027, 3, 31, 10, 0, tzinfo=UTC))
    noticed = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    happen(either_parts, [told("offboarding.announced", noticed, date(2028, 4, 1))])
    (shown,) = either_client.get("/v1/exits", headers=hr_key).get_json()["items"]
    return str(shown["id"])


def statements_path(exit_id: str, rest: str = "") -> str:
    return f"/v1/exits/{exit_id}/repayment-statements{rest}"


def set_aside(
    client: FlaskClient, key: Headers, exit_id: str, version: int = 1, **changed: Any
) -> Any:
    body = {"trajectoryId": "T-7", "claimableEur": "0.00", "ground": "schrijnend geval"} | changed
    return client.post(statements_path(exit_id, f"/{version}/overrides"), json=body, headers=key)


def test_an_exit_shows_its_state_and_everything_that_was_told(
    either_client: FlaskClient, hr_key: Headers, exit_id: str
) -> None:
    shown = either_client.get(f"/v1/exits/{exit_id}", headers=hr_key).get_json()
    assert (shown["employeeId"], shown["state"], shown["lastDate"], shown["verified"]) == (
        LEAVER,
        "announced",
        "2028-04-01",
        False,
    )
    assert [change["kind"] for change in shown["changes"]] == ["offboarding.announced"]


def test_the_list_is_filtered_by_state_and_paged(
    either_parts: Parts, either_client: FlaskClient, hr_key: Headers
) -> None:
    keep(either_parts.register, person(employment(), employment(number="2")))
    noticed = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    for number in ("1", "2"):
        happen(
            either_parts,
            [told("offboarding.announced", noticed, date(2026, 12, 31), number)],
        )
    first = either_client.get("/v1/exits?limit=1", headers=hr_key).get_json()
    second = either_client.get(f"/v1/exits?limit=1&cursor={first['next']}", headers=hr_key)
    found = [first["items"][0], second.get_json()["items"][0]]
    assert sorted(one["employmentId"] for one in found) == ["1", "2"]
    assert "next" not in second.get_json()
    announced = either_client.get("/v1/exits?state=announced", headers=hr_key).get_json()
    assert [one["employmentId"] for one in announced["items"]] == ["2"]


def test_an_unknown_state_is_refused(either_client: FlaskClient, hr_key: Headers) -> None:
    assert either_client.get("/v1/exits?state=gone", headers=hr_key).status_code == 400


def test_a_statement_shows_money_as_text_and_reasons_as_sentences(
    either_client: FlaskClient, hr_key: Headers, exit_id: str
) -> None:
    (shown,) = either_client.get(statements_path(exit_id), headers=hr_key).get_json()["items"]
    assert (shown["version"], shown["kind"], shown["exitDate"]) == (1, "preview", "2028-04-01")
    assert (shown["totalComputedEur"], shown["totalClaimableEur"]) == ("1200.00", "1200.00")
    (item,) = shown["items"]
    assert (item["percentage"], item["basisEur"], item["status"]) == (50, "2400.00", "claimable")
    assert item["reasons"][0]["code"] == "between_12_and_24_months"
    assert "31 maart 2027" in item["reasons"][0]["message"]
    assert item["override"] is None


def test_one_version_is_json_or_a_page_by_accept(
    either_client: FlaskClient, hr_key: Headers, exit_id: str
) -> None:
    path = statements_path(exit_id, "/1")
    assert either_client.get(path, headers=hr_key).get_json()["version"] == 1
    page = either_client.get(path, headers=hr_key | {"Accept": "text/html"})
    assert page.mimetype == "text/html"
    assert "Daan de Vries" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    english = hr_key | {"Accept": "text/html", "Accept-Language": "en"}
    assert "What HR does next" in either_client.get(path, headers=english).text


def test_hr_sets_an_item_aside_and_both_amounts_stay_visible(
    either_parts: Parts, either_client: FlaskClient, hr_key: Headers, exit_id: str
) -> None:
    response = set_aside(either_client, hr_key, exit_id)
    assert response.status_code == 201
    shown = response.get_json()
    assert (shown["totalComputedEur"], shown["totalClaimableEur"]) == ("1200.00", "0.00")
    override = shown["items"][0]["override"]
    assert (override["ground"], override["decidedBy"]) == ("schrijnend geval", "Personeelszaken")
    assert override["decidedAt"] == "2026-11-23T11:00:00Z"
    again = either_client.get(statements_path(exit_id, "/1"), headers=hr_key).get_json()
    assert again["items"] == shown["items"]
    assert len(rows(either_parts.register, StatementOverrideRow)) == 1


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"claimableEur": "1200.01"}, "/claimableEur"),
        ({"claimableEur": 5}, "/claimableEur"),
        ({"claimableEur": "-1.00"}, "/claimableEur"),
        ({"trajectoryId": "T-9"}, "/trajectoryId"),
        ({"ground": " "}, "/ground"),
        ({"reason": "x"}, "/reason"),
    ],
)
def test_a_wrong_override_names_the_field(
    either_client: FlaskClient,
    hr_key: Headers,
    exit_id: str,
    changed: dict[str, Any],
    pointer: str,
) -> None:
    response = set_aside(either_client, hr_key, exit_id, **changed)
    assert response.status_code == 400
    assert [error["pointer"] for error in response.get_json()["errors"]] == [pointer]


def test_an_override_of_a_version_that_was_superseded_is_a_conflict(
    either_parts: Parts, either_client: FlaskClient, hr_key: Headers, exit_id: str
) -> None:
    progressed(either_parts.register, actual_costs_cents=100_000)
    later = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    happen(either_parts, [told("offboarding.changed", later, date(2028, 4, 2))])
    assert set_aside(either_client, hr_key, exit_id).status_code == 409
    assert set_aside(either_client, hr_key, exit_id, version=2).status_code == 201


@pytest.mark.parametrize(
    "path", ["/v1/exits/none", statements_path("none"), statements_path("none", "/1")]
)
def test_what_is_not_there_is_not_found(
    either_client: FlaskClient, hr_key: Headers, path: str
) -> None:
    assert either_client.get(path, headers=hr_key).status_code == 404


def test_an_unknown_version_is_not_found(
    either_client: FlaskClient, hr_key: Headers, exit_id: str
) -> None:
    path = statements_path(exit_id, "/2")
    assert either_client.get(path, headers=hr_key).status_code == 404


@pytest.mark.parametrize("role", [Role.MANAGER, Role.MANAGEMENT_TEAM, Role.ADMIN])
def test_exits_are_for_hr_and_for_who_leaves(
    client: FlaskClient, keys: dict[Role, Headers], role: Role
) -> None:
    assert client.get("/v1/exits", headers=keys[role]).status_code == 403


def test_a_statement_tells_the_costs_the_agreement_and_the_legal_position(
    either_client: FlaskClient, hr_key: Headers, exit_id: str
) -> None:
    shown = either_client.get(statements_path(exit_id, "/1"), headers=hr_key).get_json()
    told = shown["items"][0]["particulars"]
    assert (told["startDate"], told["completionDate"]) == ("2026-09-01", "2027-03-31")
    assert told["agreement"] == {
        "version": 1,
        "signedByEmployeeDate": "2026-08-20",
        "signedByManagerDate": "2026-08-21",
    }
    assert told["legalPosition"]["mandatoryByLaw"] == "no"


def test_the_letter_is_a_pdf_and_the_overview_a_workbook_as_well(
    either_client: FlaskClient, hr_key: Headers, exit_id: str
) -> None:
    letter = either_client.get(statements_path(exit_id, "/1/letter"), headers=hr_key)
    assert (letter.status_code, letter.mimetype) == (200, "application/pdf")
    assert (
        either_client.get(statements_path(exit_id, "/9/letter"), headers=hr_key).status_code == 404
    )
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    overview = either_client.get(statements_path(exit_id, "/1"), headers=hr_key | {"Accept": sheet})
    assert (overview.status_code, overview.mimetype) == (200, sheet)

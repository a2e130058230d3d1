"""A policy changes by a file with a date: the API answers by it, without another program."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.register.keys import Role, create_key
from config.policy_files import FOLDER, load_policy
from config.settings import Settings
from tests.adapter.views.what_if.past import IN_2028
from tests.adapter.views.what_if.policy_files import NINETY_HOURS, THIRD_DEADLINE, written
from tests.fixtures.agency import SetClock
from tests.fixtures.web import client_of

ACTIVITY: dict[str, object] = {
    "activityId": "A",
    "hours": "85.00",
    "workTimeShare": "1.00",
    "endDate": None,
    "sessions": [],
    "state": "granted",
}


@pytest.fixture
def changed(register: Register, tmp_path: Path) -> tuple[FlaskClient, dict[str, str]]:
    """The service with the shipped files and two of its own."""
    folder = tmp_path / "policy"
    shutil.copytree(FOLDER, folder)
    written(folder, NINETY_HOURS)
    written(folder, THIRD_DEADLINE)
    parts = Parts(register, load_policy(folder), SetClock(IN_2028), Settings())
    key = create_key(register, parts.clock, "hr", Role.HR)
    return client_of(parts), {"Authorization": f"Bearer {key}"}


def _limit(client: FlaskClient, headers: dict[str, str], day: str) -> Any:
    body = {"enrolledDate": day, "activities": [ACTIVITY | {"startDate": day}], "exemptions": []}
    answer = client.post("/v1/hours-projections", json=body, headers=headers).get_json()
    (year,) = answer["years"]
    return year["limitHours"], [finding["code"] for finding in answer["findings"]]


def test_ninety_hours_hold_from_2028_and_eighty_until_then(
    changed: tuple[FlaskClient, dict[str, str]],
) -> None:
    client, headers = changed
    assert _limit(client, headers, "2027-12-31") == ("80.00", ["hours_norm_exceeded"])
    assert _limit(client, headers, "2028-01-01") == ("90.00", ["hours_norm_near"])


def test_a_third_deadline_gives_a_third_tranche_from_its_date_on(
    changed: tuple[FlaskClient, dict[str, str]],
) -> None:
    client, headers = changed
    items = client.get("/v1/tranches", headers=headers).get_json()["items"]
    names = [item["name"] for item in items]
    assert names[-5:] == ["2027-1", "2027-2", "2028-1", "2028-2", "2028-3"]
    moment = {"submittedAt": "2028-03-15T23:59:59+01:00"}
    (found,) = client.get("/v1/tranches", query_string=moment, headers=headers).get_json()["items"]
    assert (found["name"], found["decisionFromDate"]) == ("2028-2", "2028-04-01")


def test_the_parameters_say_which_value_holds_on_a_day(
    changed: tuple[FlaskClient, dict[str, str]],
) -> None:
    client, headers = changed
    for day, norm in (("2027-12-31", "80.00"), ("2028-01-01", "90.00")):
        answer = client.get("/v1/policy-parameters", query_string={"on": day}, headers=headers)
        values = {one["name"]: one["value"] for one in answer.get_json()["items"]}
        assert values["hours.norm"] == norm

"""`/v1/policy-adoptions`: who records that the management team adopted the policy, and how."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapter.ground.clock import today
from adapter.register.keys import Role
from tests.adapter.subjects.requests.conftest import Body, Office, pointers

MT, HR = Role.MANAGEMENT_TEAM, Role.HR


@pytest.fixture
def adopted(office: Office) -> Body:
    day = today(office.clock)
    return {
        "adoptedDate": day.isoformat(),
        "effectiveDate": (day + timedelta(days=30)).isoformat(),
        "document": "MT-verslag, punt 3",
        "worksCouncilDate": (day - timedelta(days=9)).isoformat(),
        "dpiaDate": day.isoformat(),
    }


def test_an_adoption_is_kept_with_who_recorded_it_and_what_it_rests_on(
    office: Office, adopted: Body
) -> None:
    answer = office.call("POST", "/policy-adoptions", HR, adopted)
    assert answer.status_code == 201, answer.text
    made = answer.get_json()
    assert made.pop("id")
    assert made.pop("recordedAt").endswith("Z")
    assert made == adopted | {"recordedBy": "hr"}
    for role in Role:
        listed = office.call("GET", "/policy-adoptions", role).get_json()["items"]
        assert [one["adoptedDate"] for one in listed][-1] == adopted["adoptedDate"], role


def test_the_day_itself_is_the_day_of_effect_unless_another_is_named(office: Office) -> None:
    day = today(office.clock).isoformat()
    made = office.call("POST", "/policy-adoptions", MT, {"adoptedDate": day}).get_json()
    assert (made["effectiveDate"], made["document"], made["dpiaDate"]) == (day, None, None)


def test_hr_names_the_minute(office: Office, adopted: Body) -> None:
    del adopted["document"]
    assert pointers(office.call("POST", "/policy-adoptions", HR, adopted)) == ["/document"]


def test_days_that_cannot_be_are_refused(office: Office, adopted: Body) -> None:
    tomorrow = (today(office.clock) + timedelta(days=1)).isoformat()
    wrong = {
        "adoptedDate": tomorrow,
        "effectiveDate": today(office.clock).isoformat(),
        "worksCouncilDate": tomorrow,
        "dpiaDate": tomorrow,
    }
    answer = office.call("POST", "/policy-adoptions", MT, adopted | wrong)
    assert pointers(answer) == ["/adoptedDate", "/dpiaDate", "/effectiveDate", "/worksCouncilDate"]


@pytest.mark.parametrize("role", sorted(set(Role) - {MT, HR}))
def test_nobody_else_records_it(office: Office, adopted: Body, role: Role) -> None:
    assert office.call("POST", "/policy-adoptions", role, adopted).status_code == 403

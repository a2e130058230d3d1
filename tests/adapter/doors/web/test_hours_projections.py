from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.adapter.doors.web.bodies import EXEMPTION, LONG, MARCH, PROJECTION, pointers

URL = "/v1/hours-projections"


def _ask(client: FlaskClient, hr: dict[str, str], **members: object) -> Any:
    answer = client.post(URL, json={"enrolledDate": "2027-01-15", **members}, headers=hr)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_the_documented_question_gets_the_documented_answer(
    client: FlaskClient, hr: dict[str, str]
) -> None:
    body = client.post(URL, json=PROJECTION, headers=hr).get_json()
    assert "5,67" in body["findings"][0].pop("message")
    assert body == {
        "years": [
            {
                "year": 2026,
                "countedHours": "20.33",
                "limitHours": "80.00",
                "excessHours": "0.00",
                "activities": [{"activityId": "A", "hours": "20.33"}],
            },
            {
                "year": 2027,
                "countedHours": "89.67",
                "limitHours": "84.00",
                "excessHours": "5.67",
                "activities": [
                    {"activityId": "A", "hours": "19.67"},
                    {"activityId": "B", "hours": "70.00"},
                ],
            },
        ],
        "findings": [
            {
                "code": "hours_norm_exceeded",
                "year": 2027,
                "severity": "block",
                "clause": "Visie §8",
            }
        ],
    }


SESSIONS = [{"date": "2026-12-30", "hours": "4.00"}, {"date": "2027-01-06", "hours": "8.00"}]


@pytest.mark.parametrize(
    ("changes", "per_year"),
    [
        ({}, {2026: "20.33", 2027: "19.67"}),
        ({"sessions": None}, {2026: "20.33", 2027: "19.67"}),
        ({"workTimeShare": "0.50"}, {2026: "10.17", 2027: "9.83"}),
        ({"hours": "12.00", "sessions": SESSIONS}, {2026: "4.00", 2027: "8.00"}),
        ({"endDate": None}, {2026: "40.00"}),
        (
            {"hours": "0.03", "startDate": "2026-01-01", "endDate": "2030-12-31"},
            {2026: "0.01", 2028: "0.01", 2030: "0.01"},
        ),
        ({"state": "requested"}, {}),
        ({"hours": "0.00"}, {}),
        ({"workTimeShare": "0.00"}, {}),
        ({"startDate": "2025-12-31", "endDate": "2026-01-01"}, {2026: "20.00"}),
    ],
)
def test_hours_are_divided_over_the_years(
    client: FlaskClient, hr: dict[str, str], changes: dict[str, object], per_year: dict[int, str]
) -> None:
    body = _ask(client, hr, activities=[LONG | changes])
    assert {year["year"]: year["countedHours"] for year in body["years"]} == per_year


USED = MARCH | {"hours": "60.00", "state": "completed"}
THIS = MARCH | {"activityId": "C", "startDate": "2027-04-01", "endDate": "2027-04-30"}


@pytest.mark.parametrize(
    ("hours", "decided", "codes"),
    [
        ("20.00", None, [("hours_norm_near", "info")]),
        ("20.01", None, [("hours_norm_exceeded", "block")]),
        ("20.01", "2027-01-14", []),
        ("20.01", "2027-01-16", [("hours_norm_exceeded", "block")]),
    ],
)
def test_the_norm_and_its_exemptions_hold_over_http(
    client: FlaskClient,
    hr: dict[str, str],
    hours: str,
    decided: str | None,
    codes: list[tuple[str, str]],
) -> None:
    exemption = {"year": 2027, "extraHours": "16.00", "decidedDate": decided}
    body = _ask(
        client,
        hr,
        activities=[USED, THIS | {"hours": hours}],
        exemptions=[exemption] if decided else [],
    )
    assert [(finding["code"], finding["severity"]) for finding in body["findings"]] == codes


def test_in_the_transition_year_the_norm_advises(client: FlaskClient, hr: dict[str, str]) -> None:
    body = _ask(client, hr, enrolledDate="2026-11-23", activities=[MARCH | {"hours": "80.01"}])
    assert [finding["severity"] for finding in body["findings"]] == ["advise"]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"hours": 40}, "hours"),
        ({"hours": "40.000"}, "hours"),
        ({"hours": "-1.00"}, "hours"),
        ({"hours": "Infinity"}, "hours"),
        ({"workTimeShare": "1.01"}, "workTimeShare"),
        ({"workTimeShare": "0.5"}, "workTimeShare"),
        ({"workTimeShare": 1}, "workTimeShare"),
        ({"endDate": "2026-10-31"}, "endDate"),
        ({"endDate": "9999-12-31"}, "endDate"),
        ({"endDate": "2077-01-01"}, "endDate"),
        ({"state": "done"}, "state"),
        ({"state": []}, "state"),
        ({"sessions": [{"date": "2027-01-06", "hours": "39.99"}]}, "sessions"),
        ({"sessions": [{"date": "2026-10-31", "hours": "40.00"}]}, "sessions/0/date"),
        ({"sessions": [{"date": "2027-01-06", "hours": 40}]}, "sessions/0/hours"),
        ({"sessions": [{"date": "2027-01-06"}]}, "sessions/0/hours"),
        ({"sessions": {}}, "sessions"),
    ],
)
def test_a_wrong_activity_is_refused_with_its_place(
    client: FlaskClient, hr: dict[str, str], changes: dict[str, object], place: str
) -> None:
    body = {"enrolledDate": "2027-01-15", "activities": [MARCH, LONG | changes]}
    answer = client.post(URL, json=body, headers=hr)
    assert answer.status_code == 400
    assert pointers(answer) == [f"/activities/1/{place}"]


def test_every_session_outside_the_dates_is_named(client: FlaskClient, hr: dict[str, str]) -> None:
    days = ("2026-10-31", "2026-11-01", "2027-02-28", "2027-03-01")
    sessions = [{"date": day, "hours": "10.00"} for day in days]
    body = {"enrolledDate": "2027-01-15", "activities": [LONG | {"sessions": sessions}]}
    assert pointers(client.post(URL, json=body, headers=hr)) == [
        "/activities/0/sessions/0/date",
        "/activities/0/sessions/3/date",
    ]


@pytest.mark.parametrize("year", ["2027", 2027.5, True, 1899, 3000, None, 10**400])
def test_a_wrong_exemption_year_is_refused_with_its_place(
    client: FlaskClient, hr: dict[str, str], year: object
) -> None:
    body = PROJECTION | {"exemptions": [EXEMPTION | {"year": year}]}
    assert pointers(client.post(URL, json=body, headers=hr)) == ["/exemptions/0/year"]

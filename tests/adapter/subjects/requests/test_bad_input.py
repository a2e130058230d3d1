"""Whatever is sent, the answer is a problem that says what is wrong, and nothing is kept of it."""

from __future__ import annotations

from typing import Any

from adapter.register.keys import Role
from tests.adapter.subjects.requests.conftest import GRANT, MANAGER, REQUEST, Body, Office, pointers

COLLECTIONS = ("training-requests", "grants", "agreements", "existing-commitments")


def test_an_address_that_is_no_record_is_never_a_failure(office: Office) -> None:
    for collection in COLLECTIONS:
        for record in ("none", "%00", "%F0%9F%92%A5", "x" * 300, "%27%20OR%201=1"):
            status = office.call("GET", f"/{collection}/{record}", Role.HR).status_code
            assert status in (400, 404), (collection, record)


def test_a_filter_with_an_impossible_value_is_never_a_failure(office: Office) -> None:
    for query in (
        "training-requests?tranche=%00",
        "training-requests?state=%00",
        "in-company-consents?courseId=%00",
        "norm-exemptions?year=x",
        "existing-commitments?undecided=x",
    ):
        assert office.call("GET", f"/{query}", Role.HR).status_code in (200, 400), query


def test_numbers_and_days_beyond_measure_are_refused_by_name(office: Office) -> None:
    cases: list[tuple[Body, list[str]]] = [
        ({"hours": "999999999.99"}, ["/hours"]),
        ({"hours": "10000.01"}, ["/hours"]),
        ({"hours": 48}, ["/hours"]),
        ({"startDate": "1900-01-01", "endDate": "2999-12-31"}, ["/endDate"]),
        ({"endDate": "9999-12-31"}, ["/endDate"]),
        ({"costs": {"feeEur": "-1.00"}}, ["/costs/feeEur"]),
        ({"costs": {"lunchEur": "1.00"}}, ["/costs/lunchEur"]),
        ({"plannedParticipants": 2**31}, ["/plannedParticipants"]),
        ({"workTimeShare": "1.01", "ground": "fun"}, ["/ground", "/workTimeShare"]),
        ({"title": "  ", "motivation": ""}, ["/motivation", "/title"]),
        ({"unknown": 1}, ["/unknown"]),
    ]
    for changes, wrong in cases:
        body = REQUEST | {"managerId": MANAGER} | changes
        assert pointers(office.call("POST", "/training-requests", Role.HR, body)) == wrong
    assert office.call("GET", "/training-requests", Role.HR).get_json() == {"items": []}


def test_the_largest_amounts_are_kept_as_they_are(office: Office) -> None:
    most = "999999999.99"
    costs = dict.fromkeys(("feeEur", "booksEur", "examEur", "travelEur"), most)
    request = office.ask(costs=costs, hours="10000.00")
    assert request["costsEur"] == "3999999999.96"
    terms: dict[str, Any] = GRANT | {"costsEur": most, "hours": "10000.00"}
    for state in ("submitted", "under_review"):
        office.move(request, state)
    office.weigh(request, 0, 2, 2, 0, 2)
    office.propose(request, grant=terms)
    decided = office.decide(request, decidedDate="2026-11-10", grant=terms)
    assert decided.get_json()["grants"][0]["costsEur"] == most


def test_refusals_speak_english_on_request(office: Office) -> None:
    request = office.ask()
    answer = office.call(
        "POST",
        f"/training-requests/{request['id']}/transitions",
        Role.HR,
        {"toState": "under_review"},
        version=1,
        language="en",
    )
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["detail"] == (
        "A request in state draft cannot become under review. It can become: submitted, withdrawn."
    )

"""Existing commitments: recorded with their own terms, wound up one by one (P9)."""

from __future__ import annotations

from typing import Any

import pytest

from adapter.register.keys import Role
from adapter.register.learning_reader import read_learning
from tests.adapter.subjects.requests.conftest import Body, Office, pointers

PROMISE: Body = {
    "reference": "2025-017",
    "employeeId": "10001",
    "title": "Post-hbo handhaving",
    "courseIds": ["OPL-003"],
    "hours": "120.00",
    "costsEur": "4200.00",
    "startDate": "2025-09-01",
    "endDate": "2026-06-30",
    "agreedDate": "2025-05-20",
    "terms": {
        "text": "Eén jaar na afronding niets meer.",
        "steps": [{"months": 12, "percentage": 100}],
    },
}
CONVERSION: Body = {
    "costsEur": "4200.00",
    "hours": "120.00",
    "repaymentScheme": True,
    "ground": "function",
    "mandatoryByLaw": "no",
}


def _record(office: Office, **changes: Any) -> Any:
    return office.call("POST", "/existing-commitments", Role.HR, PROMISE | changes)


def _propose(office: Office, promise: Body, outcome: str) -> Any:
    path = f"/existing-commitments/{promise['id']}/proposals"
    return office.call("POST", path, Role.HR, {"outcome": outcome, "reason": "Zo afgesproken."})


def _decide(office: Office, promise: Body, outcome: str, **changes: Any) -> Any:
    path = f"/existing-commitments/{promise['id']}/decisions"
    body = {"outcome": outcome, "decidedDate": "2026-11-10"} | changes
    return office.call("POST", path, Role.MANAGEMENT_TEAM, body)


def _counting(office: Office) -> tuple[int, int]:
    """How many commitments and grants the enrolment check sees."""
    with office.parts.register.read() as connection:
        learning = read_learning(connection, "10001")
    return len(learning.commitments), len(learning.grants)


def _left(office: Office) -> int:
    path = "/existing-commitments?undecided=true"
    return len(office.call("GET", path, Role.HR).get_json()["items"])


def test_an_open_promise_counts_as_a_grant_and_keeps_its_terms(office: Office) -> None:
    recorded = _record(office)
    assert recorded.status_code == 201
    assert recorded.get_json()["trajectoryId"] == "T-3"
    assert recorded.get_json()["terms"] == {
        "text": "Eén jaar na afronding niets meer.",
        "signed_on": None,
        "steps": [{"months": 12, "percentage": 100}],
    }
    assert _counting(office) == (1, 0)
    assert office.announced() == ["10001"]


def test_an_import_can_be_repeated_without_duplicates(office: Office) -> None:
    first, again = _record(office), _record(office)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    assert _record(office, hours="100.00").status_code == 409
    assert _record(office, reference=None).status_code == 201
    assert _record(office, reference=None).status_code == 201
    assert _counting(office) == (3, 0)


def test_a_wrong_promise_names_the_field(office: Office) -> None:
    cases: list[tuple[Body, list[str]]] = [
        ({"employeeId": "0"}, ["/employeeId"]),
        ({"courseIds": ["NONE"]}, ["/courseIds/0"]),
        ({"courseIds": []}, ["/trajectoryId"]),
        ({"endDate": "2025-08-31"}, ["/endDate"]),
        ({"agreedDate": "2026-01-01"}, ["/agreedDate"]),
        (
            {"terms": {"text": "x", "steps": [{"months": 1, "percentage": 101}]}},
            ["/terms/steps/0/percentage"],
        ),
    ]
    for changes, wrong in cases:
        assert pointers(_record(office, **changes)) == wrong


def test_the_last_day_before_the_policy_is_still_a_promise(office: Office) -> None:
    assert _record(office, agreedDate="2025-12-31").status_code == 201


@pytest.mark.parametrize(
    ("outcome", "grant", "state", "counting"),
    [
        ("honour", None, "open", (1, 0)),
        ("lapse", None, "lapsed", (0, 0)),
        ("convert", CONVERSION, "converted", (0, 1)),
    ],
)
def test_the_management_team_decides_each_once(
    office: Office, outcome: str, grant: Body | None, state: str, counting: tuple[int, int]
) -> None:
    promise = _record(office).get_json()
    assert _left(office) == 1
    assert _propose(office, promise, outcome).status_code == 201
    decided = _decide(office, promise, outcome, grant=grant).get_json()
    assert decided["state"] == state
    assert decided["decision"]["departsFromProposal"] is False
    assert (decided["decision"]["grantId"] is not None) == (outcome == "convert")
    assert _counting(office) == counting
    assert _left(office) == 0
    assert _decide(office, promise, "lapse", reason="Toch niet").status_code == 409
    assert _propose(office, promise, "lapse").status_code == 409


def test_departing_or_deciding_without_a_proposal_needs_a_reason(office: Office) -> None:
    promise = _record(office).get_json()
    assert pointers(_decide(office, promise, "honour")) == ["/reason"]
    _propose(office, promise, "lapse")
    assert pointers(_decide(office, promise, "honour")) == ["/reason"]
    decided = _decide(office, promise, "honour", reason="Beloofd is beloofd.").get_json()
    assert decided["decision"]["departsFromProposal"] is True


def test_a_wrong_decision_about_a_promise_names_the_field(office: Office) -> None:
    promise = _record(office).get_json()
    cases: list[tuple[str, Body, list[str]]] = [
        ("convert", {}, ["/grant"]),
        ("honour", {"grant": CONVERSION}, ["/grant"]),
        ("convert", {"grant": CONVERSION | {"mandatoryByLaw": "yes"}}, ["/grant/repaymentScheme"]),
        ("lapse", {"decidedDate": "2026-11-11"}, ["/decidedDate"]),
        ("lapse", {"decidedDate": "2025-05-19"}, ["/decidedDate"]),
    ]
    for outcome, changes, wrong in cases:
        assert pointers(_decide(office, promise, outcome, reason="Reden", **changes)) == wrong


def test_an_unknown_promise_is_not_found(office: Office) -> None:
    unknown: Body = {"id": "none"}
    assert _propose(office, unknown, "lapse").status_code == 404
    assert _decide(office, unknown, "lapse", reason="Reden").status_code == 404


def test_the_list_can_be_asked_by_state(office: Office) -> None:
    for reference, outcome in (("A", None), ("B", "honour"), ("C", "convert"), ("D", "lapse")):
        promise = _record(office, reference=reference).get_json()
        grant = {"grant": CONVERSION} if outcome == "convert" else {}
        if outcome is not None:
            decided = _decide(office, promise, outcome, reason="Zo besloten.", **grant)
            assert decided.status_code == 201, decided.get_json()

    def listed(query: str) -> set[str]:
        answer = office.call("GET", f"/existing-commitments?{query}", Role.HR)
        return {one["reference"] for one in answer.get_json()["items"]}

    assert listed("state=open") == {"A", "B"}
    assert listed("state=honoured") == {"B"}
    assert listed("state=converted") == {"C"}
    assert listed("state=lapsed") == {"D"}
    assert listed("state=open&undecided=true") == {"A"}
    wrong = office.call("GET", "/existing-commitments?state=nowhere", Role.HR)
    assert wrong.status_code == 400

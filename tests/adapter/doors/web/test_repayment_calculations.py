from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from adapter.ground.parts import Parts
from tests.adapter.doors.web.bodies import AGREEMENT, REPAYMENT, TRAJECTORY, pointers

URL = "/v1/repayment-calculations"


def _ask(client: FlaskClient, hr: dict[str, str], exit_date: str, **changes: object) -> Any:
    body = {"exitDate": exit_date, "trajectories": [TRAJECTORY | changes]}
    answer = client.post(URL, json=body, headers=hr)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_the_documented_question_gets_the_documented_answer(
    client: FlaskClient, hr: dict[str, str], parts: Parts
) -> None:
    body = client.post(URL, json=REPAYMENT, headers=hr).get_json()
    message = body["items"][0]["reasons"][0].pop("message")
    assert "31 maart 2027" in message
    assert body == {
        "policyVersion": parts.policy.version,
        "totalComputedEur": "1200.00",
        "totalClaimableEur": "1200.00",
        "items": [
            {
                "trajectoryId": "T-7",
                "percentage": 50,
                "basisEur": "2400.00",
                "computedEur": "1200.00",
                "claimableEur": "1200.00",
                "status": "claimable",
                "reasons": [{"code": "between_12_and_24_months", "clause": "Visie §7"}],
            }
        ],
    }


def test_messages_are_in_english_for_who_reads_english(
    client: FlaskClient, hr: dict[str, str]
) -> None:
    answer = client.post(URL, json=REPAYMENT, headers=hr | {"Accept-Language": "en-GB,en;q=0.9"})
    assert "31 March 2027" in answer.get_json()["items"][0]["reasons"][0]["message"]


UNSIGNED = {"agreement": AGREEMENT | {"signedByManagerDate": None}}
LATE = {
    "agreement": AGREEMENT
    | {"signedByEmployeeDate": "2026-09-10", "signedByManagerDate": "2026-09-10"}
}
LEAP: dict[str, object] = {"startDate": "2027-09-01", "completionDate": "2028-02-29"}


@pytest.mark.parametrize(
    ("exit_date", "changes", "percentage", "computed", "claimable", "status", "code"),
    [
        # The rows of the worked examples, in their order.
        ("2026-08-31", {"completionDate": None}, 0, "0.00", "0.00", "nothing_due", "not_started"),
        (
            "2026-09-01",
            {"completionDate": None},
            100,
            "2400.00",
            "2400.00",
            "claimable",
            "not_completed",
        ),
        ("2027-02-15", {}, 100, "2400.00", "2400.00", "claimable", "not_completed"),
        ("2028-03-31", {}, 100, "2400.00", "2400.00", "claimable", "within_12_months"),
        ("2028-04-01", {}, 50, "1200.00", "1200.00", "claimable", "between_12_and_24_months"),
        ("2029-03-30", {}, 50, "1200.00", "1200.00", "claimable", "between_12_and_24_months"),
        ("2029-03-31", {}, 0, "0.00", "0.00", "nothing_due", "after_24_months"),
        ("2029-02-28", LEAP, 100, "2400.00", "2400.00", "claimable", "within_12_months"),
        ("2029-03-01", LEAP, 50, "1200.00", "1200.00", "claimable", "between_12_and_24_months"),
        ("2030-02-28", LEAP, 0, "0.00", "0.00", "nothing_due", "after_24_months"),
        (
            "2028-04-01",
            {"agreedCostsEur": "2400.01"},
            50,
            "1200.01",
            "1200.01",
            "claimable",
            "between_12_and_24_months",
        ),
        (
            "2028-04-01",
            {"actualCostsEur": "1500.00"},
            50,
            "750.00",
            "750.00",
            "claimable",
            "between_12_and_24_months",
        ),
        (
            "2027-06-01",
            {"agreedCostsEur": "1999.99"},
            0,
            "0.00",
            "0.00",
            "nothing_due",
            "below_threshold",
        ),
        (
            "2027-06-01",
            {"agreedCostsEur": "2000.00"},
            100,
            "2000.00",
            "2000.00",
            "claimable",
            "within_12_months",
        ),
        ("2027-06-01", UNSIGNED, 100, "2400.00", "0.00", "not_claimable", "no_signed_agreement"),
        ("2027-06-01", LATE, 100, "2400.00", "0.00", "needs_review", "signed_late"),
        (
            "2027-06-01",
            {"mandatoryByLaw": "yes"},
            0,
            "0.00",
            "0.00",
            "nothing_due",
            "statutory_training",
        ),
        (
            "2027-06-01",
            {"mandatoryByLaw": "unknown", "ground": "legal"},
            100,
            "2400.00",
            "0.00",
            "needs_review",
            "legal_review",
        ),
        (
            "2027-06-01",
            {"mandatoryByLaw": "unknown", "ground": "team"},
            100,
            "2400.00",
            "2400.00",
            "claimable",
            "within_12_months",
        ),
    ],
)
def test_the_worked_examples_hold_over_http(
    client: FlaskClient,
    hr: dict[str, str],
    exit_date: str,
    changes: dict[str, object],
    percentage: int,
    computed: str,
    claimable: str,
    status: str,
    code: str,
) -> None:
    body = _ask(client, hr, exit_date, **changes)
    item = body["items"][0]
    assert (item["percentage"], item["computedEur"], item["claimableEur"]) == (
        percentage,
        computed,
        claimable,
    )
    assert (item["status"], item["reasons"][0]["code"]) == (status, code)
    assert (body["totalComputedEur"], body["totalClaimableEur"]) == (computed, claimable)


def test_totals_add_up_all_items(client: FlaskClient, hr: dict[str, str]) -> None:
    trajectories = [TRAJECTORY, TRAJECTORY | UNSIGNED | {"trajectoryId": "T-8"}]
    body = {"exitDate": "2028-04-01", "trajectories": trajectories}
    found = client.post(URL, json=body, headers=hr).get_json()
    assert (found["totalComputedEur"], found["totalClaimableEur"]) == ("2400.00", "1200.00")


def test_no_trajectories_is_nothing_to_pay(client: FlaskClient, hr: dict[str, str]) -> None:
    body = client.post(
        URL, json={"exitDate": "2028-04-01", "trajectories": []}, headers=hr
    ).get_json()
    assert (body["totalComputedEur"], body["items"]) == ("0.00", [])


@pytest.mark.parametrize(
    ("member", "wrong"),
    [
        ("agreedCostsEur", 2400),
        ("agreedCostsEur", 2400.0),
        ("agreedCostsEur", "2400"),
        ("agreedCostsEur", "2400.0"),
        ("agreedCostsEur", "2400.00\n"),
        ("agreedCostsEur", " 2400.00"),
        ("agreedCostsEur", "-0.01"),
        ("agreedCostsEur", "+1.00"),
        ("agreedCostsEur", "2.400,00"),
        ("agreedCostsEur", "1234567890.00"),
        ("agreedCostsEur", "٢٤٠٠.٠٠"),
        ("agreedCostsEur", "1e3"),
        ("agreedCostsEur", "NaN"),
        ("agreedCostsEur", None),
        ("actualCostsEur", 1500),
        ("startDate", "2026-9-1"),
        ("startDate", "2026-02-30"),
        ("startDate", "2026-09-01T00:00:00Z"),
        ("startDate", 20260901),
        ("startDate", None),
        ("startDate", "9999-12-31"),
        ("startDate", "0001-01-01"),
        ("startDate", "２０２６-09-01"),
        ("completionDate", "2026-08-31"),
        ("completionDate", "9999-12-31"),
        ("brokenOffDate", "2026-08-31"),
        ("ground", "law"),
        ("ground", None),
        ("mandatoryByLaw", "maybe"),
        ("mandatoryByLaw", False),
        ("agreement", "signed"),
        ("trajectoryId", ""),
        ("trajectoryId", 7),
        ("trajectoryId", "T\x007"),
        ("trajectoryId", "\ud800"),
        ("unheardOf", 1),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(
    client: FlaskClient, hr: dict[str, str], member: str, wrong: object
) -> None:
    body = {"exitDate": "2028-04-01", "trajectories": [TRAJECTORY, TRAJECTORY | {member: wrong}]}
    answer = client.post(URL, json=body, headers=hr)
    assert answer.status_code == 400
    assert pointers(answer) == [f"/trajectories/1/{member}"]


@pytest.mark.parametrize(
    "member", ["trajectoryId", "agreedCostsEur", "startDate", "ground", "mandatoryByLaw"]
)
def test_a_missing_member_is_named(client: FlaskClient, hr: dict[str, str], member: str) -> None:
    trajectory = {name: value for name, value in TRAJECTORY.items() if name != member}
    body = {"exitDate": "2028-04-01", "trajectories": [trajectory]}
    assert pointers(client.post(URL, json=body, headers=hr)) == [f"/trajectories/0/{member}"]


def test_every_wrong_field_is_named_at_once(client: FlaskClient, hr: dict[str, str]) -> None:
    wrong = TRAJECTORY | {
        "agreedCostsEur": 2400,
        "completionDate": "2026-01-01",
        "agreement": {"repaymentScheme": "true", "signedByManagerDate": "x"},
        "a/b~c": 1,
    }
    body = {"trajectories": [wrong, TRAJECTORY, {}]}
    assert sorted(pointers(client.post(URL, json=body, headers=hr))) == [
        "/exitDate",
        "/trajectories/0/agreedCostsEur",
        "/trajectories/0/agreement/repaymentScheme",
        "/trajectories/0/agreement/signedByManagerDate",
        "/trajectories/0/a~1b~0c",
        "/trajectories/0/completionDate",
        "/trajectories/2/agreedCostsEur",
        "/trajectories/2/ground",
        "/trajectories/2/mandatoryByLaw",
        "/trajectories/2/startDate",
        "/trajectories/2/trajectoryId",
    ]


def test_what_may_be_null_may_be_absent(client: FlaskClient, hr: dict[str, str]) -> None:
    nullable = {"completionDate", "agreement", "actualCostsEur"}
    trajectory = {name: value for name, value in TRAJECTORY.items() if name not in nullable}
    absent = {"exitDate": "2028-04-01", "trajectories": [trajectory]}
    null = {
        "exitDate": "2028-04-01",
        "trajectories": [trajectory | dict.fromkeys([*nullable, "brokenOffDate"])],
    }
    answers = [client.post(URL, json=body, headers=hr) for body in (absent, null)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].get_json() == answers[1].get_json()

"""Claims over HTTP: from the statement to the settlement, and everything that is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from adapter.ground.parts import Parts
from adapter.register.keys import Role, create_key
from tests.adapter.doors.web.conftest import FixedClock
from tests.fixtures.leavers import (
    LEAVER,
    employment,
    happen,
    keep,
    person,
    progressed,
    told,
    trained,
)
from tests.fixtures.web import client_of

Headers = dict[str, str]
NOTICED = datetime(2027, 11, 1, 10, 0, tzinfo=UTC)
LEFT = date(2027, 12, 31)
CONFIRMED = {"amountEur": "2400.00", "pay": "net", "setOff": True}


class Desk:
    """HR at work on the one claim there is: EUR 2,400.00, of someone who left in December."""

    def __init__(self, parts: Parts, client: FlaskClient) -> None:
        key = create_key(parts.register, parts.clock, "Personeelszaken", Role.HR)
        self.key = {"Authorization": f"Bearer {key}"}
        self.parts, self.client = parts, client

    def claims(self, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"/v1/claims{query}").get_json()["items"]
        return found

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=self.key | headers)

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        return self.client.post(path, json=body, headers=self.key | headers)

    def does(self, act: str, body: dict[str, Any], version: int | None = None) -> Any:
        (claim,) = self.claims()
        tag = f'"{claim["version"] if version is None else version}"'
        return self.post(f"/v1/claims/{claim['id']}/{act}", body, **{"If-Match": tag})

    def ending(self, **changed: Any) -> Any:
        body = {"endedBy": "employee", "reason": "andere baan", "inProbation": False} | changed
        (claim,) = self.claims()
        return self.post(f"/v1/exits/{claim['exitId']}/endings", body)

    def confirmed(self, **changed: Any) -> Any:
        return self.does("confirmations", CONFIRMED | changed)


@pytest.fixture
def desk(either_parts: Parts) -> Desk:
    assert isinstance(either_parts.clock, FixedClock)
    either_parts.clock.moment = datetime(2028, 1, 10, 9, 0, tzinfo=UTC)
    trained(either_parts.register, datetime(2027, 3, 31, 10, 0, tzinfo=UTC))
    desk = Desk(either_parts, client_of(either_parts))
    happen(either_parts, [told("offboarding.effective", NOTICED, LEFT)])
    return desk


def test_a_claim_goes_from_proposal_to_settlement_with_who_when_and_how(desk: Desk) -> None:
    (claim,) = desk.claims()
    assert (claim["state"], claim["claimableEur"], claim["employeeId"]) == (
        "proposed",
        "2400.00",
        LEAVER,
    )
    assert desk.ending().status_code == 201
    made = desk.confirmed()
    assert made.status_code == 201
    assert made.headers["ETag"] == '"2"'
    assert made.get_json()["confirmed"] == {
        "amountEur": "2400.00",
        "pay": "net",
        "setOff": True,
        "payPeriod": {"year": 2027, "period": 12},
    }
    handed = desk.does("hand-overs", {"remark": "loonrun december"}).get_json()
    assert (handed["state"], handed["inPayrollEur"]) == ("handed_to_payroll", "2400.00")
    settled = desk.does("settlements", {"amountEur": "2400.00"}).get_json()
    assert (settled["state"], settled["differenceEur"]) == ("settled", "0.00")
    steps = [(one["step"], one["by"], one["amountEur"]) for one in settled["steps"]]
    assert steps == [
        ("propose", "adapter", None),
        ("confirm", "Personeelszaken", "2400.00"),
        ("hand_over", "Personeelszaken", "2400.00"),
        ("settle", "Personeelszaken", "2400.00"),
    ]
    assert settled["steps"][0]["message"].endswith(".")
    (entry,) = settled["payrollEntries"]
    assert (entry["amountEur"], entry["payrollKey"]) == ("2400.00", None)
    assert desk.claims("?state=settled")
    assert desk.claims("?state=proposed") == []


def test_a_claim_is_not_confirmed_before_it_is_known_who_ended_the_employment(desk: Desk) -> None:
    refused = desk.confirmed()
    assert refused.status_code == 409
    assert "wie het dienstverband heeft beëindigd" in refused.get_json()["detail"]


@pytest.mark.parametrize("ending", [{"endedBy": "employer"}, {"inProbation": True}])
def test_an_end_that_often_bars_recovery_asks_why_it_is_claimed_all_the_same(
    desk: Desk, ending: dict[str, Any]
) -> None:
    desk.ending(**ending)
    assert desk.confirmed().get_json()["errors"][0]["pointer"] == "/reason"
    assert desk.confirmed(reason="De medewerker stemde in.").status_code == 201


def test_what_was_recorded_of_an_ending_stays_and_the_last_one_stands(desk: Desk) -> None:
    desk.ending(endedBy="employer")
    shown = desk.ending(reason="toch zelf opgezegd").get_json()
    assert [one["endedBy"] for one in shown["endings"]] == ["employer", "employee"]
    assert desk.confirmed().status_code == 201


def test_a_claim_with_an_item_to_review_waits_for_hr(either_parts: Parts, desk: Desk) -> None:
    progressed(either_parts.register, broken_off_on=date(2027, 2, 1))
    happen(either_parts, [told("offboarding.changed", NOTICED.replace(day=2), LEFT)])
    (claim,) = desk.claims()
    assert claim["toReview"] == ["T-7"]
    desk.ending()
    refused = desk.confirmed()
    assert refused.status_code == 409
    assert "T-7" in refused.get_json()["detail"]
    path = f"/v1/exits/{claim['exitId']}/repayment-statements/{claim['statementVersion']}/overrides"
    override = {"trajectoryId": "T-7", "claimableEur": "900.00", "ground": "afgesproken"}
    assert desk.post(path, override).status_code == 201
    assert desk.confirmed().get_json()["errors"][0]["pointer"] == "/amountEur"
    assert desk.confirmed(amountEur="900.00").status_code == 201


def test_an_amount_changed_after_the_confirmation_is_judged_again(desk: Desk) -> None:
    desk.ending()
    desk.confirmed()
    (claim,) = desk.claims()
    path = f"/v1/exits/{claim['exitId']}/repayment-statements/1/overrides"
    desk.post(path, {"trajectoryId": "T-7", "claimableEur": "0.00", "ground": "schrijnend"})
    (claim,) = desk.claims()
    assert (claim["state"], claim["claimableEur"]) == ("proposed", "0.00")
    assert "valt er niets terug te vragen" in desk.confirmed().get_json()["detail"]
    assert desk.does("waivers", {"ground": "schrijnend"}).get_json()["state"] == "waived"


def test_a_claim_is_waived_on_a_ground_only(desk: Desk) -> None:
    assert desk.does("waivers", {"ground": " "}).status_code == 400
    waived = desk.does("waivers", {"ground": "coulance"}).get_json()
    assert (waived["state"], waived["steps"][-1]["reason"]) == ("waived", "coulance")


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("hand-overs", {}),
        ("settlements", {"amountEur": "1.00"}),
        ("reopenings", {"ground": "toch niet"}),
    ],
)
def test_a_step_out_of_turn_is_a_conflict_that_says_how_the_claim_stands(
    desk: Desk, act: str, body: dict[str, Any]
) -> None:
    refused = desk.does(act, body)
    assert refused.status_code == 409
    assert "Een vordering die voorgesteld is" in refused.get_json()["detail"]
    (claim,) = desk.claims()
    assert (claim["state"], claim["version"]) == ("proposed", 1)


def test_nobody_acts_on_a_claim_that_somebody_changed_meanwhile(desk: Desk) -> None:
    desk.ending()
    desk.confirmed()
    assert desk.does("waivers", {"ground": "x"}, version=1).status_code == 412
    (claim,) = desk.claims()
    without = desk.post(f"/v1/claims/{claim['id']}/waivers", {"ground": "x"})
    assert without.status_code == 428


def test_less_than_was_handed_over_needs_a_remark_and_more_is_refused(desk: Desk) -> None:
    desk.ending()
    desk.confirmed()
    desk.does("hand-overs", {})
    assert desk.does("settlements", {"amountEur": "2400.01"}).status_code == 400
    assert desk.does("settlements", {"amountEur": "100.00"}).status_code == 400
    less = {"amountEur": "100.00", "remark": "rest kwijtgescholden"}
    assert desk.does("settlements", less).get_json()["state"] == "settled"


def test_a_handed_over_claim_is_reopened_once_payroll_is_put_right(desk: Desk) -> None:
    desk.ending()
    desk.confirmed()
    desk.does("hand-overs", {})
    refused = desk.does("reopenings", {"ground": "verkeerd bedrag"})
    assert refused.status_code == 409
    assert "2.400,00" in refused.get_json()["detail"]
    too_much = {"amountEur": "2400.01", "remark": "x"}
    assert desk.does("payroll-corrections", too_much).status_code == 400
    back = desk.does("payroll-corrections", {"amountEur": "2400.00", "remark": "teruggedraaid"})
    assert back.get_json()["inPayrollEur"] == "0.00"
    reopened = desk.does("reopenings", {"ground": "verkeerd bedrag"}).get_json()
    assert reopened["state"] == "proposed"
    assert desk.confirmed().status_code == 201


def test_a_correction_that_is_sent_twice_is_recorded_once(desk: Desk) -> None:
    desk.ending()
    desk.confirmed()
    desk.does("hand-overs", {})
    (claim,) = desk.claims()
    part = {"amountEur": "400.00", "remark": "teruggedraaid"}
    once = desk.does("payroll-corrections", part, version=claim["version"])
    assert once.headers["ETag"] != f'"{claim["version"]}"'
    assert desk.does("payroll-corrections", part, version=claim["version"]).status_code == 412
    assert desk.claims()[0]["inPayrollEur"] == "2000.00"


def test_nothing_is_claimed_of_someone_who_has_not_left_or_owes_nothing(
    either_parts: Parts, desk: Desk
) -> None:
    keep(either_parts.register, person(employment(), employee_id="000001007"))
    announced = told("offboarding.announced", NOTICED, date(2028, 6, 30), number="9")
    happen(either_parts, [announced])
    assert len(desk.claims()) == 1
    assert desk.get("/v1/claims/unknown").status_code == 404

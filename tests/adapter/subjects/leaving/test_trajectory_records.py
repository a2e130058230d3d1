"""Actual costs and training that was broken off: what HR enters, and what follows from it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from adapter.doors.intake import process_register
from adapter.ground.rendering import html
from adapter.ground.store.reading import row_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.queues.inbox import Channel
from adapter.register.activities import activities
from adapter.register.keys import Role, create_key
from adapter.register.learning_reader import read_learning
from adapter.views.repayment.overview import statement_document
from config.catalogue import Language
from policy.model import ActivityState
from tests.adapter.subjects.leaving.test_statements import DONE, announce, newest, told_of
from tests.fixtures.leavers import (
    LEAVER,
    keep,
    parts_of,
    person,
    promised,
    stored_events,
    trained,
)
from tests.fixtures.web import client_of

COSTS = {"feeEur": "1800.00", "examEur": "200.00", "subsidyEur": "150.00", "wageEur": "90.00"}
STOPPED = {"brokenOffDate": "2027-05-01", "reason": "Andere functie."}


class Desk:
    """HR at work on the API."""

    def __init__(self, register: Register) -> None:
        self.parts = parts_of(register)
        self.client = client_of(self.parts)
        key = create_key(register, self.parts.clock, "Personeelszaken", Role.HR)
        self.headers = {"Authorization": f"Bearer {key}"}

    def enter(self, **body: Any) -> Any:
        named = {"employeeId": LEAVER, "trajectoryId": "T-7"} | body
        return self.client.post("/v1/trajectory-records", json=named, headers=self.headers)

    def listed(self, query: str = "") -> list[dict[str, Any]]:
        answer = self.client.get(f"/v1/trajectory-records{query}", headers=self.headers)
        found: list[dict[str, Any]] = answer.get_json()["items"]
        return found

    def work(self) -> None:
        """What the worker does with our own events."""
        for event in stored_events(self.parts.register):
            if event.channel == Channel.REGISTER:
                process_register.process(self.parts, event)


@pytest.fixture
def desk(register: Register) -> Desk:
    return Desk(register)


def test_actual_costs_give_a_running_exit_a_new_version_that_shows_their_kinds(
    desk: Desk, register: Register
) -> None:
    trained(register, DONE)
    announce(register)
    entered = desk.enter(actualCosts=COSTS)
    assert entered.status_code == 201
    assert entered.get_json()["actualCostsEur"] == "1850.00"
    desk.work()
    assert newest(register)["version"] == 2
    assert told_of(register) == [("T-7", 92_500, "claimable", "between_12_and_24_months")]
    (told,) = newest(register)["particulars"]
    assert told["kinds"] == {"fee": 180_000, "books": 0, "exam": 20_000, "travel": 0}
    assert (told["subsidy_cents"], told["wage_cents"]) == (15_000, 9_000)
    with register.read() as connection:
        leaver = row_of(connection, select(ExitRow))
        made = row_of(
            connection, select(RepaymentStatementRow).where(RepaymentStatementRow.version == 2)
        )
        page = html.render(statement_document(connection, leaver, made, Language.NL))
    assert "1.850,00" in page.decode()


def test_a_break_off_is_for_hr_to_review_and_its_hours_count_as_made(
    desk: Desk, register: Register
) -> None:
    trained(register, DONE)
    announce(register)
    assert desk.enter(breakOff=STOPPED).status_code == 201
    desk.work()
    assert told_of(register)[0][2:] == ("needs_review", "broken_off")
    with register.read() as connection:
        counted = activities(read_learning(connection, LEAVER))
    assert counted["T-7"].state is ActivityState.BROKEN_OFF


def test_what_is_left_out_stays_null_takes_back_and_every_entry_stays_readable(
    desk: Desk, register: Register
) -> None:
    trained(register, DONE)
    for part in ({"actualCosts": COSTS}, {"breakOff": STOPPED}, {"breakOff": None}):
        assert desk.enter(**part).status_code == 201
    kept = [(one["number"], one["actualCostsEur"], one["brokenOffDate"]) for one in desk.listed()]
    assert kept == [
        (1, "1850.00", None),
        (2, "1850.00", "2027-05-01"),
        (3, "1850.00", None),
    ]
    assert [one["brokenOffReason"] for one in desk.listed()] == [None, "Andere functie.", None]
    assert {one["recordedBy"] for one in desk.listed()} == {"Personeelszaken"}
    assert desk.listed("?trajectoryId=T-8") == []


def test_a_commitment_from_before_the_policy_tells_its_actual_costs_too(
    desk: Desk, register: Register
) -> None:
    keep(register, person())
    promised(register, terms={"text": "zie brief"})
    announce(register)
    assert desk.enter(trajectoryId="OLD-1", actualCosts=COSTS).status_code == 201
    desk.work()
    (told,) = newest(register)["particulars"]
    assert (told["agreed_costs_cents"], told["actual_costs_cents"]) == (300_000, 185_000)
    assert told_of(register)[0][1] == 185_000


def test_what_cannot_be_so_is_refused_by_name_and_nothing_is_kept(
    desk: Desk, register: Register
) -> None:
    trained(register, DONE)
    tomorrow = STOPPED | {"brokenOffDate": "2027-11-24"}
    for body, pointer in (
        ({}, "/actualCosts"),
        ({"employeeId": "0", "breakOff": STOPPED}, "/employeeId"),
        ({"trajectoryId": "T-8", "breakOff": STOPPED}, "/trajectoryId"),
        ({"breakOff": tomorrow}, "/breakOff/brokenOffDate"),
        ({"breakOff": STOPPED | {"reason": " "}}, "/breakOff/reason"),
        ({"actualCosts": {"feeEur": "1.00", "subsidyEur": "2.00"}}, "/actualCosts/subsidyEur"),
    ):
        answer = desk.enter(**body)
        assert answer.status_code == 400
        assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
    assert desk.listed() == []
    assert stored_events(register) == []

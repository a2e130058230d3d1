"""HR sets a hold aside for a while: it lets in, grants nothing, and ends by itself (P3)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from adapter.programs.worker import work_once
from adapter.register.keys import Role, create_key
from adapter.subjects.enrolments.check import check_for_the_lms
from adapter.subjects.enrolments.set_asides import apply_rules_again
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from tests.fixtures.web import client_of
from tests.fixtures.workbench import EXCEL, PIET, Workbench

LAST = "2027-03-31"


class Desk:
    """HR and others at work on the hold of one employee."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._client: FlaskClient = client_of(bench.parts)
        bench.enrol(EXCEL, PIET)
        poll_courses(bench.parts)
        poll_enrolments(bench.parts)
        self.work()

    def work(self) -> None:
        while work_once(self.bench.parts):
            self.bench.clock.advance(seconds=1)

    def call(
        self, method: str, path: str, role: Role = Role.HR, who: str | None = None, **body: Any
    ) -> tuple[int, Any]:
        key = create_key(self.bench.register, self.bench.clock, "test", role, who)
        answer = self._client.open(
            f"/v1{path}",
            method=method,
            headers={"Authorization": f"Bearer {key}"},
            json=body if method == "POST" else None,
        )
        return answer.status_code, answer.get_json()

    def holds(self, role: Role = Role.HR, who: str | None = None) -> list[dict[str, Any]]:
        status, listed = self.call("GET", "/holds", role, who)
        assert status == 200, listed
        found: list[dict[str, Any]] = listed["items"]
        return found

    def set_aside(self, last: str | None = LAST, ground: str = "Examen volgende week") -> Any:
        path = f"/holds/{self.holds()[-1]['id']}/set-asides"
        status, made = self.call("POST", path, ground=ground, lastDate=last)
        self.work()
        return status, made

    def status(self) -> int:
        return self.bench.statuses(EXCEL, PIET)[0][1]


@pytest.fixture
def desk(workbench: Workbench) -> Desk:
    desk = Desk(workbench)
    assert desk.status() == 1
    return desk


def test_it_lets_in_until_its_last_day_and_the_rules_apply_again_after_it(desk: Desk) -> None:
    status, made = desk.set_aside()
    assert (status, made["lastDate"], made["setBy"]) == (201, LAST, "test")
    assert desk.status() == 0
    (hold,) = desk.holds()
    # It grants nothing: what the rules say stays visible beside it.
    assert (hold["state"], [one["code"] for one in hold["findings"]]) == (
        "released",
        ["grant_missing"],
    )
    assert hold["setAside"]["ground"] == "Examen volgende week"
    assert [one.outcome for one in desk.bench.decided()] == ["hold"]
    desk.bench.clock.moment = datetime(2027, 3, 31, 21, 59, tzinfo=UTC)
    apply_rules_again(desk.bench.parts)
    desk.work()
    assert desk.status() == 0
    desk.bench.clock.moment = datetime(2027, 3, 31, 22, 1, tzinfo=UTC)  # 1 April in Amsterdam
    apply_rules_again(desk.bench.parts)
    desk.work()
    assert desk.status() == 1
    assert sorted(hold["state"] for hold in desk.holds()) == ["held", "released"]


def test_what_was_arranged_meanwhile_is_not_held_again(desk: Desk) -> None:
    desk.set_aside()
    desk.bench.grant("10005", "OPL-003", starts_on=date(2027, 3, 8), ends_on=date(2027, 4, 30))
    desk.work()
    desk.bench.clock.moment = datetime(2027, 4, 1, 9, 0, tzinfo=UTC)
    apply_rules_again(desk.bench.parts)
    desk.work()
    assert desk.status() == 0


def test_a_later_one_withdraws_it(desk: Desk) -> None:
    desk.set_aside()
    status, _ = desk.set_aside(None, "Toch niet nodig")
    assert (status, desk.status()) == (201, 1)


def test_employee_and_management_team_are_told_and_the_hold_says_how_to_ask(desk: Desk) -> None:
    assert "Vraag HR" in desk.bench.messages_to(PIET)[-1]
    desk.set_aside()
    said = desk.bench.messages_to(PIET)[-1]
    assert "tot en met 31 maart 2027" in said
    assert "Examen volgende week" in said
    told = [one.payload for one in desk.bench.actions() if one.kind == "mail.mt"]
    held = desk.holds(Role.MANAGEMENT_TEAM)
    assert told == [{"text": "set_aside_mt", "numbers": {"hold": held[0]["id"]}}]
    assert len(held) == 1


@pytest.mark.parametrize("last", ["2027-02-28", "2027-04-13"])
def test_its_last_day_is_at_most_42_days_ahead(desk: Desk, last: str) -> None:
    status, problem = desk.set_aside(last)
    assert (status, [one["pointer"] for one in problem["errors"]]) == (400, ["/lastDate"])
    assert desk.set_aside("2027-04-12")[0] == 201


def test_our_plugin_lets_in_whom_hr_lets_in(desk: Desk) -> None:
    today = date(2027, 3, 1)
    ask = (desk.bench.parts, "10005", "OPL-003", today)
    assert check_for_the_lms(*ask).outcome == "hold"
    desk.set_aside()
    assert check_for_the_lms(*ask).outcome == "advise"


def test_an_employee_reads_the_own_holds_and_nobody_elses(desk: Desk) -> None:
    assert len(desk.holds(Role.EMPLOYEE, "10005")) == 1
    assert desk.holds(Role.EMPLOYEE, "10003") == []
    path = f"/holds/{desk.holds()[0]['id']}"
    assert desk.call("GET", path, Role.EMPLOYEE, "10005")[0] == 200
    assert desk.call("GET", path, Role.EMPLOYEE, "10003")[0] == 404
    assert desk.call("GET", f"{path}/set-asides", Role.EMPLOYEE, "10003")[0] == 404


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HR}))
def test_only_hr_sets_a_hold_aside(desk: Desk, role: Role) -> None:
    path = f"/holds/{desk.holds()[0]['id']}/set-asides"
    assert desk.call("POST", path, role, ground="Nee", lastDate=LAST)[0] == 403

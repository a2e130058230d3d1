"""Scores, budgets, prices and capacity over the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import update
from werkzeug.test import TestResponse

from adapter.ground.store.tables.people import EmploymentRow
from adapter.register.keys import Role
from tests.adapter.subjects.requests.conftest import MANAGER, OTHER_MANAGER, TEAM, Body, pointers
from tests.adapter.subjects.tranches.conftest import REASON, Tranches

SCORES = {
    name: {"score": 3, "reason": REASON}
    for name in ("necessity", "organisation", "team", "individual", "efficiency")
}


def _weigh(tranches: Tranches, request: Body, **scores: object) -> TestResponse:
    return tranches.office.call(
        "POST",
        f"/training-requests/{request['id']}/weighings",
        Role.HR,
        SCORES | scores,
        version=tranches.office.version(request),
    )


def test_the_newest_weighing_counts_and_older_ones_stay(tranches: Tranches) -> None:
    request = tranches.submitted()
    tranches.weigh(request, 0, 1, 2, 3, 4)
    tranches.weigh(request, 0, 4, 4, 4, 4)
    path = f"/training-requests/{request['id']}/weighings"
    items = tranches.office.call("GET", path, Role.MANAGEMENT_TEAM).get_json()["items"]
    assert [item["organisation"]["score"] for item in items] == [1, 4]
    assert items[0]["efficiency"] == {"score": 4, "reason": REASON}
    assert tranches.dossier().ranked[0][1].points == 400


def test_a_score_off_the_scale_is_refused_by_name(tranches: Tranches) -> None:
    request = tranches.submitted()
    answer = _weigh(
        tranches, request, team={"score": 5, "reason": "x"}, necessity={"score": -1, "reason": "x"}
    )
    assert pointers(answer) == ["/necessity/score", "/team/score"]


def test_individual_development_needs_the_day_of_the_conversation(tranches: Tranches) -> None:
    request = tranches.submitted(appraisalDate=None, ground="team")
    assert pointers(_weigh(tranches, request)) == ["/individual/score"]
    nothing = {"score": 0, "reason": "Geen gesprek gevoerd."}
    assert _weigh(tranches, request, individual=nothing).status_code == 201


def test_every_score_needs_a_reason(tranches: Tranches) -> None:
    request = tranches.submitted()
    assert pointers(_weigh(tranches, request, team={"score": 1})) == ["/team/reason"]


def test_a_draft_is_not_weighed(tranches: Tranches) -> None:
    answer = _weigh(tranches, tranches.office.ask())
    assert answer.status_code == 409
    assert "concept" in answer.get_json()["detail"]


def test_the_cut_line_lies_at_the_budget_of_the_tranche(tranches: Tranches) -> None:
    first, second = tranches.submitted(), tranches.submitted()
    tranches.weigh(first, 0, 1, 1, 1, 1)
    tranches.weigh(second, 0, 4, 4, 4, 4)
    tranches.budget("2400.00")
    ranked = [(one.row.id, place.within_budget) for one, place in tranches.dossier().ranked]
    assert ranked == [(second["id"], True), (first["id"], False)]
    tranches.budget("4800.00")
    assert all(place.within_budget for _, place in tranches.dossier().ranked)


def test_a_tranche_gets_no_more_than_the_year_has_left(tranches: Tranches) -> None:
    tranches.budget("9000.00")
    tranches.budget("5000.00", tranche=None)
    assert tranches.dossier().room.for_tranche_cents == 500_000


def test_a_budget_of_a_tranche_that_is_not_of_that_year_is_refused(tranches: Tranches) -> None:
    def set_budget(**body: object) -> list[str]:
        budget = {"year": 2027, "amountEur": "1.00"} | body
        return pointers(tranches.office.call("POST", "/budgets", Role.MANAGEMENT_TEAM, budget))

    assert set_budget(tranche="2028-1") == ["/year"]
    assert set_budget(tranche="2027-9") == ["/tranche"]


def test_one_in_company_course_is_compared_with_its_price(tranches: Tranches) -> None:
    tranches.submitted(employeeIds=["10001", "10002"])
    tranches.submitted(employeeIds=["10002", "10003"])
    price = {
        "trainingId": "OPL-003",
        "sessionCostsEur": "2000.00",
        "capacity": 2,
        "source": "Offerte",
    }
    made = tranches.office.call("POST", "/in-company-prices", Role.KNOWLEDGE_BROKER, price)
    assert made.status_code == 201
    found = tranches.dossier().bundles["OPL-003"]
    assert (found.participants, found.sessions, found.repeated) == (3, 2, ("10002",))
    assert (found.apart_cents, found.in_company_cents, found.cheaper) == (480_000, 400_000, True)


def test_capacity_counts_granted_and_requested_hours_per_month(tranches: Tranches) -> None:
    office = tranches.office
    with office.parts.register.write() as connection:
        connection.execute(update(EmploymentRow).values(hours_per_week=Decimal("36.00")))
    tranches.submitted(hours="62.00", startDate="2027-03-01", endDate="2027-04-30")
    answer = office.call("GET", "/team-capacities?year=2027", Role.MANAGER, employee=MANAGER)
    items = {item["month"]: item for item in answer.get_json()["items"]}
    assert {item["managerId"] for item in items.values()} == {MANAGER}
    assert (items["2027-03"]["requestedHours"], items["2027-04"]["requestedHours"]) == (
        "31.51",
        "30.49",
    )
    # Three people of 36 hours, 23 weekdays.
    assert items["2027-03"]["availableHours"] == "496.80"
    assert items["2027-03"]["allPercent"] == 6
    assert items["2027-05"]["requestedHours"] == "0.00"


def test_capacity_holds_no_hours_of_who_has_left(tranches: Tranches) -> None:
    """One of three leaves in March, while the training was asked for until August."""
    office = tranches.office
    tranches.submitted(hours="62.00", startDate="2027-03-01", endDate="2027-08-31")
    with office.parts.register.write() as connection:
        connection.execute(update(EmploymentRow).values(hours_per_week=Decimal("36.00")))
        connection.execute(
            update(EmploymentRow)
            .where(EmploymentRow.employee_id == TEAM[0])
            .values(end_on=date(2027, 3, 31))
        )
    answer = office.call("GET", "/team-capacities?year=2027", Role.MANAGER, employee=MANAGER)
    items = {item["month"]: item for item in answer.get_json()["items"]}
    assert (items["2027-03"]["employees"], items["2027-04"]["employees"]) == (3, 2)
    assert items["2027-03"]["requestedHours"] == "10.45"
    assert [items[f"2027-{month:02}"]["requestedHours"] for month in range(4, 9)] == ["0.00"] * 5


def test_a_manager_sees_the_capacity_of_no_other_team(tranches: Tranches) -> None:
    path = f"/team-capacities?managerId={OTHER_MANAGER}"
    answer = tranches.office.call("GET", path, Role.MANAGER, employee=MANAGER)
    assert answer.status_code == 403
    assert tranches.office.call("GET", path, Role.HR).status_code == 200

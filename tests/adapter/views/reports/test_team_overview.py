"""The learning of a team, for its manager and for HR only, as data and as a page (P11)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from adapter.doors.messages.media_types import XLSX
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.register.keys import Principal, Role
from adapter.subjects.requests.acts import looking
from adapter.views.bulletins.each_month import team_numbers
from adapter.views.overview.team import team_learning
from adapter.views.overview.team_page import team_page
from adapter.views.overview.team_report import team_overview
from config.catalogue import Language, keys
from policy.model import ActivityState
from tests.adapter.subjects.requests.conftest import MANAGER, OTHER_MANAGER, TEAM, Body, Office
from tests.adapter.views.reports.test_learning_overview import _agreement, _enrolled
from tests.fixtures.agency import Agency

FIRST, SECOND, _ = TEAM
PATH = f"/employees/{MANAGER}/team-overview"


@pytest.fixture
def team(office: Office) -> Office:
    """The first of the team follows what was granted; the second learns nothing."""
    _agreement(office, office.granted())
    _enrolled(office)
    office.clock.moment = datetime(2027, 6, 2, 9, tzinfo=UTC)
    return office


def read(office: Office, role: Role = Role.HR, by: str | None = None) -> Body:
    answer = office.call("GET", PATH, role, employee=by)
    assert answer.status_code == 200, answer.get_json()
    found: Body = answer.get_json()
    return found


def test_it_tells_hours_and_training_of_each(team: Office) -> None:
    found = read(team)
    assert (found["managerId"], found["year"], found["asOfDate"]) == (MANAGER, 2027, "2027-06-02")
    members = {one["employeeId"]: one for one in found["members"]}
    assert members.keys() == set(TEAM)
    assert members[SECOND]["plannedHours"] == members[SECOND]["usedHours"] == "0.00"
    first = members[FIRST]
    made = float(first["usedHours"]) + float(first["plannedHours"])
    assert made > 0
    assert float(first["leftHours"]) == max(float(first["limitHours"]) - made, 0)
    assert {one["title"] for one in found["training"]} >= {"Leergang omgevingsrecht"}
    assert {one["employeeId"] for one in found["training"]} == {FIRST}
    assert [one["month"] for one in found["months"]][::11] == ["2027-01", "2027-12"]


def test_who_is_not_employed_is_no_member_and_keeps_the_name(team: Office) -> None:
    """The HRIS can keep the manager of somebody who left."""
    with team.parts.register.write() as connection:
        connection.execute(
            update(EmploymentRow)
            .where(EmploymentRow.employee_id == FIRST)
            .values(end_on=date(2027, 6, 1))
        )
    found = read(team)
    assert {one["employeeId"] for one in found["members"]} == set(TEAM) - {FIRST}
    assert found["training"] == []
    with looking(team.parts, Principal("m", "m", Role.MANAGER, MANAGER)) as act:
        assert len(found["members"]) == team_numbers(act)[MANAGER].team
        assert team_learning(act, MANAGER).name(FIRST) == f"Sanne Test{FIRST}"


def test_every_hold_of_the_team_is_told(office: Office) -> None:
    """More of them than an answer of the list of holds has."""
    rows = Agency(office.parts.register)
    decision = rows.decision(FIRST, "OPL-003")
    for number in range(101):
        rows.add(
            HoldRow,
            id=f"hold-{number:03}",
            decision_id=decision,
            employee_id=FIRST,
            user_id=f"u{number}",
            course_id="lms-OPL-003",
            method="manual",
            way="suspended",
            state="held",
            decided_at=office.clock.now(),
        )
    found = read(office)
    assert len(found["holds"]) == 101
    assert {one["employeeId"]: one["held"] for one in found["members"]}[FIRST] == 101


def test_the_hours_are_those_of_the_own_overview(team: Office) -> None:
    own = team.call("GET", f"/employees/{FIRST}/learning-overview", Role.HR).get_json()
    [year] = [one for one in own["years"] if one["year"] == 2027]
    first = next(one for one in read(team)["members"] if one["employeeId"] == FIRST)
    counted = float(first["usedHours"]) + float(first["plannedHours"])
    assert counted == float(year["countedHours"])


@pytest.mark.parametrize(
    ("role", "by", "status"),
    [
        (Role.MANAGER, MANAGER, 200),
        (Role.MANAGER, OTHER_MANAGER, 403),
        (Role.MANAGER, None, 403),
        (Role.EMPLOYEE, MANAGER, 403),
        (Role.MANAGEMENT_TEAM, None, 403),
        (Role.KNOWLEDGE_BROKER, None, 403),
    ],
)
def test_it_is_for_hr_and_the_manager_of_the_team(
    office: Office, role: Role, by: str | None, status: int
) -> None:
    assert office.call("GET", PATH, role, employee=by).status_code == status


def test_a_manager_does_not_read_the_team_of_a_manager_below(office: Office) -> None:
    """Who reports to whom of the own team is not the own team (P10)."""
    path = f"/employees/{FIRST}/team-overview"
    assert office.call("GET", path, Role.MANAGER, employee=MANAGER).status_code == 403
    assert office.call("GET", path, Role.HR).status_code == 200


def test_nobody_knows_a_team_of_a_stranger(office: Office) -> None:
    assert office.call("GET", "/employees/99999/team-overview", Role.HR).status_code == 404


def test_the_page_says_first_what_it_comes_to(team: Office) -> None:
    with looking(team.parts, Principal("k1", "hr", Role.HR, None)) as act:
        found = team_overview(act, MANAGER)
        report = team_page(found, [], act.policy, act.now, Language.NL)
    first, *others = report.sections
    [sentences] = first.lists
    assert sentences[0].startswith("Medewerkers in het team: 3. In 2027 zijn")
    assert "nog niets telt: 2." in sentences[1]
    [people] = first.pictures
    assert len(people.rows) == 1, "only of whom something counts"
    assert people.told_in == "members"
    assert [one.name for one in others][:2] == ["members", "months"]
    assert report.file_name == f"teamoverzicht-{MANAGER}-2027-06-02"


def test_two_of_one_name_are_told_apart(team: Office) -> None:
    with team.parts.register.write() as connection:
        connection.execute(update(EmployeeRow).values(family_name="Vries"))
    names = {one["employeeId"]: one["name"] for one in read(team)["members"]}
    assert names == {number: f"Sanne Vries ({number})" for number in TEAM}


def test_as_a_workbook_hours_are_numbers(team: Office) -> None:
    read(team)
    headers = {"Authorization": f"Bearer {team.keys[Role.HR, None]}", "Accept": XLSX}
    answer = team.client.get(f"/v1{PATH}", headers=headers)
    assert answer.mimetype == XLSX
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    [row] = [row for rows in sheets for row in rows if row[:1] == [f"Sanne Test{FIRST}"]][:1]
    assert all(isinstance(cell, int | float) for cell in row[1:])


@pytest.mark.parametrize("language", Language)
def test_every_state_has_a_word(language: Language) -> None:
    prefix = "team_overview.activity."
    named = {key.removeprefix(prefix) for key in keys(language) if key.startswith(prefix)}
    assert named == {str(state) for state in ActivityState}

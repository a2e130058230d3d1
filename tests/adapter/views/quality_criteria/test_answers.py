"""How the quality criteria stand: who has it, who is on the way, what is left (Visie §1, §3)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from adapter.ground.store.tables.decisions import HoldRow
from adapter.register.keys import Role
from tests.adapter.programs.cli.conftest import run_command
from tests.adapter.subjects.requests.conftest import MANAGER, OTHER_MANAGER, Body
from tests.adapter.views.quality_criteria.conftest import Criteria
from tests.fixtures.agency import Agency
from tests.fixtures.quality_criteria import NOISE, TEAM, keep_quality_criteria

NUMBERS = ("needed", "valid", "expiring", "running", "granted", "requested", "missing", "toDo")


def test_certificates_count_until_they_end(criteria: Criteria) -> None:
    assert criteria.numbers("GEL-1", *NUMBERS) == (2, 1, 1, 0, 0, 0, 1, 2)
    assert criteria.numbers("GEL-2", *NUMBERS) == (4, 1, 0, 0, 0, 0, 3, 3)
    one = criteria.expert("10001")
    assert (one["state"], one["obtainedDate"], one["endsDate"]) == (
        "expiring",
        "2024-06-01",
        "2027-06-01",
    )
    assert criteria.expert("10001", "GEL-2")["endsDate"] is None
    assert criteria.expert("10002")["state"] == "missing"


def test_what_is_left_in_hours_and_euros_follows_from_the_list(criteria: Criteria) -> None:
    assert criteria.numbers("GEL-1", "hoursToDo", "costsToDoEur") == ("48.00", "2500.00")
    assert criteria.numbers("GEL-2", "hoursToDo", "costsToDoEur") == (None, None)


def test_the_day_on_the_certificate_goes_before_the_validity(criteria: Criteria) -> None:
    ends = {"employee": "10001", "requirement": "GEL-1", "obtained": "01-06-2024"}
    keep_quality_criteria(criteria.office.parts, (), (), [ends | {"ends": "01-12-2026"}])
    assert criteria.expert("10001")["endsDate"] == "2026-12-01"
    criteria.office.clock.moment = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    assert criteria.expert("10001")["state"] == "expiring"
    criteria.office.clock.moment = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
    assert criteria.expert("10001")["state"] == "expired"


def test_a_completion_in_the_lms_is_a_proof_also_when_the_enrolment_is_gone(
    criteria: Criteria,
) -> None:
    gone = datetime(2026, 9, 1, tzinfo=UTC)
    criteria.enrol("10002", completed_on=date(2026, 3, 1), gone_at=gone)
    one = criteria.expert("10002")
    assert (one["state"], one["endsDate"]) == ("valid", "2029-03-01")
    assert criteria.numbers("GEL-1", *NUMBERS) == (2, 2, 1, 0, 0, 0, 0, 1)


def test_a_completion_of_which_the_lms_gives_no_day_is_no_proof(criteria: Criteria) -> None:
    criteria.enrol("10002", completed=1)
    assert criteria.expert("10002")["state"] == "missing"


def test_who_follows_the_course_is_on_the_way(criteria: Criteria) -> None:
    criteria.enrol("10002")
    assert criteria.expert("10002")["coming"] == "running"
    assert criteria.numbers("GEL-1", *NUMBERS) == (2, 1, 1, 1, 0, 0, 0, 1)
    assert criteria.proposed() == ["10001"]


@pytest.mark.parametrize(
    "kept_out", [{"status": "suspended"}, {"gone_at": datetime(2026, 9, 1, tzinfo=UTC)}]
)
def test_who_is_out_of_the_course_is_not_on_the_way(
    criteria: Criteria, kept_out: dict[str, Any]
) -> None:
    criteria.enrol("10002", **kept_out)
    assert criteria.expert("10002")["coming"] == "nothing"


def test_who_is_held_is_not_on_the_way(criteria: Criteria) -> None:
    criteria.enrol("10002")
    rows = Agency(criteria.office.parts.register)
    rows.add(
        HoldRow,
        id="hold-1",
        decision_id=rows.decision("10002", "OPL-003"),
        employee_id="10002",
        user_id="u10002-OPL-003",
        course_id="lms-OPL-003",
        method="manual",
        way="suspended",
        state="held",
        decided_at=criteria.office.clock.now(),
    )
    assert criteria.expert("10002")["coming"] == "nothing"


def test_a_request_is_told_and_is_still_to_be_agreed(criteria: Criteria) -> None:
    request = criteria.ask("10002")
    assert criteria.expert("10002")["coming"] == "requested"
    assert criteria.numbers("GEL-1", *NUMBERS) == (2, 1, 1, 0, 0, 1, 1, 2)
    assert criteria.proposed() == ["10001"]
    criteria.office.move(request, "withdrawn", Role.MANAGER)
    assert criteria.expert("10002")["coming"] == "nothing"


def test_a_grant_is_on_the_way_until_what_it_was_for_is_obtained(criteria: Criteria) -> None:
    criteria.office.granted(employeeIds=["10002"], ground="function")
    assert criteria.expert("10002")["coming"] == "granted"
    assert criteria.numbers("GEL-1", *NUMBERS) == (2, 1, 1, 0, 1, 0, 0, 1)
    criteria.office.clock.moment = datetime(2027, 7, 1, 12, 0, tzinfo=UTC)
    criteria.enrol("10002", completed_on=date(2027, 6, 20))
    one = criteria.expert("10002")
    assert (one["state"], one["coming"]) == ("valid", "nothing")


TO_A_GROUP: Body = {"employeeIds": [], "collective": True, "plannedParticipants": 10}


@pytest.mark.parametrize("to_whom", [{"employeeIds": ["10002"]}, TO_A_GROUP])
def test_who_broke_it_off_is_not_on_the_way_also_while_enrolled(
    criteria: Criteria, to_whom: Body
) -> None:
    granted = criteria.office.granted(**to_whom, ground="function", trajectoryId="T-7")
    criteria.enrol("10002")
    criteria.enrol("10003")
    criteria.break_off("10002", granted["trajectoryId"])
    assert criteria.expert("10002")["coming"] == "nothing"
    assert criteria.expert("10003")["coming"] == "running"
    criteria.office.clock.moment = datetime(2027, 11, 10, 12, 0, tzinfo=UTC)
    again: Body = {"employeeIds": ["10002"], "ground": "function", "trajectoryId": "T-8"}
    request = criteria.office.proposed(**again, startDate="2028-03-01", endDate="2028-06-30")
    criteria.office.clock.moment = datetime(2028, 1, 12, 12, 0, tzinfo=UTC)
    assert criteria.office.decide(request, decidedDate="2028-01-12").status_code == 201
    assert criteria.expert("10002")["coming"] == "running"


def test_a_course_is_broken_off_with_the_trajectory_that_it_is_of(criteria: Criteria) -> None:
    """Also where no grant for it stands any more."""
    criteria.enrol("10002")
    criteria.break_off("10002", "T-3")
    assert criteria.expert("10002")["coming"] == "nothing"


def test_who_broke_it_off_is_not_on_the_way_with_a_place_either(criteria: Criteria) -> None:
    criteria.office.granted(**TO_A_GROUP, ground="function", trajectoryId="T-7")
    criteria.sign_up("10002", "placed")
    criteria.break_off("10002", "T-7")
    assert criteria.expert("10002")["coming"] == "nothing"


@pytest.mark.parametrize(
    ("state", "coming"),
    [
        ("signed_up", "granted"),
        ("waiting", "granted"),
        ("placed", "running"),
        ("attended", "granted"),
        ("refused", "nothing"),
        ("consent_withdrawn", "nothing"),
        ("excused", "nothing"),
        ("no_show", "nothing"),
        ("cancelled", "nothing"),
    ],
)
def test_a_grant_for_a_group_is_for_who_signed_up_and_can_still_come(
    criteria: Criteria, state: str, coming: str
) -> None:
    criteria.office.granted(
        employeeIds=[], collective=True, plannedParticipants=10, ground="function"
    )
    criteria.sign_up("10002", state)
    assert criteria.expert("10002")["coming"] == coming


def test_without_a_course_a_request_is_known_by_the_reference(criteria: Criteria) -> None:
    criteria.ask("10002", courseIds=[], trajectoryId="GEL-2")
    assert criteria.expert("10002", "GEL-2")["coming"] == "requested"
    assert criteria.expert("10002")["coming"] == "nothing"


def test_a_requirement_of_a_function_is_asked_of_who_has_it(criteria: Criteria) -> None:
    adviser = {**NOISE, "reference": "GEL-3", "function": "Adviseur", "people": ""}
    member = {**TEAM[1], "function": "adviseur"}
    keep_quality_criteria(criteria.office.parts, [adviser], [member], ())
    people = [o for o in criteria.report()["people"] if o["reference"] == "GEL-3"]
    assert [one["employeeId"] for one in people] == ["10002"]


def test_who_left_the_expertise_is_not_counted_and_who_leaves_is_not_proposed(
    criteria: Criteria,
) -> None:
    left = {**TEAM[3], "until": "31-10-2026"}
    leaves = {**TEAM[1], "until": "31-12-2026"}
    keep_quality_criteria(criteria.office.parts, (), [left, leaves], ())
    assert criteria.numbers("GEL-2", "needed", "missing", "toDo") == (3, 2, 1)
    assert criteria.proposed() == ["10001", "10003"]
    assert criteria.expert("10002")["lastDate"] == "2026-12-31"


def test_a_requirement_holds_between_its_days(criteria: Criteria) -> None:
    keep_quality_criteria(
        criteria.office.parts, [{**NOISE, "from": "11-11-2026", "until": "12-11-2026"}], (), ()
    )
    told = []
    for day in (10, 11, 12, 13):
        criteria.office.clock.moment = datetime(2026, 11, day, 12, 0, tzinfo=UTC)
        told.append([one["reference"] for one in criteria.report()["requirements"]])
    assert told == [["GEL-2"], ["GEL-1", "GEL-2"], ["GEL-1", "GEL-2"], ["GEL-2"]]


def test_a_manager_reads_of_the_own_team_and_no_numbers_of_others(criteria: Criteria) -> None:
    found = criteria.report(Role.MANAGER, MANAGER)
    assert {one["employeeId"] for one in found["people"]} == {"10001", "10002", "10003"}
    assert (found["requirements"], found["expertises"]) == (None, None)
    other = criteria.report(Role.MANAGER, OTHER_MANAGER)
    assert {one["employeeId"] for one in other["people"]} == {"10011"}


def test_an_employee_reads_what_is_asked_of_the_own_person(criteria: Criteria) -> None:
    criteria.ask("10002")
    path = "/employees/10002/quality-criteria"
    answer = criteria.office.call("GET", path, Role.EMPLOYEE, employee="10002")
    assert answer.status_code == 200, answer.get_json()
    (noise, _) = answer.get_json()["requirements"]
    assert (noise["state"], noise["coming"], noise["proposed"]) == ("missing", "nothing", None)
    of_hr = criteria.office.call("GET", path, Role.HR).get_json()["requirements"][0]
    assert of_hr["coming"] == "requested"
    other = criteria.office.call("GET", path, Role.EMPLOYEE, employee="10003")
    assert other.status_code == 403
    nobody = criteria.office.call("GET", "/employees/99999/quality-criteria", Role.HR)
    assert nobody.status_code == 404


@pytest.mark.parametrize("form", ["text/html", "application/pdf"])
def test_the_reports_can_be_read_by_people(criteria: Criteria, form: str) -> None:
    for path, words in (
        ("/reports/quality-criteria", "Basiscursus geluid"),
        ("/reports/quality-obligation", "te weinig deskundigen"),
        ("/employees/10001/quality-criteria", "Hbo-diploma milieukunde"),
    ):
        headers = criteria.office.key_of(Role.HR) | {"Accept": form}
        answer = criteria.office.client.get(f"/v1{path}", headers=headers)
        assert (answer.status_code, answer.mimetype) == (200, form)
        assert form != "text/html" or words in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/reports/quality-criteria", "kwaliteitscriteria-2026-11-10.pdf"),
        ("/reports/quality-obligation", "resterende-opgave-kwaliteitscriteria-2026-11-10.pdf"),
        ("/employees/10001/quality-criteria", "kwaliteitscriteria-10001-2026-11-10.pdf"),
    ],
)
def test_a_file_says_what_it_is_about_and_of_which_day(
    criteria: Criteria, path: str, name: str
) -> None:
    criteria.office.clock.moment = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
    headers = criteria.office.key_of(Role.HR) | {"Accept": "application/pdf"}
    answer = criteria.office.client.get(f"/v1{path}", headers=headers)
    assert answer.headers["Content-Disposition"] == f'inline; filename="{name}"'


def test_the_command_writes_it_as_things_stand(criteria: Criteria) -> None:
    done = run_command(criteria.office.parts, "report", "quality-criteria", "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["requirements"] == criteria.report()["requirements"]
    obligation = run_command(criteria.office.parts, "report", "quality-obligation")
    assert "te weinig deskundigen" in obligation.output
    refused = run_command(
        criteria.office.parts, "report", "quality-criteria", "--period", "2026-Q4"
    )
    assert refused.exit_code == 2
    assert "takes no period" in refused.output

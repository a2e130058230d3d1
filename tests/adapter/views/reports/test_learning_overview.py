"""One employee's learning for the appraisal cycle, as data and as a page (P11)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, update

from adapter.ground.rendering.content import Report
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.in_company import SignUpRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.ground.store.tables.procedure import CommitmentRow
from adapter.register.keys import Principal, Role
from adapter.subjects.requests.acts import looking
from adapter.subjects.requests.commitments import CommitmentState
from adapter.views.overview.learning import AgreementState, TrainingState
from adapter.views.reports.learning_overview import REPORT, EmployeePath
from config.catalogue import Language, keys
from policy.model import ActivityState
from policy.sign_ups import SignUpState
from tests.adapter.subjects.in_company.conftest import Training
from tests.adapter.subjects.requests.conftest import MANAGER, OTHER_MANAGER, TEAM, Body, Office

FIRST, SECOND, _ = TEAM


def _overview(office: Office, role: Role = Role.HR, by: str | None = None) -> Body:
    answer = office.call("GET", f"/employees/{FIRST}/learning-overview", role, employee=by)
    assert answer.status_code == 200, answer.get_json()
    found: Body = answer.get_json()
    return found


def _agreement(office: Office, grant: Body) -> Body:
    body = {"grantId": grant["id"], "employeeId": FIRST, "arrangements": "Elke dinsdag."}
    answer = office.call("POST", "/agreements", Role.HR, body)
    assert answer.status_code == 201, answer.get_json()
    found: Body = answer.get_json()
    for role, by in ((Role.EMPLOYEE, FIRST), (Role.MANAGER, MANAGER)):
        path = f"/agreements/{found['id']}/signatures"
        party = "employee" if role is Role.EMPLOYEE else "manager"
        signature = {"party": party, "signedDate": "2027-01-12", "method": "electronic"}
        signed = office.call("POST", path, role, signature, employee=by)
        assert signed.status_code == 201, signed.get_json()
    return found


def _enrolled(office: Office) -> None:
    with office.parts.register.write() as connection:
        connection.execute(
            insert(LmsUserRow).values(
                user_id="u1",
                username="sanne",
                idnumber=FIRST,
                employee_id=FIRST,
                full_name="Sanne",
                email="",
                suspended=0,
                seen_at=office.clock.now(),
            )
        )
        for course_id, completed in (("lms-OPL-003", 0), ("lms-OPL-001", 1)):
            connection.execute(
                insert(EnrolmentRow).values(
                    id=course_id,
                    user_id="u1",
                    course_id=course_id,
                    method="manual",
                    method_text="Manual",
                    status="active",
                    created_at=datetime(2027, 1, 20, 9, tzinfo=UTC),
                    completed=completed,
                    completed_at=datetime(2027, 6, 1, 9, tzinfo=UTC) if completed else None,
                    first_seen_at=office.clock.now(),
                    seen_at=office.clock.now(),
                    to_decide=0,
                )
            )


def _promised(office: Office) -> None:
    with office.parts.register.write() as connection:
        connection.execute(
            insert(CommitmentRow).values(
                id="promise",
                employee_id=FIRST,
                title="Master",
                trajectory_id="T-9",
                course_ids=[],
                hours=Decimal("10.00"),
                work_time_share=Decimal("1.00"),
                costs_cents=500_000,
                starts_on=date(2027, 2, 1),
                ends_on=date(2027, 5, 1),
                agreed_on=date(2025, 5, 1),
                terms=None,
                state="open",
                recorded_at=office.clock.now(),
            )
        )


def test_the_overview_shows_what_is_on_record(office: Office) -> None:
    grant = office.granted()
    agreement = _agreement(office, grant)
    _enrolled(office)
    _promised(office)
    exemption = {
        "employeeId": FIRST,
        "year": 2027,
        "extraHours": "4.00",
        "training": "OPL-003",
        "trainingId": "OPL-003",
        "trainingStartDate": "2027-03-01",
        "ground": "legal",
        "evidence": "brief",
        "decidedDate": "2027-01-12",
    }
    made = office.call("POST", "/norm-exemptions", Role.MANAGEMENT_TEAM, exemption)
    assert made.status_code == 201, made.get_json()
    Training(office).signed_up(FIRST)
    office.clock.moment = datetime(2027, 6, 2, 9, tzinfo=UTC)
    seen = _overview(office)
    assert (seen["name"], seen["asOfDate"]) == (f"Sanne Test{FIRST}", "2027-06-02")
    assert [(one["year"], one["limitHours"]) for one in seen["years"]] == [(2027, "84.00")]
    assert {one["activityId"]: one["state"] for one in seen["activities"]} == {
        "T-3": "running",
        "OPL-001": "completed",
        "T-9": "granted",
    }
    assert [(one["title"], one["costsEur"]) for one in seen["grants"]] == [
        ("Leergang omgevingsrecht", "2400.00")
    ]
    assert [(one["id"], one["state"]) for one in seen["agreements"]] == [
        (agreement["id"], "signed")
    ]
    assert {one["courseId"]: one["state"] for one in seen["training"]} == {
        "OPL-003": "running",
        "OPL-001": "completed",
    }
    assert [(one["courseId"], one["state"]) for one in seen["inCompany"]] == [
        ("INC-001", "signed_up")
    ]
    assert [(one["title"], one["state"]) for one in seen["existingCommitments"]] == [
        ("Master", "open")
    ]
    assert [one["extraHours"] for one in seen["exemptions"]] == ["4.00"]
    due = seen["repaymentIfLeavingToday"]
    assert (due["exitDate"], due["totalClaimableEur"]) == ("2027-06-02", "2400.00")
    assert [one["title"] for one in due["items"]] == ["Leergang omgevingsrecht", "Master"]


@pytest.mark.parametrize(
    ("role", "by", "status"),
    [
        (Role.EMPLOYEE, FIRST, 200),
        (Role.EMPLOYEE, SECOND, 403),
        (Role.EMPLOYEE, None, 403),
        (Role.MANAGER, MANAGER, 200),
        (Role.MANAGER, OTHER_MANAGER, 403),
        (Role.MANAGEMENT_TEAM, None, 403),
        (Role.KNOWLEDGE_BROKER, None, 403),
        (Role.AUDITOR, None, 403),
    ],
)
def test_it_is_for_hr_the_own_manager_and_the_employee(
    office: Office, role: Role, by: str | None, status: int
) -> None:
    path = f"/employees/{FIRST}/learning-overview"
    assert office.call("GET", path, role, employee=by).status_code == status


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (SignUpState.SIGNED_UP, True),
        (SignUpState.WAITING, True),
        (SignUpState.PLACED, True),
        (SignUpState.ATTENDED, True),
        (SignUpState.REFUSED, False),
        (SignUpState.CONSENT_WITHDRAWN, False),
        (SignUpState.EXCUSED, False),
        (SignUpState.NO_SHOW, False),
        (SignUpState.CANCELLED, False),
    ],
)
def test_a_grant_for_a_group_is_shown_to_who_can_still_come(
    office: Office, state: SignUpState, shown: bool
) -> None:
    office.granted(employeeIds=[], collective=True, plannedParticipants=10, courseIds=["INC-001"])
    Training(office).signed_up(FIRST)
    with office.parts.register.write() as connection:
        connection.execute(update(SignUpRow).values(state=state))
    assert len(_overview(office)["grants"]) == shown


def test_an_employee_that_nobody_knows_is_not_found(office: Office) -> None:
    assert office.call("GET", "/employees/99999/learning-overview", Role.HR).status_code == 404
    stranger = office.call(
        "GET", "/employees/99999/learning-overview", Role.MANAGER, employee=MANAGER
    )
    assert stranger.status_code == 403


def test_an_employee_without_anything_has_an_empty_overview(office: Office) -> None:
    seen = _overview(office, Role.EMPLOYEE, FIRST)
    assert (seen["years"], seen["activities"], seen["grants"]) == ([], [], [])
    assert seen["repaymentIfLeavingToday"]["totalClaimableEur"] == "0.00"


@pytest.mark.parametrize(("language", "word"), [("nl", "Uren per jaar"), ("en", "Hours per year")])
def test_as_a_page_it_reads_in_the_language_asked_for(
    office: Office, language: str, word: str
) -> None:
    office.granted()
    office.call("GET", "/tranches", Role.HR)
    headers: dict[str, Any] = {
        "Authorization": f"Bearer {office.keys[Role.HR, None]}",
        "Accept": "text/html",
        "Accept-Language": language,
    }
    path = f"/v1/employees/{FIRST}/learning-overview"
    answer = office.client.get(path, headers=headers)
    assert answer.mimetype == "text/html"
    assert word in answer.text
    assert "Leergang omgevingsrecht" in answer.text
    assert f"Sanne Test{FIRST}" in answer.text


def _page(office: Office) -> Report:
    with looking(office.parts, Principal("k1", "hr", Role.HR, None)) as act:
        found = REPORT.read(act, EmployeePath(id=FIRST), Language.NL)
        return REPORT.page(act, found, Language.NL)


def test_the_page_says_first_what_it_comes_to(office: Office) -> None:
    _agreement(office, office.granted())
    _enrolled(office)
    office.clock.moment = datetime(2027, 6, 2, 9, tzinfo=UTC)
    report = _page(office)
    first = report.sections[0]
    [sentences] = first.lists
    assert tuple(one.replace("\N{NO-BREAK SPACE}", " ") for one in sentences) == (
        "In 2027 zijn 24 uur gebruikt en 48 uur gepland. Van de 80 uur is nog 8 uur over.",
        "Opleidingen die meetellen: 1 afgerond, 1 lopend, 0 nog te beginnen.",
        "Aantal toekenningen: 1, met samen € 2.400 aan kosten voor deze medewerker.",
        "Er staat niets stil en er hoeft niets te worden ondertekend.",
        "Was vandaag de laatste werkdag, dan was € 2.400 terug te vragen. Dat is een berekening, "
        "geen vordering.",
    )
    hours, repayment = first.pictures
    assert [row.values for row in hours.rows] == [(Decimal(24), Decimal(48))]
    assert [(row.values, row.limit) for row in repayment.rows] == [((240_000, 0), 240_000)]
    assert report.file_name == f"leeroverzicht-{FIRST}-2027-06-02"


def test_what_there_is_nothing_of_is_told_in_one_line(office: Office) -> None:
    report = _page(office)
    names = [one.name for one in report.sections]
    assert names == ["summary", "nothing", "made", "policy"]
    [told] = report.sections[1].paragraphs
    assert "Toekenningen; Opleidingsovereenkomsten" in told
    assert report.sections[0].pictures == ()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("table", "states"),
    [
        ("activity", ActivityState),
        ("agreement", AgreementState),
        ("training", TrainingState),
        ("sign_up", SignUpState),
        ("commitment", CommitmentState),
    ],
)
def test_every_state_has_a_word(language: Language, table: str, states: Any) -> None:
    prefix = f"overview.{table}."
    named = {key.removeprefix(prefix) for key in keys(language) if key.startswith(prefix)}
    assert named == {str(state) for state in states}

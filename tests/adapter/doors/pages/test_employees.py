"""HR sees somebody's learning, and records what became of a training or an absence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from adapter.ground.store.tables.procedure import TrajectoryRecordRow
from adapter.ground.store.tables.work import AuditLineRow
from adapter.programs.worker import work_once
from adapter.register.keys import Role
from adapter.register.learning_reader import newest_records
from tests.adapter.doors.pages.conftest import Browser, signed_in
from tests.adapter.subjects.in_company.conftest import AFTERWARDS, Training
from tests.adapter.subjects.requests.conftest import MANAGER, TEAM, Body, Office
from tests.fixtures.lms_events import tell
from tests.fixtures.workbench import EXCEL, PIET, Workbench

SignIn = Callable[..., Browser]
SOMEBODY, OTHER = TEAM[0], TEAM[1]
PAGE = f"/medewerkers/{SOMEBODY}"
STOPPED = {"broken_off_on": "2027-01-11", "reason": "Andere taken."}


@pytest.fixture
def granted(office: Office) -> Body:
    """In January, so before anybody signs in."""
    return office.granted(title="Leergang geluidhinder")


@pytest.fixture
def hr(sign_in: SignIn) -> Browser:
    return sign_in(TEAM[2], Role.HR)


def recorded(office: Office) -> TrajectoryRecordRow:
    with office.parts.register.read() as connection:
        [row] = newest_records(connection, SOMEBODY).values()
        return row


def test_hr_sees_request_grant_and_hours_of_somebody(granted: Body, hr: Browser) -> None:
    page = hr.page(PAGE)
    assert SOMEBODY in page
    assert f'href="/toekenningen/{granted["id"]}"' in page
    assert f'href="/aanvragen/{granted["requestId"]}"' in page
    assert '<figure class="picture">' in page
    assert hr.get("/medewerkers/99999").status_code == 404


def test_a_hold_leads_to_letting_somebody_in(workbench: Workbench) -> None:
    workbench.hire("20005")
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    while work_once(workbench.parts):
        workbench.clock.advance(seconds=1)
    hr = signed_in(workbench.parts, "20005", Role.HR)
    overview = hr.page("/stilgezet")
    hold = re.search(r'href="(/stilgezet/[^"]+)"', overview)
    assert hold is not None
    person = re.search(r'href="(/medewerkers/[^"]+)"', hr.page(hold[1]))
    assert person is not None
    assert f'href="{hold[1]}"' in hr.page(person[1])


def test_looking_is_in_the_audit_trail(office: Office, hr: Browser) -> None:
    hr.page(PAGE)
    assert hr.get(f"{PAGE}/leeroverzicht.html").mimetype == "text/html"
    assert hr.get(f"{PAGE}/leeroverzicht.pdf").mimetype == "application/pdf"
    assert hr.get("/medewerkers/99999/leeroverzicht.pdf").status_code == 404
    assert hr.get(f"{PAGE}/leeroverzicht.exe").status_code == 404
    lines = select(AuditLineRow.record).where(AuditLineRow.action == "view-learning-overview")
    with office.parts.register.read() as connection:
        assert list(connection.execute(lines).scalars()) == [SOMEBODY] * 3


def test_hr_reads_the_overview_of_any_team_and_a_manager_the_own(
    office: Office, hr: Browser
) -> None:
    assert "Teamoverzicht van" in hr.page(f"/medewerkers/{MANAGER}/teamoverzicht.html")
    assert f'href="/medewerkers/{MANAGER}/teamoverzicht.pdf"' in hr.page(f"/medewerkers/{MANAGER}")
    manager = signed_in(office.parts, MANAGER)
    assert 'href="/mijn-team/teamoverzicht.html"' in manager.page("/mijn-team")
    saved = manager.get("/mijn-team/teamoverzicht.xlsx")
    assert f'filename="teamoverzicht-{MANAGER}-' in saved.headers["Content-Disposition"]
    assert manager.get("/mijn-team/teamoverzicht.csv").status_code == 404
    own = signed_in(office.parts, SOMEBODY)
    assert "Leeroverzicht van" in own.page("/mijn-leren/leeroverzicht.html")
    assert own.get("/mijn-team/teamoverzicht.html").status_code == 403


def test_a_training_is_broken_off_and_that_is_taken_back(
    office: Office, granted: Body, hr: Browser
) -> None:
    trajectory = granted["trajectoryId"]
    assert 'id="withdraw_break_off"' not in hr.page(PAGE)
    answer = hr.send(PAGE, f"{PAGE}/break_off", trajectory=trajectory, **STOPPED)
    assert answer.status_code == 303, answer.text
    assert (recorded(office).broken_off_on, recorded(office).trajectory_id) == (
        date(2027, 1, 11),
        trajectory,
    )
    assert "Andere taken." in hr.page(answer.location)
    answer = hr.send(PAGE, f"{PAGE}/withdraw_break_off", trajectory=trajectory)
    assert answer.status_code == 303, answer.text
    assert recorded(office).broken_off_on is None
    assert "Andere taken." not in hr.page(PAGE)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"trajectory": ""}, "trajectory"),
        ({"trajectory": "T-van-een-ander"}, "trajectory"),
        ({"broken_off_on": ""}, "broken_off_on"),
        ({"broken_off_on": "2028-01-01"}, "broken_off_on"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_with_a_break_off_is_told_beside_it(
    office: Office, granted: Body, hr: Browser, changed: dict[str, str], field: str
) -> None:
    form = STOPPED | {"trajectory": granted["trajectoryId"]} | changed
    answer = hr.send(PAGE, f"{PAGE}/break_off", **form)
    assert answer.status_code == 422
    assert f'id="break_off-{field}-error"' in answer.text
    with office.parts.register.read() as connection:
        assert newest_records(connection, SOMEBODY) == {}


def test_without_a_trajectory_there_is_nothing_to_record(hr: Browser) -> None:
    assert '<details class="act"' not in hr.page(PAGE)
    assert hr.post(f"{PAGE}/break_off", STOPPED).status_code == 409


@pytest.mark.usefixtures("granted")
def test_what_leaving_would_cost_is_asked(hr: Browser) -> None:
    assert "Bij een vertrek op 31 maart 2027" in hr.page(f"{PAGE}?vertrek=2027-03-31")
    assert "Bij een vertrek" not in hr.page(f"{PAGE}?vertrek=ooit")
    assert 'id="vertrek-error"' in hr.page(f"{PAGE}?vertrek=ooit")


def stayed_away(office: Office, **session: str) -> tuple[Training, str]:
    training = Training(office, **session)
    training.signed_up(SOMEBODY, consented=True)
    office.clock.moment = AFTERWARDS
    training.step(SOMEBODY, "no_show", Role.KNOWLEDGE_BROKER, "10050")
    return training, training.participant(SOMEBODY)["id"]


def test_an_agreed_consequence_is_attached_to_an_absence(office: Office, sign_in: SignIn) -> None:
    training, sign_up = stayed_away(office, absenceTerms="Wie niet komt, doet later mee.")
    hr = sign_in(TEAM[2], Role.HR)
    path = f"{PAGE}/afwezigheden/{sign_up}"
    assert f'href="{path}"' in hr.page(PAGE)
    assert "Wie niet komt, doet later mee." in hr.page(path)
    wrong = hr.send(path, path, consequence="Najaar.")
    assert wrong.status_code == 422
    assert 'id="attach_consequence-ground-error"' in wrong.text
    form = {"consequence": "Najaar.", "ground": "Geen bericht."}
    answer = hr.send(path, path, **form)
    assert answer.status_code == 303, answer.text
    assert "Najaar." in hr.page(answer.location)
    assert (SOMEBODY, "in_company_consequence_employee") in training.told()
    elsewhere = f"/medewerkers/{OTHER}/afwezigheden/{sign_up}"
    assert hr.get(elsewhere).status_code == 404
    assert hr.post(elsewhere, form).status_code == 404


def test_nothing_follows_where_nothing_was_agreed(office: Office, sign_in: SignIn) -> None:
    _, sign_up = stayed_away(office)
    hr = sign_in(TEAM[2], Role.HR)
    path = f"{PAGE}/afwezigheden/{sign_up}"
    assert "niets afgesproken" in hr.page(path)
    assert '<details class="act"' not in hr.page(path)
    form = {"consequence": "Najaar.", "ground": "Geen bericht."}
    assert hr.post(path, form).status_code == 422
    assert "Najaar." not in hr.page(path)

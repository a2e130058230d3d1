"""HR completes a request and settles whether the law makes it free."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.doors.pages.rendered import form_of
from tests.adapter.doors.pages.test_team_requests import filled_in, on_record
from tests.adapter.subjects.requests.conftest import MANAGER, TEAM, Body, Office

SignIn = Callable[..., Browser]


@pytest.fixture
def request_(office: Office) -> Body:
    request = office.ask()
    office.move(request, "submitted", Role.MANAGER)
    return request


@pytest.fixture
def hr(sign_in: SignIn) -> Browser:
    return sign_in(TEAM[1], Role.HR)


def test_hr_completes_a_request(office: Office, request_: Body, hr: Browser) -> None:
    path = f"/aanvragen/{request_['id']}"
    form = filled_in(office, path, evidence="Verordening, artikel 3.", fee="1.234,50")
    assert hr.post(path, form).status_code == 303
    row = on_record(office, path)
    assert (row["evidence"], row["costs"]["feeEur"]) == ("Verordening, artikel 3.", "1234.50")
    wrong = filled_in(office, path, hours="veel")
    answer = hr.post(path, wrong)
    assert answer.status_code == 422
    assert 'id="hours-error"' in answer.text
    assert 'value="veel"' in answer.text


def test_what_a_colleague_changed_is_kept_with_what_hr_fills_in(
    office: Office, request_: Body, hr: Browser
) -> None:
    path = f"/aanvragen/{request_['id']}"
    page = form_of(hr.page(path), path)
    assert hr.post(path, page | {"evidence": "Verordening, artikel 3."}).status_code == 303
    again = hr.post(path, page | {"motivation": "Nodig voor het team."})
    assert again.status_code == 422
    assert "dit staat er nu: Verordening, artikel 3." in again.text
    form = form_of(again.text, path) | {"seen": on_record(office, path)["version"]}
    assert hr.post(path, form).status_code == 303
    row = on_record(office, path)
    assert (row["evidence"], row["motivation"]) == (
        "Verordening, artikel 3.",
        "Nodig voor het team.",
    )


def test_a_request_that_was_decided_is_read_only(office: Office, sign_in: SignIn) -> None:
    grant = office.granted()
    hr = sign_in(TEAM[1], Role.HR)
    path = f"/aanvragen/{grant['requestId']}"
    assert 'name="version"' not in hr.page(path).partition('id="settle_law"')[0]
    answer = hr.post(path, filled_in(office, path, title="Toch anders"))
    assert answer.status_code == 422
    assert on_record(office, path)["title"] != "Toch anders"


def test_what_cannot_be_changed_is_written_as_people_read_it(
    office: Office, sign_in: SignIn
) -> None:
    grant = office.granted(startDate="2027-02-01", costs={"feeEur": "2400.00", "examEur": "0.00"})
    page = sign_in(TEAM[1], Role.HR).page(f"/aanvragen/{grant['requestId']}")
    facts = page.partition('<dl class="facts">')[2].partition("</dl>")[0]
    for words in ("1 februari 2027", "€ 2.400,00", "100 %", "Sanne Test10001"):
        assert words in facts.replace("\N{NO-BREAK SPACE}", " ")
    assert "2027-02-01" not in facts
    assert "Examen" not in facts


def test_the_law_is_settled_with_source_and_reason(
    office: Office, request_: Body, hr: Browser
) -> None:
    path = f"/aanvragen/{request_['id']}"
    form = {
        "mandatory": "no",
        "law_source": "Artikel 5 van de verordening",
        "law_reason": "Geldt niet voor deze functie.",
        "assessed_on": office.clock.moment.date().isoformat(),
    }
    assert hr.post(f"{path}/wet", form | {"law_source": ""}).status_code == 422
    answer = hr.post(f"{path}/wet", form)
    assert answer.status_code == 303, answer.text
    assert on_record(office, path)["mandatorySettled"] == "no"
    assert "Artikel 5 van de verordening" in hr.page(path)


def test_hr_writes_down_what_a_manager_asks_and_sends_it_in(office: Office, hr: Browser) -> None:
    begin = f"/medewerkers/{MANAGER}/aanvragen/nieuw"
    assert f'href="{begin}"' in hr.page(f"/medewerkers/{MANAGER}")
    assert TEAM[0] in hr.page(begin)
    answer = hr.post(begin, {"course": "OPL-003", "employee": [TEAM[0]]})
    assert answer.status_code == 303, answer.text
    path = answer.location.partition("?")[0]
    row = on_record(office, path)
    assert (row["state"], row["managerId"], row["employeeIds"]) == ("draft", MANAGER, [TEAM[0]])
    form = filled_in(office, path, mandatory="no", motivation="Nodig.", act="submit")
    form |= {"start": "2027-02-01", "end": "2027-05-01", "evidence": "Jaarplan."}
    assert hr.post(path, form).status_code == 303
    assert on_record(office, path)["state"] == "submitted"


def test_what_cannot_be_sent_in_stays_as_it_was_typed(office: Office, hr: Browser) -> None:
    begin = f"/medewerkers/{MANAGER}/aanvragen/nieuw"
    answer = hr.post(begin, {"title": "Nieuwe leergang"})
    path = answer.location.partition("?")[0]
    refused = hr.post(path, filled_in(office, path, title="Leergang water", act="submit"))
    assert refused.status_code == 422
    assert 'value="Leergang water"' in refused.text
    row = on_record(office, path)
    assert (row["state"], row["title"]) == ("draft", "Nieuwe leergang")


def test_a_first_draft_names_a_training_and_a_manager(hr: Browser) -> None:
    begin = f"/medewerkers/{MANAGER}/aanvragen/nieuw"
    answer = hr.post(begin, {"employee": [TEAM[0]]})
    assert answer.status_code == 422
    assert 'id="course-error"' in answer.text
    answer = hr.post(begin, {"title": "x" * 1000})
    assert answer.status_code == 422
    assert 'id="title-error"' in answer.text
    assert 'id="course-error"' not in answer.text
    nobody_reports = f"/medewerkers/{TEAM[0]}/aanvragen/nieuw"
    assert hr.get(nobody_reports).status_code == 404
    assert hr.post(nobody_reports, {"course": "OPL-003"}).status_code == 404
    assert "/aanvragen/nieuw" not in hr.page(f"/medewerkers/{TEAM[0]}")


def test_hr_withdraws_a_request(office: Office, request_: Body, hr: Browser) -> None:
    path = f"/aanvragen/{request_['id']}"
    stale = {"version": "1", "reason": "Niet meer nodig."}
    assert hr.post(f"{path}/intrekken", stale).status_code == 412
    form = stale | {"version": on_record(office, path)["version"]}
    assert hr.post(f"{path}/intrekken", form).status_code == 303
    assert on_record(office, path)["state"] == "withdrawn"
    assert "intrekken" not in hr.page(path).partition('id="settle_law"')[0]

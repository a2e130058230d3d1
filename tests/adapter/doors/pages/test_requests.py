"""HR completes a request and settles whether the law makes it free."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.doors.pages.test_team_requests import filled_in, on_record
from tests.adapter.subjects.requests.conftest import TEAM, Body, Office

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


def test_a_request_that_was_decided_is_read_only(office: Office, sign_in: SignIn) -> None:
    grant = office.granted()
    hr = sign_in(TEAM[1], Role.HR)
    path = f"/aanvragen/{grant['requestId']}"
    assert 'name="version"' not in hr.page(path).partition('id="settle_law"')[0]
    answer = hr.post(path, filled_in(office, path, title="Toch anders"))
    assert answer.status_code == 422
    assert on_record(office, path)["title"] != "Toch anders"


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

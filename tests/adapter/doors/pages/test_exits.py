"""HR takes an exit from its statement to a settled claim on one page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.claims import ClaimRow
from adapter.register.keys import Principal, Role
from adapter.register.people import keep_employee
from adapter.subjects.leaving.claims.acts import one_claim
from adapter.subjects.requests.acts import looking
from config.settings import Settings
from connectors.ports import Employee, Employment
from policy.claim_states import ClaimState
from tests.adapter.doors.pages.conftest import Browser, signed_in
from tests.fixtures.leavers import LEAVER, happen, told, trained
from tests.fixtures.workbench import POLICY, StandingClock

ADVISER = "70001"
LEFT = date(2027, 12, 31)


@pytest.fixture
def parts(register: Register) -> Parts:
    """Somebody left in December, with EUR 2,400.00 to ask back, and HR has an adviser."""
    made = Parts(
        register, POLICY, StandingClock(datetime(2028, 1, 10, 9, 0, tzinfo=UTC)), Settings()
    )
    trained(register, datetime(2027, 3, 31, 10, 0, tzinfo=UTC))
    happen(made, [told("offboarding.effective", datetime(2027, 11, 1, 10, 0, tzinfo=UTC), LEFT)])
    adviser = Employee(
        employee_id=ADVISER,
        given_name="Hanna",
        family_name_prefix="",
        family_name="Smit",
        email="h.smit@example.org",
        department="HR",
        manager_id=None,
        employments=(Employment("1", date(2020, 1, 1), None, None, None),),
        modified_at=None,
    )
    with register.write() as connection:
        keep_employee(connection, adviser, "test", made.clock.now())
    return made


@pytest.fixture
def hr(parts: Parts) -> Browser:
    return signed_in(parts, ADVISER, Role.HR)


def state(parts: Parts) -> ClaimState:
    with parts.register.read() as connection:
        claim_id = connection.execute(select(ClaimRow.id)).scalar_one()
    with looking(parts, Principal("test", "test", Role.HR, None)) as act:
        return one_claim(act, claim_id).state


def exit_page(browser: Browser) -> str:
    match = re.search(r'href="(/uitdienst/[^"?]+)"', browser.page("/uitdienst"))
    assert match is not None
    return match[1]


def form_of(page: str, act: str) -> dict[str, str]:
    """The version that a form on the page holds."""
    part = page.partition(f'id="{act}"')[2].partition("</details>")[0]
    version = re.search(r'name="version" value="(\d+)"', part)
    assert version is not None, f"there is no form {act}"
    return {"version": version[1]}


def do(browser: Browser, act: str, **fields: Any) -> Any:
    path = exit_page(browser)
    return browser.post(f"{path}/{act}", form_of(browser.page(path), act) | fields)


def test_a_claim_goes_from_proposal_to_settlement(parts: Parts, hr: Browser) -> None:
    assert "2.400,00" in hr.page(exit_page(hr))
    answer = do(hr, "ending", ended_by="employee", ending_reason="Andere baan.")
    assert answer.status_code == 303, answer.text
    answer = do(hr, "confirm", amount="2.400,00", pay="net")
    assert answer.status_code == 303, answer.text
    assert state(parts) is ClaimState.CONFIRMED
    assert do(hr, "hand_over", remark="Nota 12.").status_code == 303
    assert do(hr, "settle", amount="2400").status_code == 303
    assert state(parts) is ClaimState.SETTLED
    assert "Andere baan." in hr.page(exit_page(hr))


def test_a_claim_cannot_be_confirmed_before_it_is_known_who_ended_it(
    parts: Parts, hr: Browser
) -> None:
    answer = do(hr, "confirm", amount="2400,00", pay="net")
    assert answer.status_code == 422
    assert '<details class="act" id="confirm" open>' in answer.text
    assert state(parts) is ClaimState.PROPOSED


def test_another_amount_than_that_of_the_statement_is_refused(parts: Parts, hr: Browser) -> None:
    do(hr, "ending", ended_by="employee", ending_reason="Andere baan.")
    answer = do(hr, "confirm", amount="2.000,00", pay="net")
    assert answer.status_code == 422
    assert 'id="confirm-amount-error"' in answer.text
    assert 'value="2.000,00"' in answer.text
    assert state(parts) is ClaimState.PROPOSED


def test_an_amount_is_set_lower_with_a_ground(hr: Browser) -> None:
    page = hr.page(exit_page(hr))
    match = re.search(r'<option value="([^"]+)" selected', page)
    assert match is not None
    answer = do(hr, "override", trajectory=match[1], claimable="600,00", ground="Coulance.")
    assert answer.status_code == 303, answer.text
    assert "€ 600,00" in hr.page(exit_page(hr)).replace("\N{NO-BREAK SPACE}", " ")
    more = do(hr, "override", trajectory=match[1], claimable="9000", ground="Te veel.")
    assert more.status_code == 422
    assert 'id="override-claimable-error"' in more.text


def test_a_claim_is_let_go_with_a_ground(parts: Parts, hr: Browser) -> None:
    assert do(hr, "waive").status_code == 422
    assert do(hr, "waive", ground="Schrijnend.").status_code == 303
    assert state(parts) is ClaimState.WAIVED


def test_a_step_that_the_claim_does_not_allow_is_no_form(parts: Parts, hr: Browser) -> None:
    path = exit_page(hr)
    assert 'id="settle"' not in hr.page(path)
    assert hr.post(f"{path}/settle", {"version": "1", "amount": "2400"}).status_code == 409
    assert hr.post(f"{path}/nothing").status_code == 409
    assert state(parts) is ClaimState.PROPOSED


def test_what_another_did_meanwhile_is_not_done_twice(parts: Parts, hr: Browser) -> None:
    path = exit_page(hr)
    stale = form_of(hr.page(path), "waive")
    do(hr, "ending", ended_by="employee", ending_reason="Andere baan.")
    do(hr, "confirm", amount="2400,00", pay="net")
    answer = hr.post(f"{path}/waive", stale | {"ground": "Uit het andere venster."})
    assert answer.status_code == 422
    assert state(parts) is ClaimState.CONFIRMED


def test_statements_and_letters_open_from_the_page(hr: Browser) -> None:
    page = hr.page(exit_page(hr))
    links = re.findall(r'href="(/uitdienst/[^"]+/(?:opgave|brief)-[^"]+)"', page)
    assert {hr.get(link).mimetype for link in links} == {"text/html", "application/pdf"}
    path = exit_page(hr)
    assert hr.get(f"{path}/opgave-99.pdf").status_code == 404
    assert hr.get(f"{path}/opgave-1.exe").status_code == 404
    assert hr.get("/uitdienst/nobody").status_code == 404


def test_actual_costs_are_recorded_and_the_statement_follows(hr: Browser) -> None:
    page = hr.page(exit_page(hr))
    match = re.search(r'<option value="([^"]+)" selected', page)
    assert match is not None
    answer = do(hr, "actual_costs", trajectory=match[1], fee="1.800,00")
    assert answer.status_code == 303, answer.text
    wrong = do(hr, "actual_costs", trajectory="nowhere", fee="1")
    assert wrong.status_code == 422
    assert 'id="actual_costs-trajectory-error"' in wrong.text


def test_the_leaver_reads_statement_and_claim_until_the_last_day(parts: Parts) -> None:
    assert isinstance(parts.clock, StandingClock)
    parts.clock.moment = datetime(2027, 12, 1, 9, 0, tzinfo=UTC)
    browser = signed_in(parts, LEAVER)
    page = browser.page("/mijn-leren").replace("\N{NO-BREAK SPACE}", " ")
    assert "Vordering: voorgesteld. Nu terug te vragen: € 2.400,00." in page
    [statement] = re.findall(r'href="(/mijn-leren/opgaven/[^"]+)"', page)
    assert browser.get(statement).mimetype == "application/pdf"

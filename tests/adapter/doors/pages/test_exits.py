"""HR takes an exit from its statement to a settled claim on one page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from adapter.doors.intake import process_register
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.claims import ClaimRow
from adapter.queues.inbox import Channel
from adapter.register.keys import Principal, Role
from adapter.register.people import keep_employee
from adapter.subjects.leaving.claims.acts import one_claim
from adapter.subjects.requests.acts import looking
from config.settings import Settings
from connectors.ports import Employee, Employment
from policy.claim_states import ClaimState
from tests.adapter.doors.pages.conftest import Browser, signed_in
from tests.adapter.doors.pages.rendered import form_of
from tests.fixtures.leavers import LEAVER, happen, stored_events, told, trained
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


def do(browser: Browser, act: str, **fields: Any) -> Any:
    path = exit_page(browser)
    return browser.send(path, f"{path}/{act}", **fields)


def work(parts: Parts) -> None:
    """What the worker does with what was recorded."""
    for event in stored_events(parts.register):
        if event.channel == Channel.REGISTER:
            process_register.process(parts, event)


def plain(page: str) -> str:
    return page.replace("\N{NO-BREAK SPACE}", " ")


def costs_page(browser: Browser) -> str:
    """Of the training that the exit is about, as its page leads there."""
    match = re.search(r'href="(/medewerkers/[^"]+/kosten[^"]+)"', browser.page(exit_page(browser)))
    assert match is not None
    return match[1]


def record_costs(browser: Browser, act: str, **typed: str) -> Any:
    path = costs_page(browser)
    return browser.send(path, path.replace("/kosten", f"/kosten/{act}"), **typed)


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
    shown = plain(hr.page(exit_page(hr)))
    assert (
        "HR heeft op 10 januari 2028 het terug te vragen bedrag op € 600,00 gesteld in plaats van "
        "€ 2.400,00. Grond: Coulance." in shown
    )
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
    stale = form_of(hr.page(path), f"{path}/waive")
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


def test_a_decision_made_on_another_statement_is_not_taken(parts: Parts, hr: Browser) -> None:
    path = exit_page(hr)
    opened = form_of(hr.page(path), f"{path}/override")
    record_costs(hr, "actual_costs", fee="600,00")
    work(parts)
    typed = opened | {"claimable": "575,00", "ground": "Helft kwijtgescholden."}
    refused = hr.post(f"{path}/override", typed)
    assert refused.status_code == 422
    assert "Iemand anders heeft dit intussen gewijzigd" in refused.text
    assert "€ 600,00" in plain(refused.text), "what the statement says now"
    shown = form_of(refused.text, f"{path}/override")
    assert (shown["claimable"], shown["ground"]) == ("575,00", "Helft kwijtgescholden.")
    assert "Grond: Helft" not in hr.page(path)
    again = shown | {"claimable": "300,00"}
    assert hr.post(f"{path}/override", again).status_code == 303
    assert "Grond: Helft kwijtgescholden." in hr.page(path)


def test_a_wrong_field_does_not_carry_a_decision_over_to_another_statement(
    parts: Parts, hr: Browser
) -> None:
    path = exit_page(hr)
    opened = form_of(hr.page(path), f"{path}/override")
    record_costs(hr, "actual_costs", fee="600,00")
    work(parts)
    wrong = hr.post(f"{path}/override", opened | {"claimable": "575,00"})
    assert 'id="override-ground-error"' in wrong.text
    shown = form_of(wrong.text, f"{path}/override") | {"ground": "Helft."}
    assert "Iemand anders heeft" in hr.post(f"{path}/override", shown).text


def test_actual_costs_are_shown_and_added_to(parts: Parts, hr: Browser) -> None:
    assert "onbekend" in hr.page(costs_page(hr))
    assert record_costs(hr, "actual_costs", fee="1.800,00").status_code == 303
    work(parts)
    page = plain(hr.page(exit_page(hr)))
    assert f'href="{costs_page(hr)}">€ 1.800,00<' in page
    assert "Nu terug te vragen: € 1.800,00." in page
    assert record_costs(hr, "actual_costs", exam="100").status_code == 303
    work(parts)
    assert "Nu terug te vragen: € 1.900,00." in plain(hr.page(exit_page(hr)))


def test_a_form_without_an_amount_is_no_amount(parts: Parts, hr: Browser) -> None:
    empty = record_costs(hr, "actual_costs")
    assert empty.status_code == 422
    assert 'href="#actual_costs-fee"' in empty.text
    assert "Kostte het niets? Vul dan 0 in." in empty.text
    record_costs(hr, "actual_costs", fee="1800", books="50")
    wiped = record_costs(hr, "actual_costs", fee="", books="", exam="", travel="", subsidy="")
    assert wiped.status_code == 422
    work(parts)
    assert state(parts) is ClaimState.PROPOSED
    assert "Nu terug te vragen: € 1.850,00." in plain(hr.page(exit_page(hr)))
    assert record_costs(hr, "actual_costs", fee="0", books="0").status_code == 303
    work(parts)
    assert "€ 0,00" in plain(hr.page(costs_page(hr))), "said so, it cost nothing"


def test_actual_costs_become_unknown_again(parts: Parts, hr: Browser) -> None:
    assert "costs_unknown" not in hr.page(costs_page(hr))
    record_costs(hr, "actual_costs", fee="1800")
    assert record_costs(hr, "costs_unknown").status_code == 303
    work(parts)
    assert "onbekend" in hr.page(costs_page(hr))
    assert "Nu terug te vragen: € 2.400,00." in plain(hr.page(exit_page(hr)))


def test_costs_that_another_recorded_meanwhile_are_not_overwritten(hr: Browser) -> None:
    path = costs_page(hr)
    action = path.replace("/kosten", "/kosten/actual_costs")
    opened = form_of(hr.page(path), action)
    record_costs(hr, "actual_costs", fee="1800")
    refused = hr.post(action, opened | {"exam": "100"})
    assert refused.status_code == 422
    assert "Iemand anders heeft dit intussen gewijzigd" in refused.text
    assert "Vastgelegd: € 1.800,00" in plain(refused.text)
    assert form_of(refused.text, action)["exam"] == "100"
    assert "Vastgelegd: € 1.800,00" in plain(hr.page(path))


def test_what_nothing_can_be_recorded_of_has_no_page(hr: Browser) -> None:
    for asked in ("", "?traject=nowhere"):
        assert hr.get(f"/medewerkers/{LEAVER}/kosten{asked}").status_code == 404
        assert hr.post(f"/medewerkers/{LEAVER}/kosten/actual_costs{asked}").status_code == 404


def test_the_leaver_reads_statement_and_claim_until_the_last_day(parts: Parts) -> None:
    assert isinstance(parts.clock, StandingClock)
    parts.clock.moment = datetime(2027, 12, 1, 9, 0, tzinfo=UTC)
    browser = signed_in(parts, LEAVER)
    page = browser.page("/mijn-leren").replace("\N{NO-BREAK SPACE}", " ")
    assert "Vordering: voorgesteld. Nu terug te vragen: € 2.400,00." in page
    [statement] = re.findall(r'href="(/mijn-leren/opgaven/[^"]+)"', page)
    assert browser.get(statement).mimetype == "application/pdf"

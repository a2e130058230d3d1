"""HR weighs and proposes in one table, and the management team decides request by request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.subjects.requests.conftest import JANUARY, TEAM, Body, Office

SignIn = Callable[..., Browser]
HR, MT = TEAM[1], TEAM[2]
TABLE = "/tranches/2027-1"
SCORES = {"necessity": "0", "organisation": "2", "team": "2", "individual": "1", "efficiency": "2"}


@pytest.fixture
def hr(sign_in: SignIn) -> Browser:
    return sign_in(HR, Role.HR)


def submitted(office: Office, **changes: Any) -> Body:
    request = office.ask(**changes)
    office.move(request, "submitted", Role.MANAGER)
    return request


def row(office: Office, request: Body, **values: str) -> dict[str, str]:
    """The fields of one request in the table."""
    fields = {"version": str(office.version(request)), "costs": "2400,00", **values}
    return {f"{name}-{request['id']}": value for name, value in fields.items()}


def read(office: Office, request: Body, what: str) -> Any:
    return office.call("GET", f"/training-requests/{request['id']}/{what}", Role.HR).get_json()


def test_several_requests_are_weighed_and_proposed_at_once(office: Office, hr: Browser) -> None:
    first, second = submitted(office), submitted(office, title="Tweede leergang")
    form = row(office, first, **SCORES, reason="Past bij het plan.", outcome="grant", why="Goed.")
    form |= row(office, second, **SCORES, reason="Past ook.", outcome="reject", why="Later.")
    answer = hr.post(TABLE, form)
    assert answer.status_code == 303, answer.text
    [weighing] = read(office, first, "weighings")["items"]
    assert weighing["organisation"] == {"score": 2, "reason": "Past bij het plan."}
    assert weighing["weighedBy"] == HR
    [proposal] = read(office, first, "proposals")["items"]
    assert (proposal["outcome"], proposal["costsEur"], proposal["hours"]) == (
        "grant",
        "2400.00",
        "48.00",
    )
    [other] = read(office, second, "proposals")["items"]
    assert other["outcome"] == "reject"


def test_rows_that_nobody_touched_stay_as_they_are(office: Office, hr: Browser) -> None:
    request = submitted(office)
    before = office.version(request)
    assert hr.post(TABLE, row(office, request)).status_code == 303
    assert office.version(request) == before


def test_a_wrong_row_is_shown_again_and_the_others_are_kept(office: Office, hr: Browser) -> None:
    right, wrong = submitted(office), submitted(office, title="Met een fout")
    form = row(office, right, **SCORES, reason="Past.")
    form |= row(office, wrong, **SCORES | {"team": "9"}, reason="Te hoog.")
    answer = hr.post(TABLE, form)
    assert answer.status_code == 422
    assert "1 aanvragen bewaard, 1 nog niet" in answer.text
    assert 'value="Te hoog."' in answer.text
    assert len(read(office, right, "weighings")["items"]) == 1
    assert read(office, wrong, "weighings")["items"] == []


def goes_on_at(page: str) -> str:
    """What has the keyboard when the page opens."""
    found = re.findall(r'(?:name|id)="([^"]+)"[^>]* autofocus', page)
    assert len(found) == 1, found
    return str(found[0])


def test_after_saving_the_keyboard_is_where_something_is_left_to_do(
    office: Office, hr: Browser
) -> None:
    first, second = submitted(office), submitted(office, title="Tweede leergang")
    assert "autofocus" not in hr.page(TABLE)
    done = {**SCORES, "reason": "Past.", "outcome": "grant", "why": "Goed."}
    saved = hr.post(TABLE, row(office, first, **done))
    assert goes_on_at(hr.page(saved.location)) == f"necessity-{second['id']}"
    wrong = hr.post(TABLE, row(office, second, **done | {"team": "9"}))
    assert goes_on_at(wrong.text) == f"team-{second['id']}"
    saved = hr.post(TABLE, row(office, second, **done))
    assert goes_on_at(hr.page(saved.location)) == "saved"


def test_scores_without_a_reason_are_not_kept(office: Office, hr: Browser) -> None:
    request = submitted(office)
    assert hr.post(TABLE, row(office, request, **SCORES)).status_code == 422
    assert read(office, request, "weighings")["items"] == []


def test_reasons_that_differ_stay_when_one_score_changes(office: Office, hr: Browser) -> None:
    request = submitted(office)
    names = ("necessity", "organisation", "team", "individual", "efficiency")
    body = {name: {"score": 1, "reason": f"Over {name}."} for name in names}
    version = office.version(request)
    path = f"/training-requests/{request['id']}/weighings"
    assert office.call("POST", path, Role.HR, body, version=version).status_code == 201
    scores = dict.fromkeys(names, "1") | {"team": "3"}
    assert hr.post(TABLE, row(office, request, **scores)).status_code == 303
    newest = read(office, request, "weighings")["items"][-1]
    assert newest["team"] == {"score": 3, "reason": "Over team."}


def test_what_another_changed_meanwhile_is_not_overwritten(office: Office, hr: Browser) -> None:
    request = submitted(office)
    form = row(office, request, **SCORES, reason="Past.")
    office.weigh(request, 0, 1, 1, 0, 1)
    answer = hr.post(TABLE, form)
    assert answer.status_code == 422
    assert len(read(office, request, "weighings")["items"]) == 1


def test_the_dossier_is_saved_from_the_page(office: Office, hr: Browser) -> None:
    submitted(office)
    assert hr.get(f"{TABLE}/dossier.pdf").data.startswith(b"%PDF")
    assert hr.get(f"{TABLE}/dossier.xlsx").data.startswith(b"PK")
    assert hr.get(f"{TABLE}/dossier.exe").status_code == 404


def decision(office: Office, request: Body, **changes: Any) -> dict[str, Any]:
    return {
        "version": str(office.version(request)),
        "outcome": "grant",
        "decided": JANUARY.date().isoformat(),
        "costs": "2400,00",
        "hours": "48",
        "scheme": "ja",
    } | changes


def test_the_management_team_decides_and_goes_on_to_the_next(
    office: Office, sign_in: SignIn
) -> None:
    first = office.proposed()
    office.clock.moment = JANUARY.replace(year=2026, month=11, day=10)
    second = office.proposed(title="Tweede leergang", employeeIds=[TEAM[1]])
    browser = sign_in(MT, Role.MANAGEMENT_TEAM)
    page = browser.page("/besluiten/2027-1")
    assert "2 van de 2 aanvragen wachten op een besluit" in page
    path = f"/besluiten/2027-1/{first['id']}"
    answer = browser.post(path, decision(office, first))
    assert answer.status_code == 303, answer.text
    assert f"/besluiten/2027-1/{second['id']}" in answer.location
    [made] = read(office, first, "decisions")["items"]
    assert (made["outcome"], made["decidedBy"], made["departsFromProposal"]) == (
        "grant",
        MT,
        False,
    )
    rejected = decision(office, second, outcome="reject", reason="Nu niet.")
    answer = browser.post(f"/besluiten/2027-1/{second['id']}", rejected)
    assert answer.location.startswith("/besluiten/2027-1?")
    assert read(office, second, "decisions")["items"][0]["reason"] == "Nu niet."


def test_departing_from_the_proposal_needs_a_reason(office: Office, sign_in: SignIn) -> None:
    request = office.proposed()
    browser = sign_in(MT, Role.MANAGEMENT_TEAM)
    path = f"/besluiten/2027-1/{request['id']}"
    answer = browser.post(path, decision(office, request, outcome="reject"))
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text
    assert read(office, request, "decisions")["items"] == []


def test_a_grant_names_its_costs(office: Office, sign_in: SignIn) -> None:
    request = office.proposed()
    browser = sign_in(MT, Role.MANAGEMENT_TEAM)
    path = f"/besluiten/2027-1/{request['id']}"
    answer = browser.post(path, decision(office, request, costs="gratis"))
    assert answer.status_code == 422
    assert 'id="costs-error"' in answer.text


def test_hours_above_the_norm_are_allowed_in_the_same_act(office: Office, sign_in: SignIn) -> None:
    grant = {"costsEur": "2400.00", "hours": "96.00", "repaymentScheme": True}
    request = office.proposed(
        grant=grant, hours="96.00", ground="function", evidence="Functie-eis.", endDate="2027-05-31"
    )
    browser = sign_in(MT, Role.MANAGEMENT_TEAM)
    path = f"/besluiten/2027-1/{request['id']}"
    assert f'value="{TEAM[0]}|2027|16.00"' in browser.page(path)
    form = decision(office, request, hours="96", exemption=f"{TEAM[0]}|2027|16.00")
    answer = browser.post(path, form)
    assert answer.status_code == 303, answer.text
    exemptions = office.call("GET", "/norm-exemptions", Role.HR).get_json()["items"]
    assert [(one["employeeId"], one["extraHours"]) for one in exemptions] == [(TEAM[0], "16.00")]


@pytest.mark.parametrize("exemption", ["10001", "10001|veel|16", "a|b|c|d", "10001|2027|x"])
def test_an_exemption_that_nobody_could_tick_is_refused(
    office: Office, sign_in: SignIn, exemption: str
) -> None:
    request = office.proposed()
    browser = sign_in(MT, Role.MANAGEMENT_TEAM)
    form = decision(office, request, exemption=exemption)
    answer = browser.post(f"/besluiten/2027-1/{request['id']}", form)
    assert answer.status_code == 422
    assert read(office, request, "decisions")["items"] == []


def test_hr_does_not_decide_and_the_management_team_does_not_propose(
    office: Office, sign_in: SignIn
) -> None:
    request = office.proposed()
    hr, mt = sign_in(HR, Role.HR), sign_in(MT, Role.MANAGEMENT_TEAM)
    path = f"/besluiten/2027-1/{request['id']}"
    assert hr.get(path).status_code == 403
    assert hr.post(path, decision(office, request)).status_code == 403
    assert mt.get(TABLE).status_code == 403
    assert mt.post(TABLE, row(office, request, **SCORES, reason="x")).status_code == 403


def test_somebody_with_both_roles_acts_in_the_one_of_the_page(
    office: Office, sign_in: SignIn
) -> None:
    request = office.proposed()
    both = sign_in(HR, Role.HR, Role.MANAGEMENT_TEAM)
    assert both.post(TABLE, row(office, request, **SCORES, reason="Anders.")).status_code == 303
    path = f"/besluiten/2027-1/{request['id']}"
    assert both.post(path, decision(office, request)).status_code == 303


@pytest.mark.parametrize("name", ["2027-9", "nergens"])
def test_a_tranche_that_does_not_exist_is_no_page(hr: Browser, name: str) -> None:
    assert hr.get(f"/tranches/{name}").status_code == 404


def test_an_interim_request_is_consented_to_before_it_is_considered(
    office: Office, sign_in: SignIn
) -> None:
    request = submitted(
        office,
        startDate="2026-12-01",
        endDate="2026-12-20",
        ground="function",
        evidence="Functie-eis.",
    )
    browser = sign_in(MT, Role.MANAGEMENT_TEAM)
    path = f"/besluiten/2027-1/{request['id']}"
    assert 'id="consent_to_interim"' in browser.page(path)
    form = {"version": str(office.version(request)), "consented_on": "2026-12-09"}
    assert browser.post(f"{path}/instemmen", form).status_code == 422
    form["consented_on"] = "2026-11-10"
    answer = browser.post(f"{path}/instemmen", form)
    assert answer.status_code == 303, answer.text
    assert 'id="consent_to_interim"' not in browser.page(path)

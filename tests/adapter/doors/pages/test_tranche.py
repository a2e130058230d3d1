"""HR weighs and proposes in one table, and the management team decides request by request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.doors.pages.rendered import form_of
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


def test_the_first_criterion_goes_before_the_others(office: Office, hr: Browser) -> None:
    submitted(office)
    page = hr.page(TABLE)
    assert "een aangetoonde noodzaak gaat voor alle andere aanvragen" in page
    assert "weegt 0" not in page
    assert "weegt 30 %" in page


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


def typed(request: Body, **values: str) -> dict[str, str]:
    """Into the fields of one request."""
    return {f"{name}-{request['id']}": value for name, value in values.items()}


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize(
    ("filled_in", "field"),
    [
        ({"costs": "2000,00", "why": "Kan goedkoper."}, "outcome"),
        ({"scheme": "ja"}, "outcome"),
        ({"reason": "Past bij het plan."}, "necessity"),
        ({"outcome": "reject", "why": "Nu niet.", "costs": "2000,00"}, "costs"),
    ],
)
def test_what_cannot_be_kept_by_itself_is_told_and_stays(
    office: Office, hr: Browser, filled_in: dict[str, str], field: str
) -> None:
    request = submitted(office)
    answer = hr.post(TABLE, form_of(hr.page(TABLE), TABLE) | typed(request, **filled_in))
    assert answer.status_code == 422
    assert goes_on_at(answer.text) == f"{field}-{request['id']}"
    again = form_of(answer.text, TABLE)
    assert typed(request, **filled_in).items() <= again.items()


@pytest.mark.parametrize(
    ("emptied", "told"),
    [
        (dict.fromkeys(SCORES, ""), "Scores zijn niet te wissen."),
        (dict.fromkeys((*SCORES, "reason"), ""), "Scores zijn niet te wissen."),
        ({"outcome": ""}, "Een voorstel is niet te wissen."),
        ({"outcome": "", "why": "", "costs": ""}, "Een voorstel is niet te wissen."),
        ({"reason": ""}, "Vul dit in."),
    ],
)
def test_what_was_kept_is_not_taken_back_by_emptying_it(
    office: Office, hr: Browser, emptied: dict[str, str], told: str
) -> None:
    request = submitted(office)
    done = {**SCORES, "reason": "Past.", "outcome": "grant", "why": "Goed."}
    assert hr.post(TABLE, row(office, request, **done)).status_code == 303
    answer = hr.post(TABLE, form_of(hr.page(TABLE), TABLE) | typed(request, **emptied))
    assert answer.status_code == 422
    assert told in answer.text
    assert len(read(office, request, "weighings")["items"]) == 1
    assert len(read(office, request, "proposals")["items"]) == 1


def test_nothing_is_said_to_be_kept_when_nothing_was_filled_in(office: Office, hr: Browser) -> None:
    submitted(office)
    answer = hr.post(TABLE, form_of(hr.page(TABLE), TABLE))
    assert "Er was niets gewijzigd." in hr.page(answer.location)


def test_a_row_that_nobody_touched_does_not_undo_what_another_kept(
    office: Office, hr: Browser
) -> None:
    first, second = submitted(office), submitted(office, title="Tweede leergang")
    page = form_of(hr.page(TABLE), TABLE)
    office.weigh(first, 0, 1, 1, 0, 1)
    done = {**SCORES, "reason": "Past.", "outcome": "grant", "why": "Goed."}
    answer = hr.post(TABLE, page | typed(second, **done))
    assert answer.status_code == 303, answer.text
    assert len(read(office, first, "weighings")["items"]) == 1
    assert len(read(office, second, "weighings")["items"]) == 1


def test_what_another_kept_stands_beside_what_was_typed_until_that_was_seen(
    office: Office, hr: Browser
) -> None:
    request = submitted(office)
    page = form_of(hr.page(TABLE), TABLE)
    office.weigh(request, 0, 3, 1, 0, 1)
    mine = typed(request, outcome="grant", why="Goed voor het team.")
    again = hr.post(TABLE, page | mine)
    assert again.status_code == 422
    assert "Dit staat er nu: Criterium 1: 0 Criterium 2: 3" in words(again.text)
    # Without the tick it is asked again, and nothing of either is lost.
    form = form_of(again.text, TABLE)
    assert mine.items() <= form.items()
    once_more = hr.post(TABLE, form)
    assert once_more.status_code == 422
    form = form_of(once_more.text, TABLE)
    assert goes_on_at(once_more.text) == f"seen-{request['id']}"
    answer = hr.post(TABLE, form | typed(request, seen=str(office.version(request))))
    assert answer.status_code == 303, answer.text
    [weighing] = read(office, request, "weighings")["items"]
    assert weighing["organisation"]["score"] == 3
    [proposal] = read(office, request, "proposals")["items"]
    assert proposal["reason"] == "Goed voor het team."


def test_a_tick_holds_for_what_was_seen_and_no_later_change(office: Office, hr: Browser) -> None:
    request = submitted(office)
    page = form_of(hr.page(TABLE), TABLE)
    office.weigh(request, 0, 3, 1, 0, 1)
    mine = typed(request, **SCORES, reason="Van mij.")
    seen = form_of(hr.post(TABLE, page | mine).text, TABLE)
    seen |= typed(request, seen=str(office.version(request)))
    office.weigh(request, 0, 0, 0, 0, 0)
    answer = hr.post(TABLE, seen)
    assert answer.status_code == 422
    assert len(read(office, request, "weighings")["items"]) == 2
    # A row with another fault keeps the version that it was read with.
    wrong = form_of(answer.text, TABLE) | typed(request, team="9")
    wrong |= typed(request, seen=str(office.version(request)))
    answer = hr.post(TABLE, wrong)
    office.weigh(request, 0, 1, 0, 0, 0)
    assert hr.post(TABLE, form_of(answer.text, TABLE) | typed(request, team="2")).status_code == 422
    assert len(read(office, request, "weighings")["items"]) == 3


def test_what_was_typed_of_a_request_that_left_is_shown(office: Office, hr: Browser) -> None:
    decided, withdrawn = submitted(office), submitted(office, title="Tweede leergang")
    office.move(decided, "under_review")
    office.propose(decided)
    page = form_of(hr.page(TABLE), TABLE)
    assert office.decide(decided, reason="Nodig.", decidedDate="2026-11-10").status_code == 201
    office.move(withdrawn, "withdrawn")
    answer = hr.post(
        TABLE, page | typed(decided, why="Toch beter.") | typed(withdrawn, why="Ook goed.")
    )
    assert answer.status_code == 422
    told = words(answer.text)
    assert "Jij vulde in: Reden van het voorstel: Toch beter." in told
    assert "Tweede leergang staat niet meer in deze tranche (ingetrokken)." in told
    assert "Jij vulde in: Reden van het voorstel: Ook goed." in told


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


def test_what_waits_for_hr_is_no_form_of_the_management_team(
    office: Office, sign_in: SignIn
) -> None:
    waiting = submitted(office, title="Wacht op HR", ground="legal", evidence="Wet.")
    first = office.proposed()
    browser = sign_in(MT, Role.MANAGEMENT_TEAM)
    page = browser.page("/besluiten/2027-1")
    assert "1 van de 2 aanvragen wachten op een besluit" in page
    assert "1 aanvragen wachten nog op een voorstel van HR." in page
    begin = re.search(r'class="button" href="([^"]+)"', page)
    assert begin is not None
    assert begin[1] == f"/besluiten/2027-1/{first['id']}"
    path = f"/besluiten/2027-1/{waiting['id']}"
    assert "wacht op een voorstel van HR" in browser.page(path)
    assert f'action="{path}"' not in browser.page(path)
    refused = browser.post(path, decision(office, waiting, reason="Toch doen."))
    assert refused.status_code == 422
    assert "met de status ingediend kan niet naar toegekend" in refused.text
    assert "Toch doen." in refused.text
    answer = browser.post(f"/besluiten/2027-1/{first['id']}", decision(office, first))
    assert "gedaan=all_proposed_decided" in answer.location


def test_a_decision_goes_by_the_proposal_that_was_read(office: Office, sign_in: SignIn) -> None:
    request = office.proposed()
    browser = sign_in(MT, Role.MANAGEMENT_TEAM)
    path = f"/besluiten/2027-1/{request['id']}"
    page = form_of(browser.page(path), path)
    office.propose(
        request, grant={"costsEur": "1000.00", "hours": "48.00", "repaymentScheme": True}
    )
    # Another fault does not take over the new proposal without a word.
    wrong = browser.post(path, page | {"hours": "veel"})
    right = form_of(wrong.text, path) | {"hours": "40", "reason": "Korter."}
    again = browser.post(path, right)
    assert again.status_code == 422
    form = form_of(again.text, path)
    assert (form["costs"], form["hours"], form["reason"]) == ("1000,00", "40", "Korter.")
    assert browser.post(path, form).status_code == 422
    assert read(office, request, "decisions")["items"] == []
    form |= {"seen": str(office.version(request))}
    assert browser.post(path, form).status_code == 303
    grants = office.call("GET", f"/grants?requestId={request['id']}", Role.HR).get_json()["items"]
    assert [(one["costsEur"], one["hours"]) for one in grants] == [("1000.00", "40.00")]


def test_what_a_colleague_decided_first_leaves_what_was_typed(
    office: Office, sign_in: SignIn
) -> None:
    request = office.proposed()
    browser = sign_in(MT, Role.MANAGEMENT_TEAM)
    path = f"/besluiten/2027-1/{request['id']}"
    page = form_of(browser.page(path), path)
    assert office.decide(request).status_code == 201
    answer = browser.post(path, page | {"outcome": "reject", "reason": "Nu niet."})
    assert answer.status_code == 422
    assert "Jij vulde in: Besluit: afwijzen Reden: Nu niet." in words(answer.text)


def test_the_budget_counts_what_is_granted_beside_what_is_proposed(
    office: Office, sign_in: SignIn
) -> None:
    budget = {"year": 2027, "tranche": "2027-1", "amountEur": "6000.00"}
    assert office.call("POST", "/budgets", Role.MANAGEMENT_TEAM, budget).status_code == 201
    asked = {"costsEur": "5900.00", "hours": "48.00", "repaymentScheme": True}
    first = office.proposed(grant=asked)
    office.clock.moment = JANUARY.replace(year=2026, month=11, day=10)
    grant = {"costsEur": "320.00", "hours": "48.00", "repaymentScheme": False}
    office.proposed(grant=grant, title="Tweede leergang", employeeIds=[TEAM[1]])
    assert office.decide(first, grant=asked).status_code == 201
    page = sign_in(MT, Role.MANAGEMENT_TEAM).page("/besluiten/2027-1")
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    assert "samen € 320,00. Toegekend is al € 5.900,00 (1 aanvragen)" in page
    assert "Toegekend en voorgesteld: € 6.220,00 van € 6.000,00" in page
    page = sign_in(HR, Role.HR).page(TABLE).replace("\N{NO-BREAK SPACE}", " ")
    assert "Toegekend en voorgesteld: € 6.220,00 van € 6.000,00" in page


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
    form = form_of(both.page(TABLE), TABLE) | {f"reason-{request['id']}": "Anders."}
    assert both.post(TABLE, form).status_code == 303
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
    refused = browser.post(f"{path}/instemmen", form)
    assert refused.status_code == 422
    assert 'value="2026-12-09"' in refused.text
    form = form_of(refused.text, f"{path}/instemmen")
    form["consented_on"] = "2026-11-10"
    answer = browser.post(f"{path}/instemmen", form)
    assert answer.status_code == 303, answer.text
    assert 'id="consent_to_interim"' not in browser.page(path)

"""HR opens the work list and the reports without a key, a header or an id."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from adapter.register.keys import Role
from adapter.views.tasks.task import TaskKind
from tests.adapter.doors.pages.conftest import Browser, signed_in
from tests.adapter.subjects.requests.conftest import TEAM, Office
from tests.adapter.views.tasks.situations import SITUATIONS
from tests.fixtures.agency import IRIS, Agency, agency

__all__ = ["agency"]

SignIn = Callable[..., Browser]


@pytest.fixture
def hr(sign_in: SignIn) -> Browser:
    return sign_in(TEAM[1], Role.HR)


def first_task(browser: Browser) -> str:
    match = re.search(r'href="(/werkvoorraad/taken/[^"]+)"', browser.page("/werkvoorraad"))
    assert match is not None
    return match[1]


def field(page: str, name: str) -> str:
    match = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert match is not None, name
    return match[1]


def test_a_task_is_taken_up_with_a_note(office: Office, sign_in: SignIn) -> None:
    office.granted()
    hr = sign_in(TEAM[1], Role.HR)
    path = first_task(hr)
    page = hr.page(path)
    form = {"version": field(page, "version"), "due": field(page, "due"), "note": "Gebeld."}
    assert hr.post(path, form | {"assignee": TEAM[1]}).status_code == 303
    page = hr.page(path)
    assert "Gebeld." in page
    assert field(page, "assignee") == TEAM[1]


def test_somebody_who_is_not_there_cannot_take_it_up(office: Office, sign_in: SignIn) -> None:
    office.granted()
    hr = sign_in(TEAM[1], Role.HR)
    path = first_task(hr)
    form = {"version": field(hr.page(path), "version"), "assignee": "99999", "note": "Blijft."}
    answer = hr.post(path, form)
    assert answer.status_code == 422
    assert 'id="assignee-error"' in answer.text
    assert "Blijft." in answer.text


def test_a_reconciliation_is_made_and_read_in_two_clicks(hr: Browser) -> None:
    assert hr.post("/werkvoorraad/aansluiting").status_code == 303
    page = hr.page("/werkvoorraad/aansluiting")
    links = re.findall(r'href="(/werkvoorraad/aansluiting/[^"/]+)"', page)
    assert [hr.get(link).mimetype for link in links] == [
        "text/html",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]


def test_a_finding_is_left_until_a_day_and_taken_back(office: Office, hr: Browser) -> None:
    assert hr.post("/werkvoorraad/aansluiting").status_code == 303
    page = hr.page("/werkvoorraad/aansluiting")
    kinds = re.findall(r'href="(/werkvoorraad/aansluiting/bevindingen/[^"]+)"', page)
    assert kinds
    kind = hr.page(kinds[0])
    key = html.unescape(field(kind, "finding"))
    day = (office.clock.now() + timedelta(days=20)).date().isoformat()
    missing = hr.post(kinds[0], {"finding": key, "returns": day})
    assert missing.status_code == 422
    assert 'id="reason-error"' in missing.text
    form = {"finding": key, "reason": "Wordt in mei opgelost.", "returns": day}
    assert hr.post(kinds[0], form).status_code == 303
    assert "Wordt in mei opgelost." in hr.page(kinds[0])
    today = office.clock.now().date().isoformat()
    assert hr.post(kinds[0], form | {"returns": today}).status_code == 303
    assert "Wordt in mei opgelost." not in hr.page(kinds[0])


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (TaskKind.REPAYMENT_REVIEW, "Open het vertrek"),
        (TaskKind.ACTUAL_COSTS_UNKNOWN, "Open het vertrek"),
        (TaskKind.CLAIM_TO_CONFIRM, "Open het vertrek"),
        (TaskKind.CLAIM_DIFFERS, "Open het vertrek"),
        (TaskKind.COMMITMENT_OPEN, "Open de toezegging"),
        (TaskKind.HOLD_UNREACHABLE, "Open de inschrijving"),
        (TaskKind.AGREEMENT_MISSING, "Stel de overeenkomst op"),
        (TaskKind.AGREEMENT_UNSIGNED, "Open de overeenkomst"),
        (TaskKind.AGREEMENT_NOT_FILED, "Open de overeenkomst"),
    ],
)
def test_a_task_leads_to_where_it_is_done(agency: Agency, kind: TaskKind, words: str) -> None:
    for step in SITUATIONS[kind].arises:
        step(agency)
    hr = signed_in(agency.parts, IRIS, Role.HR)
    tasks = re.findall(
        r'href="(/werkvoorraad/taken/[^"]+)"', hr.page(f"/werkvoorraad?soort={kind}")
    )
    link = re.search(rf'href="([^"]+)">{words}</a>', hr.page(tasks[0]))
    assert link is not None
    assert hr.get(link[1]).status_code == 200


def test_a_request_that_lacks_something_is_opened_from_its_task(
    office: Office, sign_in: SignIn
) -> None:
    request = office.ask(startDate=None)
    office.move(request, "submitted", Role.MANAGER)
    hr = sign_in(TEAM[1], Role.HR)
    listed = hr.page(f"/werkvoorraad?soort={TaskKind.REQUEST_INCOMPLETE}")
    [task] = re.findall(r'href="(/werkvoorraad/taken/[^"]+)"', listed)
    assert f'href="/aanvragen/{request["id"]}">Open de aanvraag</a>' in hr.page(task)


@pytest.mark.parametrize("path", ["bevindingen/onzin", "nothing/opnieuw"])
def test_a_kind_or_run_that_does_not_exist_is_no_page(hr: Browser, path: str) -> None:
    address = f"/werkvoorraad/aansluiting/{path}"
    asked = hr.post(address) if path.endswith("opnieuw") else hr.get(address)
    assert asked.status_code == 404


@pytest.mark.parametrize("run", ["nothing.html", "nothing.exe"])
def test_a_report_that_does_not_exist_is_no_page(hr: Browser, run: str) -> None:
    assert hr.get(f"/werkvoorraad/aansluiting/{run}").status_code == 404


@pytest.mark.parametrize("query", ["pagina=0", "pagina=-1", "pagina=veel", "soort=niets"])
def test_a_list_forgives_what_somebody_typed_in_its_address(hr: Browser, query: str) -> None:
    assert hr.get(f"/werkvoorraad?{query}").status_code == 200

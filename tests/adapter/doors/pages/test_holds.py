"""HR lets somebody in all the same, with a ground and a last day."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from adapter.ground.store.tables.decisions import HoldSetAsideRow
from adapter.programs.worker import work_once
from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser, signed_in
from tests.adapter.doors.pages.rendered import form_of
from tests.fixtures.lms_events import tell
from tests.fixtures.workbench import EXCEL, PIET, Workbench

ADVISER = "20005"
DIRECTOR = "20006"


@pytest.fixture
def hr(workbench: Workbench) -> Browser:
    workbench.hire(ADVISER)
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    return signed_in(workbench.parts, ADVISER, Role.HR)


def work(workbench: Workbench) -> None:
    while work_once(workbench.parts):
        workbench.clock.advance(seconds=1)


def let_in(hr: Browser, path: str) -> TestResponse:
    return hr.send(path, f"{path}/set_aside", ground="Toetsdatum ligt vast.", last_on="2027-03-20")


def hold_page(hr: Browser) -> str:
    match = re.search(r'href="(/stilgezet/[^"]+)"', hr.page("/stilgezet"))
    assert match is not None
    return match[1]


def set_asides(workbench: Workbench) -> list[tuple[str, str]]:
    with workbench.register.read() as connection:
        rows = connection.execute(select(HoldSetAsideRow.ground, HoldSetAsideRow.set_by))
        return [(ground, by) for ground, by in rows]


def test_somebody_is_let_in_for_a_time(workbench: Workbench, hr: Browser) -> None:
    path = hold_page(hr)
    assert "geen toegekende opleidingsaanvraag" in hr.page(path)
    answer = let_in(hr, path)
    assert answer.status_code == 303, answer.text
    assert set_asides(workbench) == [("Toetsdatum ligt vast.", ADVISER)]
    assert "Toetsdatum ligt vast." in hr.page(path)


def test_letting_in_is_withdrawn_with_a_ground(workbench: Workbench, hr: Browser) -> None:
    path = hold_page(hr)
    withdraw = f"{path}/withdraw_set_aside"
    assert withdraw not in hr.page(path)
    assert hr.post(withdraw, {"ground": "Te vroeg."}).status_code == 409
    let_in(hr, path)
    work(workbench)
    assert workbench.statuses(EXCEL, PIET)[0][1] == 0
    assert hold_page(hr) == path, "it stays in the list while it lets somebody in"
    assert "20 maart 2027" in hr.page("/stilgezet")
    without = hr.send(path, withdraw)
    assert without.status_code == 422
    assert 'id="withdraw_set_aside-ground-error"' in without.text
    answer = hr.send(path, withdraw, ground="De toets ging niet door.")
    assert answer.status_code == 303, answer.text
    shown = hr.page(answer.location)
    assert "Eerdere toelating ingetrokken. De toets ging niet door." in shown
    assert withdraw not in shown
    work(workbench)
    assert workbench.statuses(EXCEL, PIET)[0][1] == 1
    assert path not in hr.page("/stilgezet"), "the hold that came after it is"


def test_what_another_decided_meanwhile_stands(workbench: Workbench, hr: Browser) -> None:
    path = hold_page(hr)
    opened = form_of(hr.page(path), f"{path}/set_aside")
    let_in(hr, path)
    typed = opened | {"ground": "Korter.", "last_on": "2027-03-10"}
    refused = hr.post(f"{path}/set_aside", typed)
    assert refused.status_code == 422
    assert "Iemand anders heeft dit intussen gewijzigd" in refused.text
    assert "Toetsdatum ligt vast." in refused.text
    assert "Korter." in refused.text
    assert set_asides(workbench) == [("Toetsdatum ligt vast.", ADVISER)]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"last_on": "2027-03-20"}, "ground"),
        ({"ground": "Te lang.", "last_on": "2029-01-01"}, "last_on"),
        ({"ground": "Te laat.", "last_on": "2020-01-01"}, "last_on"),
        ({"ground": "Zonder dag."}, "last_on"),
    ],
)
def test_without_a_ground_or_a_day_that_fits_nobody_is_let_in(
    workbench: Workbench, hr: Browser, form: dict[str, str], field: str
) -> None:
    path = hold_page(hr)
    answer = hr.send(path, f"{path}/set_aside", **form)
    assert answer.status_code == 422
    assert f'id="set_aside-{field}-error"' in answer.text
    assert set_asides(workbench) == []


def test_the_management_team_reads_whom_hr_let_in_and_does_nothing_there(
    workbench: Workbench, hr: Browser
) -> None:
    path = hold_page(hr)
    let_in(hr, path)
    workbench.hire(DIRECTOR)
    director = signed_in(workbench.parts, DIRECTOR, Role.MANAGEMENT_TEAM)
    shown = director.page(path)
    assert "Toetsdatum ligt vast." in shown
    assert f'action="{path}/' in hr.page(path)
    assert f'action="{path}/' not in shown
    assert 'href="/medewerkers/' not in shown
    typed = {"ground": "Toch.", "last_on": "2027-03-20"}
    assert director.post(f"{path}/set_aside", typed).status_code == 403


def test_a_hold_that_is_not_there_is_no_page(hr: Browser) -> None:
    assert hr.get("/stilgezet/nothing").status_code == 404

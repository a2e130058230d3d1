"""HR lets somebody in all the same, with a ground and a last day."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from adapter.ground.store.tables.decisions import HoldSetAsideRow
from adapter.programs.worker import work_once
from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser, signed_in
from tests.fixtures.lms_events import tell
from tests.fixtures.workbench import EXCEL, PIET, Workbench

ADVISER = "20005"
DIRECTOR = "20006"


@pytest.fixture
def hr(workbench: Workbench) -> Browser:
    workbench.hire(ADVISER)
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    while work_once(workbench.parts):
        workbench.clock.advance(seconds=1)
    return signed_in(workbench.parts, ADVISER, Role.HR)


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
    form = {"ground": "Toetsdatum ligt vast.", "last_on": "2027-03-20", "version": "0"}
    answer = hr.post(path, form)
    assert answer.status_code == 303, answer.text
    assert set_asides(workbench) == [("Toetsdatum ligt vast.", ADVISER)]
    assert "Toetsdatum ligt vast." in hr.page(path)


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
    answer = hr.post(hold_page(hr), form)
    assert answer.status_code == 422
    assert f'id="set_aside-{field}-error"' in answer.text
    assert set_asides(workbench) == []


def test_the_management_team_reads_whom_hr_let_in_and_does_nothing_there(
    workbench: Workbench, hr: Browser
) -> None:
    path = hold_page(hr)
    hr.post(path, {"ground": "Toetsdatum ligt vast.", "last_on": "2027-03-20", "version": "0"})
    workbench.hire(DIRECTOR)
    director = signed_in(workbench.parts, DIRECTOR, Role.MANAGEMENT_TEAM)
    shown = director.page(path)
    assert "Toetsdatum ligt vast." in shown
    assert f'action="{path}"' in hr.page(path)
    assert f'action="{path}"' not in shown
    assert 'href="/medewerkers/' not in shown
    assert director.post(path, {"ground": "Toch.", "last_on": "2027-03-20"}).status_code == 403


def test_a_hold_that_is_not_there_is_no_page(hr: Browser) -> None:
    assert hr.get("/stilgezet/nothing").status_code == 404

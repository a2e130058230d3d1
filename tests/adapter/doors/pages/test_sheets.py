"""Worksheets on a page: every wrong cell is told, and nothing is kept until it is confirmed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from adapter.register.keys import Role
from tests.adapter.doors.imports.sheets import rows_of, workbook_of
from tests.adapter.doors.imports.test_request_import import row, sheet
from tests.adapter.doors.imports.test_weighing_import import PLACE, SCORES
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.subjects.requests.conftest import MANAGER, TEAM, Office
from tests.adapter.subjects.tranches.test_decisions import Sheet

SignIn = Callable[..., Browser]
PATH = "/mijn-team/werkblad"


def send(browser: Browser, raw: bytes, path: str = PATH) -> Any:
    return browser.post(path, {"file": (io.BytesIO(raw), "aanvragen.xlsx")})


def titles(office: Office) -> list[str]:
    items = office.call("GET", "/training-requests", Role.HR).get_json()["items"]
    return [one["title"] for one in items]


def test_a_worksheet_is_checked_and_kept_when_it_is_confirmed(
    office: Office, sign_in: SignIn
) -> None:
    browser = sign_in(MANAGER)
    assert browser.get(f"{PATH}/leeg.xlsx").data.startswith(b"PK")
    raw = sheet(row())
    answer = send(browser, raw)
    assert answer.status_code == 200, answer.text
    assert "1 rijen: 1 nieuw" in answer.text
    assert titles(office) == []
    match = re.search(r'name="checked" value="([^"]+)"', answer.text)
    assert match is not None
    assert browser.post(PATH, {"checked": match[1]}).status_code == 303
    assert titles(office) == ["Leergang omgevingsrecht"]


def test_wrong_cells_are_named_and_nothing_is_kept(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(MANAGER)
    raw = sheet(row(hours="veel"))
    answer = send(browser, raw)
    assert answer.status_code == 422
    assert re.search(r"cel [A-Z]+\d+", answer.text)
    assert 'name="checked"' not in answer.text
    assert titles(office) == []


def test_what_is_no_worksheet_is_refused(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(MANAGER)
    for raw in (b"", b"geen werkblad"):
        answer = send(browser, raw)
        assert answer.status_code == 422
        assert 'id="file-error"' in answer.text
    assert browser.post(PATH, {"checked": "geen base64!"}).status_code == 400
    assert titles(office) == []


def test_a_manager_brings_in_nothing_for_another_team(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(MANAGER)
    raw = sheet(row(employee="10011"))
    assert send(browser, raw).status_code == 422
    assert titles(office) == []


def test_a_decision_sheet_is_checked_and_then_decided(office: Office, sign_in: SignIn) -> None:
    request = office.proposed()
    browser = sign_in(TEAM[2], Role.MANAGEMENT_TEAM)
    written = Sheet(office).fill(request, decision="toekennen").saved()
    path = "/besluiten/2027-1/werkblad"
    answer = send(browser, written, path)
    assert answer.status_code == 200, answer.text
    assert "1 besluiten worden vastgelegd" in answer.text
    decided = f"/training-requests/{request['id']}/decisions"
    assert office.call("GET", decided, Role.HR).get_json()["items"] == []
    match = re.search(r'name="checked" value="([^"]+)"', answer.text)
    assert match is not None
    assert browser.post(path, {"checked": match[1]}).status_code == 303
    [made] = office.call("GET", decided, Role.HR).get_json()["items"]
    assert (made["outcome"], made["decidedBy"]) == ("grant", TEAM[2])


def test_the_work_list_goes_out(office: Office, sign_in: SignIn) -> None:
    hr = sign_in(TEAM[1], Role.HR)
    for path in ("/werkvoorraad/werkblad", "/toezeggingen/werkblad"):
        assert hr.get(path).status_code == 200
        assert hr.get(f"{path}/leeg.xlsx").data.startswith(b"PK")


def test_a_weighing_sheet_goes_out_and_comes_back(office: Office, sign_in: SignIn) -> None:
    request = office.ask()
    office.move(request, "submitted", Role.MANAGER)
    hr = sign_in(TEAM[1], Role.HR)
    path = "/tranches/2027-1/werkblad"
    rows = rows_of(hr.get(f"{path}/leeg.xlsx").data)
    for name, value in SCORES.items():
        rows[1][PLACE[name]] = value
    answer = send(hr, workbook_of(rows, "Wegen en voorstellen"), path)
    assert answer.status_code == 200, answer.text
    match = re.search(r'name="checked" value="([^"]+)"', answer.text)
    assert match is not None
    assert hr.post(path, {"checked": match[1]}).status_code == 303
    weighed = office.call("GET", f"/training-requests/{request['id']}/weighings", Role.HR)
    assert [one["weighedBy"] for one in weighed.get_json()["items"]] == [TEAM[1]]

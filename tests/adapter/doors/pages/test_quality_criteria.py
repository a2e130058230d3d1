"""*Kwaliteitscriteria*: HR of everybody, a manager of the own team, an employee of himself, and the
management team in numbers (Visie §1, §3)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from adapter.register.keys import Role
from tests.adapter.doors.imports.sheets import rows_of
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.subjects.requests.conftest import MANAGER, OTHER_MANAGER, TEAM, Body, Office
from tests.fixtures.quality_criteria import (
    LIST,
    PROOFS,
    keep_quality_criteria,
    quality_workbook,
)
from tests.fixtures.quality_criteria import TEAM as MEMBERS

SignIn = Callable[..., Browser]


def requests(office: Office) -> list[Body]:
    found: list[Body] = office.call("GET", "/training-requests", Role.HR).get_json()["items"]
    return found


def hr_of(sign_in: SignIn) -> Browser:
    return sign_in(OTHER_MANAGER, Role.HR)


def test_without_lists_the_page_says_how_to_begin(office: Office, sign_in: SignIn) -> None:
    page = hr_of(sign_in).page("/kwaliteitscriteria")
    assert "nog geen eisen vastgelegd" in page
    assert 'href="/kwaliteitscriteria/werkblad"' in page


def test_lists_come_in_once_somebody_confirmed_what_was_checked(
    office: Office, sign_in: SignIn
) -> None:
    hr = hr_of(sign_in)
    path = "/kwaliteitscriteria/werkblad"
    assert hr.get(f"{path}/leeg.xlsx").data.startswith(b"PK")
    assert _send(hr, quality_workbook([{**LIST[0], "title": ""}])).status_code == 422
    assert _send(hr, b"geen werkblad").status_code == 422
    answer = _send(hr, quality_workbook(LIST, MEMBERS, PROOFS))
    assert "8 rijen: 8 nieuw" in answer.text
    assert "nog geen eisen" in hr.page("/kwaliteitscriteria")
    match = re.search(r'name="checked" value="([^"]+)"', answer.text)
    assert match is not None
    assert (
        hr.post(path, {"checked": match[1]}).headers["Location"].startswith("/kwaliteitscriteria")
    )
    assert "Basiscursus geluid" in hr.page("/kwaliteitscriteria")


def _send(browser: Browser, raw: bytes) -> Any:
    return browser.post("/kwaliteitscriteria/werkblad", {"file": (io.BytesIO(raw), "lijst.xlsx")})


def test_hr_sees_what_is_left_and_who_could_do_it(office: Office, sign_in: SignIn) -> None:
    keep_quality_criteria(office.parts)
    hr = hr_of(sign_in)
    page = hr.page("/kwaliteitscriteria")
    assert "moet het nog 5 keer worden behaald: 48 uur en € 2.500,00" in unescape(page).replace(
        "\u00a0", " "
    )
    assert "en die hier niet meetellen: 1." in page
    assert f"/kwaliteitscriteria/aanvragen/{MANAGER}.xlsx" in page
    detail = hr.page("/kwaliteitscriteria/eis?kenmerk=GEL-1")
    assert "Nodig: 2. Heeft het nu: 1. Nog te doen binnen een jaar: 2." in detail
    assert [_row(detail, employee) for employee in TEAM] == [
        ("vervalt binnen een jaar", True),
        ("ontbreekt", True),
        ("ontbreekt", False),
    ]
    assert hr.get("/kwaliteitscriteria/eis?kenmerk=GEL-9").status_code == 404


def _row(page: str, employee: str) -> tuple[str, bool]:
    """The state of somebody's proof, and whether a request is proposed."""
    row = next(one for one in page.split("<tr") if f"Test{employee}" in one)
    state = re.search(r'<span class="tag">([^<]+)</span>', row)
    assert state is not None
    return state[1], ">voorstel<" in row


def test_a_proposal_becomes_a_draft_that_is_filled_in(office: Office, sign_in: SignIn) -> None:
    keep_quality_criteria(office.parts)
    manager = sign_in(MANAGER)
    link = _link_to_ask(manager.page("/mijn-team/kwaliteitscriteria"), "10001", "GEL-1")
    form = manager.page(link)
    assert "Voor een eis van de kwaliteitscriteria: Basiscursus geluid (Geluid)" in form
    assert 'value="OPL-003" selected' in form
    assert 'value="10001" checked' in form
    filled = {"requirement": "GEL-1", "course": "OPL-003", "employee": "10001"}
    assert manager.post("/mijn-team/aanvragen/nieuw", filled).status_code == 303
    (draft,) = requests(office)
    assert (draft["title"], draft["ground"], draft["mandatoryByLaw"]) == (
        "Basiscursus geluid",
        "function",
        "unknown",
    )
    assert (draft["courseIds"], draft["hours"], draft["costsEur"]) == (
        ["OPL-003"],
        "24.00",
        "1250.00",
    )
    assert draft["evidence"] == "Kwaliteitscriteria 3.0, deel B"
    assert draft["motivation"] == "Kwaliteitscriteria, Geluid: eis GEL-1."
    page = manager.page("/mijn-team/kwaliteitscriteria")
    assert "requirement=GEL-1&amp;employee=10001" not in page
    assert "aangevraagd" in page


def _link_to_ask(page: str, employee: str, requirement: str) -> str:
    for found in re.findall(r'href="([^"]+/aanvragen/nieuw\?[^"]+)"', page):
        link = unescape(found)
        asked = parse_qs(urlsplit(link).query)
        if asked == {"employee": [employee], "requirement": [requirement]}:
            return link
    raise AssertionError(f"no link asks {requirement} for {employee}")


def test_hr_draws_up_what_is_only_a_certificate_for_the_manager(
    office: Office, sign_in: SignIn
) -> None:
    keep_quality_criteria(office.parts)
    hr = hr_of(sign_in)
    link = _link_to_ask(hr.page("/kwaliteitscriteria/eis?kenmerk=GEL-2"), "10002", "GEL-2")
    assert link.startswith(f"/medewerkers/{MANAGER}/aanvragen/nieuw")
    assert 'value="Hbo-diploma milieukunde"' in hr.page(link)
    filled = {"requirement": "GEL-2", "course": "", "title": "Hbo", "employee": ["10002", "10003"]}
    assert hr.post(f"/medewerkers/{MANAGER}/aanvragen/nieuw", filled).status_code == 303
    (draft,) = requests(office)
    assert (draft["title"], draft["trajectoryId"], draft["managerId"]) == ("Hbo", "GEL-2", MANAGER)
    assert draft["evidence"] == "Hbo-diploma milieukunde"
    page = hr.page("/kwaliteitscriteria/eis?kenmerk=GEL-2")
    assert page.count("aangevraagd") == 2


def test_the_sheet_of_proposals_is_read_in_as_it_came(office: Office, sign_in: SignIn) -> None:
    keep_quality_criteria(office.parts)
    manager = sign_in(MANAGER)
    raw = manager.get("/mijn-team/kwaliteitscriteria/aanvragen.xlsx").data
    keys = [(row[0], row[1]) for row in rows_of(raw)[1:]]
    assert keys == [
        ("GEL-1 2026-11-10", "10001"),
        ("GEL-1 2026-11-10", "10002"),
        ("GEL-2 2026-11-10", "10002"),
        ("GEL-2 2026-11-10", "10003"),
    ]
    answer = manager.post("/mijn-team/werkblad", {"file": (io.BytesIO(raw), "aanvragen.xlsx")})
    assert "4 rijen: 2 nieuw" in answer.text, answer.text
    match = re.search(r'name="checked" value="([^"]+)"', answer.text)
    assert match is not None
    manager.post("/mijn-team/werkblad", {"checked": match[1]})
    drafts = {one["title"]: one for one in requests(office)}
    noise = drafts["Basiscursus geluid"]
    assert (noise["employeeIds"], noise["costsEur"], noise["hours"]) == (
        ["10001", "10002"],
        "2500.00",
        "24.00",
    )
    assert drafts["Hbo-diploma milieukunde"]["trajectoryId"] == "GEL-2"
    hr = hr_of(sign_in)
    left = hr.get(f"/kwaliteitscriteria/aanvragen/{MANAGER}.xlsx")
    assert rows_of(left.data)[1:] == []
    assert hr.get("/kwaliteitscriteria/aanvragen/10001.xlsx").status_code == 404


def test_a_manager_sees_the_own_team_only(office: Office, sign_in: SignIn) -> None:
    keep_quality_criteria(office.parts)
    page = sign_in(MANAGER).page("/mijn-team/kwaliteitscriteria")
    assert "Test10001" in page
    assert "Test10011" not in page
    assert "Voorstellen om voor je team aan te vragen: 4." in page


def test_a_team_of_which_nothing_is_asked_has_a_page_too(office: Office, sign_in: SignIn) -> None:
    assert "Van niemand in je team" in sign_in(MANAGER).page("/mijn-team/kwaliteitscriteria")


def test_an_employee_reads_what_is_asked_at_the_own_learning(
    office: Office, sign_in: SignIn
) -> None:
    assert "Kwaliteitscriteria" not in sign_in("10002").page("/mijn-leren")
    keep_quality_criteria(office.parts)
    page = sign_in("10001").page("/mijn-leren")
    assert "Basiscursus geluid" in page
    assert "1 juni 2027" in page
    assert "blijvend" in page
    assert "voorstel" not in page.partition('id="quality"')[2].partition("</section>")[0]


def test_the_management_team_reads_numbers_and_no_names(office: Office, sign_in: SignIn) -> None:
    keep_quality_criteria(office.parts)
    mt = sign_in(TEAM[2], Role.MANAGEMENT_TEAM)
    assert "/rapporten/kwaliteitscriteria.html" in mt.page("/rapporten")
    page = mt.page("/rapporten/kwaliteitscriteria.html")
    assert "te weinig deskundigen" in page
    assert "Test1000" not in page
    assert mt.get("/rapporten/kwaliteitscriteria.docx").status_code == 404
    assert mt.get("/kwaliteitscriteria").status_code == 403


def test_hr_takes_the_overview_along_as_a_file(office: Office, sign_in: SignIn) -> None:
    keep_quality_criteria(office.parts)
    hr = hr_of(sign_in)
    assert hr.get("/kwaliteitscriteria/overzicht.xlsx").data.startswith(b"PK")
    assert hr.get("/kwaliteitscriteria/overzicht.docx").status_code == 404

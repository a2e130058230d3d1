"""HR finds a person, a course or a request by what is typed of it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from sqlalchemy import update

from adapter.ground.store.tables.people import EmployeeRow
from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.subjects.requests.conftest import TEAM, Office

SignIn = Callable[..., Browser]


@pytest.fixture
def hr(sign_in: SignIn) -> Browser:
    return sign_in(TEAM[1], Role.HR)


def test_people_courses_and_requests_are_found(office: Office, hr: Browser) -> None:
    request = office.ask(title="Leergang geluidhinder")
    assert f"/aanvragen/{request['id']}" in hr.page("/zoeken?q=GELUIDhinder")
    assert f"/medewerkers/{TEAM[0]}" in hr.page(f"/zoeken?q={TEAM[0]}")
    assert "OPL-003" in hr.page("/zoeken?q=opl-003")
    assert "Niets gevonden" in hr.page("/zoeken?q=geluidhinder+nergens")


@pytest.mark.parametrize(
    "words",
    [
        "yilmaz",
        "YILMAZ",
        "Yılmaz",
        "van 't smit",
        "van ’t Smit",
        "Yılmaz-van ’t Smit, Zoé",
        "zoe",
        "ZOÉ",
        "Zoe\N{COMBINING ACUTE ACCENT}",
        "smit, zoe",
    ],
)
def test_a_name_is_found_as_people_type_it(office: Office, hr: Browser, words: str) -> None:
    with office.parts.register.write() as connection:
        connection.execute(
            update(EmployeeRow)
            .where(EmployeeRow.employee_id == TEAM[0])
            .values(given_name="Zoé", family_name_prefix="", family_name="Yılmaz-van ’t Smit")
        )
    assert f"/medewerkers/{TEAM[0]}" in hr.page(f"/zoeken?q={quote(words)}")
    assert "/medewerkers/" not in hr.page(f"/zoeken?q={quote(words)}x")
    [[number, _]] = hr.get(f"/personen?q={quote(words)}").get_json()
    assert number == TEAM[0]


@pytest.mark.parametrize("words", ["%25", "_", "' or 1=1 --", "%3Cscript%3E", "x" * 500])
def test_what_looks_like_a_pattern_or_a_statement_is_a_word(hr: Browser, words: str) -> None:
    page = hr.page(f"/zoeken?q={words}")
    assert "<script>alert" not in page
    assert "/medewerkers/" not in page


def test_nothing_typed_finds_nothing(hr: Browser) -> None:
    assert "/medewerkers/" not in hr.page("/zoeken")

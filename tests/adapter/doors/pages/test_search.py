"""HR finds a person, a course or a request by what is typed of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from adapter.ground.store.tables.work import AuditLineRow
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
    assert f"/medewerkers/{TEAM[0]}/" in hr.page(f"/zoeken?q={TEAM[0]}")
    assert "OPL-003" in hr.page("/zoeken?q=opl-003")
    assert "Niets gevonden" in hr.page("/zoeken?q=geluidhinder+nergens")


@pytest.mark.parametrize("words", ["%25", "_", "' or 1=1 --", "%3Cscript%3E", "x" * 500])
def test_what_looks_like_a_pattern_or_a_statement_is_a_word(hr: Browser, words: str) -> None:
    page = hr.page(f"/zoeken?q={words}")
    assert "<script>alert" not in page
    assert "/medewerkers/" not in page


def test_nothing_typed_finds_nothing(hr: Browser) -> None:
    assert "/medewerkers/" not in hr.page("/zoeken")


def test_looking_at_somebodys_overview_is_in_the_audit_trail(office: Office, hr: Browser) -> None:
    assert hr.get(f"/medewerkers/{TEAM[0]}/leeroverzicht.html").mimetype == "text/html"
    assert hr.get(f"/medewerkers/{TEAM[0]}/leeroverzicht.pdf").mimetype == "application/pdf"
    assert hr.get("/medewerkers/99999/leeroverzicht.pdf").status_code == 404
    assert hr.get(f"/medewerkers/{TEAM[0]}/leeroverzicht.exe").status_code == 404
    lines = select(AuditLineRow.record).where(AuditLineRow.action == "read-learning-overview")
    with office.parts.register.read() as connection:
        assert list(connection.execute(lines).scalars()) == [TEAM[0], TEAM[0]]

"""The table of pages: who opens what, for every page and every role."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from adapter.doors.pages import pages_page
from adapter.doors.pages.access import PAGES, guard
from adapter.doors.web.access import UnguardedRoute
from adapter.register.given_roles import GIVABLE
from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser, pages_of
from tests.adapter.subjects.requests.conftest import MANAGER, TEAM, Office

SignIn = Callable[..., Browser]
ROOT = Path(__file__).parents[4]
PEOPLE = {role: (TEAM[0], (role,)) for role in sorted(GIVABLE)} | {
    Role.EMPLOYEE: (TEAM[0], ()),
    Role.MANAGER: (MANAGER, ()),
}
"""Somebody with each role, who is an employee besides."""


def address(rule: str) -> str:
    return re.sub(r"<\w+>", "x", rule.replace("<int:version>", "1"))


def closed_to(role: Role) -> Iterator[tuple[str, str]]:
    """Method and path of what somebody with this role (and employee) may not open."""
    for key, page in PAGES.items():
        if page.roles is not None and not {role, Role.EMPLOYEE} & set(page.roles):
            method, _, rule = key.partition(" ")
            yield method, address(rule)


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_opens_no_page_of_another(sign_in: SignIn, role: Role) -> None:
    employee_id, given = PEOPLE[role]
    browser = sign_in(employee_id, *given)
    token = browser.token()
    refused = {
        (method, path): browser.client.open(
            path, method=method, data={"csrf_token": token} if method == "POST" else None
        ).status_code
        for method, path in closed_to(role)
    }
    assert refused
    assert {key: status for key, status in refused.items() if status != 403} == {}


def test_a_stranger_opens_nothing_but_the_door(office: Office) -> None:
    client = pages_of(office.parts).test_client()
    for key, page in PAGES.items():
        method, _, rule = key.partition(" ")
        if page.roles is None:
            continue
        answer = client.open(address(rule), method=method)
        assert answer.status_code == (303 if method == "GET" else 401), key


@pytest.mark.parametrize("role", PEOPLE)
def test_the_menu_leads_to_what_opens(sign_in: SignIn, role: Role) -> None:
    employee_id, given = PEOPLE[role]
    browser = sign_in(employee_id, *given)
    menu = browser.page("/").partition("</nav>")[0]
    paths = re.findall(r'<li><a href="(/[^"]+)"', menu)
    assert "/mijn-leren" in paths
    assert {path: browser.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_a_page_without_a_row_stops_the_program() -> None:
    app = Flask("pages", static_folder=None)
    app.add_url_rule("/ergens", view_func=str)
    with pytest.raises(UnguardedRoute, match="GET /ergens"):
        guard(app)


def test_every_act_is_a_form_of_ours() -> None:
    """No page changes anything when it is looked at, and none takes a form without a token but for
    signing in."""
    open_forms = {key for key, page in PAGES.items() if key.startswith("POST") and not page.roles}
    assert all(key.startswith("POST /aanmelden") for key in open_forms)
    assert {key.partition(" ")[0] for key in PAGES} == {"GET", "POST"}


def test_the_printed_table_is_the_one_that_holds() -> None:
    """`python -m adapter.doors.pages.pages_page > docs/pages.md` makes it so."""
    assert (ROOT / "docs" / "pages.md").read_text(encoding="utf-8") == pages_page.page()

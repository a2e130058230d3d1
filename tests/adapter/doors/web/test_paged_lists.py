"""Every list by pages: together they are the whole, each once, and each names the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.register.keys import Role, create_key
from config.settings import Settings
from tests.fixtures.large_agency import MANAGER, NOW, POLICY, add_manager, fill
from tests.fixtures.web import client_of
from tests.fixtures.workbench import StandingClock

ROWS = 12
LISTS = (
    (Role.HR, "/v1/training-requests", 2 * ROWS),
    (Role.MANAGER, "/v1/training-requests", 2 * ROWS),
    (Role.HR, "/v1/training-requests?state=draft", ROWS),
    (Role.HR, "/v1/grants", 2 * ROWS),
    (Role.HR, "/v1/grants?requestId=R-000001", 0),
    (Role.HR, "/v1/agreements", ROWS),
    (Role.HR, "/v1/existing-commitments", ROWS),
    (Role.HR, "/v1/existing-commitments?undecided=true", ROWS),
    (Role.HR, "/v1/claims", ROWS),
    (Role.HR, "/v1/claims?state=confirmed", ROWS // 2),
    (Role.HR, "/v1/in-company-sessions", ROWS),
    (Role.HR, "/v1/norm-exemptions", ROWS),
    (Role.HR, "/v1/trajectory-records", ROWS),
)


Ask = Callable[[Role, str], TestResponse]


@pytest.fixture
def ask(register: Register) -> Ask:
    """`ask(Role.HR, "/v1/grants")`, of an agency with twelve of everything."""
    parts = Parts(register, POLICY, StandingClock(NOW), Settings())
    add_manager(register)
    fill(register, range(ROWS))
    client = client_of(parts)
    keys = {
        role: create_key(register, parts.clock, f"key of {role}", role, MANAGER)
        for role in (Role.HR, Role.MANAGER)
    }
    return lambda role, path: client.get(path, headers={"Authorization": f"Bearer {keys[role]}"})


@pytest.mark.parametrize(("role", "path", "count"), LISTS)
def test_the_pages_of_a_list_are_the_list(ask: Ask, role: Role, path: str, count: int) -> None:
    [whole] = _pages(ask, role, path)
    pages = list(_pages(ask, role, f"{path}{'&' if '?' in path else '?'}limit=5"))
    assert [len(page) for page in pages[:-1]] == [5] * (len(pages) - 1)
    assert [one for page in pages for one in page] == whole
    assert len(whole) == count


@pytest.mark.parametrize("wrong", ["cursor=nobody", "limit=0", "limit=501", "limit=many"])
def test_a_page_that_there_is_not_is_refused_by_name(ask: Ask, wrong: str) -> None:
    answer = ask(Role.HR, f"/v1/grants?{wrong}")
    assert answer.status_code == 400
    [error] = answer.get_json()["errors"]
    assert (error["in"], error["pointer"]) == ("query", f"/{wrong.split('=')[0]}")


def _pages(ask: Ask, role: Role, path: str) -> Iterator[list[Any]]:
    """Each page by the address in the one before."""
    following: str | None = path
    while following is not None:
        answer = ask(role, following)
        assert answer.status_code == 200, answer.text
        body, link = answer.get_json(), answer.headers.get("Link")
        yield body["items"]
        following = None if link is None else link.removeprefix("<").removesuffix('>; rel="next"')
        assert ("next" in body) is (following is not None)

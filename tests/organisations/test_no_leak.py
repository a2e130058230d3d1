"""Nothing of one organisation comes out at another: every route, page and report is asked there
with the other's keys, sessions and names of records, and with the own ones.

What is asked follows from the tables of routes and pages, so that a new one is asked as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from adapter.doors.pages.access import PAGES
from adapter.doors.web.access import ROUTES
from adapter.doors.web.examples import EXAMPLES
from adapter.ground.clock import SystemClock
from adapter.ground.rendering.renderers import RENDERERS
from adapter.ground.store.metadata import METADATA
from adapter.ground.store.register import Register
from adapter.register.given_roles import give_role
from adapter.register.keys import Role, create_key
from adapter.register.sign_in.browser_sessions import SignedIn, Way, open_session
from tests.adapter.doors.web.roles.conftest import PERSON, World
from tests.adapter.doors.web.roles.personal_data import PERSONAL_DATA
from tests.adapter.subjects.requests.conftest import JANUARY, MANAGER
from tests.fixtures.organisations import (
    EVERYTHING,
    HOSTS,
    ID,
    NOORD,
    NUMBER,
    SECRETS,
    ZUID,
    Installation,
    everything_in,
    told_of,
)
from tests.fixtures.programs import Program, running, wait_until

FORMS = (*RENDERERS, "csv", "json", "zip")
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass
class Caller:
    """Asks the service at the address of an organisation."""

    http: httpx.Client
    host: str
    leaks: list[str] = field(default_factory=list)
    asked: int = 0

    def ask(self, method: str, path: str, marks: dict[str, str], **more: Any) -> httpx.Response:
        headers = {"Host": self.host, **more.pop("headers", {})}
        answer = self.http.request(method, path, headers=headers, **more)
        self.asked += 1
        # An answer may repeat what was asked for.
        marks = {name: mark for name, mark in marks.items() if mark not in path}
        written = answer.content + repr(answer.headers.raw).encode()
        if told := told_of(written, marks) + told_of(answer.content, marks):
            self.leaks.append(f"{method} {path} {answer.status_code}: {sorted(set(told))}")
        return answer


def _paths(template: str, named: dict[str, str], other: str) -> Iterator[str]:
    """The path with what its parameters are; each form of a document in turn."""

    def value(match: re.Match[str]) -> str:
        kind, name = match[1], match[2]
        if kind == "int":
            return named.get(name, str(NUMBER))
        return named.get(name, other)

    if "<form>" not in template:
        yield _PARAMETER.sub(value, template)
        return
    for form in FORMS:
        yield _PARAMETER.sub(value, template.replace("<form>", form))


def _with_ids(body: Any) -> Any:
    """The documented question, about records of the other organisation."""
    if isinstance(body, dict):
        return {
            name: ID
            if isinstance(part, str) and name.endswith("Id")
            else [ID]
            if name.endswith("Ids")
            else _with_ids(part)
            for name, part in body.items()
        }
    return [_with_ids(one) for one in body] if isinstance(body, list) else body


def _key(register: Register, role: Role, employee: str | None) -> dict[str, str]:
    key = create_key(register, SystemClock(), f"test {role}", role, employee)
    return {"Authorization": f"Bearer {key}"}


def _session(register: Register, employee: str, now: datetime) -> dict[str, str]:
    """Of somebody in every role."""
    with register.write() as connection:
        for role in Role:
            if role not in (Role.LMS, Role.HRIS, Role.MANAGER, Role.EMPLOYEE):
                give_role(connection, employee, role, by="test", now=now)
        token = open_session(connection, SignedIn(employee, Way.LINK), now)
    return {"Cookie": f"__Host-odwh={token}"}


def _serving(installation: Installation, program: Program) -> None:
    url = f"http://{installation.bind}/health/live"

    def answers() -> bool:
        try:
            return httpx.get(url, timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    wait_until(answers, f"{url} does not answer: {program.lines}")


def test_nothing_of_another_organisation_comes_out(
    installation: Installation, world: World, planted: Register, register: Register
) -> None:
    # The agency's records are of January 2027, and so is what its reports and pages are about.
    (installation.folder / NOORD / "clock").write_text(JANUARY.isoformat())
    installation.add_settings(NOORD, 'rehearsal_clock = "clock"\n')
    with running("serve", "--no-worker", environment=installation.environment) as program:
        _serving(installation, program)
        with httpx.Client(base_url=f"http://{installation.bind}", timeout=120) as http:
            at_noord, at_zuid = (Caller(http, HOSTS[name]) for name in (NOORD, ZUID))
            _what_is_planted_is_told_to_its_own(at_zuid, planted)
            _keys_of_another_open_nothing(at_noord, planted)
            _no_page_tells(at_noord, register, planted, world)
            _no_route_tells(at_noord, register, world)
    assert at_noord.leaks == []
    assert at_noord.asked > len(ROUTES) * 3 + len(PAGES) * 3
    assert not [line for line in everything_in(register) if told_of(line[1].encode(), SECRETS)]
    _no_log_tells(program)


def _what_is_planted_is_told_to_its_own(at_zuid: Caller, planted: Register) -> None:
    """Else nothing of the rest would prove anything."""
    filled = {table for table, row in everything_in(planted) if WORDS_OR_ID.search(row)}
    assert filled >= {table for table in METADATA.tables if table != "log_chain"} - WITHOUT_TEXT
    shown = set()
    for role in (Role.HR, Role.ADMIN, Role.AUDITOR):
        headers = _key(planted, role, None)
        for route, access in ROUTES.items():
            method, template = route.split(" ", 1)
            if method == "GET" and role in (access.roles or ()):
                for path in _paths(template, {}, ID):
                    answer = at_zuid.ask(method, path, {}, headers=headers)
                    if told_of(answer.content, EVERYTHING):
                        shown.add(route)
    assert len(shown) > 10, shown


WORDS_OR_ID = re.compile("|".join(map(re.escape, EVERYTHING.values())))
WITHOUT_TEXT: frozenset[str] = frozenset()


def _keys_of_another_open_nothing(at_noord: Caller, planted: Register) -> None:
    for role in Role:
        headers = _key(planted, role, ID)
        for route, access in ROUTES.items():
            method, template = route.split(" ", 1)
            if access.roles is None or role not in access.roles:
                continue
            for path in _paths(template, {}, ID):
                answer = at_noord.ask(method, path, EVERYTHING, headers=headers)
                assert answer.status_code == 401, (route, role, answer.text)


def _no_route_tells(at_noord: Caller, register: Register, world: World) -> None:
    """With the own keys: lists and reports in every form, what is the own's, and what is the
    other's by its name in path and body."""
    own = {role: _key(register, role, MANAGER) for role in Role} | {
        Role.EMPLOYEE: _key(register, Role.EMPLOYEE, PERSON)
    }
    # Reading comes first: what is sent may be kept, with the names that it was sent with.
    for route, access in sorted(ROUTES.items(), key=lambda one: not one[0].startswith("GET")):
        method, template = route.split(" ", 1)
        for role in sorted(access.roles or {Role.HR}):
            for form in access.gives if method == "GET" else access.gives[:1]:
                headers = own[role] | {"Accept": form, "If-Match": '"1"'}
                row = PERSONAL_DATA.get(route)
                if method == "GET" and row is not None and row.path:
                    path = f"/v1{row.path.format(**world.ids)}"
                    at_noord.ask(method, path, EVERYTHING, headers=headers)
                for path in _paths(template, {}, ID):
                    names_nobody = path == template
                    marks = EVERYTHING if names_nobody and method == "GET" else SECRETS
                    body = _with_ids(EXAMPLES.get(route, {}))
                    sent = {"json": body} if access.takes else {}
                    answer = at_noord.ask(method, path, marks, headers=headers, **sent)
                    assert answer.status_code < 500, (route, role, answer.text)
                    if not names_nobody and not _lists_by(template):
                        assert answer.status_code >= 400, (route, role, answer.text)


def _lists_by(template: str) -> bool:
    """Names what any organisation has: a year, a tranche."""
    return template in {"/v1/tranches/<name>"}


def _no_page_tells(at_noord: Caller, register: Register, planted: Register, world: World) -> None:
    anothers = _session(planted, ID, datetime.now(UTC))
    own = {f"{name}_id": value for name, value in world.ids.items()} | {
        "employee_id": PERSON,
        "name": "2027-1",
        "period": "2026-Q3",
        "version": "1",
    }
    mine = _session(register, MANAGER, JANUARY), _session(register, PERSON, JANUARY)
    for page, access in PAGES.items():
        method, template = page.split(" ", 1)
        for path in _paths(template, {}, ID):
            answer = at_noord.ask(method, path, SECRETS, headers=anothers)
            closed = (303, 401, 403, 404, 413) if access.roles is not None else range(200, 500)
            assert answer.status_code in closed, (page, answer.status_code)
            for session in mine:
                answer = at_noord.ask(method, path, SECRETS, headers=session)
                assert answer.status_code < 500, (page, answer.text)
        if method == "GET":
            for path in _paths(template, own, "1"):
                for session in mine:
                    answer = at_noord.ask(method, path, EVERYTHING, headers=session)
                    assert answer.status_code < 500, (page, answer.text)


def _no_log_tells(program: Program) -> None:
    requests = program.logged("request")
    assert {line["organisation"] for line in requests} == {NOORD, ZUID}
    of_noord = [line for line in program.lines if line.get("organisation") == NOORD]
    told = [line for line in of_noord if told_of(repr(line).encode(), EVERYTHING)]
    assert told == []

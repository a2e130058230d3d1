"""The pages, an LMS and a browser, each on loopback and over real HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape

import httpx
import pytest
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import select

from adapter.doors.pages.app import create_pages
from adapter.doors.web import current
from adapter.doors.web.issuers import read_issuers_anew
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import AuditLineRow
from adapter.register.people import keep_lms_users
from adapter.register.sign_in.lms_registrations import invite
from config.settings import MoodleSettings, PagesSettings, Settings
from connectors.ports import LmsUser
from sandboxes.loopback import LoopbackServer, Request, Response
from sandboxes.lti import SandboxLti
from sandboxes.lti.server import RegisteredTool
from sandboxes.signing_keys import SigningKeys, new_key
from tests.adapter.subjects.requests.conftest import TEAM, Office, office

__all__ = ["office"]

PERSON, COLLEAGUE = TEAM[:2]
ACCOUNT = "8"


def account(user_id: str, employee_id: str | None, *, suspended: bool = False) -> LmsUser:
    name = f"u{user_id}"
    return LmsUser(user_id, name, "", employee_id, name, f"{name}@example.org", suspended=suspended)


@dataclass
class Site:
    """The pages as a browser reaches them."""

    office: Office
    url: str
    app: Flask
    parts: Parts

    def change(self, settings: Settings) -> None:
        self.parts = replace(self.parts, settings=settings)
        current.serve_with(self.app, self.parts)

    def invitation(self) -> str:
        with self.parts.register.write() as connection:
            token = invite(connection, "beheer", self.parts.clock.now())
        return f"{self.url}/aanmelden/lms/registreren/{token}"

    def audit(self, action: str) -> list[tuple[str, str]]:
        """Who and with which result, in order."""
        lines = select(AuditLineRow.actor, AuditLineRow.result).where(AuditLineRow.action == action)
        with self.parts.register.read() as connection:
            return [
                (actor, result)
                for actor, result in connection.execute(lines.order_by(AuditLineRow.at))
            ]

    def show(self, *users: LmsUser) -> None:
        """What a reading of the LMS shows."""
        with self.parts.register.write() as connection:
            keep_lms_users(connection, users, self.parts.clock.now())


@dataclass
class Visitor:
    """A browser: cookies, redirects when asked, and forms that send themselves."""

    site: Site
    http: httpx.Client = field(
        default_factory=lambda: httpx.Client(headers={"Accept-Language": "nl"}, trust_env=False)
    )

    def open(self, path: str) -> httpx.Response:
        return self.http.get(f"{self.site.url}{path}")

    def follow(self, answer: httpx.Response) -> httpx.Response:
        assert answer.status_code == 303, (answer.status_code, answer.text)
        return self.http.get(answer.headers["Location"])

    def send(self, form: httpx.Response) -> httpx.Response:
        action, fields = form_of(form)
        return self.http.post(action, data=fields)

    def signed_in(self) -> bool:
        return self.open("/mijn-leren").status_code == 200

    def where(self, answer: httpx.Response) -> str:
        """The address that an answer leads to."""
        assert answer.status_code == 303, (answer.status_code, answer.text)
        return str(answer.headers["Location"])


def form_of(page: httpx.Response) -> tuple[str, dict[str, str]]:
    """Where the form of a page goes, and what it holds."""
    assert page.status_code == 200, (page.status_code, page.text)
    action = re.search(r'<form action="([^"]+)"', page.text)
    assert action is not None, page.text
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', page.text)
    return unescape(action[1]), {name: unescape(value) for name, value in fields}


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[LoopbackServer, list[Flask]]]:
    """One server for all tests; making the pages takes longer than most of them."""
    apps: list[Flask] = []

    def respond(request: Request) -> Response:
        return Response.from_app(apps[-1].wsgi_app, request.environ)

    with LoopbackServer(respond) as server:
        yield server, apps


@pytest.fixture
def register(sqlite_register: Register) -> Register:
    """Of what the engine makes of it, tests/adapter/register/test_sign_in.py is the test."""
    return sqlite_register


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    return new_key()


@pytest.fixture
def lms(office: Office, signing_key: RSAKey) -> Iterator[SandboxLti]:
    with SandboxLti(office.clock.now, SigningKeys(signing_key)) as platform:
        yield platform


@pytest.fixture
def site(served: tuple[LoopbackServer, list[Flask]], office: Office, lms: SandboxLti) -> Site:
    server, apps = served
    settings = Settings(
        moodle=MoodleSettings.model_validate({"url": lms.url, "token": "t"}),
        pages=PagesSettings(url=server.url),
    )
    parts = replace(office.parts, settings=settings)
    if not apps:
        apps.append(create_pages(parts))
    current.serve_with(apps[0], parts)
    read_issuers_anew(apps[0], parts.clock.now)
    site = Site(office, server.url, apps[0], parts)
    site.show(account(ACCOUNT, PERSON), account("9", COLLEAGUE))
    return site


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    visitor = Visitor(site)
    yield visitor
    visitor.http.close()


@pytest.fixture
def stranger(site: Site) -> Iterator[Visitor]:
    """Another browser."""
    stranger = Visitor(site)
    yield stranger
    stranger.http.close()


@pytest.fixture
def tool(site: Site, lms: SandboxLti) -> RegisteredTool:
    """The pages, registered in the LMS; an employee sits at the browser there."""
    answer = httpx.get(site.invitation(), params=lms.invite(), trust_env=False)
    assert answer.status_code == 200, answer.text
    lms.signed_in = ACCOUNT
    return lms.tools["client-1"]


def begun(
    visitor: Visitor, lms: SandboxLti, tool: RegisteredTool, target: str | None = None
) -> httpx.Response:
    """The page of the LMS that sends its answer, after a click on the activity."""
    answer = visitor.http.post(tool.initiate_login_uri, data=lms.click(tool, target))
    return visitor.follow(answer)

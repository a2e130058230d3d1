"""Signing in at a real OpenID provider, and programs with its tokens:
`python -m tests.browser.openid_provider FOLDER`, where FOLDER has the node package `oidc-provider`
installed. `.ci/run openid_provider` does both."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import httpx
from flask import Flask
from sqlalchemy import select

from adapter.doors.pages.app import create_pages
from adapter.doors.web import current
from adapter.doors.web.app import create_app
from adapter.ground.clock import SystemClock
from adapter.ground.log import configure_logging
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.ground.store.tables.sign_in import BrowserSessionRow
from adapter.ground.store.tables.work import AuditLineRow
from adapter.programs.cli.sign_in_checks import programs_with_a_token
from adapter.register.people import keep_employee
from config.policy_files import load_policy
from config.settings import MachineSettings, OpenidSettings, PagesSettings, Settings
from connectors.openid.provider import challenge_of
from connectors.ports import Check, Employee, Employment
from sandboxes.loopback import LoopbackServer, Request, Response

SCRIPT = Path(__file__).with_suffix(".mjs")
# With the signs that must be encoded.
SECRET = "secret of/this+test%alone"
MAIL = "m10005@example.org"
API = "https://leren.example.org/v1"


@dataclass
class Stage:
    """The pages and the provider; `sits` is who is at the browser of the provider."""

    site: str
    issuer: str
    app: Flask
    api: Flask
    parts: Parts
    provider: subprocess.Popen[str]

    def use(self, **values: Any) -> None:
        """Other settings of the provider, and nobody of before in the audit trail."""
        openid = OpenidSettings.model_validate(
            {"issuer": self.issuer, "client_id": "adapter", "client_secret": SECRET, **values}
        )
        settings = Settings(pages=PagesSettings(url=self.site), openid=openid)
        current.serve_with(self.app, replace(self.parts, settings=settings))

    def let_in(self, **values: Any) -> None:
        """Programs, by these settings."""
        told = {"issuer": self.issuer, "audience": API, "clients": {"portal": "hr"}, **values}
        settings = Settings(machines=MachineSettings.model_validate(told))
        current.serve_with(self.api, replace(self.parts, settings=settings))

    def token_of_a_program(self, **form: str) -> str:
        asked = {"grant_type": "client_credentials", **form}
        secret = quote(SECRET, safe="")
        answer = httpx.post(f"{self.issuer}/token", data=asked, auth=("portal", secret))
        return str(answer.json()["access_token"])

    def id_token_of_a_person(self) -> str:
        """As another program of the agency gets one when somebody signs in there."""
        verifier = "v" * 43
        back = f"{self.site}/aanmelden/openid/terug"
        asked = {
            "client_id": "adapter",
            "redirect_uri": back,
            "response_type": "code",
            "scope": "openid",
            "state": "s",
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        with httpx.Client(trust_env=False) as browser:
            answer = browser.get(f"{self.issuer}/auth", params=asked)
            while not answer.headers["Location"].startswith(back):
                answer = browser.get(urljoin(str(answer.url), answer.headers["Location"]))
        code = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))["code"]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": back,
        }
        secret = quote(SECRET, safe="")
        answer = httpx.post(f"{self.issuer}/token", data=form, auth=("adapter", secret))
        return str(answer.json()["id_token"])

    def status_of(self, token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return self.api.test_client().get("/v1/decisions", headers=headers).status_code

    def sits(self, subject: str, *, declines: bool = False, **claims: object) -> None:
        assert self.provider.stdin is not None
        told = {"sub": subject, "declines": declines, "claims": claims}
        self.provider.stdin.write(json.dumps(told) + "\n")
        self.provider.stdin.flush()

    def sign_in(self) -> tuple[int, str]:
        """The status of the page on which a new browser ends, and what the audit trail says."""
        with httpx.Client(follow_redirects=True, trust_env=False) as browser:
            page = browser.get(f"{self.site}/aanmelden/openid?naar=/mijn-leren")
        lines = select(AuditLineRow.result).where(AuditLineRow.action == "sign-in-openid")
        with self.parts.register.read() as connection:
            newest = connection.execute(lines.order_by(AuditLineRow.at.desc())).scalars().first()
        assert page.status_code != 200 or page.url.path == "/mijn-leren", page.url
        return page.status_code, newest or ""

    def roles(self) -> list[str]:
        newest = select(BrowserSessionRow.claimed_roles).order_by(
            BrowserSessionRow.opened_at.desc()
        )
        with self.parts.register.read() as connection:
            return list(connection.execute(newest).scalars().first() or [])


def main(folder: Path) -> None:
    configure_logging("ERROR")
    with _stage(folder) as stage:
        _people_sign_in(stage)
        _others_do_not(stage)
        _our_mistakes_are_told(stage)
        _programs_come_in(stage)


def _people_sign_in(stage: Stage) -> None:
    by_number = {"employee_claim": "employeeid", "roles": {"grp-hr": "hr"}}
    stage.use(**by_number)
    stage.sits("s1", employeeid="10005", groups=["grp-hr", "grp-other"])
    _expect("by employee number", stage.sign_in(), 200, "signed in")
    _expect("the groups that are named", stage.roles(), ["hr"])
    stage.use()
    stage.sits("s2", email=MAIL.upper(), email_verified=True)
    _expect("by work address", stage.sign_in(), 200, "signed in")


def _others_do_not(stage: Stage) -> None:
    stage.use(employee_claim="employeeid")
    stage.sits("s3", employeeid="99999")
    unknown = "refused: unknown_person (employee number not in the register)"
    _expect("a number of nobody", stage.sign_in(), 403, unknown)
    stage.sits("s1", employeeid="10005", declines=True)
    _expect("who declines", stage.sign_in(), 403, "refused: by_provider (access_denied)")
    stage.use()
    stage.sits("s4", email=MAIL, email_verified=False)
    unverified = "refused: unknown_person (work address not verified)"
    _expect("an address that is not verified", stage.sign_in(), 403, unverified)


def _our_mistakes_are_told(stage: Stage) -> None:
    away = "refused: unreachable (not as it must answer)"
    stage.use(client_secret="another")
    _expect("a wrong secret", stage.sign_in(), 503, away)
    stage.use(issuer=f"{stage.issuer}/")
    _expect("an issuer with a slash more", stage.sign_in(), 503, away)


def _programs_come_in(stage: Stage) -> None:
    stage.let_in()
    token = stage.token_of_a_program(resource=API)
    _expect("a program with a token for us", stage.status_of(token), 200)
    _expect("doctor", [one.state for one in _checks(stage)], ["ok", "ok"])
    stage.let_in(clients={"portal": "lms"})
    _expect("in another role", stage.status_of(token), 403)
    stage.let_in(clients={"other": "hr"})
    _expect("a program that is not named", stage.status_of(token), 401)
    stage.let_in()
    elsewhere = stage.token_of_a_program(resource="https://other.example.org")
    _expect("a token for another API", stage.status_of(elsewhere), 401)
    _expect("a token of no form", stage.status_of(stage.token_of_a_program()), 401)
    stage.sits("portal", employeeid="10005")
    of_a_person = stage.id_token_of_a_person()
    _expect("the id token of a person", stage.status_of(of_a_person), 401)
    stage.let_in(audience="adapter")
    _expect("made for the pages", stage.status_of(of_a_person), 401)
    stage.let_in(issuer=f"{stage.issuer}/")
    _expect("an issuer with a slash more", stage.status_of(token), 503)


def _checks(stage: Stage) -> list[Check]:
    return programs_with_a_token(stage.api.extensions[current.EXTENSION])


def _expect(what: str, found: object, *wanted: object) -> None:
    expected = wanted[0] if len(wanted) == 1 else wanted
    if found != expected:
        sys.exit(f"{what}: {found}, and not {expected}")
    sys.stdout.write(f"ok  {what}\n")


@contextmanager
def _stage(folder: Path) -> Iterator[Stage]:
    apps: list[Flask] = []

    def respond(request: Request) -> Response:
        return Response.from_app(apps[0].wsgi_app, request.environ)

    with TemporaryDirectory() as data, LoopbackServer(respond) as server:
        register = open_register(f"sqlite:///{data}/register.sqlite3")
        upgrade(register)
        clock = SystemClock()
        parts = Parts(register, load_policy(), clock, Settings())
        with register.write() as connection:
            keep_employee(connection, _employee(), "hris:test", clock.now())
        apps.append(create_pages(parts))
        with _provider(folder, server.url) as (provider, issuer):
            yield Stage(server.url, issuer, apps[0], create_app(parts), parts, provider)
        register.close()


def _employee() -> Employee:
    return Employee(
        employee_id="10005",
        given_name="Iris",
        family_name_prefix="",
        family_name="Test",
        email=MAIL,
        department="Toezicht",
        manager_id=None,
        employments=(Employment("1", date(2019, 9, 1), None),),
    )


@contextmanager
def _provider(folder: Path, site: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    node = shutil.which("node")
    assert node is not None, "node is not installed"
    script = shutil.copy(SCRIPT, folder)
    command = [node, str(script), f"{site}/aanmelden/openid/terug", SECRET]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as provider:
        try:
            assert provider.stdout is not None
            yield provider, provider.stdout.readline().strip()
        finally:
            provider.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Comes in from an LMS of another site in a real browser: `python -m tests.browser.sign_in [FOLDER
FOR PICTURES]`.

What no test without a browser shows: that it brings our cookie along with a form of the LMS, over
TLS and across sites, that the LMS may show the page of the registration in its frame and hears
when to close it, that an activity in a frame leads to a window of its own, and that nothing else
of ours opens in a frame.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

from flask import Flask
from playwright.sync_api import Browser, Page, Route, sync_playwright
from werkzeug.serving import make_server

from adapter.doors.pages.app import create_pages
from adapter.doors.web import current
from adapter.ground.clock import SystemClock
from adapter.ground.log import configure_logging
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import Register, open_register
from adapter.register.people import keep_employee, keep_lms_users
from adapter.register.sign_in.lms_registrations import invite
from config.policy_files import load_policy
from config.settings import MoodleSettings, OpenidSettings, PagesSettings, Settings
from connectors.ports import Employee, Employment, LmsUser
from sandboxes.loopback import Request, Response
from sandboxes.lti import SandboxLti
from tests.browser.pages import Look

ACCOUNT, STRANGER = "8", "77"


class OtherSite(SandboxLti):
    """To a browser `localhost` is another site than 127.0.0.1. `course` is a page of it."""

    course = ""

    @property
    def url(self) -> str:
        return super().url.replace("127.0.0.1", "localhost")

    def _answer(self, request: Request) -> Response:
        if request.path == "/course":
            page = f"<!doctype html><title>LMS</title>{self.course}"
            return Response(page, content_type="text/html; charset=utf-8")
        return super()._answer(request)


@dataclass
class Stage:
    site: str
    lms: OtherSite
    parts: Parts
    browser: Browser

    def invitation(self, token: str) -> str:
        """As the LMS opens it."""
        with self.parts.register.write() as connection:
            ours = invite(connection, "beheer", self.parts.clock.now())
        query = urlencode(self.lms.invite(token))
        return f"{self.site}/aanmelden/lms/registreren/{ours}?{query}"

    def visitor(self, look: Look) -> Page:
        context = self.browser.new_context(locale="nl-NL", ignore_https_errors=True)
        page = context.new_page()
        context.on("weberror", lambda error: look.faults.append(f"{page.url}: {error.error}"))
        return page

    def show(self, page: Page, html: str) -> None:
        """A page of the LMS."""
        self.lms.course = html
        page.goto(f"{self.lms.url}/course")

    def activity(self, target: str) -> str:
        """What stands behind the activity: a form to where a sign-in begins."""
        tool = self.lms.tools["client-1"]
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in self.lms.click(tool).items()
        )
        return (
            f'<form method="post" action="{tool.initiate_login_uri}" target="{target}">{fields}'
            '<button>Leren en ontwikkelen</button></form><iframe name="inside"></iframe>'
        )


def main(pictures: Path) -> int:
    configure_logging("ERROR")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    pictures.mkdir(parents=True, exist_ok=True)
    look = Look(pictures)
    with _stage() as stage:
        _register(stage, look)
        _come_in(stage, look)
        _come_by_a_mail(stage, look)
        _come_in_from_a_frame(stage, look)
        _not_in_a_frame(stage, look)
        _not_a_stranger(stage, look)
    for fault in look.faults:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write(f"{look.seen} looks, {len(look.faults)} faults\n")
    return min(len(look.faults), 1)


def _register(stage: Stage, look: Look) -> None:
    page = stage.visitor(look)
    address = stage.invitation("in a frame")
    page.goto(address.partition("?")[0])
    look.at(page, "lms-invited")
    stage.show(
        page,
        f'<iframe src="{escape(address)}" width="900" height="700"></iframe><p></p><script>'
        'addEventListener("message", (event) => {'
        'document.querySelector("p").textContent = event.data.subject + " " + event.origin;'
        "});</script>",
    )
    page.frame_locator("iframe").get_by_role("button", name="Venster sluiten").click()
    page.get_by_text(f"org.imsglobal.lti.close {stage.site}").wait_for()
    page.goto(stage.invitation("in a window"))
    look.at(page, "lms-registered")


def _come_in(stage: Stage, look: Look) -> None:
    page = stage.visitor(look)
    stage.lms.signed_in = ACCOUNT
    stage.show(page, stage.activity("_blank"))
    with page.context.expect_page() as opened:
        page.get_by_role("button").click()
    opened.value.get_by_role("button", name="Afmelden").wait_for()
    assert opened.value.url == f"{stage.site}/", opened.value.url
    names = {one["name"]: one for one in page.context.cookies(stage.site)}
    assert set(names) == {"__Host-odwh"}, names.keys()
    session = names["__Host-odwh"]
    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Lax")


def _come_by_a_mail(stage: Stage, look: Look) -> None:
    page = stage.visitor(look)
    page.goto(f"{stage.site}/mijn-leren?vertrek=2030-06-30")
    look.at(page, "sign-in")
    stage.show(page, stage.activity("_self"))
    page.get_by_role("button").click()
    page.get_by_role("button", name="Afmelden").wait_for()
    assert page.url == f"{stage.site}/mijn-leren?vertrek=2030-06-30", page.url


def _come_in_from_a_frame(stage: Stage, look: Look) -> None:
    page = stage.visitor(look)
    stage.show(page, stage.activity("inside"))
    page.get_by_role("button").click()
    link = page.frame_locator("iframe").get_by_role("link", name="Openen in een nieuw venster")
    with page.context.expect_page() as opened:
        link.click()
    opened.value.get_by_role("button", name="Afmelden").wait_for()
    assert opened.value.url == f"{stage.site}/", opened.value.url
    _look_inside(stage, look)


def _look_inside(stage: Stage, look: Look) -> None:
    """The same page as large as a window: what is in a frame of another site is not looked at."""
    page = stage.visitor(look)

    def as_in_a_frame(route: Route) -> None:
        headers = route.request.headers | {"sec-fetch-dest": "iframe"}
        route.fulfill(response=route.fetch(headers=headers))

    page.route("**/aanmelden/lms/begin?*", as_in_a_frame)
    tool = stage.lms.tools["client-1"]
    page.goto(f"{tool.initiate_login_uri}?{urlencode(stage.lms.click(tool))}")
    look.at(page, "lms-framed")


def _not_in_a_frame(stage: Stage, look: Look) -> None:
    """Not even for somebody who is signed in, nor what a form in the frame leads to."""
    page = stage.visitor(look)
    for path in ("/", "/mijn-leren", "/aanmelden"):
        with page.expect_event("requestfailed") as blocked:
            stage.show(page, f'<iframe src="{stage.site}{path}"></iframe>')
        assert blocked.value.url.startswith(stage.site), blocked.value.url
        assert blocked.value.failure == "net::ERR_BLOCKED_BY_RESPONSE", blocked.value.failure


def _not_a_stranger(stage: Stage, look: Look) -> None:
    page = stage.visitor(look)
    stage.lms.signed_in = STRANGER
    stage.show(page, stage.activity("_self"))
    page.get_by_role("button").click()
    page.get_by_text("Vraag HR je personeelsnummer bij je account in te vullen").wait_for()
    look.at(page, "sign-in-refused")


@contextmanager
def _stage() -> Iterator[Stage]:
    clock = SystemClock()
    with (
        tempfile.TemporaryDirectory() as folder,
        OtherSite(clock.now) as lms,
        _people(Path(folder), clock) as register,
    ):
        app = create_pages(Parts(register, load_policy(), clock, Settings()))
        with _over_tls(app) as site, sync_playwright() as playwright:
            settings = Settings(
                moodle=MoodleSettings.model_validate({"url": lms.url, "token": "t"}),
                pages=PagesSettings(url=site),
                openid=OpenidSettings(issuer="https://idp.example.org", client_id="adapter"),
            )
            parts = Parts(register, load_policy(), clock, settings)
            current.serve_with(app, parts)
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium",
                args=["--no-sandbox"],  # root has no other choice
            )
            yield Stage(site, lms, parts, browser)
            browser.close()


@contextmanager
def _people(folder: Path, clock: SystemClock) -> Iterator[Register]:
    register = open_register(f"sqlite:///{folder}/register.sqlite3")
    upgrade(register)
    with register.write() as connection:
        person = Employee(
            employee_id="10005",
            given_name="Iris",
            family_name_prefix="",
            family_name="Test",
            email="iris@example.org",
            department="Toezicht",
            manager_id=None,
            employments=(Employment("1", date(2019, 9, 1), None),),
        )
        keep_employee(connection, person, "hris:test", clock.now())
        mine = LmsUser(ACCOUNT, "iris", "", "10005", "Iris", "iris@example.org", suspended=False)
        keep_lms_users(connection, [mine], clock.now())
    yield register
    register.close()


@contextmanager
def _over_tls(app: Flask) -> Iterator[str]:
    """With a certificate of its own making, which the browser is told to take."""
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context="adhoc")
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else temporary)))

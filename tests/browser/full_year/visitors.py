"""The people of the year, each with a browser of their own: signed in by a link that is made for
them, and acting by filling in forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.full_year.stage import Stage
from tests.browser.pages import Look
from tests.scenarios.people import Person

LOOKED_AWAY = timedelta(minutes=25)
"""After which somebody signs in anew: sessions end after half an hour."""
PATIENCE_MILLISECONDS = 8_000
Values = Mapping[str, str | bool]
"""What is filled in, by the label of the field; True ticks a box."""


@dataclass
class Year:
    """The stage, with the browsers of those who visit it."""

    stage: Stage
    browser: Browser
    look: Look
    with_pictures: bool
    sign_ins: int = 0
    acts: int = 0
    _pages: dict[str, Page] = field(default_factory=dict)
    _seen: dict[str, datetime] = field(default_factory=dict)

    def opens(self, person: Person, path: str = "/") -> Page:
        """The person looks at a page of ours, signed in, with a new link where need be."""
        page = self._signed_in(person)
        page.goto(urljoin(self.stage.site, path))
        return page

    def _signed_in(self, person: Person) -> Page:
        who, now = person.employee_id, self.stage.now
        if who not in self._pages:
            self._pages[who] = self._browser_of(person)
        page = self._pages[who]
        if now - self._seen.get(who, datetime.min.replace(tzinfo=now.tzinfo)) > LOOKED_AWAY:
            page.goto(self.stage.command("sign-in-link", "--employee", who))
            page.get_by_role("main").get_by_role("button", name="Aanmelden").click()
            expect(page.get_by_role("button", name="Afmelden")).to_be_visible()
            self.sign_ins += 1
        self._seen[who] = now
        return page

    def _browser_of(self, person: Person) -> Page:
        page = self.browser.new_context(locale="nl-NL").new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("console", lambda message: self.look.hear(page.url, message.text))
        page.on(
            "pageerror",
            lambda error: self.look.faults.append(f"{person.username} {page.url}: {error}"),
        )
        return page

    # --- acting ------------------------------------------------------------------------------

    def press(self, page: Page, button: str, said: str, within: Locator | None = None) -> None:
        """Send a form; the page that follows says what was done, and the worker does the rest."""
        form = page.get_by_role("main") if within is None else within
        with page.expect_navigation():
            form.get_by_role("button", name=button, exact=True).click()
        wrong = page.locator(".errors")
        assert not wrong.count(), f"{button}: {wrong.first.inner_text()}"
        expect(page.get_by_role("status").first).to_contain_text(said)
        self.acts += 1
        self.stage.work()

    def act(self, page: Page, title: str, values: Values, said: str) -> None:
        """One short form of an act, that stands behind its title."""
        form = page.locator("details.act").filter(
            has=page.locator("summary", has_text=re.compile(f"^{re.escape(title)}$"))
        )
        form.locator("summary").click()
        fill_in(form, values)
        self.picture(page, f"act-{title}")
        self.press(page, title, said, within=form)

    def picture(self, page: Page, name: str) -> None:
        """Only where somebody asked for them: they take time."""
        if not self.with_pictures:
            return
        file = re.sub(r"\W+", "-", name.lower()).strip("-")
        page.screenshot(path=Path(self.look.pictures) / f"{file}.png", full_page=True)


def fill_in(form: Page | Locator, values: Values) -> None:
    for label, value in values.items():
        element = form.get_by_label(label, exact=True)
        if value is True or value is False:
            element.set_checked(value)
        elif element.evaluate("element => element.tagName") == "SELECT":
            element.select_option(label=value)
        else:
            element.fill(str(value))


def reads(page: Page, words: str) -> None:
    """What somebody sees on the page at this moment."""
    expect(page.get_by_role("main")).to_contain_text(words)


def does_not_read(page: Page, words: str) -> None:
    expect(page.get_by_role("main")).not_to_contain_text(words)


def is_as_told(found: object, told: object) -> None:
    """What was found is what the scenario tells."""
    assert found == told, f"{found} is not {told}"

"""Opens the pages in a real browser, as the people of the demo who ask, weigh, decide and read.

    python -m tests.browser.pages [FOLDER FOR PICTURES]

Every page is looked at on a desktop, at 320 CSS pixels (WCAG 2.2, criterion 1.4.10) and in the
dark: axe finds no violation, nothing sticks out sideways, and the browser reports nothing. Each
is pictured on paper, and walked through with the keyboard. Then one request goes from a manager's
draft to a decision, without a call by hand.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from tests.browser.keyboard import KeyboardWalk

ROOT = Path(__file__).parents[2]
LOOKS = (("desktop", 1280, "light"), ("phone", 320, "light"), ("dark", 1280, "dark"))
PEOPLE = {
    "held": "stilstaat",
    "agreed": "met een overeenkomst",
    "manager": "leidinggevende",
    "hr": "HR",
    "mt": "MT",
    "broker": "kennismakelaar",
    "auditor": "toezichthouder",
    "admin": "beheerder",
}
"""How the demo calls them."""
BELOW = {
    "manager": ("/mijn-team/incompany", "/mijn-team/kwaliteitscriteria"),
    "mt": ("/rapporten/kwaliteitscriteria.html",),
    "broker": ("/incompany/nieuw", "/incompany/vraag"),
    "auditor": (
        "/toezicht/besluiten",
        "/toezicht/auditspoor",
        "/toezicht/logboeken",
        "/toezicht/archief",
    ),
    "admin": (
        "/toezicht/rollen",
        "/toezicht/dienst",
        "/toezicht/niet-verwerkt",
        "/toezicht/aangemeld",
        "/toezicht/sleutels",
    ),
}
"""Pages below those of the menu."""
_FIRST = "main tbody a"
DETAILS = {
    "agreed": (("/mijn-leren", "main a[href*='/overeenkomsten/']"),),
    "manager": (
        ("/mijn-team/aanvragen/nieuw",),
        ("/mijn-team/werkblad",),
        ("/mijn-team/kwaliteitscriteria", "main a[href*='requirement=']"),
        ("/mijn-team", "main a[href*='/aanvragen/']:not([href*='/nieuw'])"),
    ),
    "hr": (
        ("/werkvoorraad", "main a[href*='/taken/']"),
        ("/werkvoorraad/aansluiting",),
        ("/werkvoorraad/werkblad",),
        ("/tranches/2027-2",),
        ("/tranches/2027-2", "main th a"),
        ("/tranches/2027-2/werkblad",),
        ("/zoeken?q=bakker", "main a[href*='/medewerkers/']"),
        ("/kwaliteitscriteria", "main a[href*='kenmerk=']"),
        ("/kwaliteitscriteria/werkblad",),
        ("/uitdienst", _FIRST),
        ("/uitdienst", _FIRST, "main a[href*='/kosten']"),
        ("/overeenkomsten", "main a[href*='/overeenkomsten/']:not([href*='/opstellen/'])"),
        ("/overeenkomsten", "main a[href*='/opstellen/']"),
        ("/stilgezet", _FIRST),
        ("/toekenningen", _FIRST),
    ),
    "mt": (
        ("/besluiten/2027-2",),
        ("/besluiten/2027-2", "main a.button:not(.quiet)"),
        ("/besluiten/2027-2/werkblad",),
        ("/toekenningen", _FIRST),
    ),
    "broker": (
        ("/incompany", _FIRST),
        ("/incompany", _FIRST, "main a[href$='/wijzigen']"),
    ),
    "auditor": (("/toezicht/besluiten", _FIRST),),
}
"""Pages of one thing, with their acts: a list, and the link to follow."""
TITLE = "Gesprekken voeren aan de balie"


@dataclass
class Look:
    """What was seen, and what was wrong with it."""

    pictures: Path
    seen: int = 0
    faults: list[str] = field(default_factory=list)
    keyboard: KeyboardWalk = field(default_factory=KeyboardWalk)

    def hear(self, where: str, words: str) -> None:
        """What the browser reports; that a form was refused is part of the story."""
        if not any(f"status of {status}" in words for status in (401, 422)):
            self.faults.append(f"{where}: {words}")

    def walk(self, page: Page, name: str) -> None:
        """Through the page that is open now, as it is when it opens, with the keyboard."""
        page.reload()
        self.keyboard.through(page, name)
        page.reload()

    def at(self, page: Page, name: str) -> None:
        """Look at the page that is open now."""
        for look, width, scheme in LOOKS:
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page)
            ids = ", ".join(one["id"] for one in found.response["violations"])
            if found.violations_count:
                self.faults.append(f"{name} ({look}): axe finds {ids}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                self.faults.append(f"{name} ({look}): sticks out to {wide}")
            page.screenshot(path=self.pictures / f"{name}-{look}.png", full_page=True)
            self.seen += 1
        self._on_paper(page, name)
        page.set_viewport_size({"width": 1280, "height": 900})

    def _on_paper(self, page: Page, name: str) -> None:
        """As wide as A4 at 96 dots an inch, without what is only for a screen."""
        page.emulate_media(color_scheme="light", media="print")
        lying = page.locator(".weighing").count() > 0
        width, height = (1123, 794) if lying else (794, 1123)
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            self.faults.append(f"{name} (paper): sticks out to {wide}")
        for part in page.locator("nav, header button, a.skip").all():
            if part.is_visible():
                self.faults.append(f"{name} (paper): prints {part.inner_text()!r}")
        page.screenshot(path=self.pictures / f"{name}-paper.png", full_page=True)
        page.emulate_media(media="screen")


@contextmanager
def demo() -> Iterator[dict[str, str]]:
    """The demo after its story: the link of each person."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "adapter", "demo", "--folder", folder],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        assert process.stdout is not None
        try:
            links: dict[str, str] = {}
            for line in process.stdout:
                match = re.search(r"http\S+/aanmelden/link/\S+", line)
                for person, words in PEOPLE.items():
                    if match and words in line.partition("http")[0]:
                        links[person] = match[0]
                if "Ctrl-C" in line:
                    break
            if links.keys() != PEOPLE.keys():
                raise SystemExit(f"the demo gave no link for {PEOPLE.keys() - links.keys()}")
            yield links
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
            process.stdout.close()


def sign_in(browser: Browser, link: str, look: Look) -> Page:
    context: BrowserContext = browser.new_context(locale="nl-NL")
    page = context.new_page()
    page.on("console", lambda message: look.hear(page.url, message.text))
    page.on("pageerror", lambda error: look.faults.append(f"{page.url}: {error}"))
    page.goto(link)
    page.get_by_role("main").get_by_role("button", name="Aanmelden").click()
    return page


def menu_of(page: Page) -> list[str]:
    found = page.locator(".menu a").evaluate_all("links => links.map(link => link.href)")
    return [str(one) for one in found]


def look_around(browser: Browser, links: dict[str, str], look: Look) -> dict[str, Page]:
    """Every page of everybody's menu, and those below it; the pages stay open, signed in."""
    pages = {}
    for person, link in links.items():
        page = pages[person] = sign_in(browser, link, look)
        look.at(page, f"{person}-start")
        below = [urljoin(page.url, path) for path in BELOW.get(person, ())]
        for address in [*below, *menu_of(page)]:
            page.goto(address)
            path = urlsplit(address).path.strip("/").replace("/", "-")
            look.at(page, f"{person}-{path}")
            look.walk(page, f"{person}-{path}")
    return pages


def walk_through_details(pages: dict[str, Page], look: Look) -> None:
    for person, lists in DETAILS.items():
        for steps in lists:
            name = follow(pages[person], steps)
            look.walk(pages[person], f"{person}-{name}")


def follow(page: Page, steps: tuple[str, ...]) -> str:
    """From a list to one of it: a path, and the link to follow on each page."""
    path, *links = steps
    page.goto(urljoin(page.url, path))
    for link in links:
        address = page.locator(link).first.get_attribute("href")
        page.goto(urljoin(page.url, address))
    return "-".join((path.strip("/").replace("/", "-"), *("one" for _ in links)))


def by_keyboard(page: Page) -> None:
    """The first Tab of a page leads past its head."""
    page.goto(re.sub(r"(//[^/]+).*", r"\1/mijn-leren", page.url))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def ask(page: Page, look: Look) -> None:
    """A manager asks for training that is in no list, and keeps the draft before sending it in."""
    page.get_by_role("link", name="Mijn team").click()
    page.get_by_role("link", name="Opleiding aanvragen").click()
    look.at(page, "ask-new")
    page.get_by_role("button", name="Maak een concept").click()
    look.at(page, "ask-wrong")
    page.get_by_label("Naam van een andere opleiding").fill(TITLE)
    page.get_by_label("Piet Bakker").check()
    page.get_by_role("button", name="Maak een concept").click()
    look.at(page, "ask-draft")
    look.walk(page, "ask-draft")
    page.get_by_label("Cursusgeld").fill("1.250,50")
    page.get_by_label("Uren per medewerker").fill("12")
    page.get_by_label("Startdatum").fill("2027-10-04")
    page.get_by_label("Einddatum").fill("2027-11-26")
    page.get_by_label("Datum gesprek").fill("2027-02-01")
    page.get_by_label("Wettelijk verplicht").select_option("no")
    page.get_by_label("Motivering").fill("Nodig voor het werk aan de balie.")
    page.get_by_role("button", name="Bewaar concept").click()
    page.get_by_role("button", name="Bewaar en dien in").click()
    page.get_by_text("De aanvraag is ingediend.").wait_for()
    look.at(page, "ask-sent")


def weigh(page: Page, look: Look) -> None:
    """HR scores and proposes with the keyboard only, once the table is open."""
    page.get_by_role("link", name="Tranches", exact=True).first.click()
    page.get_by_role("link", name="2027-2").click()
    page.get_by_label(f"Criterium 1: {TITLE}").focus()
    for typed in ("0", "2", "3", "2", "3", "Past bij het teamplan."):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.type("toe")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Goed onderbouwd.")
    look.at(page, "weigh-filled-in")
    page.get_by_label(f"Reden van het voorstel: {TITLE}").press("Enter")
    page.get_by_text("Bewaard. De volgorde is opnieuw bepaald.").wait_for()
    look.at(page, "weigh-kept")


def decide(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Besluiten", exact=True).click()
    page.get_by_role("link", name="Tranche 2027-2").click()
    look.at(page, "decide-tranche")
    page.get_by_role("link", name="Begin met besluiten").click()
    page.get_by_role("heading", name=TITLE).wait_for()
    look.at(page, "decide-one")
    page.get_by_label("afwijzen").check()
    page.get_by_role("button", name="Leg het besluit vast").click()
    look.at(page, "decide-wrong")
    page.get_by_label("toekennen").check()
    page.get_by_role("button", name="Leg het besluit vast").click()
    page.get_by_text("Over alle aanvragen is besloten.").wait_for()
    look.at(page, "decide-done")


def look_somebody_up(page: Page, look: Look) -> None:
    """HR finds somebody, with each form of the acts open, and asks what leaving would cost."""
    page.get_by_role("link", name="Zoeken").click()
    page.get_by_label("Wie of wat zoek je?").fill("bakker")
    page.get_by_role("main").get_by_role("button", name="Zoeken").click()
    look.at(page, "search-people")
    page.get_by_role("link", name="Bakker").first.click()
    for summary in page.locator("details.act summary").all():
        summary.click()
    look.at(page, "employee")
    page.get_by_label("De laatste werkdag zou zijn").fill("2027-06-30")
    page.get_by_role("button", name="Uitrekenen").click()
    page.get_by_text("Bij een vertrek op 30 juni 2027").wait_for()
    page.goto(urljoin(page.url, "/zoeken?q=balie"))
    page.get_by_role("link", name=TITLE).click()
    look.at(page, "request-of-hr")


def stay_signed_in(page: Page, look: Look) -> None:
    """Who opened nothing for 25 minutes is warned, and can stay (WCAG 2.2, criterion 2.2.1); who
    waits too long is told."""
    page.clock.install()
    page.reload()
    warning = page.get_by_text("Over vijf minuten word je afgemeld")
    page.clock.fast_forward("24:30")
    expect(warning).to_be_hidden()
    page.clock.fast_forward("00:31")
    expect(warning).to_be_visible()
    look.at(page, "warned")
    with page.expect_response(lambda answer: urlsplit(answer.url).path == "/"):
        page.get_by_role("button", name="Blijf aangemeld").click()
    expect(warning).to_be_hidden()
    page.clock.fast_forward("25:01")
    page.context.clear_cookies()
    page.get_by_role("button", name="Blijf aangemeld").click()
    expect(page.get_by_text("Je bent afgemeld.")).to_be_visible()


def settle(page: Page, look: Look) -> None:
    """HR opens who left, with each form of the acts open."""
    page.get_by_role("link", name="Uitdienst").click()
    page.locator("main table a").first.click()
    for summary in page.locator("details.act summary").all():
        summary.click()
    look.at(page, "exit")
    page.get_by_label("Wie beëindigde het dienstverband?").select_option("employee")
    page.get_by_label("Waarom eindigde het?").fill("Andere baan.")
    page.get_by_role("button", name="Leg vast wie het dienstverband beëindigde").click()
    page.get_by_text("Vastgelegd.").wait_for()


def work_out(page: Page, look: Look) -> None:
    """An employee asks what leaving would cost."""
    page.get_by_role("link", name="Mijn leren").click()
    page.get_by_label("Mijn laatste werkdag zou zijn").fill("2027-06-30")
    page.get_by_role("button", name="Uitrekenen").click()
    page.get_by_text("kan HR € 2.400,00 terugvragen").wait_for()
    look.at(page, "leaving")
    page.get_by_role("link", name=re.compile("^Overeenkomst voor")).click()
    look.at(page, "agreement")


def audit(page: Page, look: Look) -> None:
    """The auditor reads a decision with its facts, and computes it again; and the logs."""
    page.goto(urljoin(page.url, "/toezicht/besluiten"))
    page.locator("tbody a").first.click()
    look.at(page, "audit-decision")
    page.get_by_role("button", name="Narekenen").click()
    expect(page.get_by_role("status")).to_contain_text("dezelfde")
    look.at(page, "audit-recomputed")
    page.goto(urljoin(page.url, "/toezicht/logboeken"))
    page.get_by_role("button", name="Nu narekenen").click()
    expect(page.get_by_role("status")).to_contain_text("kloppen")
    look.at(page, "audit-logs")


def pause(page: Page, look: Look) -> None:
    """The administrator stops the writing to the LMS, and lets it go on."""
    page.goto(urljoin(page.url, "/toezicht/dienst"))
    page.get_by_role("button", name="Pauzeren").click()
    look.at(page, "pause-wrong")
    page.get_by_label("Waarom pauzeer je?").fill("Eerst kijken.")
    page.get_by_role("button", name="Pauzeren").click()
    look.at(page, "pause-done")
    page.get_by_label("Wat is er gevonden of gedaan?").fill("Het klopt.")
    page.get_by_role("button", name="Hervatten").click()
    expect(page.get_by_role("status")).to_contain_text("gaat weer door")


def record_a_price(page: Page, look: Look) -> None:
    """The knowledge broker; an amount stands behind a long heading on a phone."""
    page.goto(urljoin(page.url, "/incompany/vraag"))
    for name, typed in (("opleiding", "OPL-003"), ("prijs", "1000"), ("plaatsen", "12")):
        page.locator(f"#{name}").fill(typed)
    page.locator("#bron").fill("Offerte van 1 maart.")
    page.get_by_role("button", name="Prijs vastleggen").click()
    page.get_by_text("De prijs is vastgelegd.").wait_for()
    look.at(page, "price-recorded")


def stop_sending(page: Page) -> None:
    """A form is sent once by a double click, and again after its sending was stopped."""
    page.goto(urljoin(page.url, "/incompany/nieuw"))
    sent: list[str] = []

    def never_answer(route: Route) -> None:
        sent.append(route.request.url)

    page.route("**/incompany/nieuw", never_answer)
    button = page.locator("main button[type=submit]").last
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    for presses, expected in (((), 1), (("Escape",), 2)):
        for key in presses:
            page.keyboard.press(key)
        page.mouse.dblclick(box["x"] + 9, box["y"] + 9)
        page.wait_for_timeout(500)
        assert len(sent) == expected, f"sent {len(sent)} times"
    page.unroute("**/incompany/nieuw")


def main(pictures: Path) -> int:
    pictures.mkdir(parents=True, exist_ok=True)
    look = Look(pictures)
    with demo() as links, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox"],  # root has no other choice
        )
        pages = look_around(browser, links, look)
        by_keyboard(pages["held"])
        ask(pages["manager"], look)
        weigh(pages["hr"], look)
        walk_through_details(pages, look)
        decide(pages["mt"], look)
        look_somebody_up(pages["hr"], look)
        settle(pages["hr"], look)
        work_out(pages["agreed"], look)
        audit(pages["auditor"], look)
        pause(pages["admin"], look)
        record_a_price(pages["broker"], look)
        stop_sending(pages["broker"])
        stay_signed_in(pages["held"], look)
        browser.close()
    faults, walk = look.faults + look.keyboard.faults, look.keyboard
    for fault in faults:
        print(fault)  # noqa: T201 - a check says what it saw
    walked = f"{walk.sent} forms filled in and sent with the keyboard in {walk.tabs} steps"
    print(f"{look.seen} looks, {walked}, {len(faults)} faults")  # noqa: T201
    return min(len(faults), 1)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else temporary)))

"""HR weighs and proposes 97 requests in one table without leaving the keyboard, in a real browser:
`python -m tests.browser.many_requests [FOLDER FOR PICTURES]`.

It is done in three sittings. Each ends with Enter, after which the keyboard must stand at the first
request that is not done yet; nothing but keys is pressed from the opening of the table to the end.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Thread

from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import func, select
from werkzeug.serving import make_server

from adapter.doors.messages.training_requests import TrainingRequestIn
from adapter.doors.pages.app import create_pages
from adapter.doors.web import current
from adapter.ground.log import configure_logging
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.rulings import RequestProposalRow
from adapter.ground.store.tables.tranches import WeighingRow
from adapter.register.given_roles import give_role
from adapter.register.keys import Principal, Role
from adapter.register.people import keep_employee
from adapter.register.sign_in.links import make_link
from adapter.subjects.requests import requests, states
from adapter.subjects.requests.acts import acting
from config.policy_files import load_policy
from config.settings import Settings
from connectors.ports import Employee, Employment
from policy.days import AMSTERDAM
from policy.request_states import RequestState
from tests.browser.pages import Look
from tests.fixtures.workbench import StandingClock

MANY, SITTINGS = 97, (40, 40, 17)
HR, MANAGER, MEMBER = "10020", "10009", "10001"
BEFORE_THE_DEADLINE = datetime(2026, 11, 10, 9, tzinfo=AMSTERDAM)


@dataclass
class Keys:
    """Presses keys, and counts them."""

    page: Page
    pressed: int = 0

    def types(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.pressed += len(words)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def row(self, why: str) -> None:
        """Five scores and their reason, the outcome, and why; the costs that were asked stay."""
        for typed in ("0", "3", "2", "0", "3", "Plan."):
            self.types(typed)
            self.press("Tab")
        self.types("toe")
        for _ in range(3):
            self.press("Tab")
        self.types(why)


def main(pictures: Path) -> int:
    configure_logging("CRITICAL")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    pictures.mkdir(parents=True, exist_ok=True)
    look = Look(pictures)
    with _tranche() as (parts, site, link), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox"],  # root has no other choice
        )
        page = browser.new_context(locale="nl-NL").new_page()
        page.on("console", lambda message: look.hear(page.url, message.text))
        page.goto(link)
        page.get_by_role("main").get_by_role("button", name="Aanmelden").click()
        page.goto(f"{site}/tranches/2027-1")
        keys = Keys(page)
        _reach_the_first_score(keys)
        for count in SITTINGS:
            _weigh(keys, count)
            page.screenshot(path=pictures / f"weighed-{keys.pressed}.png")
        _change_one_column(keys)
        _everything_is_there(parts.register, look)
        browser.close()
    for fault in look.faults:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write(f"{MANY} requests in {keys.pressed} keys, {len(look.faults)} faults\n")
    return min(len(look.faults), 1)


def _reach_the_first_score(keys: Keys) -> None:
    """From the beginning of the page: the first Tab leads past its head."""
    keys.press("Tab")
    keys.press("Enter")
    while not _field(keys.page).startswith("necessity-"):
        keys.press("Tab")


def _weigh(keys: Keys, count: int) -> None:
    for number in range(count):
        keys.row("Past.")
        if number < count - 1:
            _to_the_next_row(keys)
    with keys.page.expect_navigation():
        keys.press("Enter")
    expect(keys.page.locator("#saved")).to_contain_text("Bewaard.")


def _to_the_next_row(keys: Keys) -> None:
    """The title of the next request is a link that stands before its scores."""
    keys.press("Tab")
    keys.press("Tab")
    assert _field(keys.page).startswith("necessity-"), _field(keys.page)


def _change_one_column(keys: Keys) -> None:
    """Nothing is left to do: the message has the focus. The arrows go down a column."""
    page = keys.page
    assert page.evaluate("document.activeElement.id") == "saved"
    while not _field(page).startswith("organisation-"):
        keys.press("Tab")
    first = _field(page)
    for _ in range(3):
        keys.press("ArrowDown")
    assert _field(page).startswith("organisation-")
    assert _field(page) != first
    keys.types("4")
    with page.expect_navigation():
        keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "saved"


def _field(page: Page) -> str:
    """The name of what has the focus, which is never lost."""
    name = page.evaluate(
        "document.activeElement === document.body ? null : document.activeElement.name || '-'"
    )
    assert name is not None, "the focus is lost"
    return str(name)


def _everything_is_there(register: Register, look: Look) -> None:
    with register.read() as connection:
        for table, wanted in ((WeighingRow, MANY + 1), (RequestProposalRow, MANY)):
            found = connection.execute(select(func.count()).select_from(table)).scalar_one()
            if found != wanted:
                look.faults.append(f"{table.__tablename__}: {found} in place of {wanted}")


@contextmanager
def _tranche() -> Iterator[tuple[Parts, str, str]]:
    """A service on a register with that many requests, its address, and a link for HR."""
    clock = StandingClock(BEFORE_THE_DEADLINE)
    with tempfile.TemporaryDirectory() as folder:
        register = open_register(f"sqlite:///{folder}/register.sqlite3")
        upgrade(register)
        parts = Parts(register, load_policy(), clock, Settings())
        _people(parts)
        for number in range(1, MANY + 1):
            _ask(parts, number)
        app = create_pages(parts)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        site = f"http://127.0.0.1:{server.server_port}"
        here = Settings(bind=f"127.0.0.1:{server.server_port}")
        current.serve_with(app, Parts(register, parts.policy, clock, here))
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        with register.write() as connection:
            token = make_link(connection, HR, "test", clock.now())
        yield parts, site, f"{site}/aanmelden/link/{token}"
        server.shutdown()
        thread.join()
        server.server_close()
        register.close()


def _people(parts: Parts) -> None:
    now = parts.clock.now()
    with parts.register.write() as connection:
        for employee_id, name, manager in (
            (HR, "Iris", None),
            (MANAGER, "Margriet", None),
            (MEMBER, "Anna", MANAGER),
        ):
            person = Employee(
                employee_id=employee_id,
                given_name=name,
                family_name_prefix="",
                family_name="Test",
                email=f"{employee_id}@example.org",
                department="Toezicht",
                manager_id=manager,
                employments=(Employment("1", date(2019, 9, 1), None),),
            )
            keep_employee(connection, person, "hris:test", now)
        give_role(connection, HR, Role.HR, by="test", now=now)


def _ask(parts: Parts, number: int) -> None:
    """A manager sends a request in, in time for tranche 2027-1."""
    asked = TrainingRequestIn.model_validate(
        {
            "title": f"Opleiding {number}",
            "trajectoryId": f"opleiding-{number}",
            "employeeIds": [MEMBER],
            "ground": "team",
            "mandatoryByLaw": "no",
            "costs": {"feeEur": f"{100 + number}.00"},
            "hours": "1.00",
        }
    )
    manager = Principal("test", MANAGER, Role.MANAGER, MANAGER)
    with acting(parts, manager) as act:
        request_id = requests.create(act, asked.content(), MANAGER)
        states.move(act, request_id, 1, RequestState.SUBMITTED)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else temporary)))

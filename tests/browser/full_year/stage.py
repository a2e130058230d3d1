"""What stands around the people of the year: a service that runs, its LMS and HRIS on loopback, a
mailbox, and the calendar.

The web service is the program that an agency starts. What the worker does is done here, by the same
functions, so that all of it is done before the next person looks.
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import httpx

from adapter.doors.web.listening import free_port
from adapter.ground.clock import FileClock
from adapter.ground.log import configure_logging
from adapter.ground.parts import Parts
from adapter.ground.register_clock import CLOCK, RunsOn, record
from adapter.ground.store import migrate
from adapter.programs.jobs import jobs_of
from adapter.programs.wiring import build_parts
from adapter.programs.worker import work_once
from adapter.queues.schedule import run_due
from config.settings import MailSettings, load_settings
from policy.days import AMSTERDAM
from sandboxes.afas import SandboxAfas
from sandboxes.moodle import events
from sandboxes.moodle.server import SandboxMoodle
from sandboxes.moodle.state import REPORT_ID
from tests.adapter.deliveries.test_mail import Mailbox, listening
from tests.adapter.programs.cli.conftest import run_command
from tests.scenarios.people import EVERYONE, INSPECTION, Person, course_id, lms_before_the_year

ROOT = Path(__file__).parents[3]
WEBHOOK_TOKEN = "year-through-pages"
LMS_ADMIN = 2
PATIENCE_SECONDS = 90.0
IN_LMS = {0: "active", 1: "suspended"}

HR = Person("10020", 30, "Iris", "Dekker", "10000")
BROKER = Person("10021", 31, "Koen", "Mulder", "10000")
AUDITOR = Person("10022", 32, "Olga", "Prins", "10000")
ADMIN = Person("10023", 33, "Sam", "Kuiper", "10000")
OFFICE = (HR, BROKER, AUDITOR, ADMIN)
"""Who works at the agency beside the people of the scenario; its director is the MT."""


@dataclass(frozen=True)
class Stage:
    folder: Path
    parts: Parts
    clock: FileClock
    moodle: SandboxMoodle
    afas: SandboxAfas
    mailbox: Mailbox

    @property
    def site(self) -> str:
        return self.parts.settings.public_url

    # --- the calendar ------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def today(self) -> str:
        return self.now.astimezone(AMSTERDAM).date().isoformat()

    def at(self, written: str) -> None:
        """It becomes `2027-01-12 09:00` in Amsterdam; the service does what is due by then."""
        moment = datetime.fromisoformat(written).replace(tzinfo=AMSTERDAM)
        assert moment > self.now, f"{written} is past"
        self.clock.move_to(moment)
        run_due(self.parts, jobs_of(self.parts))
        self.work()

    def work(self) -> None:
        """The worker, until there is nothing left to do."""
        while work_once(self.parts):
            self.clock.move_to(self.now + timedelta(seconds=1))

    def command(self, *arguments: str) -> str:
        """Of the administrator, at the machine itself; what it prints."""
        done = run_command(self.parts, *arguments)
        assert done.exit_code == 0, done.output
        return str(done.stdout).strip()

    # --- the LMS -----------------------------------------------------------------------------

    def enrol(self, person: Person, course: str) -> None:
        """An administrator of the LMS enrols someone by hand, and the LMS says so."""
        made = self.moodle.state.add_enrolment(course_id(course), person.user_id)
        [instance] = [
            instance
            for instance, row in self.moodle.state.enrolments_in(course_id(course))
            if row.id == made.id
        ]
        self.moodle.webhooks.send_now(events.enrolment("created", LMS_ADMIN, instance, made))
        self.work()

    def complete(self, person: Person, course: str) -> None:
        moment = int(self.now.timestamp())
        self.moodle.state.add_completion(course_id(course), person.user_id, moment)
        self.moodle.webhooks.send_now(
            events.course_completed(person.user_id, course_id(course), person.user_id, 1)
        )
        self.work()

    def in_lms(self, person: Person, course: str) -> str:
        """How the LMS itself has the enrolment."""
        [status] = [
            row.status
            for _, row in self.moodle.state.enrolments_in(course_id(course))
            if row.userid == person.user_id
        ]
        return IN_LMS[status]

    def last_message(self, person: Person) -> str:
        """What the person read last in the LMS."""
        texts = [
            message.text
            for message in self.moodle.state.messages.values()
            if message.useridto == person.user_id
        ]
        return html.unescape(re.sub(r"<[^>]+>", "", texts[-1]))

    # --- the HRIS and the mail ---------------------------------------------------------------

    def set_last_day(self, person: Person, day: str) -> None:
        """In the HRIS; nobody tells the service, which reads it there."""
        self.afas.set_employment_end(person.employee_id, date.fromisoformat(day))

    def mailed(self) -> list[str]:
        """The subjects of what HR and the management team were mailed, oldest first."""
        return [str(message["subject"]) for message in self.mailbox.received]


@contextmanager
def stage(folder: Path, begins: datetime) -> Iterator[Stage]:
    """A migrated, empty register; everyone is in the HRIS and has an account in the LMS."""
    configure_logging("CRITICAL")
    clock = FileClock(folder / "clock")
    clock.move_to(begins)
    state = lms_before_the_year(lambda: clock.now().timestamp())
    for person in OFFICE:
        state.add_user(person.account())
    bind, mailbox = f"127.0.0.1:{free_port()}", Mailbox()
    staff = [person.employment() for person in (*EVERYONE, *OFFICE)]
    with (
        SandboxMoodle(
            state,
            local_webhooks=[f"http://{bind}/v1/lms-events"],
            webhook_token=WEBHOOK_TOKEN,
        ) as moodle,
        SandboxAfas(staff, clock.now) as afas,
        listening(mailbox) as mail,
    ):
        settings = folder / "odwh-adapter.toml"
        settings.write_text(_settings(folder, bind, moodle, afas, mail), encoding="utf-8")
        parts = build_parts(load_settings(settings))
        with closing(parts.register):
            migrate.upgrade(parts.register)
            record(parts.register, **{CLOCK: RunsOn.REHEARSAL})
            with _web_service(settings, folder, f"http://{bind}/health/live"):
                yield Stage(folder, parts, clock, moodle, afas, mailbox)


def _settings(
    folder: Path, bind: str, moodle: SandboxMoodle, afas: SandboxAfas, mail: MailSettings
) -> str:
    """As an administrator would write them."""
    return f"""
database_url = "sqlite:///{folder / "register.sqlite3"}"
bind = "{bind}"
rehearsal_clock = "{folder / "clock"}"
rehearsal_with_lms = true
webhook_token = "{WEBHOOK_TOKEN}"
[moodle]
url = "{moodle.url}"
token = "{moodle.token}"
enrolment_report_id = {REPORT_ID}
known_user = "u10009"
known_course = "{INSPECTION}"
[afas]
url = "{afas.url}"
token = "{afas.token}"
tenant = "12345"
[mail]
host = "{mail.host}"
port = {mail.port}
sender = "{mail.sender}"
starttls = false
hr_address = "{mail.hr_address}"
"""


@contextmanager
def _web_service(settings: Path, folder: Path, health: str) -> Iterator[None]:
    command = [sys.executable, "-m", "adapter", "--config", str(settings), "serve", "--no-worker"]
    with (folder / "service.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            _wait_until_it_answers(health)
            yield
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_it_answers(address: str) -> None:
    ends_at = monotonic() + PATIENCE_SECONDS
    while True:
        try:
            httpx.get(address, timeout=5).raise_for_status()
        except httpx.HTTPError:
            if monotonic() > ends_at:
                raise
            sleep(0.1)
        else:
            return

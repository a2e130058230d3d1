"""The year as it passes: a calendar, the API under a key per person, commands, and the systems
around the service. What people do with it is in `training.py` and in the story itself."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from flask.testing import FlaskClient

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.programs.jobs import jobs_of
from adapter.programs.worker import work_once
from adapter.queues.schedule import run_due
from adapter.register.keys import Role, create_key
from config.policy_files import load_policy
from config.settings import MailSettings, Settings
from connectors.afas.config import AfasConfig
from connectors.afas.hris import Afas
from connectors.moodle.config import MoodleConfig
from connectors.moodle.lms import Moodle
from policy.days import AMSTERDAM
from sandboxes.afas import SandboxAfas
from sandboxes.moodle.server import SandboxMoodle
from sandboxes.moodle.state import REPORT_ID
from tests.adapter.deliveries.test_mail import Mailbox
from tests.adapter.programs.cli.conftest import Run
from tests.fixtures.web import client_of
from tests.fixtures.workbench import StandingClock
from tests.scenarios.people import (
    EVERYONE,
    INSPECTION,
    MARGRIET,
    Person,
    course_id,
    lms_before_the_year,
)

Body = dict[str, Any]
BEGINS = datetime(2026, 11, 9, 8, 0, tzinfo=AMSTERDAM)
IN_LMS = {0: "active", 1: "suspended"}


class Year:
    def __init__(
        self,
        parts: Parts,
        clock: StandingClock,
        moodle: SandboxMoodle,
        afas: SandboxAfas,
        mailbox: Mailbox,
        run: Run,
    ) -> None:
        self.parts = parts
        self._clock = clock
        self._moodle = moodle
        self._afas = afas
        self._mailbox = mailbox
        self._run = run
        self._client: FlaskClient = client_of(parts)
        self._keys: dict[tuple[Role, str | None], str] = {}

    # --- the calendar ------------------------------------------------------------------------

    @property
    def today(self) -> str:
        return self._clock.now().astimezone(AMSTERDAM).date().isoformat()

    def at(self, written: str) -> None:
        """It becomes `2027-01-12 09:00` in Amsterdam; the service does what is due by then."""
        moment = datetime.fromisoformat(written).replace(tzinfo=AMSTERDAM)
        assert moment > self._clock.now(), f"{written} is past"
        self._clock.moment = moment
        run_due(self.parts, jobs_of(self.parts))
        self.work()

    def work(self) -> None:
        """The worker, until there is nothing left to do."""
        while work_once(self.parts):
            self._clock.advance(seconds=1)

    # --- the API and the commands ------------------------------------------------------------

    def get(self, path: str, role: Role = Role.HR, who: Person | None = None) -> Any:
        return self._call("GET", path, role, who)

    def post(self, path: str, body: Body, role: Role = Role.HR, who: Person | None = None) -> Any:
        """Of what has a version, the newest; then the worker does what follows."""
        answer = self._call("POST", path, role, who, body)
        self.work()
        return answer

    def command(self, *arguments: str) -> str:
        done = self._run(self.parts, *arguments)
        assert done.exit_code == 0, done.output
        self.work()
        return str(done.output)

    def _call(
        self, method: str, path: str, role: Role, who: Person | None, body: Body | None = None
    ) -> Any:
        headers = {"Authorization": f"Bearer {self._key(role, who)}"}
        versioned = re.match(r"/(training-requests|claims)/[^/]+(?=/)", path)
        if method == "POST" and versioned:
            headers["If-Match"] = f'"{self.get(versioned[0])["version"]}"'
        answer = self._client.open(f"/v1{path}", method=method, json=body, headers=headers)
        assert answer.status_code in (200, 201, 202), f"{method} {path}: {answer.text}"
        return answer.get_json()

    def step_of(self, session: str, who: Person, step: str, role: Role, by: Person | None) -> Any:
        """A step of someone's sign-up for an in-company session."""
        seen = self.sign_up_of(session, who)
        headers = {
            "Authorization": f"Bearer {self._key(role, by)}",
            "If-Match": f'"{seen["version"]}"',
        }
        path = f"/v1/in-company-sessions/{session}/participants/{seen['id']}/transitions"
        answer = self._client.post(path, json={"step": step}, headers=headers)
        assert answer.status_code == 201, answer.text
        self.work()
        return answer.get_json()

    def sign_up_of(self, session: str, who: Person) -> Body:
        found = self.get(f"/in-company-sessions/{session}/participants")["items"]
        mine: Body = next(one for one in found if one["employeeId"] == who.employee_id)
        return mine

    def _key(self, role: Role, who: Person | None) -> str:
        owner = who.employee_id if who else None
        if (role, owner) not in self._keys:
            self._keys[role, owner] = create_key(
                self.parts.register, self._clock, f"{role} {owner}", role, owner
            )
        return self._keys[role, owner]

    # --- the LMS -----------------------------------------------------------------------------

    def enrol(self, person: Person, course: str) -> None:
        """An administrator enrols someone by hand, and the LMS says so."""
        now = int(self._clock.now().timestamp())
        made = self._moodle.state.add_enrolment(
            course_id(course), person.user_id, method="manual", timecreated=now
        )
        self._tell_of("user_enrolment_created", person, course, made.id, enrol="manual")

    def complete(self, person: Person, course: str) -> None:
        now = int(self._clock.now().timestamp())
        self._moodle.state.add_completion(course_id(course), person.user_id, now)
        self._tell_of("course_completed", person, course, 1)

    def took_part(self, person: Person, course: str, start: date, done: date | None) -> None:
        """What happened in the LMS without anyone telling the service."""
        state, at = self._moodle.state, course_id(course)
        state.add_enrolment(at, person.user_id, method="manual", timecreated=_noon(start))
        if done is not None:
            state.add_completion(at, person.user_id, _noon(done))

    def _tell_of(
        self, event: str, person: Person, course: str, object_id: int, **other: str
    ) -> None:
        self.post(
            "/lms-events",
            {
                "eventname": f"\\core\\event\\{event}",
                "objectid": object_id,
                "userid": 2,
                "relateduserid": person.user_id,
                "courseid": course_id(course),
                "timecreated": int(self._clock.now().timestamp()),
                "other": other,
            },
            Role.LMS,
        )

    def in_lms(self, person: Person, course: str) -> str:
        """How the LMS itself has the enrolment."""
        [status] = [
            enrolment.status
            for _, enrolment in self._moodle.state.enrolments_in(course_id(course))
            if enrolment.userid == person.user_id
        ]
        return IN_LMS[status]

    def messages(self, person: Person) -> list[str]:
        """What the person read in the LMS, oldest first."""
        return [
            html.unescape(re.sub(r"<[^>]+>", "", message.text))
            for message in self._moodle.state.messages.values()
            if message.useridto == person.user_id
        ]

    def last_message(self, person: Person) -> str:
        return self.messages(person)[-1]

    # --- the HRIS ----------------------------------------------------------------------------

    def join(self, person: Person) -> None:
        """Someone appears in the HRIS, and has an account in the LMS."""
        self._afas.employments.add(person.employment())
        self._moodle.state.add_user(person.account())

    def set_last_day(self, person: Person, day: str) -> None:
        self._afas.set_employment_end(person.employee_id, date.fromisoformat(day))

    def announce_exit(self, person: Person, day: str) -> None:
        self.set_last_day(person, day)
        employee_id, noticed = person.employee_id, self._clock.now().isoformat(timespec="seconds")
        self.post(
            "/hris-events",
            {
                "specversion": "1.0",
                "id": f"afas:12345:{employee_id}:1:{day}:announced:{noticed}",
                "source": "urn:hris:afas:12345",
                "type": "nl.hris.offboarding.announced",
                "time": noticed,
                "data": {
                    "method": "push",
                    "employee": {"employee_id": employee_id},
                    "employment": {"employment_id": "1", "end_date": day},
                },
            },
            Role.HRIS,
        )

    # --- mail --------------------------------------------------------------------------------

    def mailed(self) -> list[str]:
        """The subjects of what HR and the management team were mailed, oldest first."""
        return [str(message["subject"]) for message in self._mailbox.received]


def _noon(day: date) -> int:
    return int(datetime.combine(day, time(12), AMSTERDAM).timestamp())


@contextmanager
def year_of(register: Register, run: Run, mail: MailSettings, mailbox: Mailbox) -> Iterator[Year]:
    """A migrated, empty register in November 2026; LMS and HRIS answer on loopback."""
    clock = StandingClock(BEGINS)
    state = lms_before_the_year(lambda: clock.now().timestamp())
    with (
        SandboxMoodle(state) as moodle,
        SandboxAfas([person.employment() for person in EVERYONE], clock.now) as afas,
    ):
        lms = Moodle(
            MoodleConfig(
                url=moodle.url,
                token=moodle.token,
                known_user=MARGRIET.username,
                known_course=INSPECTION,
                enrolment_report_id=REPORT_ID,
                attempts=1,
            ),
            now=clock.now,
        )
        hris = Afas(AfasConfig(base_url=afas.url, tenant="12345", token=afas.token), now=clock.now)
        parts = Parts(register, load_policy(), clock, Settings(mail=mail), lms, hris)
        yield Year(parts, clock, moodle, afas, mailbox, run)
        hris.close()
        lms.close()

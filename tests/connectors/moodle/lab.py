"""The site on which the recordings were made, rebuilt in the sandbox."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.ports import EnrolmentMethod, EnrolmentStatus, LmsEnrolment
from sandboxes.moodle import (
    Activity,
    Cohort,
    Course,
    SandboxMoodle,
    State,
    User,
)
from sandboxes.moodle.versions import MOODLE_4_5, Version

RECORDINGS = Path(__file__).parents[2] / "recordings" / "moodle"
TOKEN = "TOKEN"
EMPLOYEE_TOKEN = "EMPLOYEE"
PATH = "/webservice/rest/server.php"


def moment(day: int, hour: int, minute: int, month: int = 11, year: int = 2026) -> int:
    local = datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Amsterdam"))
    return int(local.timestamp())


MADE = moment(23, 13, 21)
"""When the recorded enrolments were made."""


def manual(user_id: str, username: str, course_id: str, course_idnumber: str) -> LmsEnrolment:
    """A manual enrolment without dates, as an LMS would show it."""
    return LmsEnrolment(
        course_idnumber=course_idnumber,
        username=username,
        user_idnumber="",
        method=EnrolmentMethod.MANUAL,
        method_text="Manual enrolments",
        status=EnrolmentStatus.ACTIVE,
        created_at=None,
        starts_at=None,
        ends_at=None,
        completed=False,
        completed_at=None,
        user_id=user_id,
        course_id=course_id,
    )


class Clock:
    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@cache
def recorded(name: str, folder: str = "exchanges") -> tuple[Mapping[str, Any], ...]:
    return tuple(json.loads((RECORDINGS / folder / f"{name}.json").read_text("utf-8")))


@dataclass(frozen=True)
class RawAnswer:
    status: int
    content_type: str
    text: str


class Lab:
    """State, clock and server of one case."""

    def __init__(self, speaks: Version = MOODLE_4_5) -> None:
        self.clock = Clock(MADE + 300)
        self.state = State(self.clock)
        self.state.speaks = speaks
        seed(self.state)
        self.moodle = SandboxMoodle(self.state, token=TOKEN)

    def post(self, fields: Mapping[str, Any], token: str = TOKEN) -> RawAnswer:
        form = {"wstoken": token, "moodlewsrestformat": "json"} | dict(fields)
        body = urllib.parse.urlencode(form).encode()
        return self.send("POST", PATH, body, "application/x-www-form-urlencoded")

    def send(self, method: str, path: str, body: bytes, content_type: str) -> RawAnswer:
        request = urllib.request.Request(  # noqa: S310  # loopback
            self.moodle.url + path,
            data=body if method == "POST" else None,
            headers={"Content-Type": content_type} if content_type else {},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # loopback
                return self._raw(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return self._raw(error.code, error.headers, error.read())

    def _raw(self, status: int, headers: Any, body: bytes) -> RawAnswer:
        return RawAnswer(status, headers["Content-Type"], body.decode())

    def call(self, function: str, params: Mapping[str, Any], token: str = TOKEN) -> Any:
        """To bring the state about; the answer of a set-up call is not looked at closely."""
        return json.loads(self.post({"wsfunction": function, **params}, token).text)


def seed(state: State) -> None:
    _people(state)
    _courses(state)


def _people(state: State) -> None:
    rows = (
        (4, "j.devries", "Jan", "de Vries", "P10001", "Zorg"),
        (5, "s.vanthof", "Sanne", "van 't Hof", "P10002", ""),
        (6, "z.oezdemir", "Züleyha", "Özdemir-Çelik", "P10003", ""),
        (7, "e.moji", "Noor 🌷", "Jansen-de Boer", "P10004", ""),
        (8, "p.bakker", "Piet", "Bakker", "P10005", "Financiën"),
        (9, "a.elamrani", "Amina", "El Amrani", "P10006", ""),
    )
    for number, username, given, family, idnumber, department in rows:
        state.add_user(person(number, username, given, family, idnumber, department))
    state.users[4].profile = {
        "personeelsnummer": "10001",
        "functie": "Verpleegkundige",
        "organisatieeenheid": "OE-4100",
        "indienst": "1",
    }
    state.users[8].profile = {"personeelsnummer": "10005", "functie": "Controller"}


def person(
    number: int, username: str, given: str, family: str, idnumber: str, department: str = ""
) -> User:
    return User(
        number,
        username,
        given,
        family,
        f"{username}@example.org",
        idnumber,
        department,
        city="Utrecht",
        country="NL",
    )


def _courses(state: State) -> None:
    day, year = moment(23, 0, 0), 365 * 86400
    wzd = (
        Activity(20, 1, "E-learning deel 1"),
        Activity(21, 2, "Praktijkdag bijgewoond"),
    )
    excel = (Activity(22, 3, "Deel 1"), Activity(23, 4, "Deel 2"))
    state.add_course(
        Course(
            2,
            "WZD-BASIS",
            "Wet zorg en dwang – basis",
            "OPL-001",
            categoryid=3,
            summary="Verplichte basistraining",
            startdate=1767600000,
            enddate=1799136000,
            activities=wzd,
            criteria="activities",
            fields={
                "leeruren": 8,
                "kosten_eur": 0,
                "grondslag": 1,
                "traject": "WZD",
                "incompany": 1,
            },
        )
    )
    rows: tuple[Course, ...] = (
        Course(3, "LEID-01", "Leiderschap voor teamleiders", "OPL-002", criteria="self"),
        Course(4, "EXCEL-AV", "Excel 's avonds 🎓", "OPL-003", activities=excel),
        Course(5, "AANVRAAG", "Opleidingsaanvragen", "OPL-AANVRAAG", enablecompletion=False),
        Course(6, "VERBORGEN", "Verborgen cursus", "OPL-HID", visible=False),
        Course(7, "ZONDER-HAND", "Zonder handmatige inschrijving", "OPL-NOMAN"),
    )
    rows[0].fields = {
        "leeruren": 24.5,
        "kosten_eur": 1250.75,
        "grondslag": 3,
        "traject": "Leiderschap",
    }
    for course in rows:
        course.startdate, course.enddate = day, day + year
        state.add_course(course, manual=course.id != 7)


def add_cohort(state: State, *members: int) -> None:
    state.add_cohort(
        Cohort(1, "Toegestaan LEID-01", "OK-LEID-01", visible=False, members=list(members))
    )


def open_self_enrolment(state: State, cohort: int | None = None) -> None:
    instance = state.instance(3, "self")
    instance.enabled, instance.cohortid = True, cohort

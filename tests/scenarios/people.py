"""Who works at the agency of the scenario, and what its LMS offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from policy.days import AMSTERDAM
from sandboxes.afas import SandboxEmployment
from sandboxes.moodle.state import Course, State, User


@dataclass(frozen=True, slots=True)
class Person:
    """An employee with an account in the LMS under `user_id`."""

    employee_id: str
    user_id: int
    given_name: str
    family_name: str
    manager_id: str | None

    @property
    def username(self) -> str:
        return f"u{self.employee_id}"

    def account(self) -> User:
        return User(
            self.user_id,
            self.username,
            self.given_name,
            self.family_name,
            f"{self.username}@example.org",
            idnumber=f"P{self.employee_id}",
            profile={"personeelsnummer": self.employee_id},
        )

    def employment(self) -> SandboxEmployment:
        return SandboxEmployment(
            self.employee_id,
            self.given_name,
            self.family_name,
            date(2019, 9, 1),
            email=f"{self.username}@example.org",
            department="Toezicht",
            manager_id=self.manager_id,
        )


DIRECTOR = Person("10000", 20, "Ria", "Postma", None)
MARGRIET = Person("10009", 29, "Margriet", "Jansen", "10000")
"""Leads the team; everyone below works for her."""
ANNA = Person("10001", 21, "Anna", "Bakker", "10009")
BAS = Person("10002", 22, "Bas", "Smit", "10009")
DEWI = Person("10003", 23, "Dewi", "Vries", "10009")
EMRE = Person("10004", 24, "Emre", "Yılmaz", "10009")
FLEUR = Person("10005", 25, "Fleur", "Berg", "10009")
GIJS = Person("10006", 26, "Gijs", "Visser", "10009")
HANNA = Person("10007", 27, "Hanna", "Hof", "10009")
EVERYONE = (DIRECTOR, MARGRIET, ANNA, BAS, DEWI, EMRE, FLEUR, GIJS, HANNA)

INSPECTION, NOISE, PROMISED, LAW, COACHING, CONVERSATION = (
    "OPL-006",
    "OPL-008",
    "OPL-021",
    "OPL-005",
    "OPL-019",
    "INC-001",
)
COURSES = (
    (INSPECTION, "Milieutoezicht, post-hbo", 40, 2_400, 5),
    (NOISE, "Geluid en trillingen", 40, 2_400, 2),
    (PROMISED, "Buitengewoon opsporingsambtenaar", 60, 3_600, 2),
    (LAW, "Handhavingsrecht", 32, 1_900, 2),
    (COACHING, "Coachend leidinggeven", 24, 1_500, 5),
    (CONVERSATION, "Gesprekken aan de deur", 16, 250, 4),
)
"""ID number, name, hours, whole euros, and the ground as its place in the LMS's list."""
_FIRST_COURSE = 2
NEW_YEAR = int(datetime(2027, 1, 1, tzinfo=AMSTERDAM).timestamp())


def course_id(idnumber: str) -> int:
    """The LMS's own id of a course."""
    return _FIRST_COURSE + [row[0] for row in COURSES].index(idnumber)


def lms_before_the_year(clock: Callable[[], float]) -> State:
    """Everyone has an account; nobody is enrolled."""
    state = State(clock)
    for person in EVERYONE:
        state.add_user(person.account())
    for idnumber, name, hours, euros, ground in COURSES:
        facts = {"leeruren": hours, "kosten_eur": euros, "grondslag": ground}
        in_company = {"incompany": 1} if idnumber == CONVERSATION else {}
        state.add_course(
            Course(
                course_id(idnumber),
                idnumber,
                name,
                idnumber,
                startdate=NEW_YEAR,
                fields=facts | in_company,
            )
        )
    return state

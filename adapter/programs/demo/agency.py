"""The agency of the demo: 120 employees in seven teams and 26 courses, all synthetic.

The numbers and names come out the same each time; two employees and three courses are those of the
recorded webhooks, so that these can be replayed byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import cycle, islice

from sandboxes.afas import SandboxEmployment
from sandboxes.moodle.state import State
from sandboxes.moodle.tables import (
    COURSE_FIELDS,
    Activity,
    Course,
    CourseFieldDefinition,
    User,
)

EMPLOYEES = 120
TEAMS = (
    "Vergunningverlening",
    "Toezicht",
    "Handhaving",
    "Bodem en geluid",
    "Juridische zaken",
    "Bedrijfsvoering",
    "Advies",
)
GIVEN = ("Anna", "Bas", "Chris", "Dewi", "Emre", "Fleur", "Gijs", "Hanna", "Imran", "Joost", "Kim")
FAMILY = ("Bakker", "Jansen", "Vries", "Dijk", "Meer", "Yılmaz", "Smit", "Berg", "Visser", "Hof")
PREFIXES = (None, None, "de", "van", None, None, None, "van den", None, "van 't")
FIRST_COURSE = 2
RECORDED_MOMENT = 1_795_437_889
"""When the recorded enrolments were made: 23 November 2026."""


@dataclass(frozen=True, slots=True)
class Person:
    """One employee with an account in the LMS under `user_id`."""

    employee_id: str
    user_id: int
    given_name: str
    prefix: str | None
    family_name: str
    team: str
    manager_id: str | None

    @property
    def username(self) -> str:
        return f"u{self.employee_id}"

    @property
    def email(self) -> str:
        return f"{self.username}@example.org"

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.given_name, self.prefix, self.family_name)))


PIET = Person("10005", 8, "Piet", None, "Bakker", "Toezicht", "20001")
ZULEYHA = Person("10003", 6, "Züleyha", None, "Özdemir-Çelik", "Advies", "20006")


def people() -> tuple[Person, ...]:
    """The two of the recordings first; then one manager per team, then their staff."""
    names = zip(cycle(GIVEN), islice(cycle(PREFIXES), 3, None), cycle(FAMILY), strict=False)
    made = [
        Person(str(20_000 + number), 100 + number, given, prefix, family, team, manager)
        for number, (given, prefix, family), team, manager in zip(
            range(EMPLOYEES - 2), names, cycle(TEAMS), _managers(), strict=False
        )
    ]
    return PIET, ZULEYHA, *made


def _managers() -> Iterator[str | None]:
    """The first seven lead their team; the first of all has nobody above."""
    yield None
    yield from ("20000" for _ in TEAMS[1:])
    yield from cycle(str(20_000 + number) for number in range(len(TEAMS)))


def employments(staff: tuple[Person, ...]) -> list[SandboxEmployment]:
    return [
        SandboxEmployment(
            person.employee_id,
            person.given_name,
            person.family_name,
            date(2015 + index % 10, 1 + index % 12, 1),
            prefix=person.prefix,
            email=person.email,
            department=person.team,
            manager_id=person.manager_id,
            hours_per_week=Decimal(36),
            fte=Decimal(1),
        )
        for index, person in enumerate(staff)
    ]


COURSES: tuple[tuple[str, str, int, int, str], ...] = (
    ("OPL-001", "Wet zorg en dwang, basis", 8, 0, "wettelijk"),
    ("OPL-002", "Leiderschap voor teamleiders", 16, 1_450, "team"),
    ("OPL-003", "Excel voor gevorderden", 6, 320, "individueel"),
    ("OPL-004", "Omgevingswet in de praktijk", 24, 1_200, "wettelijk"),
    ("OPL-005", "Handhavingsrecht", 32, 1_900, "functiegebonden"),
    ("OPL-006", "Milieutoezicht, post-hbo", 40, 2_400, "functiegebonden"),
    ("OPL-007", "Bodemkwaliteit", 20, 980, "functiegebonden"),
    ("OPL-008", "Geluid en trillingen", 16, 870, "functiegebonden"),
    ("OPL-009", "Luchtkwaliteit", 16, 870, "functiegebonden"),
    ("OPL-010", "Asbest herkennen", 8, 410, "wettelijk"),
    ("OPL-011", "Energiebesparing bij bedrijven", 12, 640, "organisatie"),
    ("OPL-012", "Duidelijke brieven", 6, 250, "individueel"),
    ("OPL-013", "Conflicthantering buiten", 8, 380, "team"),
    ("OPL-014", "Projectleiding", 30, 1_750, "individueel"),
    ("OPL-015", "Dataverkenning", 18, 900, "organisatie"),
    ("OPL-016", "Aanbesteden", 10, 520, "functiegebonden"),
    ("OPL-017", "Privacy op het werk", 4, 0, "wettelijk"),
    ("OPL-018", "Informatiebeveiliging", 4, 0, "organisatie"),
    ("OPL-019", "Coachend leidinggeven", 48, 3_100, "individueel"),
    ("OPL-020", "Externe veiligheid", 24, 1_350, "functiegebonden"),
    ("OPL-021", "Buitengewoon opsporingsambtenaar", 60, 3_600, "wettelijk"),
    ("OPL-022", "Samenwerken in ketens", 12, 700, "team"),
    ("OPL-023", "Klimaatadaptatie", 14, 760, "organisatie"),
)
"""ID number, name, hours, costs in whole euros and ground."""
GROUNDS = ("wettelijk", "functiegebonden", "organisatie", "team", "individueel")
SELF_ENROLMENT = frozenset({"OPL-002", "OPL-012", "OPL-017"})
OUT_OF_SCOPE = "HULP"
WITHOUT_FACTS = "OPL-099"
IN_COMPANY, IN_COMPANY_TITLE = "INC-001", "Gesprekken aan de deur"


def lms_state(staff: tuple[Person, ...], clock: Callable[[], float]) -> State:
    """The LMS before the story starts."""
    state = State(clock)
    state.course_fields = (
        *COURSE_FIELDS,
        CourseFieldDefinition("beleid_uitgezonderd", "Buiten beleid", "checkbox"),
    )
    for person in staff:
        state.add_user(_account(person))
    for course_id, (idnumber, name, hours, costs, ground) in enumerate(COURSES, start=FIRST_COURSE):
        facts = {"leeruren": hours, "kosten_eur": costs, "grondslag": GROUNDS.index(ground) + 1}
        _add_course(state, course_id, idnumber, name, facts)
    last = FIRST_COURSE + len(COURSES)
    _add_course(state, last, OUT_OF_SCOPE, "Hulp bij dit leersysteem", {"beleid_uitgezonderd": 1})
    _add_course(state, last + 1, WITHOUT_FACTS, "Nog niet beschreven cursus", {})
    facts = {"leeruren": 16, "kosten_eur": 250, "grondslag": GROUNDS.index("team") + 1}
    _add_course(state, last + 2, IN_COMPANY, IN_COMPANY_TITLE, facts | {"incompany": 1})
    return state


def course_id(idnumber: str) -> int:
    """The LMS's own id of a course: those of the recordings begin at 2."""
    return FIRST_COURSE + [row[0] for row in COURSES].index(idnumber)


def add_recorded_enrolments(state: State) -> None:
    """The two enrolments that the recorded webhooks are about, by the ids that they name."""
    state.add_enrolment(4, PIET.user_id, enrolment_id=48, timecreated=RECORDED_MOMENT)
    state.add_enrolment(
        3, ZULEYHA.user_id, method="self", enrolment_id=49, timecreated=RECORDED_MOMENT
    )


def _account(person: Person) -> User:
    return User(
        person.user_id,
        person.username,
        person.given_name,
        " ".join(filter(None, (person.prefix, person.family_name))),
        person.email,
        idnumber=f"P{person.employee_id}",
        department=person.team,
        profile={"personeelsnummer": person.employee_id},
    )


def _add_course(
    state: State, course_id: int, idnumber: str, name: str, facts: dict[str, int]
) -> None:
    made = int(datetime(2026, 7, 1, tzinfo=UTC).timestamp())
    state.add_course(
        Course(
            course_id,
            idnumber.replace("OPL-", "CURSUS-"),
            name,
            idnumber,
            timecreated=made,
            fields=dict(facts),
            activities=(Activity(1000 + course_id, 1000 + course_id, "Afronding"),),
            criteria="activities",
        ),
        self_enrolment=idnumber in SELF_ENROLMENT,
    )

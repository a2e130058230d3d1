"""The rows of the sandbox's tables. Moments are unix seconds, as Moodle keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ACTIVE, SUSPENDED = 0, 1
STUDENT, TEACHER = 5, 4


@dataclass
class User:
    id: int
    username: str
    firstname: str
    lastname: str
    email: str
    idnumber: str = ""
    department: str = ""
    city: str = ""
    country: str = ""
    auth: str = "manual"
    suspended: bool = False
    deleted: bool = False
    admin: bool = False
    profile: dict[str, str] = field(default_factory=dict)

    @property
    def fullname(self) -> str:
        return f"{self.firstname} {self.lastname}"


@dataclass(frozen=True)
class Activity:
    """Something in a course that a participant marks as done."""

    cmid: int
    instance: int
    name: str


@dataclass
class Course:
    """`fields` are values by shortname: numbers, the 1-based index of a menu, text, 0 or 1."""

    id: int
    shortname: str
    fullname: str
    idnumber: str = ""
    categoryid: int = 2
    visible: bool = True
    format: str = "topics"
    summary: str = ""
    startdate: int = 0
    enddate: int = 0
    enablecompletion: bool = True
    timecreated: int = 0
    fields: dict[str, Any] = field(default_factory=dict)
    activities: tuple[Activity, ...] = ()
    criteria: str = ""
    """What completes the course: "activities", "self" or nothing."""


@dataclass
class Instance:
    """An enrolment method in a course; self enrolment can be restricted to a cohort, and `closed`
    to who is not enrolled by it yet."""

    id: int
    courseid: int
    method: str
    enabled: bool
    cohortid: int | None = None
    closed: bool = False


@dataclass
class Enrolment:
    id: int
    instanceid: int
    userid: int
    status: int = ACTIVE
    timestart: int = 0
    timeend: int = 0
    timecreated: int = 0
    timemodified: int = 0


@dataclass
class Cohort:
    id: int
    name: str
    idnumber: str
    visible: bool = True
    description: str = ""
    members: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Message:
    id: int
    useridfrom: int
    useridto: int
    text: str
    timecreated: int
    conversationid: int


@dataclass
class Category:
    id: int
    name: str
    idnumber: str = ""
    parent: int = 0
    visible: bool = True


@dataclass(frozen=True)
class CourseFieldDefinition:
    shortname: str
    name: str
    type: str
    options: tuple[str, ...] = ()
    decimals: int = 0


@dataclass(frozen=True)
class ProfileFieldDefinition:
    shortname: str
    name: str
    type: str = "text"


@dataclass
class Token:
    userid: int
    valid_until: int = 0


@dataclass
class QueuedEvent:
    """A row of tool_trigger's queue."""

    eventid: int
    fields: dict[str, Any]
    tries: int = 0
    sent: bool = False


@dataclass(frozen=True)
class RemovedEnrolment:
    """A row of our plugin's list of enrolments that are gone."""

    id: int
    userid: int
    courseid: int
    instanceid: int
    method: str
    timecreated: int
    timeremoved: int


@dataclass
class PolicyEvent:
    """A row of our plugin's queue. `next_at` is when it is tried again."""

    id: int
    event_id: str
    type: str
    data: dict[str, Any]
    timecreated: int
    next_at: int
    attempts: int = 0
    delivered_at: int = 0


COURSE_FIELDS = (
    CourseFieldDefinition("leeruren", "Leeruren", "number", decimals=1),
    CourseFieldDefinition("kosten_eur", "Kosten (EUR)", "number", decimals=2),
    CourseFieldDefinition(
        "grondslag",
        "Grondslag",
        "select",
        ("wettelijk", "functiegebonden", "organisatie", "team", "individueel"),
    ),
    CourseFieldDefinition("traject", "Traject", "text"),
    CourseFieldDefinition("incompany", "In-company", "checkbox"),
)
PROFILE_FIELDS = (
    ProfileFieldDefinition("personeelsnummer", "Personeelsnummer"),
    ProfileFieldDefinition("functie", "Functie"),
    ProfileFieldDefinition("organisatieeenheid", "Organisatieeenheid"),
    ProfileFieldDefinition("indienst", "Indienst", "checkbox"),
)
FEATURES = {
    "usecomments": 1,
    "usetags": 1,
    "enablenotes": 1,
    "messaging": 1,
    "enableblogs": 1,
    "enablecompletion": 1,
    "enablebadges": 1,
    "messagingallusers": 1,
    "enablecustomreports": 1,
    "enableglobalsearch": 0,
    "mnet_dispatcher_mode": 0,
    "enablecompetencies": 1,
}
"""The advanced features of the recorded site, by name."""

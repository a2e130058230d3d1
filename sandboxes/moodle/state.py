"""Everything the sandbox knows, in memory, with helpers to seed and to read it."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sandboxes.moodle.databases import Database, DatabaseEntry, empty_contents
from sandboxes.moodle.tables import (
    ACTIVE,
    COURSE_FIELDS,
    FEATURES,
    PROFILE_FIELDS,
    STUDENT,
    SUSPENDED,
    TEACHER,
    Activity,
    Category,
    Cohort,
    Course,
    CourseFieldDefinition,
    Enrolment,
    Instance,
    Message,
    PolicyEvent,
    ProfileFieldDefinition,
    QueuedEvent,
    RemovedEnrolment,
    Token,
    User,
)
from sandboxes.moodle.versions import MOODLE_4_5

__all__ = [
    "ACTIVE",
    "REPORT_ID",
    "STUDENT",
    "SUSPENDED",
    "TEACHER",
    "Activity",
    "Category",
    "Cohort",
    "Course",
    "CourseFieldDefinition",
    "Enrolment",
    "Instance",
    "Message",
    "NoSuchRecordError",
    "ProfileFieldDefinition",
    "QueuedEvent",
    "State",
    "Token",
    "User",
]

REPORT_ID = 1
"""The custom report on course participants, unless a site numbers it otherwise."""


class NoSuchRecordError(Exception):
    """A seeding mistake: the record to build on does not exist."""


class State:
    """Everything the sandbox knows, with helpers to seed it. `clock` gives unix seconds."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.language = "en"
        self.timezone = "Europe/Amsterdam"
        self.heeds_call_settings = True
        """A call may ask for another language and time zone; not on a site that forces its own."""
        self.speaks = MOODLE_4_5
        self.features = dict(FEATURES)
        self.report_id = REPORT_ID
        self.creates_overlap = False
        """Accounts are made at the same moment, so that none sees the address of another."""
        self.report_filters: tuple[str, ...] = (
            "course:idnumber",
            "user:username",
            "enrolment:status",
        )
        """Those that were put in the report."""
        self.report_conditions: str | None = None
        self.course_fields: tuple[CourseFieldDefinition, ...] = COURSE_FIELDS
        self.profile_fields: tuple[ProfileFieldDefinition, ...] = PROFILE_FIELDS
        self.users: dict[int, User] = {}
        self.courses: dict[int, Course] = {}
        self.instances: dict[int, Instance] = {}
        self.enrolments: dict[int, Enrolment] = {}
        self.cohorts: dict[int, Cohort] = {}
        self.messages: dict[int, Message] = {}
        self.categories: dict[int, Category] = {}
        self.roles: set[tuple[int, int, int]] = set()
        """(course, user, role)"""
        self.done: dict[tuple[int, int], int] = {}
        """(cmid, user) to the moment an activity was marked as done"""
        self.completions: dict[tuple[int, int], int | None] = {}
        """(course, user) to the moment of completion, None while under way"""
        self.queue: dict[int, QueuedEvent] = {}
        self.policy_events: dict[int, PolicyEvent] = {}
        """The queue of our own plugin, where that is installed; so are the next two."""
        self.removed: dict[int, RemovedEnrolment] = {}
        self.held: dict[int, int] = {}
        """Enrolment to the moment at which the plugin suspended it"""
        self.databases: dict[int, Database] = {}
        self.entries: dict[int, DatabaseEntry] = {}
        self.tokens: dict[str, Token] = {}
        self.filters: dict[tuple[int, int], dict[str, Any]] = {}
        self._highest: dict[str, int] = {}
        self._seed_site()

    def _seed_site(self) -> None:
        self.users[1] = User(1, "guest", "Guest user", " ", "root@localhost")
        self.users[2] = User(2, "admin", "Admin", "User", "beheer@example.org", admin=True)
        self.users[3] = User(3, "svc-odwh", "Service", "Koppeling", "svc-odwh@example.org")
        self.courses[1] = Course(
            1, "leerhuis", "Leerhuis Lab", categoryid=0, format="site", enablecompletion=False
        )
        self.categories[1] = Category(1, "Category 1")
        self.categories[2] = Category(2, "Opleidingen", "OPL")
        self.categories[3] = Category(3, "Wettelijk verplicht", "OPL-WET", 2)
        self.categories[4] = Category(4, "Archief (verborgen)", "OPL-ARCH", 2, visible=False)

    def now(self) -> int:
        return int(self.clock())

    def next_id(self, table: str) -> int:
        """Ids go up and are never used again, also after a rollback."""
        rows: Mapping[int, Any] = getattr(self, table)
        highest = max([self._highest.get(table, 0), *rows])
        self._highest[table] = highest + 1
        return highest + 1

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, as most of Moodle's batches are."""
        tables = (
            *("users", "courses", "instances", "enrolments", "cohorts", "queue"),
            *("policy_events", "removed", "held"),
        )
        before = {t: {k: copy.copy(v) for k, v in [*getattr(self, t).items()]} for t in tables}
        roles = set(self.roles)
        try:
            yield
        except BaseException:
            for table, rows in before.items():
                setattr(self, table, rows)
            self.roles = roles
            raise

    # --- seeding -----------------------------------------------------------------------------

    def add_token(self, token: str, userid: int, valid_until: int = 0) -> None:
        self.tokens[token] = Token(userid, valid_until)

    def add_user(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def add_course(
        self,
        course: Course,
        *,
        manual: bool = True,
        self_enrolment: bool = False,
        self_cohort: int | None = None,
    ) -> Course:
        """A course with its three enrolment methods, as Moodle makes them; self enrolment starts
        switched off unless asked. Without `manual` the manual method is missing."""
        course.timecreated = course.timecreated or self.now()
        self.courses[course.id] = course
        if manual:
            self.add_instance(course.id, "manual", True)
        self.add_instance(course.id, "guest", False)
        self.add_instance(course.id, "self", self_enrolment, self_cohort)
        return course

    def add_instance(
        self, courseid: int, method: str, enabled: bool, cohort: int | None = None
    ) -> None:
        number = self.next_id("instances")
        self.instances[number] = Instance(number, courseid, method, enabled, cohort)

    def instance(self, courseid: int, method: str) -> Instance:
        for instance in self.instances.values():
            if (instance.courseid, instance.method) == (courseid, method):
                return instance
        raise NoSuchRecordError(f"course {courseid} has no method {method}")

    def add_enrolment(
        self,
        courseid: int,
        userid: int,
        *,
        method: str = "manual",
        enrolment_id: int | None = None,
        status: int = ACTIVE,
        timestart: int = 0,
        timeend: int = 0,
        timecreated: int | None = None,
    ) -> Enrolment:
        """An enrolment that exists already; makes no event."""
        number = enrolment_id or self.next_id("enrolments")
        created = self.now() if timecreated is None else timecreated
        enrolment = Enrolment(
            number,
            self.instance(courseid, method).id,
            userid,
            status,
            timestart,
            timeend,
            created,
            created,
        )
        self.enrolments[number] = enrolment
        self.roles.add((courseid, userid, STUDENT))
        return enrolment

    def add_completion(self, courseid: int, userid: int, moment: int | None) -> None:
        self.completions[(courseid, userid)] = moment

    def add_cohort(self, cohort: Cohort) -> Cohort:
        self.cohorts[cohort.id] = cohort
        return cohort

    def add_database(self, database: Database) -> Database:
        self.databases[database.id] = database
        return database

    def add_entry(self, database: int, userid: int, *, approved: bool = False) -> DatabaseEntry:
        """An empty entry; makes no event."""
        number, now = self.next_id("entries"), self.now()
        contents = empty_contents(self.databases[database], number)
        entry = DatabaseEntry(number, database, userid, approved, now, now, contents)
        self.entries[number] = entry
        return entry

    # --- reading -----------------------------------------------------------------------------

    def enrolments_in(self, courseid: int) -> list[tuple[Instance, Enrolment]]:
        return [
            (self.instances[enrolment.instanceid], enrolment)
            for enrolment in self.enrolments.values()
            if self.instances[enrolment.instanceid].courseid == courseid
        ]

    def participants(self, courseid: int) -> list[int]:
        return sorted({enrolment.userid for _, enrolment in self.enrolments_in(courseid)})

    def is_active(self, courseid: int, userid: int) -> bool:
        """Whether any enrolment gives access now. Moodle rounds "now" to 100 seconds in lists, so
        a fresh self enrolment counts as not yet started for up to 50 seconds."""
        now = round(self.clock() / 100) * 100
        return any(
            instance.enabled
            and enrolment.userid == userid
            and enrolment.status == ACTIVE
            and enrolment.timestart <= now
            and (enrolment.timeend == 0 or enrolment.timeend > now)
            for instance, enrolment in self.enrolments_in(courseid)
        )

    def active_courses(self, userid: int) -> list[Course]:
        return [
            course
            for course in sorted(self.courses.values(), key=lambda course: course.id)
            if self.is_active(course.id, userid)
        ]

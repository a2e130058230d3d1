"""The protocols that are all the adapter knows of the outside: `Lms`, `Hris` and `Payroll`.

Identifiers of the LMS (users, courses, enrolments) are its own technical ids as strings;
`employee_id` is always the HRIS's employee number as a string, leading zeros kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class CheckState(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `doctor`: what was looked at, what was seen, and what to do about it."""

    name: str
    state: CheckState
    seen: str
    remedy: str = ""


# --- LMS -------------------------------------------------------------------------------------


class EnrolmentStatus(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    NOT_CURRENT = "not_current"
    """Not suspended, but without access for now: its dates lie in the future or the past, or its
    method is switched off."""


class EnrolmentMethod(StrEnum):
    MANUAL = "manual"
    SELF = "self"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class LmsUser:
    """An account of the LMS. `employee_id` is None where the account carries no employee number.

    `given_name` and `family_name` are None where the LMS does not show them apart. `profile` has
    the filled profile fields by short name.
    """

    user_id: str
    username: str
    idnumber: str
    employee_id: str | None
    full_name: str
    email: str
    suspended: bool
    given_name: str | None = None
    family_name: str | None = None
    department: str = ""
    profile: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewLmsUser:
    """An account to be made. `username` is lower-case ASCII without spaces; `employee_id` goes into
    the field that carries the number; `profile` has other profile fields by short name."""

    username: str
    given_name: str
    family_name: str
    email: str
    employee_id: str
    department: str = ""
    profile: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LmsUserChange:
    """What must become different of one account; what is None, or a profile field that is not
    named, stays as it is."""

    user_id: str
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    department: str | None = None
    employee_id: str | None = None
    suspended: bool | None = None
    profile: Mapping[str, str] = field(default_factory=dict)


class RowState(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    """It will never succeed as it is: a person must look."""
    UNSURE = "unsure"
    """No answer came, so it may or may not have been done: look before it is tried again."""
    NOT_SENT = "not_sent"
    """Never sent, because the LMS had stopped answering."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row of a batch. `key` is the username of an account to be made, else the
    account's id. `code` is the LMS's own word for why not."""

    key: str
    state: RowState
    user_id: str | None = None
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CohortChange:
    """Who is to come into a site cohort and who is to go out of it, by account id. `name` is what
    it is called when it is made."""

    idnumber: str
    name: str
    joins: frozenset[str] = frozenset()
    leaves: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CohortWriting:
    """`members` by cohort, read back after the writing; `refused` is the LMS's own word by cohort
    where not everything is as asked."""

    members: Mapping[str, frozenset[str]]
    refused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LmsCourse:
    """A course with its policy facts from custom fields; None where the field is empty or wrong.

    `problems` names each custom field that is missing or unreadable, in the LMS's own words.
    `created_at` (UTC) tells a course from another one with the same technical id: an LMS that is
    put back from a backup gives its ids again.
    """

    course_id: str
    idnumber: str
    shortname: str
    full_name: str
    visible: bool
    start_date: date | None
    end_date: date | None
    hours: Decimal | None
    costs_cents: int | None
    ground: str | None
    trajectory: str | None
    in_company: bool
    out_of_scope: bool
    enrolment_methods: tuple[str, ...]
    problems: tuple[str, ...] = ()
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LmsEnrolment:
    """One enrolment as the LMS shows it: one row per user, course and method.

    Moments are UTC. A participants report gives them to the minute and names the user by username
    and the course by ID number; an LMS with our plugin gives them exactly, with the ids in place of
    those names, and every enrolment with its own `enrolment_id`. What is not given is empty or
    None. `method_text` tells two enrolments of one method apart where the LMS can.
    """

    course_idnumber: str
    username: str
    user_idnumber: str
    method: EnrolmentMethod
    method_text: str
    status: EnrolmentStatus
    created_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    completed: bool
    completed_at: datetime | None
    user_id: str | None = None
    course_id: str | None = None
    enrolment_id: str | None = None
    held_at: datetime | None = None
    """When our plugin in the LMS suspended it; None when it did not, or not any more."""


@dataclass(frozen=True, slots=True)
class RemovedEnrolment:
    """An enrolment that was there and is gone."""

    user_id: str
    course_id: str
    enrolment_id: str


@dataclass(frozen=True, slots=True)
class UnreadEnrolment:
    """A row of which one text has no known meaning: it is not guessed, and it is not gone either.

    `column` and `text` are what could not be read; `remedy` says what to do about that.
    """

    course_idnumber: str
    username: str
    method_text: str
    column: str
    text: str
    remedy: str


OurMoment = Callable[[datetime], datetime]
"""Which moment of our clock a moment of the LMS is; another one only in a rehearsal."""


@dataclass(frozen=True, slots=True)
class EnrolmentReading:
    """The rows that were asked for: those that could be read, and those that could not.

    A `complete` reading has all there is of what was asked, so that what it lacks is gone. Another
    has what changed, and in `removed` what is gone. `mark` is where the next reading of changes may
    begin, None where the LMS cannot tell changes.
    """

    rows: tuple[LmsEnrolment, ...]
    unread: tuple[UnreadEnrolment, ...] = ()
    removed: tuple[RemovedEnrolment, ...] = ()
    complete: bool = True
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class RequestMark:
    """That there is an entry in the request form, and when it was last written (UTC)."""

    entry_id: str
    entered_at: datetime
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """One entry of the request form, as somebody wrote it down; nothing in it was validated.

    `values` are texts by our name of the field (docs/moodle.md, step 7), a day as 2027-03-01; an
    empty field is absent, and only title, ground, hours and fee are always asked. `labels` say how
    people know these fields. `author_id` is an account. `locked` means that its author cannot
    change it any more.
    """

    entry_id: str
    author_id: str
    entered_at: datetime
    modified_at: datetime
    locked: bool
    values: Mapping[str, str]
    labels: Mapping[str, str]
    status: str
    decision: str


class Lms(Protocol):
    """A learning management system. Every method may raise the errors of `connectors.errors`."""

    def check(self) -> list[Check]:
        """Prove the connection with the configured known user and course; never raises."""

    def service_user_id(self) -> str:
        """The account the adapter itself uses; it must never be held."""

    def users_by_id(self, user_ids: Sequence[str]) -> dict[str, LmsUser]:
        """Accounts by technical id; an unknown or deleted id is absent."""

    def users_by_username(self, usernames: Sequence[str]) -> dict[str, LmsUser]:
        """Accounts by username (lower case); unknown ones are absent."""

    def users_by_employee(self, employee_ids: Sequence[str]) -> dict[str, tuple[LmsUser, ...]]:
        """Accounts per employee number; more than one is possible, none is an empty tuple."""

    def users_by_email(self, emails: Sequence[str]) -> dict[str, tuple[LmsUser, ...]]:
        """Accounts per address, in lower case; none is an empty tuple."""

    def create_users(self, users: Sequence[NewLmsUser]) -> list[RowResult]:
        """Make accounts, in batches. No two callers may make the same person or address at the
        same time: the LMS would accept both. Raises `Misconfigured`, also when the employee number
        does not show in an account just made; then the other batches are not sent."""

    def write_users(self, changes: Sequence[LmsUserChange]) -> list[RowResult]:
        """Change accounts, in batches; repeating it is harmless. The adapter's own account is never
        suspended. Raises `Misconfigured`."""

    def courses(self) -> list[LmsCourse]:
        """All courses, hidden ones included, the front page excluded."""

    def course_by_id(self, course_id: str) -> LmsCourse | None: ...

    def course_by_idnumber(self, idnumber: str) -> LmsCourse | None: ...

    def enrolments(self, since: str | None = None) -> EnrolmentReading:
        """Everything, or what changed since the mark of an earlier reading where the LMS can tell;
        the reading says which of the two it is."""

    def enrolments_of(self, user_id: str, course_id: str) -> EnrolmentReading:
        """One person's enrolments in a course, read now; none when one of both does not exist."""

    def enrolments_in(
        self, course: LmsCourse, users: Sequence[LmsUser]
    ) -> dict[str, EnrolmentReading]:
        """The same of each of these accounts, by its id, where course and accounts were just read.
        Of several the whole course is read, once; the course has an ID number."""

    def page_of_course(self, course_id: str) -> str:
        """The address at which people open the course."""

    def page_of_user(self, user_id: str) -> str:
        """The address at which people open the account."""

    def suspendable(self) -> frozenset[EnrolmentMethod]:
        """The methods of which an enrolment can be suspended, as the LMS is set up now."""

    def suspends_by_id(self) -> bool:
        """Whether an enrolment is suspended by its own id, so that one that somebody removed since
        it was read is not made again."""

    def set_suspended(
        self, enrolment: LmsEnrolment, *, suspended: bool, read_back: bool = True
    ) -> None:
        """Suspend or release an enrolment as it was just read, its dates kept, and read back
        whether it is so; repeating it is harmless. Raises `Misconfigured` for a method that is not
        suspendable. Not to `read_back` is for who reads several back at once, where the LMS
        `suspends_by_id`."""

    def remove_enrolment(self, enrolment_id: str) -> bool:
        """Remove any enrolment by its own id; False when it was gone already."""

    def ensure_cohorts(self, names: Mapping[str, str]) -> None:
        """Make the site cohorts that do not exist, name by ID number; repeating it is harmless."""

    def cohort_members(self, idnumbers: Sequence[str]) -> dict[str, frozenset[str]]:
        """User ids by cohort; a cohort that does not exist has none."""

    def add_to_cohort(self, idnumber: str, name: str, user_ids: Sequence[str]) -> None:
        """Makes the site cohort, by this name, when there is none; repeating it is harmless.
        Raises `Permanent` for an account that does not exist."""

    def remove_from_cohort(self, idnumber: str, user_ids: Sequence[str]) -> None: ...

    def write_cohorts(self, changes: Sequence[CohortChange]) -> CohortWriting:
        """Many at once, in as few calls as the LMS allows, making the cohorts that somebody joins;
        repeating it is harmless."""

    def send_message(self, user_id: str, text: str) -> None:
        """A plain-text message; raises `Permanent` when the account cannot be written to."""

    def has_request_form(self) -> bool:
        """Whether training requests can be entered in the LMS; the next three are for that."""

    def request_entries(self) -> tuple[RequestMark, ...]:
        """Which entries there are."""

    def request_entry(self, entry_id: str) -> RequestEntry | None:
        """One entry, read now; None when it is gone or of another form."""

    def answer_request_entry(
        self, entry_id: str, status: str, decision: str, *, final: bool
    ) -> bool:
        """Show these two texts in the entry, in place of what stands there; repeating it is
        harmless. `final` closes the entry to its author where the LMS is set up for that. False
        when the entry is gone."""


# --- HRIS ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Employment:
    """One employment of a person; `end` is the last working day, None while it has no end."""

    employment_id: str
    start: date | None
    end: date | None
    hours_per_week: Decimal | None = None
    fte: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Employee:
    """A person in the HRIS. `modified_at` is UTC, None where the HRIS does not tell.

    `active` is what the HRIS says of the person beside the dates: False for who is archived or
    inactive there, None where it says nothing. It is never a last day: inactive without an end is a
    suspected exit, and active never undoes an end. Blocked or suspended access is not inactive.
    """

    employee_id: str
    given_name: str
    family_name_prefix: str
    family_name: str
    email: str | None
    department: str | None
    manager_id: str | None
    employments: tuple[Employment, ...]
    modified_at: datetime | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A record that could not be read, or that a later step stumbled over: where it stood (file and
    line, page and row) and why. `employee_id` is whose it is, None where even that is not known."""

    where: str
    field: str
    reason: str
    employee_id: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A value that was read, in the way that does no harm, and that a person must look at."""

    where: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class EmployeeScan:
    """One complete walk over the HRIS, or (`complete` false) what changed since a moment.

    `announced` is how many `employees` there must be by the count of the HRIS itself, None where it
    gives none. Who is withheld because of a rejected row is not counted in it. `content` tells one
    list from another where the HRIS is a list (None where it is a system that answers anew): the
    same list read again proves nothing anew.
    """

    employees: tuple[Employee, ...]
    complete: bool
    announced: int | None = None
    rejected: tuple[RejectedRow, ...] = ()
    questions: tuple[Question, ...] = ()
    content: str | None = None


class Hris(Protocol):
    """A human resources information system. Methods may raise `connectors.errors`."""

    @property
    def source(self) -> str:
        """URN of system and tenant, such as `urn:hris:afas:12345`."""

    def check(self) -> list[Check]:
        """Prove the connection, the configured fields and the headcount; never raises."""

    def scan(self, changed_since: datetime | None = None) -> EmployeeScan:
        """Everyone (None), or those changed since a moment in UTC with the connector's overlap."""

    def employee(self, employee_id: str) -> Employee | None:
        """One person, read now; None when the HRIS does not know the number."""


# --- Payroll ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PayDeduction:
    """An amount to take from the pay of one person in one period. `key` is ours, and the one by
    which payroll recognises a repeat; `amount_cents` is positive. `net` says that it is taken from
    the net pay, else from the gross pay."""

    key: UUID
    employee_id: str
    amount_cents: int
    net: bool
    year: int
    period: int
    on: date
    description: str


class Payroll(Protocol):
    """Where a confirmed claim is handed over. Methods may raise `connectors.errors`."""

    def check(self) -> list[Check]:
        """Prove that deductions can be written and read back; writes nothing, never raises."""

    def takes(self, *, net: bool) -> bool:
        """Whether deductions of this kind are set up at all."""

    def held_cents(self, deduction: PayDeduction) -> int | None:
        """The amount that payroll holds under the key of this deduction, read now; None when it
        holds none."""

    def deduct(self, deduction: PayDeduction) -> None:
        """Write it, once: when the answer is lost, nobody knows whether it was done, and
        `held_cents` has to tell. Raises `Permanent` also when the key is there already."""

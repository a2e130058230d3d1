"""Answers of Moodle 4.5 as recorded: what we use is required, what Moodle adds is ignored."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Answer(BaseModel):
    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        coerce_numbers_to_str=True,
        # By the process that asks for such an answer: the web service asks for few.
        defer_build=True,
    )


class ServiceWarning(_Answer):
    warningcode: str
    message: str = ""
    item: str = ""
    itemid: int | str = ""


class Warned(_Answer):
    warnings: list[ServiceWarning] = []


class Function(_Answer):
    name: str


class Feature(_Answer):
    name: str
    value: int


class SiteInfo(_Answer):
    """`siteid` is the course that is the front page; `lang` is the language of the token's user."""

    userid: int
    username: str
    release: str
    functions: list[Function]
    siteid: int = 1
    lang: str = "en"
    userissiteadmin: bool = False
    advancedfeatures: list[Feature] = []


class ProfileField(_Answer):
    shortname: str
    value: str | None = None


class User(_Answer):
    """`email` is absent without moodle/site:viewuseridentity, `idnumber` where it is empty."""

    id: int
    username: str
    fullname: str
    firstname: str | None = None
    lastname: str | None = None
    department: str = ""
    suspended: bool
    idnumber: str = ""
    email: str | None = None
    customfields: list[ProfileField] = []


class Users(_Answer):
    users: list[User]


class CreatedUser(_Answer):
    id: int
    username: str


class CourseField(_Answer):
    """`valueraw` is a number, the 1-based index of a menu, text, or 0 and 1 of a checkbox."""

    shortname: str
    type: str
    valueraw: Decimal | int | str | None = Field(default=None, union_mode="left_to_right")
    value: str | None = None


class Course(_Answer):
    """`idnumber` and `timecreated` are absent without moodle/course:update, `visible` without
    moodle/course:view."""

    id: int
    shortname: str
    fullname: str
    format: str = ""
    idnumber: str | None = None
    visible: int | None = None
    startdate: int = 0
    enddate: int = 0
    timecreated: int = 0
    enrollmentmethods: list[str] = []
    customfields: list[CourseField] = []


class Courses(_Answer):
    courses: list[Course]


class Cohort(_Answer):
    id: int
    name: str
    idnumber: str | None = None


class CohortMembers(_Answer):
    cohortid: int
    userids: list[int]


class EnrolmentMethodShown(_Answer):
    """`status` is whether the service user could enrol by it, or the sentence why not."""

    type: str
    status: bool | str


class SentMessage(_Answer):
    msgid: int
    errormessage: str | None = None


class FailedRemoval(_Answer):
    key: str
    message: str = ""


class Removal(_Answer):
    result: bool
    errors: list[FailedRemoval] = []


class DataField(_Answer):
    """A field of a database activity."""

    id: int
    type: str
    name: str
    required: bool


class DataFields(_Answer):
    fields: list[DataField]


class DataContent(_Answer):
    """Text, the option of a menu, an address, or the seconds of a day's midnight in UTC."""

    fieldid: int
    content: str | None = None
    content1: str | None = None


class DataEntry(_Answer):
    id: int
    userid: int
    dataid: int
    timecreated: int
    timemodified: int
    approved: bool
    contents: list[DataContent] = []


class DataEntries(_Answer):
    entries: list[DataEntry]
    totalcount: int


class OneDataEntry(_Answer):
    entry: DataEntry


class FieldNotification(_Answer):
    fieldname: str


class Updated(_Answer):
    updated: bool
    fieldnotifications: list[FieldNotification] = []


class Approved(_Answer):
    status: bool


class Database(_Answer):
    """`manageapproved` lets the author change an entry that was approved."""

    id: int
    course: int
    approval: bool = False
    manageapproved: bool = False


class Databases(_Answer):
    databases: list[Database]


class DatabaseRights(_Answer):
    canmanageentries: bool
    canapprove: bool


class ReportRow(_Answer):
    columns: list[str | None]


class ReportPage(_Answer):
    headers: list[str]
    rows: list[ReportRow]
    totalrowcount: int


class ReportDetails(_Answer):
    """`conditiondata` and `uniquerows` hide rows from everyone who reads the report."""

    source: str
    uniquerows: bool = False
    conditiondata: str | None = None


class Report(_Answer):
    details: ReportDetails
    data: ReportPage


class PluginEnrolment(_Answer):
    """An enrolment as our plugin gives it; moments in seconds, 0 for none. `status` is active,
    suspended or removed, and `changed` the moment by which pages are ordered."""

    id: int
    userid: int
    courseid: int
    enrolid: int
    method: str
    status: Literal["active", "suspended", "removed"]
    timestart: int
    timeend: int
    timecreated: int
    timecompleted: int
    heldat: int
    changed: int


class ChangedEnrolments(_Answer):
    enrolments: list[PluginEnrolment]
    more: bool
    nextsince: int
    nextafter: int
    time: int


class PluginStatus(_Answer):
    release: str
    checkenabled: bool
    deliveryenabled: bool
    configured: bool
    queued: int
    oldestqueued: int
    lasterror: str
    lastcron: int
    time: int


class SetStatus(_Answer):
    status: str


USERS = TypeAdapter(list[User])
CREATED_USERS = TypeAdapter(list[CreatedUser])
COHORTS = TypeAdapter(list[Cohort])
COHORT_MEMBERS = TypeAdapter(list[CohortMembers])
ENROLMENT_METHODS = TypeAdapter(list[EnrolmentMethodShown])
SENT_MESSAGES = TypeAdapter(list[SentMessage])
NOTHING: TypeAdapter[None] = TypeAdapter(None)
TRUTH = TypeAdapter(bool)
ANYTHING: TypeAdapter[object] = TypeAdapter(object)

"""What a Moodle site is called and how its fields are named; all of it is configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from connectors.answer_body import LARGEST_ANSWER
from connectors.circuit import Circuit
from connectors.moodle.form_fields import FIELDS_OF_PRESET, RequestFields
from connectors.secret import Secret
from connectors.tls import require_tls

GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "wettelijk": "legal",
        "functiegebonden": "function",
        "organisatie": "organisation",
        "team": "team",
        "individueel": "individual",
    }
)


@dataclass(frozen=True, slots=True)
class CourseFields:
    """Shortnames of the custom course fields that carry policy facts."""

    hours: str = "leeruren"
    cost: str = "kosten_eur"
    ground: str = "grondslag"
    trajectory: str = "traject"
    in_company: str = "incompany"
    out_of_scope: str = "beleid_uitgezonderd"


@dataclass(frozen=True, slots=True)
class MoodleConfig:
    """One Moodle site.

    `employee_field` is the shortname of the profile field with the employee number, or `idnumber`.
    `enrolment_report_id` is the custom report of source "Course participants" (see `report`).
    `known_user` (username or employee number) and `known_course` (ID number) must exist: a missing
    right looks like "nothing found", and these two tell the difference.
    `report_texts` adds words of the site's language to `vocabulary.toml`, such as
    `{"Betaling": "other"}`; `ground_labels` maps the options of the ground field, lower case.
    `request_database_id` is the database activity in which training is requested, None without
    one. `request_lock` approves an entry that is answered for good, which locks it, and also shows
    it to everyone who can open the activity. `plugin_expected` says that our plugin should be
    there. `shown_fields` are the profile fields in which employees read how their learning stands,
    `manager_field` is the one with the number of the manager.
    `write_accounts` says that accounts are to be made and changed; `account_auth` is how people log
    in to those that are made: Moodle thinks up a password and mails it where it keeps passwords
    itself.
    """

    url: str
    token: Secret = field(repr=False)
    known_user: str = ""
    known_course: str = ""
    employee_field: str = "personeelsnummer"
    enrolment_report_id: int | None = None
    student_role_id: int = 5
    timezone: str = "Europe/Amsterdam"
    course_fields: CourseFields = CourseFields()
    ground_labels: Mapping[str, str] = field(default_factory=lambda: GROUNDS)
    report_texts: Mapping[str, str] = field(default_factory=dict)
    request_database_id: int | None = None
    request_fields: RequestFields = field(default_factory=lambda: FIELDS_OF_PRESET)
    request_lock: bool = False
    plugin_expected: bool = False
    write_accounts: bool = False
    shown_fields: tuple[str, ...] = ()
    manager_field: str | None = None
    account_auth: str = "manual"
    timeout: float = 30.0
    largest_answer: int = LARGEST_ANSWER
    circuit: Circuit | None = None
    attempts: int = 4
    batch_size: int = 50
    page_size: int = 1000

    def __post_init__(self) -> None:
        require_tls(self.url, "Moodle", "every call carries the token")

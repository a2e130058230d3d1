"""What a test of the contract needs on a site, made over the web services and taken away again."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from connectors.moodle import Moodle, MoodleConfig
from connectors.moodle.protocol import form_fields
from connectors.ports import Lms
from tests.connectors.moodle.targets import Target

STUDENT = 5


@dataclass(frozen=True)
class Person:
    user_id: str
    username: str
    number: str
    email: str


@dataclass(frozen=True)
class OwnCourse:
    course_id: str
    idnumber: str


class Stage:
    """Everything made here carries `mark`, which no other run has: in names, numbers and addresses.
    Nothing else on the site is changed, and on a real site all of it is deleted in the end."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.mark = f"odwh{uuid.uuid4().hex[:10]}"
        self._made = 0
        self._courses: list[str] = []
        self._entries: list[str] = []
        self._opened: list[Moodle] = []

    def lms(self) -> Lms:
        target = self.target
        config = MoodleConfig(
            url=target.url,
            token=target.token,
            known_user=target.known_user or self._known_person.username,
            known_course=target.known_course or self._known_course.idnumber,
            employee_field=target.employee_field,
            enrolment_report_id=target.report_id,
            request_database_id=target.database_id,
            account_auth="manual",
        )
        self._opened.append(Moodle(config))
        return self._opened[-1]

    @cached_property
    def _known_person(self) -> Person:
        return self.person()

    @cached_property
    def _known_course(self) -> OwnCourse:
        return self.course()

    # --- the web services --------------------------------------------------------------------

    def ask(self, function: str, **params: Any) -> Any:
        """The answer as it is, an exception of Moodle included."""
        form = {
            "wstoken": self.target.token,
            "moodlewsrestformat": "json",
            "wsfunction": function,
            **form_fields(params),
        }
        address = f"{self.target.url}/webservice/rest/server.php"
        body = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(address, body, timeout=60) as answer:  # noqa: S310  # the Moodle that the environment names
            return json.loads(answer.read())

    def do(self, function: str, **params: Any) -> Any:
        answer = self.ask(function, **params)
        refused = isinstance(answer, Mapping) and (
            answer.get("exception") or answer.get("warnings")
        )
        assert not refused, f"{function}: {answer}"
        return answer

    # --- making ------------------------------------------------------------------------------

    def name(self) -> str:
        self._made += 1
        return f"{self.mark}x{self._made}"

    def account(self, **changes: Any) -> dict[str, Any]:
        """The row of an account to be made; its family name is the mark."""
        name = self.name()
        row: dict[str, Any] = {
            "username": name,
            "password": "Contract-2026!",
            "firstname": "Proef",
            "lastname": self.mark,
            "email": f"{name}@example.org",
            "idnumber": name.upper(),
        }
        if self.target.employee_field != "idnumber":
            row["customfields"] = [{"type": self.target.employee_field, "value": name.upper()}]
        return row | changes

    def person(self, **changes: Any) -> Person:
        row = self.account(**changes)
        (made,) = self.do("core_user_create_users", users=[row])
        number = row["customfields"][0]["value"] if "customfields" in row else row["idnumber"]
        return Person(str(made["id"]), row["username"], number, row["email"])

    def course(self, *, facts: Mapping[str, str] | None = None, **changes: Any) -> OwnCourse:
        """A course with its policy facts, by short name of the custom field."""
        name = self.name()
        row: dict[str, Any] = {
            "fullname": f"Proefcursus {name}",
            "shortname": name,
            "idnumber": name,
            "categoryid": self._category,
        }
        if facts:
            row["customfields"] = [{"shortname": k, "value": v} for k, v in facts.items()]
        (made,) = self.do("core_course_create_courses", courses=[row | changes])
        self._courses.append(str(made["id"]))
        return OwnCourse(str(made["id"]), (row | changes)["idnumber"])

    @cached_property
    def _category(self) -> int:
        return int(self.do("core_course_get_categories")[0]["id"])

    def enrol(self, person: Person, course: OwnCourse, **more: Any) -> None:
        row = {"roleid": STUDENT, "userid": person.user_id, "courseid": course.course_id}
        self.do("enrol_manual_enrol_users", enrolments=[row | more])

    def unenrol(self, person: Person, course: OwnCourse) -> None:
        row = {"userid": person.user_id, "courseid": course.course_id}
        self.do("enrol_manual_unenrol_users", enrolments=[row])

    def entry(self, **values: str) -> str:
        """An entry of the request form, by the names of its fields."""
        there = self.do("mod_data_get_fields", databaseid=self.target.database_id)["fields"]
        ids = {field["name"]: (field["id"], field["type"]) for field in there}
        data = [
            {"fieldid": ids[name][0], "subfield": sub, "value": json.dumps(value)}
            for name, value in values.items()
            for sub, value in _subfields(ids[name][1], value)
        ]
        made = self.do("mod_data_add_entry", databaseid=self.target.database_id, data=data)
        self._entries.append(str(made["newentryid"]))
        return self._entries[-1]

    def remove_entry(self, entry_id: str) -> None:
        self.do("mod_data_delete_entry", entryid=entry_id)
        self._entries.remove(entry_id)

    def idnumber_of_cohort(self) -> str:
        """For a cohort that the test makes itself."""
        return f"OK-{self.name()}"

    # --- taking away -------------------------------------------------------------------------

    def close(self) -> None:
        for lms in self._opened:
            lms.close()
        if self.target.real:
            self._delete_all()

    def _delete_all(self) -> None:
        for entry in list(self._entries):
            self.remove_entry(entry)
        if self._courses:
            self.do("core_course_delete_courses", courseids=self._courses)
        mine = [{"key": "lastname", "value": self.mark}]
        people = [user["id"] for user in self.do("core_user_get_users", criteria=mine)["users"]]
        if people:
            self.do("core_user_delete_users", userids=people)
        cohorts = [
            c["id"] for c in self.do("core_cohort_get_cohorts") if self.mark in c["idnumber"]
        ]
        if cohorts:
            self.do("core_cohort_delete_cohorts", cohortids=cohorts)


def _subfields(kind: str, value: str) -> list[tuple[str, str]]:
    """An address has a text beside it; the other fields are one value."""
    return [("0", value), ("1", "")] if kind == "url" else [("", value)]

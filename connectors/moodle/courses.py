"""Courses, with their policy facts from custom fields."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from connectors.errors import Misconfigured
from connectors.moodle.client import MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.models import Course, CourseField, Courses
from connectors.plain_text import one_line
from connectors.ports import LmsCourse

T = TypeVar("T")

_FUNCTION = "core_course_get_courses_by_field"


class CourseCatalogue:
    """Reads courses, hidden ones included; the front page, which is a course too, is left out."""

    def __init__(self, client: MoodleClient, config: MoodleConfig) -> None:
        self._client = client
        self._config = config

    def all(self) -> list[LmsCourse]:
        return self._read({})

    def by_id(self, course_id: str) -> LmsCourse | None:
        # `ids` fails as a whole when one is unknown, so one `id` at a time.
        found = self._read({"field": "id", "value": course_id}) if course_id.isdecimal() else []
        return found[0] if found else None

    def by_idnumber(self, idnumber: str) -> LmsCourse | None:
        found = self._read({"field": "idnumber", "value": idnumber}) if idnumber else []
        return found[0] if found else None

    def _read(self, params: Mapping[str, str]) -> list[LmsCourse]:
        answer = self._client.call(_FUNCTION, params, Courses, repeatable=True)
        courses = [course for course in answer.courses if course.format != "site"]
        return [as_lms_course(course, self._config) for course in courses]


def as_lms_course(course: Course, config: MoodleConfig) -> LmsCourse:
    """Raises `Misconfigured` when Moodle keeps facts of the course from the service user."""
    if course.idnumber is None or course.visible is None:
        raise Misconfigured(
            f"Moodle does not show the ID number or visibility of course {course.id}; allow "
            "moodle/course:view and moodle/course:update to the service user's role",
            code="course_fields_hidden",
        )
    names, fields = config.course_fields, _Fields(course)
    zone = ZoneInfo(config.timezone)
    return LmsCourse(
        course_id=str(course.id),
        idnumber=course.idnumber,
        shortname=one_line(html.unescape(course.shortname)),
        full_name=one_line(html.unescape(course.fullname)),
        visible=bool(course.visible),
        start_date=_local_day(course.startdate, zone),
        end_date=_local_day(course.enddate, zone),
        hours=fields.read(names.hours, _number),
        costs_cents=fields.read(names.cost, _cents),
        ground=fields.read(names.ground, lambda field: _ground(field, config.ground_labels)),
        trajectory=fields.read(names.trajectory, _text),
        in_company=fields.read(names.in_company, _checked) or False,
        # The exception needs no field: a site that has none excepts no course.
        out_of_scope=fields.read(names.out_of_scope, _checked, optional=True) or False,
        enrolment_methods=tuple(course.enrollmentmethods),
        problems=tuple(fields.problems),
        created_at=datetime.fromtimestamp(course.timecreated, UTC) if course.timecreated else None,
    )


class _Fields:
    """The custom fields of one course; what cannot be read is None and named in `problems`."""

    def __init__(self, course: Course) -> None:
        self._fields = {field.shortname: field for field in course.customfields}
        self.problems: list[str] = []

    def read(
        self, name: str, read: Callable[[CourseField], T | None], *, optional: bool = False
    ) -> T | None:
        field = self._fields.get(name)
        if field is None:
            if not optional:
                self.problems.append(f"{name}: the course has no such field")
            return None
        try:
            return read(field)
        except ValueError as error:
            self.problems.append(f"{name}: {error}")
            return None


def _local_day(moment: int, zone: ZoneInfo) -> date | None:
    return datetime.fromtimestamp(moment, UTC).astimezone(zone).date() if moment else None


def _number(field: CourseField) -> Decimal | None:
    if field.valueraw is None or field.valueraw == "":
        return None
    if field.type != "number" or isinstance(field.valueraw, str):
        raise ValueError(f"is of type {field.type}, not number")
    value = Decimal(field.valueraw)
    if value < 0:
        raise ValueError(f"{value} is negative")
    if value != value.quantize(Decimal("0.01")):
        raise ValueError(f"{value} has more than two decimals")
    return value.quantize(Decimal("0.01"))


def _cents(field: CourseField) -> int | None:
    value = _number(field)
    return None if value is None else int(value * 100)


def _text(field: CourseField) -> str | None:
    # `value` is escaped for a web page, `valueraw` is what was typed.
    return str(field.valueraw or "").strip() or None


def _checked(field: CourseField) -> bool:
    if field.valueraw not in (0, 1, None):
        raise ValueError(f"is of type {field.type}, not checkbox")
    return field.valueraw == 1


def _ground(field: CourseField, labels: Mapping[str, str]) -> str | None:
    if field.valueraw in (0, None, ""):
        return None
    if not field.value:
        raise ValueError(f"option {field.valueraw} does not exist in the menu")
    label = html.unescape(field.value).strip()
    if label.lower() not in labels:
        raise ValueError(f"{label!r} is not one of the configured grounds")
    return labels[label.lower()]

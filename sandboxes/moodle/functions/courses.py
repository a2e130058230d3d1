"""Courses with their custom fields."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import invalid_parameter, php_error
from sandboxes.moodle.parameters import TEXT, Optional
from sandboxes.moodle.people import YES_NO
from sandboxes.moodle.state import Course, CourseFieldDefinition

_SEARCHABLE: dict[str, Callable[[Course], str]] = {
    "id": lambda course: str(course.id),
    "ids": lambda course: str(course.id),
    "shortname": lambda course: course.shortname,
    "idnumber": lambda course: course.idnumber,
    "category": lambda course: str(course.categoryid),
}
_FILTERS = (
    "displayh5p",
    "activitynames",
    "mathjaxloader",
    "emoticon",
    "urltolink",
    "mediaplugin",
)


def get_courses_by_field(call: Call) -> dict[str, Any]:
    field, value = call.params["field"], call.params["value"]
    courses = sorted(call.state.courses.values(), key=lambda course: course.id)
    if field:
        if field not in _SEARCHABLE:
            raise invalid_parameter()
        wanted = [part.lower() for part in (value.split(",") if field == "ids" else [value])]
        found = [course for course in courses if _SEARCHABLE[field](course).lower() in wanted]
        if field == "ids" and len(found) < len(wanted):
            raise php_error('Attempt to assign property "contextvalidated" on null')
        courses = found
    seen = [c for c in courses if c.visible or call.can("moodle/course:viewhiddencourses")]
    return {"courses": [_shown(call, course) for course in seen], "warnings": []}


def _shown(call: Call, course: Course) -> dict[str, Any]:
    shown = _basics(call, course)
    if course.format == "site" or call.can("moodle/course:view"):
        shown |= _details(course)
    if call.can("moodle/course:view", "moodle/course:update"):
        shown |= _for_editors(course)
    return shown


def _basics(call: Call, course: Course) -> dict[str, Any]:
    category = call.state.categories.get(course.categoryid)
    site = course.format == "site"
    methods = [
        i.method for i in call.state.instances.values() if i.courseid == course.id and i.enabled
    ]
    return {
        "id": course.id,
        "fullname": course.fullname,
        "displayname": course.fullname,
        "shortname": course.shortname,
        "courseimage": f"{call.base_url}/pluginfile.php/{course.id}/course/generated/course.svg",
        "categoryid": course.categoryid,
        "categoryname": category.name if category else "",
        "sortorder": course.categoryid * 10000 + 1,
        "summary": "lab" if site else course.summary,
        "summaryformat": 1,
        "summaryfiles": [],
        "overviewfiles": [],
        "showactivitydates": not site,
        "showcompletionconditions": True if course.enablecompletion else None,
        "contacts": [],
        "enrollmentmethods": methods,
        "customfields": [
            _custom_field(call, definition, course) for definition in call.state.course_fields
        ],
    }


def _details(course: Course) -> dict[str, Any]:
    site = course.format == "site"
    return {
        "format": course.format,
        "showgrades": 1,
        "newsitems": 3 if site else 5,
        "startdate": course.startdate,
        "enddate": course.enddate,
        "maxbytes": 0,
        "showreports": 0,
        "visible": int(course.visible),
        "groupmode": 0,
        "groupmodeforce": 0,
        "defaultgroupingid": 0,
        "enablecompletion": int(course.enablecompletion),
        "completionnotify": 0,
        "lang": "",
        "theme": "",
        "marker": 0,
        "filters": [{"filter": name, "localstate": 0, "inheritedstate": 1} for name in _FILTERS],
    }


def _for_editors(course: Course) -> dict[str, Any]:
    return {
        "idnumber": course.idnumber,
        "legacyfiles": 0,
        "calendartype": "",
        "timecreated": course.timecreated,
        "timemodified": course.timecreated,
        "requested": 0,
        "cacherev": course.timecreated,
        "courseformatoptions": [
            {"name": "hiddensections", "value": 1},
            {"name": "coursedisplay", "value": 0},
            {"name": "indentation", "value": "1"},
        ],
    }


def _custom_field(call: Call, definition: CourseFieldDefinition, course: Course) -> dict[str, Any]:
    raw = course.fields.get(definition.shortname)
    raw, value = _read_field(definition, raw, call.language)
    return {
        "name": definition.name,
        "shortname": definition.shortname,
        "type": definition.type,
        "valueraw": raw,
        "value": value,
    }


def _read_field(
    definition: CourseFieldDefinition, raw: Any, language: str
) -> tuple[Any, str | None]:
    match definition.type:
        case "number":
            return raw, None if raw is None else _number(raw, definition.decimals)
        case "select":
            index = int(raw or 0)
            known = 0 < index <= len(definition.options)
            return index, definition.options[index - 1] if known else None
        case "checkbox":
            return int(raw or 0), YES_NO[language][int(raw or 0)]
        case _:
            return raw or "", html.escape(raw, quote=False) if raw else None


def _number(raw: float, decimals: int) -> str:
    return f"{raw:.{decimals}f}" if raw else "0"


FUNCTIONS = {
    "core_course_get_courses_by_field": Function(
        {"field": Optional(TEXT, ""), "value": Optional(TEXT, "")}, get_courses_by_field
    ),
}

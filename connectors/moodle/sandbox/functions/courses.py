"""Courses with their custom fields."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.moodle.sandbox.call import Call, Function
from connectors.moodle.sandbox.errors import (
    invalid_custom_field,
    invalid_parameter,
    moodle_error,
    no_permission,
    php_error,
)
from connectors.moodle.sandbox.parameters import BOOL, INT, TEXT, Optional
from connectors.moodle.sandbox.people import YES_NO
from connectors.moodle.sandbox.state import Course, CourseFieldDefinition

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
    raw, value = _read_field(definition, raw, call.state.language)
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


def create_courses(call: Call) -> list[dict[str, Any]]:
    with call.state.transaction():
        return [_create_course(call, row) for row in call.params["courses"]]


def _create_course(call: Call, row: Mapping[str, Any]) -> dict[str, Any]:
    if row["categoryid"] not in call.state.categories:
        raise moodle_error(
            "errorcatcontextnotvalid",
            "You cannot execute functions in the category context (category id:"
            f"{row['categoryid']}). The context error message was: Invalid parameter value "
            "detected",
        )
    if not call.can("moodle/course:create"):
        raise no_permission("Create courses")
    _check_names(call, row)
    start = row["startdate"] or _midnight(call)
    course = Course(
        id=call.state.next_id("courses"),
        shortname=row["shortname"],
        fullname=row["fullname"],
        idnumber=row["idnumber"] or "",
        categoryid=row["categoryid"],
        visible=row["visible"] is not False,
        summary=row["summary"] or "",
        startdate=start,
        enddate=row["enddate"] or start + int(timedelta(days=365).total_seconds()),
        enablecompletion=row["enablecompletion"] is not False,
        fields=_written_fields(call, row),
    )
    call.state.add_course(course)
    return {"id": course.id, "shortname": course.shortname}


def _midnight(call: Call) -> int:
    local = datetime.fromtimestamp(call.state.now(), ZoneInfo(call.state.timezone))
    return int(local.replace(hour=0, minute=0, second=0).timestamp())


def _check_names(call: Call, row: Mapping[str, Any], courseid: int = 0) -> None:
    others = [course for course in call.state.courses.values() if course.id != courseid]
    for field, code, words in (
        ("shortname", "shortnametaken", "Short name"),
        ("idnumber", "courseidnumbertaken", "ID number"),
    ):
        value = row[field]
        if value and any(getattr(course, field) == value for course in others):
            raise moodle_error(code, f"{words} is already used for another course ({value})")


def _written_fields(call: Call, row: Mapping[str, Any]) -> dict[str, Any]:
    """Unknown shortnames are ignored without a word."""
    known = {definition.shortname: definition for definition in call.state.course_fields}
    return {
        field["shortname"]: _written(known[field["shortname"]], field["value"])
        for field in row["customfields"] or []
        if field["shortname"] in known
    }


def _written(definition: CourseFieldDefinition, value: str) -> Any:
    """A menu takes any index and no label, a number no comma, a text no markup."""
    allowed = {"number": r"\d+(\.\d+)?", "select": r"\d+", "checkbox": r"[01]", "text": r"[^<>]*"}
    if not re.fullmatch(allowed[definition.type], value):
        raise invalid_custom_field()
    if definition.type == "number":
        return float(value) if "." in value else int(value)
    return value if definition.type == "text" else int(value)


def update_courses(call: Call) -> dict[str, Any]:
    warnings = []
    for row in call.params["courses"]:
        if problem := _update_problem(call, row):
            code, message = problem
            warnings.append(
                {"item": "course", "itemid": row["id"], "warningcode": code, "message": message}
            )
            continue
        course = call.state.courses[row["id"]]
        for name in ("shortname", "fullname", "idnumber", "summary", "startdate", "visible"):
            if row[name] is not None:
                setattr(course, name, row[name])
        course.fields = {**course.fields, **_written_fields(call, row)}
    return {"warnings": warnings}


def _update_problem(call: Call, row: Mapping[str, Any]) -> tuple[str, str] | None:
    if row["id"] not in call.state.courses:
        return "invalidrecord", "Can't find data record in database table course."
    names = {c.shortname for c in call.state.courses.values() if c.id != row["id"]}
    if row["shortname"] in names:
        message = f"Short name is already used for another course ({row['shortname']})"
        return "shortnametaken", message
    return None


_OPTIONAL = {
    "idnumber": Optional(TEXT),
    "summary": Optional(TEXT),
    "format": Optional(TEXT),
    "visible": Optional(BOOL),
    "enablecompletion": Optional(BOOL),
    "startdate": Optional(INT),
    "enddate": Optional(INT),
    "customfields": Optional([{"shortname": TEXT, "value": TEXT}]),
}

FUNCTIONS = {
    "core_course_get_courses_by_field": Function(
        {"field": Optional(TEXT, ""), "value": Optional(TEXT, "")}, get_courses_by_field
    ),
    "core_course_create_courses": Function(
        {"courses": [{"fullname": TEXT, "shortname": TEXT, "categoryid": INT, **_OPTIONAL}]},
        create_courses,
    ),
    "core_course_update_courses": Function(
        {
            "courses": [
                {
                    "id": INT,
                    "fullname": Optional(TEXT),
                    "shortname": Optional(TEXT),
                    "categoryid": Optional(INT),
                    **_OPTIONAL,
                }
            ]
        },
        update_courses,
    ),
}

"""Making and changing courses: batches, taken names and custom fields of the wrong kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import (
    MoodleError,
    invalid_custom_field,
    moodle_error,
    no_permission,
    no_record,
)
from sandboxes.moodle.parameters import (
    BOOL,
    INT,
    TEXT,
    Optional,
)
from sandboxes.moodle.state import Course, CourseFieldDefinition


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
        field["shortname"]: _written(call, known[field["shortname"]], field["value"])
        for field in row["customfields"] or []
        if field["shortname"] in known
    }


def _written(call: Call, definition: CourseFieldDefinition, value: str) -> Any:
    """A menu takes any index and no label, a number no comma, a text no markup. Moodle 5.0 refuses
    no number or label, and keeps what PHP makes of it: the digits that it begins with, or 0."""
    allowed = {"number": r"\d+(\.\d+)?", "select": r"\d+", "checkbox": r"[01]", "text": r"[^<>]*"}
    if not re.fullmatch(allowed[definition.type], value):
        if call.state.speaks.checks_course_fields or definition.type not in ("number", "select"):
            raise invalid_custom_field()
        begins = re.match(allowed[definition.type], value)
        value = begins[0] if begins else "0"
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
        missing = call.state.speaks.words(no_record("course"))
        return missing.errorcode or "", missing.message
    names = {c.shortname for c in call.state.courses.values() if c.id != row["id"]}
    if row["shortname"] in names:
        message = f"Short name is already used for another course ({row['shortname']})"
        return "shortnametaken", message
    try:
        _written_fields(call, row)
    except MoodleError as error:
        return error.errorcode or "", error.message
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

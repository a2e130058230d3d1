"""Who is in a course, and in which courses someone is."""

from __future__ import annotations

from typing import Any

from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import (
    MoodleError,
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
from sandboxes.moodle.people import identity, profile
from sandboxes.moodle.state import Course, User

_ROLE_NAMES = {5: "student", 4: "teacher"}


def get_enrolled_users(call: Call) -> list[dict[str, Any]]:
    course = _accessible_course(call)
    options = {option["name"]: option["value"] for option in call.params["options"] or []}
    only_active, only_suspended = (
        options.get(name) == "1" for name in ("onlyactive", "onlysuspended")
    )
    if only_active and only_suspended:
        raise MoodleError(
            "core\\exception\\coding_exception",
            "codingerror",
            "Coding error detected, it must be fixed by a programmer: Both onlyactive and "
            "onlysuspended are set, this is probably not what you want!",
        )
    ids = [
        userid
        for userid in call.state.participants(course.id)
        if not (only_active and not call.state.is_active(course.id, userid))
        and not (only_suspended and call.state.is_active(course.id, userid))
    ]
    first, number = int(options.get("limitfrom", 0)), int(options.get("limitnumber", 0))
    page = ids[first : first + number] if number else ids[first:]
    fields = options["userfields"].split(",") if "userfields" in options else None
    return [_participant(call, call.state.users[userid], course, fields) for userid in page]


def _accessible_course(call: Call) -> Course:
    course = call.state.courses.get(call.params["courseid"])
    if course is None:
        raise no_record("course")
    if not course.visible and not call.can("moodle/course:viewhiddencourses"):
        raise moodle_error(
            "errorcoursecontextnotvalid",
            f"You cannot execute functions in the course context (course id:{course.id}). The "
            "context error message was: Course or activity not accessible.",
        )
    if not call.can("moodle/course:enrolreview"):
        raise no_permission("View participants")
    return course


def _participant(
    call: Call, user: User, course: Course, fields: list[str] | None
) -> dict[str, Any]:
    shown = identity(call, user) | {"lastcourseaccess": 0}
    shown["customfields"] = profile(call, user, display=False)
    shown["roles"] = [
        {"roleid": role, "name": "", "shortname": _ROLE_NAMES[role], "sortorder": 0}
        for courseid, userid, role in sorted(call.state.roles)
        if (courseid, userid) == (course.id, user.id)
    ]
    if courses := call.state.active_courses(user.id):
        shown["enrolledcourses"] = [
            {"id": c.id, "fullname": c.fullname, "shortname": c.shortname} for c in courses
        ]
    if fields is None:
        return shown
    return {name: value for name, value in shown.items() if name in {"id", "fullname", *fields}}


def get_users_courses(call: Call) -> list[dict[str, Any]]:
    """Active enrolments in visible courses; without rights nothing, and no error."""
    if not call.can("moodle/course:view", "moodle/course:enrolreview"):
        return []
    courses = call.state.active_courses(call.params["userid"])
    return [_course_of(call, course) for course in courses if course.visible]


def _course_of(call: Call, course: Course) -> dict[str, Any]:
    completed = call.state.completions.get((course.id, call.params["userid"])) is not None
    shown = {
        "id": course.id,
        "shortname": course.shortname,
        "fullname": course.fullname,
        "displayname": course.fullname,
        "idnumber": course.idnumber,
        "visible": 1,
        "summary": course.summary,
        "summaryformat": 1,
        "format": course.format,
        "courseimage": f"{call.base_url}/pluginfile.php/{course.id}/course/generated/course.svg",
        "showgrades": True,
        "lang": "",
        "enablecompletion": course.enablecompletion,
        "completionhascriteria": bool(course.criteria),
        "completionusertracked": True,
        "category": course.categoryid,
        "progress": 100 if completed else 0,
        "completed": completed,
        "startdate": course.startdate,
        "enddate": course.enddate,
        "marker": 0,
        "lastaccess": None,
        "isfavourite": False,
        "hidden": False,
        "overviewfiles": [],
        "showactivitydates": True,
        "showcompletionconditions": True if course.enablecompletion else None,
        "timemodified": course.timecreated,
    }
    if call.params["returnusercount"]:
        shown["enrolledusercount"] = len(call.state.participants(course.id))
    return shown


FUNCTIONS = {
    "core_enrol_get_enrolled_users": Function(
        {"courseid": INT, "options": Optional([{"name": TEXT, "value": TEXT}])},
        get_enrolled_users,
    ),
    "core_enrol_get_users_courses": Function(
        {"userid": INT, "returnusercount": Optional(BOOL, True)}, get_users_courses
    ),
}

"""Completion of activities and courses; a course completes at once with its last activity."""

from __future__ import annotations

from typing import Any

from sandboxes.moodle import events
from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import (
    invalid_parameter,
    invalid_user,
    moodle_error,
    no_record,
)
from sandboxes.moodle.parameters import BOOL, INT
from sandboxes.moodle.state import Activity, Course


def course_status(call: Call) -> dict[str, Any]:
    course = _course_and_user(call)
    call.require("report/completion:view", "View course completion report")
    if not course.enablecompletion:
        raise moodle_error("cannotviewreport", "You cannot view this report")
    userid = call.params["userid"]
    if not call.state.is_active(course.id, userid):
        raise moodle_error("usernotenroled", "User is not enrolled in this course")
    if not course.criteria:
        raise moodle_error("nocriteriaset", "No completion criteria set for this course")
    completed = call.state.completions.get((course.id, userid)) is not None
    return {
        "completionstatus": {
            "completed": completed,
            "aggregation": 1,
            "completions": _criteria(call, course, userid, completed),
        },
        "warnings": [],
    }


def _course_and_user(call: Call) -> Course:
    course = call.state.courses.get(call.params["courseid"])
    if course is None:
        raise no_record("course")
    if call.params["userid"] not in call.state.users:
        raise invalid_user()
    return course


def _criteria(call: Call, course: Course, userid: int, completed: bool) -> list[dict[str, Any]]:
    if course.criteria == "self":
        moment = call.state.completions.get((course.id, userid))
        return [_criterion(1, "Self completion", "Self completion", completed, moment)]
    return [
        _criterion(
            4,
            "Activity completion",
            f'<a href="{call.base_url}/mod/page/view.php?id={a.cmid}">{a.name}</a>',
            (a.cmid, userid) in call.state.done,
            call.state.done.get((a.cmid, userid)),
        )
        for a in course.activities
    ]


def _criterion(
    kind: int, title: str, criteria: str, complete: bool, moment: int | None
) -> dict[str, Any]:
    return {
        "type": kind,
        "title": title,
        "status": "Yes" if complete else "No",
        "complete": complete,
        "timecompleted": moment,
        "details": {
            "type": title,
            "criteria": criteria,
            "requirement": "Marking yourself complete",
            "status": "",
        },
    }


def activities_status(call: Call) -> dict[str, Any]:
    """Works for a suspended participant too, unlike the status of the course."""
    course = _course_and_user(call)
    call.require("report/progress:view", "View activity completion reports")
    tracked = call.state.is_active(course.id, call.params["userid"])
    activities = course.activities if course.enablecompletion else ()
    return {
        "statuses": [_activity(call, activity, tracked) for activity in activities],
        "warnings": [],
    }


def _activity(call: Call, activity: Activity, tracked: bool) -> dict[str, Any]:
    moment = call.state.done.get((activity.cmid, call.params["userid"]))
    return {
        "cmid": activity.cmid,
        "modname": "page",
        "instance": activity.instance,
        "state": int(moment is not None),
        "timecompleted": moment or 0,
        "tracking": 1,
        "overrideby": None,
        "valueused": False,
        "hascompletion": True,
        "isautomatic": False,
        "istrackeduser": tracked,
        "uservisible": True,
        "details": [],
        "isoverallcomplete": moment is not None,
    }


def mark_done(call: Call) -> dict[str, Any]:
    """The employee marks an activity as done (or not), with his own token."""
    cmid, userid = call.params["cmid"], call.actor.id
    course = _course_with(call, cmid)
    if not call.params["completed"]:
        call.state.done.pop((cmid, userid), None)
        return {"status": True, "warnings": []}
    call.state.done[(cmid, userid)] = call.state.now()
    complete = all((a.cmid, userid) in call.state.done for a in course.activities)
    already = call.state.completions.get((course.id, userid)) is not None
    if course.criteria == "activities" and not already:
        call.state.completions[(course.id, userid)] = call.state.now() if complete else None
        if complete:
            number = list(call.state.completions).index((course.id, userid)) + 1
            call.emit(events.course_completed(userid, course.id, userid, number))
    return {"status": True, "warnings": []}


def _course_with(call: Call, cmid: int) -> Course:
    for course in call.state.courses.values():
        if any(activity.cmid == cmid for activity in course.activities):
            return course
    raise invalid_parameter()


_BOTH = {"courseid": INT, "userid": INT}

FUNCTIONS = {
    "core_completion_get_course_completion_status": Function(_BOTH, course_status),
    "core_completion_get_activities_completion_status": Function(_BOTH, activities_status),
    "core_completion_update_activity_completion_status_manually": Function(
        {"cmid": INT, "completed": BOOL}, mark_done
    ),
}

"""Enrolling and removing: by the adapter (manual), by id (any), and by the employee himself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandboxes.moodle import events
from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import (
    MoodleError,
    invalid_parameter,
    invalid_user,
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
from sandboxes.moodle.state import (
    ACTIVE,
    STUDENT,
    SUSPENDED,
    TEACHER,
    Enrolment,
    Instance,
)

ASSIGNABLE = (STUDENT, TEACHER)


def enrol_users(call: Call) -> None:
    with call.state.transaction():
        for row in call.params["enrolments"]:
            _enrol(call, row)


def _enrol(call: Call, row: Mapping[str, Any]) -> None:
    courseid, userid = row["courseid"], row["userid"]
    _check_course(call, courseid)
    if not call.can("enrol/manual:enrol"):
        raise no_permission("Enrol users")
    user = call.state.users.get(userid)
    if user is None:
        raise invalid_user()
    if user.deleted:
        raise moodle_error("userdeleted", "error/userdeleted")
    if row["roleid"] not in ASSIGNABLE or not call.can("moodle/role:assign"):
        raise moodle_error(
            "wsusercannotassign",
            f"You don't have the permission to assign this role ({row['roleid']}) to this user "
            f"({userid}) in this course ({courseid}).",
        )
    instance = _manual_instance(call, courseid)
    # What is left out is reset, not kept: dates to none, a suspension to active.
    status = SUSPENDED if row["suspend"] else ACTIVE
    _store(call, instance, userid, status, row["timestart"], row["timeend"])
    call.state.roles.add((courseid, userid, row["roleid"]))


def _check_course(call: Call, courseid: int) -> None:
    course = call.state.courses.get(courseid)
    if course is None:
        raise invalid_parameter()
    if not course.visible and not call.can("moodle/course:viewhiddencourses"):
        raise MoodleError(
            "core\\exception\\require_login_exception",
            "requireloginerror",
            "Course or activity not accessible.",
        )


def _manual_instance(call: Call, courseid: int) -> Instance:
    for instance in call.state.instances.values():
        if (instance.courseid, instance.method, instance.enabled) == (courseid, "manual", True):
            return instance
    raise moodle_error(
        "wsnoinstance",
        "Manual enrolment plugin instance doesn't exist or is disabled for the course (id = "
        f"{courseid})",
    )


def _store(call: Call, instance: Instance, userid: int, status: int, start: int, end: int) -> None:
    """A new row, or a changed one; what does not change makes no event."""
    existing = _find(call, instance, userid)
    if existing is None:
        number = call.state.next_id("enrolments")
        now = call.state.now()
        row = Enrolment(number, instance.id, userid, status, start, end, now, now)
        call.state.enrolments[number] = row
        call.emit(events.enrolment("created", call.actor.id, instance, row))
        _check(call, instance, row)
        return
    if (existing.status, existing.timestart, existing.timeend) == (status, start, end):
        return
    activated = existing.status != status == ACTIVE
    existing.status, existing.timestart, existing.timeend = status, start, end
    existing.timemodified = call.state.now()
    call.emit(events.enrolment("updated", call.actor.id, instance, existing))
    if activated:
        _check(call, instance, existing)


def _check(call: Call, instance: Instance, row: Enrolment) -> None:
    if call.plugin is not None:
        call.plugin.check(call, instance, row)


def _find(call: Call, instance: Instance, userid: int) -> Enrolment | None:
    for row in call.state.enrolments.values():
        if (row.instanceid, row.userid) == (instance.id, userid):
            return row
    return None


def unenrol_users(call: Call) -> None:
    """Removes the manual enrolment only; a self enrolment stays and keeps giving access."""
    with call.state.transaction():
        for row in call.params["enrolments"]:
            if row["courseid"] not in call.state.courses:
                raise no_record("course")
            instance = _manual_instance(call, row["courseid"])
            if row["userid"] not in call.state.users:
                raise invalid_user()
            existing = _find(call, instance, row["userid"])
            if existing is not None:
                _remove(call, existing)


def unenrol_user_enrolment(call: Call) -> dict[str, Any]:
    row = call.state.enrolments.get(call.params["ueid"])
    if row is None:
        return {
            "result": False,
            "errors": [{"key": "invalidrequest", "message": "Invalid request"}],
        }
    _remove(call, row)
    return {"result": True, "errors": []}


def _remove(call: Call, row: Enrolment) -> None:
    state = call.state
    instance = state.instances[row.instanceid]
    del state.enrolments[row.id]
    last = row.userid not in state.participants(instance.courseid)
    if last:
        kept = {r for r in state.roles if r[:2] != (instance.courseid, row.userid)}
        state.roles = kept
    call.emit(events.enrolment("deleted", call.actor.id, instance, row, last=last, now=state.now()))


def self_enrol(call: Call) -> dict[str, Any]:
    """The employee enrols himself; a suspended manual enrolment does not stop him."""
    courseid = call.params["courseid"]
    if courseid not in call.state.courses:
        raise no_record("course")
    warnings = []
    for instance in call.state.instances.values():
        if (instance.courseid, instance.method, instance.enabled) != (courseid, "self", True):
            continue
        refusal = _refusal(call, instance)
        if refusal is None:
            _store(call, instance, call.actor.id, ACTIVE, call.state.now(), 0)
            call.state.roles.add((courseid, call.actor.id, STUDENT))
            return {"status": True, "warnings": []}
        warnings.append(
            {"item": "instance", "itemid": instance.id, "warningcode": "1", "message": refusal}
        )
    return {"status": False, "warnings": warnings}


def _refusal(call: Call, instance: Instance) -> str | None:
    if _find(call, instance, call.actor.id) is not None:
        return "<p>You are already enrolled in this course.</p>\n"
    if instance.closed:
        return "Enrolment is disabled or inactive"
    cohort = call.state.cohorts.get(instance.cohortid or 0)
    if cohort is not None and call.actor.id not in cohort.members:
        return f"<p>Only members of cohort '{cohort.name}' can self-enrol.</p>\n"
    return None


def enrolment_methods(call: Call) -> list[dict[str, Any]]:
    """Lists self enrolment only: the manual method is never shown here."""
    return [
        {
            "id": instance.id,
            "courseid": instance.courseid,
            "type": "self",
            "name": "Self enrolment (Student)",
            "status": _refusal(call, instance) or True,
        }
        for instance in call.state.instances.values()
        if instance.courseid == call.params["courseid"]
        and instance.method == "self"
        and instance.enabled
    ]


_ROW = {"userid": INT, "courseid": INT, "roleid": Optional(INT)}

FUNCTIONS = {
    "enrol_manual_enrol_users": Function(
        {
            "enrolments": [
                {
                    **_ROW,
                    "roleid": INT,
                    "timestart": Optional(INT, 0),
                    "timeend": Optional(INT, 0),
                    "suspend": Optional(BOOL, False),
                }
            ]
        },
        enrol_users,
    ),
    "enrol_manual_unenrol_users": Function({"enrolments": [_ROW]}, unenrol_users),
    "core_enrol_unenrol_user_enrolment": Function({"ueid": INT}, unenrol_user_enrolment),
    "enrol_self_enrol_user": Function(
        {"courseid": INT, "password": Optional(TEXT), "instanceid": Optional(INT)}, self_enrol
    ),
    "core_enrol_get_course_enrolment_methods": Function({"courseid": INT}, enrolment_methods),
}

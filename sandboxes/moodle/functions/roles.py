"""Roles in a course, given and taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import MoodleError, invalid_parameter, no_permission
from sandboxes.moodle.functions.enrolments import ASSIGNABLE
from sandboxes.moodle.parameters import INT, TEXT, Optional

SYSTEM_CONTEXT = 1


def context_of(courseid: int) -> int:
    """As on the recorded site, where the first course has context 15."""
    return courseid + 13


def assign_roles(call: Call) -> None:
    for row in call.params["assignments"]:
        courseid = _course(call, row)
        user = call.state.users.get(row["userid"])
        if user is None or user.deleted:
            raise MoodleError(
                "core\\exception\\coding_exception",
                "codingerror",
                "Coding error detected, it must be fixed by a programmer: User ID does not exist "
                "or is deleted!",
            )
        call.state.roles.add((courseid, user.id, row["roleid"]))


def unassign_roles(call: Call) -> None:
    for row in call.params["unassignments"]:
        call.state.roles.discard((_course(call, row), row["userid"], row["roleid"]))


def _course(call: Call, row: Mapping[str, Any]) -> int:
    """Refuses a context that is not a course's, and a role that the caller may not give there."""
    contexts = {context_of(courseid): courseid for courseid in call.state.courses}
    by_level = row["contextlevel"] == "course" and row["instanceid"] in call.state.courses
    context = context_of(row["instanceid"]) if by_level else row["contextid"]
    if context != SYSTEM_CONTEXT and context not in contexts:
        raise invalid_parameter()
    if not call.can("moodle/role:assign"):
        raise no_permission("Assign roles to users")
    if context == SYSTEM_CONTEXT or row["roleid"] not in ASSIGNABLE:
        raise invalid_parameter()
    return contexts[context]


_ROW = {
    "roleid": INT,
    "userid": INT,
    "contextid": Optional(INT),
    "contextlevel": Optional(TEXT),
    "instanceid": Optional(INT),
}
FUNCTIONS = {
    "core_role_assign_roles": Function({"assignments": [_ROW]}, assign_roles),
    "core_role_unassign_roles": Function({"unassignments": [_ROW]}, unassign_roles),
}

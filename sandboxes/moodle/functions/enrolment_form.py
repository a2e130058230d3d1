"""The form that edits any enrolment. It asks a session key, which no token has: of no use."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import moodle_error, no_record
from sandboxes.moodle.parameters import TEXT


def submit_user_enrolment_form(call: Call) -> dict[str, Any]:
    form = parse_qs(call.params["formdata"])
    if int(form["ue"][0]) not in call.state.enrolments:
        raise no_record("user_enrolments")
    if "_qf__enrol_user_enrolment_form" in form:
        raise moodle_error("missingparam", "A required parameter (sesskey) was missing")
    return {"result": False, "validationerror": True}


FUNCTIONS = {
    "core_enrol_submit_user_enrolment_form": Function(
        {"formdata": TEXT}, submit_user_enrolment_form
    )
}

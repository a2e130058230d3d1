"""What people do in the sandbox LMS, over its real web services, so that its webhooks fire."""

from __future__ import annotations

import html
import re

from adapter.programs.demo.agency import Person
from adapter.programs.demo.stage import ADMIN_TOKEN, Stage
from connectors.http import HttpClient
from sandboxes.moodle.state import STUDENT

PATH = "/webservice/rest/server.php"


def enrol(stage: Stage, person: Person, course_id: int, **dates: int) -> None:
    """An administrator enrols someone by hand."""
    row = {"roleid": STUDENT, "userid": person.user_id, "courseid": course_id, **dates}
    fields = {f"enrolments[0][{name}]": str(value) for name, value in row.items()}
    _call(stage, "enrol_manual_enrol_users", ADMIN_TOKEN, fields)


def enrol_oneself(stage: Stage, person: Person, course_id: int) -> None:
    _call(stage, "enrol_self_enrol_user", _token(stage, person), {"courseid": str(course_id)})


def complete(stage: Stage, person: Person, course_id: int) -> None:
    """The learner marks the last activity of a course as done."""
    course = stage.moodle.state.courses[course_id]
    for activity in course.activities:
        fields = {"cmid": str(activity.cmid), "completed": "1"}
        function = "core_completion_update_activity_completion_status_manually"
        _call(stage, function, _token(stage, person), fields)


def statuses(stage: Stage, person: Person, course_id: int) -> list[tuple[str, int]]:
    """Method and status (1 is suspended) of each enrolment, as the LMS itself has it."""
    return [
        (instance.method, enrolment.status)
        for instance, enrolment in stage.moodle.state.enrolments_in(course_id)
        if enrolment.userid == person.user_id
    ]


def last_message(stage: Stage, person: Person) -> str | None:
    """What the person reads: the LMS keeps it as HTML."""
    texts = [
        message.text
        for message in stage.moodle.state.messages.values()
        if message.useridto == person.user_id
    ]
    return html.unescape(re.sub(r"<[^>]+>", "", texts[-1])) if texts else None


def _token(stage: Stage, person: Person) -> str:
    token = f"token-of-{person.employee_id}"
    stage.moodle.state.add_token(token, person.user_id)
    return token


def _call(stage: Stage, function: str, token: str, fields: dict[str, str]) -> None:
    form = {
        "wstoken": token,
        "wsfunction": function,
        "moodlewsrestformat": "json",
        **fields,
    }
    with HttpClient(stage.moodle.url, secrets=lambda: (token,)) as http:
        answer = http.request("POST", PATH, form=form, repeatable=False).json()
    if isinstance(answer, dict) and "exception" in answer:
        raise RuntimeError(f"the sandbox LMS refused {function}: {answer['errorcode']}")

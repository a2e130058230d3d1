"""Which rights the role really gives (step 1).

Each is proven by a call that can change nothing: it is refused for a missing right before it is
refused for what is wrong in it. Moodle's order of these checks was read in its code and seen in the
recordings.
"""

from __future__ import annotations

from typing import Any

from connectors.errors import Misconfigured, Permanent
from connectors.moodle.checks import paths
from connectors.moodle.checks.service import not_in_service
from connectors.moodle.checks.site import (
    Site,
    failed,
    ok,
    warning,
)
from connectors.moodle.models import ANYTHING
from connectors.ports import Check

_NO_FORMAT = 99
"""A text format that Moodle does not have."""


def refusal(site: Site, function: str, params: dict[str, Any]) -> str:
    """The code with which Moodle refuses a call that must not succeed; empty when it did."""
    try:
        site.parts.client.call(function, params, ANYTHING, repeatable=True)
    except (Permanent, Misconfigured) as error:
        return error.code
    return ""


def _role(capabilities: str) -> str:
    return f"allow {capabilities} to the service user's role: {paths.ROLES}"


def reading_people(site: Site, name: str) -> Check:
    user = site.parts.trust.known_user()
    if user.user_id == str(site.info.userid):
        return failed(
            name,
            "the configured known user is the service user, which everyone may see of himself",
            "configure ODWH_MOODLE_KNOWN_USER with an employee's account that stays",
        )
    if not user.email:
        return warning(
            name,
            "the known user is found, without an e-mail address",
            _role("moodle/site:viewuseridentity"),
        )
    return ok(name, "the known user is found, with an e-mail address")


def reading_courses(site: Site, name: str) -> Check:
    known = site.parts.trust.known_course()
    everything = site.parts.courses.all()
    unnumbered = [course.shortname for course in everything if not course.idnumber]
    hidden = sum(not course.visible for course in everything)
    seen = f"{known.idnumber} and {len(everything) - 1} other courses are read, {hidden} hidden"
    if not hidden:
        seen += " (so moodle/course:viewhiddencourses is not proven: look at the role yourself)"
    if unnumbered:
        shown = ", ".join(unnumbered[:5]) + (" …" if len(unnumbered) > 5 else "")
        return warning(
            name,
            f"{seen}; {len(unnumbered)} without an ID number: {shown}",
            f"give each course an ID number, or its enrolments cannot be read: {paths.COURSES}",
        )
    return ok(name, seen)


def holding(site: Site, name: str) -> Check:
    """Enrols the known user in the front page, which never has an enrolment method: what is refused
    for that reason only could be done in any course."""
    function = "enrol_manual_enrol_users"
    if not site.offers(function):
        return not_in_service(name, function)
    row = {
        "roleid": site.parts.config.student_role_id,
        "userid": site.parts.trust.known_user().user_id,
        "courseid": site.info.siteid,
        "suspend": True,
    }
    code = refusal(site, function, {"enrolments": [row]})
    if code == "nopermissions":
        return failed(name, "no manual enrolment may be made", _role("enrol/manual:enrol"))
    if code == "wsusercannotassign":
        return failed(
            name,
            f"role {row['roleid']} (ODWH_MOODLE_STUDENT_ROLE_ID) may not be given, so nobody can "
            "be held",
            f"{_role('moodle/role:assign')}, and let that role assign the student role: "
            f"{paths.ROLE_ASSIGNMENT}",
        )
    if code != "wsnoinstance":
        return failed(
            name,
            f"the trial was answered with {code or 'success'}, which is not known",
            "look at the site's version and at who changed its enrolment methods",
        )
    return ok(
        name,
        "manual enrolments may be made with the student role; enrol/manual:unenrol and "
        "enrol/self:unenrol show only when an enrolment is removed, so look at the role yourself",
    )


def cohorts(site: Site, name: str) -> Check:
    """Creates a cohort whose text format does not exist."""
    function = "core_cohort_create_cohorts"
    if not site.offers(function):
        return not_in_service(name, function)
    row = {
        "categorytype": {"type": "system", "value": ""},
        "name": "doctor",
        "idnumber": "odwh-doctor-makes-no-cohort",
        "descriptionformat": _NO_FORMAT,
    }
    code = refusal(site, function, {"cohorts": [row]})
    if code == "nopermissions":
        return failed(name, "no cohort may be made", _role("moodle/cohort:manage"))
    if code != "formatnotsupported":
        return failed(
            name,
            f"the trial was answered with {code or 'success'}, which is not known",
            f"remove the cohort odwh-doctor-makes-no-cohort if it is there: {paths.COHORTS}",
        )
    return ok(name, "cohorts may be made and filled")


def messages(site: Site, name: str) -> Check:
    """Writes to the known user in a text format that does not exist. Whether this account may hear
    from us is looked at before the format, and by default people hear only from who shares a
    course with them."""
    function = "core_message_send_instant_messages"
    if not site.offers(function):
        return not_in_service(name, function)
    message = {
        "touserid": site.parts.trust.known_user().user_id,
        "text": "doctor",
        "textformat": _NO_FORMAT,
    }
    code = refusal(site, function, {"messages": [message]})
    if code == "formatnotsupported":
        return ok(name, "may be sent")
    if not code:
        return warning(
            name,
            "the known user may not be written to, so people are told by mail only",
            f"{_role('moodle/site:messageanyuser')}, or rely on mail",
        )
    remedy = f"{_role('moodle/site:sendmessage')}, or rely on mail"
    return warning(name, f"no message can be sent ({code})", remedy)


def accounts(site: Site, name: str) -> Check:
    """Makes an account without a first name, and changes one that does not exist."""
    trials: tuple[tuple[str, str, dict[str, Any], str], ...] = (
        (
            "core_user_create_users",
            "moodle/user:create",
            {"username": "odwh-doctor", "firstname": " ", "lastname": " ", "email": "doctor"},
            "invalidparameter",
        ),
        ("core_user_update_users", "moodle/user:update", {"id": 0}, "invaliduserid"),
    )
    for function, capability, row, expected in trials:
        if not site.offers(function):
            return not_in_service(name, function)
        code = refusal(site, function, {"users": [row]})
        if code == "nopermissions":
            return failed(name, "no account may be written", _role(capability))
        if code != expected:
            return failed(
                name,
                f"the trial was answered with {code or 'success'}, which is not known",
                f"remove the account odwh-doctor if it is there: {paths.USERS}",
            )
    if site.parts.trust.known_user().given_name is None:
        return failed(
            name, "first and last name do not show apart", _role("moodle/site:viewfullnames")
        )
    return ok(name, "accounts may be made and changed")

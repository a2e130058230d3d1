"""Is the request form fit, and may we read and answer it (step 7)."""

from __future__ import annotations

from connectors.errors import Permanent
from connectors.moodle.checks import paths
from connectors.moodle.checks.service import not_in_service
from connectors.moodle.checks.site import (
    Site,
    failed,
    ok,
    warning,
)
from connectors.moodle.protocol import UNKNOWN_RECORD
from connectors.moodle.request_form import FUNCTIONS
from connectors.ports import Check


def look(site: Site, name: str) -> Check:
    form = site.parts.form
    for function in FUNCTIONS:
        if not site.offers(function):
            return not_in_service(name, function)
    try:
        rights = form.rights()
    except Permanent as error:
        if error.code not in UNKNOWN_RECORD:
            raise
        return failed(
            name,
            f"there is no database activity {form.number}",
            "configure ODWH_MOODLE_REQUEST_DATABASE_ID: the d= in the address of its Fields "
            "(Velden) page",
        )
    courses = {course.course_id: course for course in site.parts.courses.all()}
    settings = form.prove(list(courses))
    entries = len(form.marks())
    missing = [
        right
        for right, given in (
            ("mod/data:manageentries", rights.canmanageentries),
            ("mod/data:approve", rights.canapprove),
        )
        if not given
    ]
    if missing:
        return failed(
            name,
            f"{entries} entries; without {' and '.join(missing)} entries stay unseen or unanswered",
            f"allow {' and '.join(missing)} to the service user's role: {paths.ROLES}",
        )
    around = courses[str(settings.course)]
    if not around.out_of_scope:
        return warning(
            name,
            f"{entries} entries; the policy governs course {around.shortname}, in which it stands, "
            "so whoever is enrolled there would be held and could ask for nothing",
            f"tick {site.parts.config.course_fields.out_of_scope} in the settings of that course: "
            f"{paths.COURSES}",
        )
    if site.parts.config.request_lock and settings.manageapproved:
        return warning(
            name,
            f"{entries} entries; one that is locked stays open to its author",
            "set Entries: Allow editing of approved entries (Bewerken van goedgekeurde items "
            "toestaan) to No in the settings of the activity, or ODWH_MOODLE_REQUEST_LOCK to false",
        )
    unread = ", ".join(form.unread())
    if unread:
        return warning(
            name,
            f"{entries} entries; what people write in {unread} is not read",
            "give a field of the request form its own name again or configure "
            f"ODWH_MOODLE_REQUEST_FIELDS; another one can stay: {paths.REQUEST_FIELDS}",
        )
    return ok(name, f"{entries} entries, shown to their authors only")

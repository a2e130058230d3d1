"""Can every enrolment be read (step 5)."""

from __future__ import annotations

from connectors.moodle.checks import paths
from connectors.moodle.checks.site import (
    Site,
    failed,
    ok,
    warning,
)
from connectors.moodle.plugin import FUNCTIONS as PLUGIN_FUNCTIONS
from connectors.ports import Check, UnreadEnrolment

_SOURCE = "core_course\\reportbuilder\\datasource\\participants"


def one_course(site: Site, name: str) -> Check:
    """Proves columns, words, and the filter with which one course is read."""
    known = site.parts.config.known_course
    if _is_spared(site):
        return _spared(name)
    found = site.parts.report.enrolments(known)
    if found.unread:
        return _unread(name, found.unread[0])
    details = site.parts.report.details()
    if details.source != _SOURCE:
        return failed(
            name,
            f"the report has source {details.source}",
            f'make a report with source "Course participants" (Cursusdeelnemers): {paths.REPORTS}',
        )
    if details.uniquerows:
        return warning(
            name,
            "the report shows unique rows only, so enrolments can be hidden",
            f"switch off Remove any duplicate rows (Verwijder dubbele rijen): {paths.REPORTS}",
        )
    if details.conditiondata:
        return warning(
            name,
            "the report has or had conditions, with which enrolments are hidden; Moodle keeps "
            "their values after they are removed, so this line stays then",
            "look whether any is left under Conditions (Voorwaarden) and remove it; a report made "
            f"anew without Include default setup does not say this: {paths.REPORTS}",
        )
    if not site.parts.report.heeds_time_zone():
        return warning(
            name,
            "the site forces its time zone on everyone, and does not tell which; if it is not "
            f"{site.parts.config.timezone}, every hold and release moves the dates of an enrolment",
            f"compare ODWH_MOODLE_TIMEZONE with Default timezone (Standaard tijdzone): "
            f"{paths.LOCATION}",
        )
    ignored = site.parts.report.ignored_filters(known)
    if ignored:
        return warning(
            name,
            f"the report lacks the filters {' and '.join(ignored)}, so each look at one course or "
            "person reads more than that",
            f"add these filters to the report: {paths.REPORTS}",
        )
    return ok(name, f"{len(found.rows)} enrolments in {known} are read")


def _is_spared(site: Site) -> bool:
    """Whether our plugin gives what the report would, and no report was configured."""
    plugin = all(site.offers(function) for function in PLUGIN_FUNCTIONS)
    return plugin and site.parts.config.enrolment_report_id is None


def _spared(name: str) -> Check:
    return warning(
        name,
        "no report is configured: the companion plugin is read, and without it nothing could be",
        "make the report all the same, so that the poll goes on when the plugin does not: "
        f"{paths.REPORTS}",
    )


def _unread(name: str, row: UnreadEnrolment) -> Check:
    seen = f"the report says {row.text!r} as {row.column}, and nobody told what that means"
    return failed(name, seen, row.remedy)


def all_courses(site: Site, name: str) -> Check:
    """Proves that every text in it is understood, and that no course is kept from us: the report
    shows hidden courses too."""
    if _is_spared(site):
        return _spared(name)
    found = site.parts.report.enrolments()
    if found.unread:
        return _unread(name, found.unread[0])
    rows = found.rows
    seen = f"{len(rows)} enrolments are read and understood"
    known = {course.idnumber.lower() for course in site.parts.courses.all()}
    unseen = sorted({row.course_idnumber for row in rows} - {""}, key=str.lower)
    unseen = [idnumber for idnumber in unseen if idnumber.lower() not in known]
    if unseen:
        return failed(
            name,
            f"{seen}, but these courses are not shown to the service user: {', '.join(unseen[:5])}",
            "allow moodle/course:view and moodle/course:viewhiddencourses to the service user's "
            f"role: {paths.ROLES}",
        )
    mine = [row.course_idnumber for row in rows if row.username == site.info.username]
    if mine:
        return warning(
            name,
            f"{seen}; the service user is enrolled in {', '.join(mine[:5])}",
            f"remove it from its courses, since the adapter never holds it: {paths.COURSES}",
        )
    return ok(name, seen)

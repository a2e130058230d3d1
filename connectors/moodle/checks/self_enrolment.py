"""Can people enrol themselves only where the adapter lets them (step 6).

Moodle tells this from the service user's side: `true` where anybody may enrol, else the sentence
that he would read. It names the cohort when it is for want of that; when enrolment is closed at
this moment for another reason (dates, a maximum, switched off) it does not tell of cohorts at all.
"""

from __future__ import annotations

import html

from connectors.moodle.checks import paths
from connectors.moodle.checks.service import CHECK_FUNCTIONS
from connectors.moodle.checks.site import (
    Site,
    failed,
    ok,
    warning,
)
from connectors.moodle.models import COHORTS, ENROLMENT_METHODS, EnrolmentMethodShown
from connectors.moodle.protocol import plain
from connectors.ports import Check, LmsCourse

(FUNCTION,) = CHECK_FUNCTIONS
SELF = "self"
_PATH = (
    "the course > Participants > Enrolment methods > Self enrolment > Only cohort members "
    "(Deelnemers > Aanmeldingsmethoden > Zelf aanmelden > Enkel site-groepsleden)"
)
_MOST = 5


def look(site: Site, name: str) -> Check:
    there = site.parts.courses.all()
    with_self = [one for one in there if SELF in one.enrolment_methods and not one.out_of_scope]
    if not with_self:
        return ok(name, "no course that the policy governs has self enrolment")
    if not site.offers(FUNCTION):
        return warning(
            name,
            f"{FUNCTION} is not in the service, so Moodle does not tell whether self enrolment is "
            f"restricted in {_listed([_named(one) for one in with_self])}",
            f"add the function ({paths.SERVICES}), or look in each course: {_PATH}",
        )
    return _judged(name, [(one, _seen(site, one)) for one in with_self], _names(site))


def _seen(site: Site, course: LmsCourse) -> list[EnrolmentMethodShown]:
    methods = site.parts.client.call(
        FUNCTION, {"courseid": course.course_id}, ENROLMENT_METHODS, repeatable=True
    )
    return [method for method in methods if method.type == SELF]


def _names(site: Site) -> dict[str, str]:
    """Names of cohorts by ID number."""
    cohorts = site.parts.client.call("core_cohort_get_cohorts", {}, COHORTS, repeatable=True)
    return {one.idnumber: one.name for one in cohorts if one.idnumber}


def _judged(
    name: str, seen: list[tuple[LmsCourse, list[EnrolmentMethodShown]]], names: dict[str, str]
) -> Check:
    open_in: list[str] = []
    not_yet_in: list[str] = []
    other_in, unsure_in = [], []
    for course, methods in seen:
        cohort = names.get(f"OK-{course.idnumber}")
        for method in methods:
            if method.status is True:
                waits = cohort is None and course.idnumber
                (not_yet_in if waits else open_in).append(_named(course))
            elif cohort is not None and f"'{cohort}'" in _text(method):
                continue
            elif "'" in _text(method):
                other_in.append(f"{_named(course)} ({_text(method)})")
            else:
                unsure_in.append(f"{_named(course)} ({_text(method) or 'no reason given'})")
    if open_in:
        return failed(
            name,
            f"anybody can enrol himself in {_listed(open_in)}",
            "choose the cohort OK-<ID number of the course> (give a course without one an ID "
            f"number first), or switch it off: {_PATH}",
        )
    if other_in:
        return failed(
            name,
            f"self enrolment asks for another cohort than the adapter keeps: {_listed(other_in)}",
            f"choose the cohort OK-<ID number of the course>: {_PATH}",
        )
    if not_yet_in:
        return warning(
            name,
            f"anybody can enrol himself in {_listed(not_yet_in)}; the adapter did not make the "
            "cohort yet",
            f"run odwh-adapter sync cohorts, then choose OK-<ID number of the course>: {_PATH}",
        )
    if unsure_in:
        return warning(
            name,
            "self enrolment is closed now, and Moodle does not tell whether it is restricted to a "
            f"cohort when it opens: {_listed(unsure_in)}",
            f"look in each of these courses: {_PATH}",
        )
    return ok(name, f"restricted to their cohort in {len(seen)} courses")


def _named(course: LmsCourse) -> str:
    return course.idnumber or course.shortname


def _text(method: EnrolmentMethodShown) -> str:
    return html.unescape(plain(str(method.status)))


def _listed(courses: list[str]) -> str:
    more = f" and {len(courses) - _MOST} more" if len(courses) > _MOST else ""
    return f"{', '.join(courses[:_MOST])}{more}"

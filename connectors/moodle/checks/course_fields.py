"""Do the custom course fields exist, and are they of the right type (step 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.moodle.checks import paths
from connectors.moodle.checks.site import (
    Site,
    failed,
    ok,
    warning,
)
from connectors.moodle.config import CourseFields
from connectors.moodle.models import Courses
from connectors.ports import Check

_TYPES: Mapping[str, tuple[str, str]] = {
    "hours": ("number", "Number (Getal)"),
    "cost": ("number", "Number (Getal)"),
    "ground": ("select", "Dropdown menu (Keuzemenu)"),
    "trajectory": ("text", "Short text (Korte tekst)"),
    "in_company": ("checkbox", "Checkbox (Selectievakje)"),
    "out_of_scope": ("checkbox", "Checkbox (Selectievakje)"),
}
"""By our name of the field: Moodle's word for the type, and what its menu says."""


def look(site: Site, name: str) -> Check:
    known = site.parts.trust.known_course()
    there = _types_of(site)
    missing, wrong = list(_missing(site, there)), list(_wrong(site, there))
    if missing or wrong:
        return failed(
            name,
            "; ".join([*missing, *wrong]),
            f"make these fields, or configure their short names: {paths.COURSE_FIELDS}",
        )
    if known.problems:
        return warning(
            name,
            f"{known.idnumber}: {'; '.join(known.problems)}",
            f"correct it in the settings of the course: {paths.COURSES}",
        )
    if site.parts.config.course_fields.out_of_scope not in there:
        return ok(name, "all there; without a field to except a course, every course is governed")
    return ok(name, "all there, each of its type")


def _types_of(site: Site) -> dict[str, str]:
    params = {"field": "idnumber", "value": site.parts.config.known_course}
    answer = site.parts.client.call(
        "core_course_get_courses_by_field", params, Courses, repeatable=True
    )
    return {
        field.shortname: field.type for course in answer.courses for field in course.customfields
    }


def _missing(site: Site, there: Mapping[str, str]) -> Iterator[str]:
    for ours, shortname in _names(site.parts.config.course_fields):
        if shortname not in there and ours != "out_of_scope":
            yield f"there is no course field {shortname} ({_TYPES[ours][1]})"


def _wrong(site: Site, there: Mapping[str, str]) -> Iterator[str]:
    for ours, shortname in _names(site.parts.config.course_fields):
        kind, shown = _TYPES[ours]
        if there.get(shortname, kind) != kind:
            yield f"{shortname} is of type {there[shortname]}, not {shown}"


def _names(fields: CourseFields) -> Iterator[tuple[str, str]]:
    for ours in _TYPES:
        yield ours, getattr(fields, ours)

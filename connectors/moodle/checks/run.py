"""All checks in the order of docs/moodle.md; what one of them raises is its line, never an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from connectors.errors import ConnectorError, Transient
from connectors.moodle.checks import (
    connection,
    course_fields,
    employee_numbers,
    limits,
    participants,
    paths,
    plugin,
    request_form,
    rights,
    self_enrolment,
    service,
    shown_fields,
)
from connectors.moodle.checks.site import (
    Look,
    Parts,
    Site,
    failed,
)
from connectors.ports import Check

_LOOKS: tuple[tuple[str, Look, str], ...] = (
    ("lms version", connection.version, ""),
    ("lms clock", connection.clock, ""),
    ("lms features", connection.features, paths.FEATURES),
    ("lms service user (step 1)", connection.service_user, paths.USERS),
    ("lms reading people (step 1)", rights.reading_people, paths.ROLES),
    ("lms reading courses (step 1)", rights.reading_courses, paths.ROLES),
    ("lms holding (step 1)", rights.holding, paths.ROLES),
    ("lms cohorts (step 1)", rights.cohorts, paths.ROLES),
    ("lms messages (step 1)", rights.messages, paths.ROLES),
    ("lms functions (step 2)", service.functions, paths.SERVICES),
    ("lms request size (step 2)", limits.request_size, paths.PHP),
    ("lms employee numbers (step 3)", employee_numbers.look, paths.PROFILE_FIELDS),
    ("lms course fields (step 4)", course_fields.look, paths.COURSE_FIELDS),
    ("lms participants report (step 5)", participants.one_course, paths.REPORTS),
    ("lms all enrolments (step 5)", participants.all_courses, paths.REPORTS),
    ("lms self enrolment (step 6)", self_enrolment.look, paths.COURSES),
)
"""Name, look, and where to click when an error tells no place of its own."""
_REQUESTS = ("lms request form (step 7)", request_form.look, paths.REQUEST_FIELDS)
_ACCOUNTS = ("lms accounts (step 10)", rights.accounts, paths.ROLES)
_MANAGER = ("lms manager field (step 10)", shown_fields.manager, paths.PROFILE_FIELDS)
_PLUGIN = ("lms companion plugin (step 9)", plugin.look, paths.PLUGIN)
_SHOWN = ("lms shown learning (step 11)", shown_fields.look, paths.PROFILE_FIELDS)
_LAST = ("lms answer times", limits.answer_times, "")


class Checks:
    def __init__(self, parts: Parts, now: Callable[[], datetime]) -> None:
        self._parts = parts
        self._now = now

    def run(self) -> list[Check]:
        try:
            site = connection.reach(self._parts, self._now)
        except ConnectorError as error:
            return [connection.not_reached(error)]
        return [connection.reached(site), *self._looks(site)]

    def _looks(self, site: Site) -> Iterator[Check]:
        form = () if self._parts.form.number is None else (_REQUESTS,)
        accounts = (_ACCOUNTS,) if self._parts.config.write_accounts else ()
        manager = (_MANAGER,) if self._parts.config.manager_field else ()
        shown = (_SHOWN,) if self._parts.config.shown_fields else ()
        first_seen: dict[str, str] = {}
        for name, look, path in (*_LOOKS, *form, _PLUGIN, *accounts, *manager, *shown, _LAST):
            try:
                yield look(site, name)
            except ConnectorError as error:
                yield _unless_told(name, error, path, first_seen)


def _unless_told(name: str, error: ConnectorError, path: str, first_seen: dict[str, str]) -> Check:
    """One missing right stands in the way of many checks, and is told once."""
    seen, _, remedy = str(error).partition("; ")
    before = first_seen.setdefault(seen, name)
    if before != name:
        return failed(name, f"cannot be looked at before “{before}” is right", "correct that first")
    if isinstance(error, Transient):
        return failed(name, seen, remedy or "run doctor again; when it stays so, ask who runs it")
    place = paths.OF_ERRORS.get(error.code, path)
    advice = remedy or "see docs/moodle.md"
    return failed(name, seen, f"{advice}: {place}" if place else advice)

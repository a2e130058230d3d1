"""Where the contract runs: on the sandbox always, and on a real Moodle when the environment names
one. CONTRIBUTING.md says what such a site must allow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sandboxes.moodle import Course, SandboxMoodle, State
from sandboxes.moodle.databases import request_form
from sandboxes.moodle.plugin import PolicySettings
from sandboxes.moodle.tables import CourseFieldDefinition
from sandboxes.moodle.versions import Version

OUT_OF_SCOPE = CourseFieldDefinition("beleid_uitgezonderd", "Beleid uitgezonderd", "checkbox")
FORM_COURSE = 2


@dataclass(frozen=True)
class Target:
    """A running Moodle. Without a known user or course the stage makes them; what needs a report or
    a request form does not run where there is none."""

    url: str
    token: str
    known_user: str = ""
    known_course: str = ""
    employee_field: str = "personeelsnummer"
    report_id: int | None = None
    database_id: int | None = None
    plugin: bool = False
    real: bool = True


def real_targets() -> list[Target]:
    """The Moodle of the environment: one, or none."""
    read = os.environ.get
    if not read("MOODLE_URL") or not read("MOODLE_TOKEN"):
        return []
    return [
        Target(
            url=os.environ["MOODLE_URL"],
            token=os.environ["MOODLE_TOKEN"],
            known_user=read("MOODLE_KNOWN_USER", ""),
            known_course=read("MOODLE_KNOWN_COURSE", ""),
            employee_field=read("MOODLE_EMPLOYEE_FIELD", "personeelsnummer"),
            report_id=_number(read("MOODLE_REPORT_ID")),
            database_id=_number(read("MOODLE_REQUEST_DATABASE_ID")),
            plugin=bool(read("MOODLE_PLUGIN")),
        )
    ]


def _number(text: str | None) -> int | None:
    return int(text) if text else None


@contextmanager
def sandbox_target(speaks: Version, *, plugin: bool = False) -> Iterator[Target]:
    state = State()
    state.speaks = speaks
    state.course_fields = (*state.course_fields, OUT_OF_SCOPE)
    state.add_course(Course(FORM_COURSE, "AANVRAAG", "Opleidingsaanvragen", "OPL-AANVRAAG"))
    state.add_database(request_form(1, FORM_COURSE))
    with SandboxMoodle(state) as moodle:
        if plugin:
            moodle.install_plugin(PolicySettings("", "", ""))
        yield Target(
            moodle.url,
            moodle.token,
            report_id=state.report_id,
            database_id=1,
            plugin=plugin,
            real=False,
        )

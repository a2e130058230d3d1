"""From an enrolment to its hold in the LMS, with our plugin there and without any.

    python -m benchmarks.enrolment_to_hold [WITHOUT] [WITH]

The demo's service runs as it does in life, a web process and a worker process, on the default
periods; the LMS is the sandbox over HTTP. WITHOUT enrolments (3) are made by hand and found by the
poll, at odd moments of its period; WITH enrolments (10) after the plugin is installed. Prints the
seconds from the call that enrols to the suspension, the longest and the median, and the median as a
ratio to that call alone, which the same run makes first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from zoneinfo import ZoneInfo

from adapter.doors.web.listening import free_port
from adapter.programs.demo import lms_user, procedure
from adapter.programs.demo.agency import Person
from adapter.programs.demo.stage import PLUGIN_SECRET, Stage, set_up
from adapter.register.courses import course_by_idnumber
from adapter.register.keys import Role
from adapter.register.people import known_employee
from benchmarks.figures import Unit, measured
from sandboxes.moodle.plugin import PolicySettings
from sandboxes.moodle.state import SUSPENDED, User

STARTS_AT = datetime(2027, 3, 1, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
WITHIN_WITHOUT, WITHIN_WITH = 90.0, 2.0
PATIENCE_SECONDS = 180.0
COURSE = "OPL-003"


def main(without: int, with_plugin: int) -> None:
    with (
        TemporaryDirectory(prefix="odwh-benchmark-") as folder,
        set_up(
            Path(folder), STARTS_AT, f"127.0.0.1:{free_port()}", lambda name, pid: None
        ) as stage,
    ):
        stage.moodle.webhooks.local_webhooks = []
        _wait(lambda: _is_read(stage), "employees and courses are read")
        procedure.adopt(stage, STARTS_AT.date())
        people = _people(stage)
        bare = [_call_alone(stage, number) for number in range(with_plugin)]
        # Odd moments: an enrolment that always follows the poll would always wait longest.
        polled = [_until_held(stage, next(people), 7.0 * one) for one in range(without)]
        _report("without any plugin", polled, bare, WITHIN_WITHOUT)
        key = stage.keys[Role.LMS]
        stage.moodle.install_plugin(PolicySettings(stage.address, key, PLUGIN_SECRET))
        checked = [_until_held(stage, next(people), 0.0) for _ in range(with_plugin)]
        _report("with the companion plugin", checked, bare, WITHIN_WITH)


def _people(stage: Stage) -> Iterator[Person]:
    """Everyone but the managers, in a course that the policy holds."""
    return (person for person in stage.staff if person.manager_id is not None)


def _is_read(stage: Stage) -> bool:
    person = stage.staff[-1]
    with stage.parts.register.read() as connection:
        course = course_by_idnumber(connection, COURSE)
        return course is not None and known_employee(connection, person.employee_id)


def _call_alone(stage: Stage, number: int) -> float:
    """For somebody without an employee number, whom the policy is not about."""
    guest = Person("", 9_000 + number, "Gast", None, str(number), "", None)
    stage.moodle.state.add_user(
        User(guest.user_id, f"guest{number}", "Gast", str(number), f"g{number}@example.org")
    )
    start = perf_counter()
    lms_user.enrol(stage, guest, _course(stage))
    return perf_counter() - start


def _course(stage: Stage) -> int:
    courses = stage.moodle.state.courses.values()
    return next(course.id for course in courses if course.idnumber == COURSE)


def _until_held(stage: Stage, person: Person, later: float) -> float:
    course = _course(stage)
    sleep(later)
    start = perf_counter()
    lms_user.enrol(stage, person, course)

    def held() -> bool:
        statuses = lms_user.statuses(stage, person, course)
        return [status for _, status in statuses] == [SUSPENDED]

    _wait(held, "the enrolment is held")
    return perf_counter() - start


def _wait(so: Callable[[], bool], what: str) -> None:
    until = perf_counter() + PATIENCE_SECONDS
    while not so():
        if perf_counter() > until:
            raise SystemExit(f"{PATIENCE_SECONDS:.0f} s passed and it is not so that {what}")
        sleep(0.02)


def _report(what: str, spent: list[float], bare: list[float], within: float) -> None:
    measured(f"{what}, longest", max(spent), Unit.SECONDS, within)
    measured(f"{what}, seconds", spent, Unit.SECONDS)
    measured(f"{what} / the call alone", median(spent) / median(bare))


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    main(*(numbers + [3, 10][len(numbers) :]))

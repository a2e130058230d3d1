"""How what is known of one person weighs in an enrolment check and in the decision that is logged.

    python -m benchmarks.check_of_one_person

Asks what the rules say of one more course for an employee with 10, 100 and 400 enrolments, and with
1,000 collective grants that are not about that course. Measured are milliseconds of CPU in this
process on SQLite, the same beside asking SQL for the sum of the hours, and what the facts and years
of a decision take in the register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from sqlalchemy import text

from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import EmployeeRow, LmsUserRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.register import decision_log
from adapter.register.enrolment_facts import collect
from adapter.register.learning_reader import read_learning_for
from adapter.subjects.enrolments.check import check
from benchmarks.agency import account, course, insert_rows
from benchmarks.figures import Unit, measured
from benchmarks.pages_of_10000 import _enrolment, _grant
from benchmarks.tranche_of_2000 import _employee
from config.policy_files import load_policy
from config.settings import Settings
from policy.decide import decide_enrolment

NOW = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)
WHO, COURSE, ENROLLED_ON = "10000", "OPL-999", date(2027, 3, 1)
TIMES = 50
SIZES = ((10, 0), (100, 0), (400, 0), (10, 1_000))
SUM = """
SELECT sum(c.hours) FROM enrolments e JOIN lms_users u ON u.user_id = e.user_id
  JOIN courses c ON c.course_id = e.course_id WHERE u.employee_id = '10000' AND e.gone_at IS NULL
"""


class StandingClock:
    def now(self) -> datetime:
        return NOW


def main() -> None:
    for enrolments, grants in SIZES:
        with TemporaryDirectory(prefix="odwh-benchmark-") as folder:
            register = open_register(f"sqlite:///{Path(folder) / 'register.sqlite3'}")
            upgrade(register)
            _fill(register, enrolments, grants)
            parts = Parts(register, load_policy(), StandingClock(), Settings())
            ours = _seconds(partial(check, parts, WHO, COURSE, ENROLLED_ON))
            bare = _seconds(partial(_sum, register))
            kept = _bytes_of_a_decision(parts)
            register.close()
        what = f"{enrolments} enrolments, {grants} collective grants"
        measured(f"{what}: check", [one * 1_000 for one in ours], Unit.MILLISECONDS)
        measured(f"{what}: check / sum in SQL", median(ours) / median(bare))
        measured(f"{what}: a decision in the register", kept / 1_000, Unit.KILOBYTES)


def _seconds(work: Callable[[], object]) -> list[float]:
    spent: list[float] = []
    for _ in range(TIMES):
        begun = process_time()
        work()
        spent.append(process_time() - begun)
    return spent


def _sum(register: Register) -> object:
    with register.read() as connection:
        return connection.execute(text(SUM)).scalar_one()


def _bytes_of_a_decision(parts: Parts) -> int:
    with parts.register.write() as connection:
        found = read_learning_for(connection, WHO, COURSE)
        assert found.course is not None
        collected = collect(found.learning, found.course, ENROLLED_ON)
        decision = decide_enrolment(collected.facts, parts.policy)
        decision_log.record(connection, collected, decision, parts.policy, NOW)
        lengths = text("SELECT length(facts) + length(years) FROM decisions")
        return int(connection.execute(lengths).scalar_one())


def _fill(register: Register, enrolments: int, grants: int) -> None:
    with register.write() as connection:
        insert_rows(connection, EmployeeRow, iter([_employee(0)]))
        insert_rows(connection, LmsUserRow, iter([account(0, WHO, NOW)]))
        insert_rows(connection, CourseRow, (course(one, NOW) for one in (*range(enrolments), 999)))
        insert_rows(connection, EnrolmentRow, _enrolments(enrolments))
        insert_rows(connection, GrantRow, _collective(grants))


def _enrolments(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {**_enrolment(number), "user_id": "0", "course_id": str(number)}


def _collective(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        courses = [f"X-{number}", f"X-{number + 1}"]
        yield {
            **_grant(number),
            "employee_id": None,
            "trajectory_id": f"X-{number}",
            "course_ids": courses,
        }


if __name__ == "__main__":
    main()

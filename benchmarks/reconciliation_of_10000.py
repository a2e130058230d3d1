"""What a reconciliation of a large register costs, beside the same questions in plain SQL.

    python -m benchmarks.reconciliation_of_10000 [EMPLOYEES [ENROLMENTS]] [postgresql]

Fills a register with EMPLOYEES (10,000) in teams of ten and ENROLMENTS (100,000) in 500 courses, of
which one in ten has no grant; one person in a hundred has left, one in twenty goes above the norm.
The comparison, its report in each form, and the questions as SQL run in a process each, so that the
seconds and the most memory (of the process and of those that it starts, in MB) are of that alone.
Prints a table, the whole beside the SQL and the goals, and the same as JSON. On a machine that
others use too the seconds of CPU say more than those of the clock.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import Connection, insert, text
from sqlalchemy.orm import configure_mappers

from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.decisions import DecisionRow, PolicyVersionRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.views.reconcile import history
from adapter.views.reconcile.documents import written
from adapter.views.reconcile.run import reconcile
from benchmarks.agency import account, course, insert_rows
from benchmarks.figures import Unit, measured, missed
from benchmarks.log import log_nothing
from config.catalogue import Language
from config.policy_files import load_policy
from config.settings import Settings
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.registers import new_database, started_postgres

NOW = datetime(2027, 9, 15, 9, 0, tzinfo=UTC)
TODAY = date(2027, 9, 15)
COURSES, TEAM, CHUNK = 500, 10, 10_000
FORMS = ("html", "pdf", "xlsx", "json", "csv")


class StandingClock:
    def now(self) -> datetime:
        return NOW


def main(employees: int, enrolments: int, engine: str) -> int:
    with TemporaryDirectory(prefix="odwh-benchmark-") as folder, _database(engine, folder) as url:
        register = open_register(url)
        upgrade(register)
        adopt_policy(register)
        begun = perf_counter()
        with register.write() as connection:
            _fill(connection, employees, enrolments)
        with register.engine.execution_options(
            isolation_level="AUTOCOMMIT"
        ).connect() as connection:
            connection.exec_driver_sql("ANALYZE")
        register.close()
        print(
            f"{employees} employees, {enrolments} enrolments on {engine}, "
            f"filled in {perf_counter() - begun:.0f} s",
            flush=True,
        )
        steps = {"sql": _apart(url, folder, "sql")}
        steps["compare"] = _apart(url, folder, "compare")
        print(f"{steps['compare']['findings']} findings\n")
        for form in FORMS:
            steps[form] = _apart(url, folder, form)
    print(f"{'':<10}{'seconds':>9}{'of CPU':>9}{'MB':>7}{'children':>10}{'kB out':>9}")
    for step, one in steps.items():
        print(
            f"{step:<10}{one['seconds']:>9.1f}{one['cpu']:>9.1f}{one['mb']:>7.0f}"
            f"{one['children_mb']:>10.0f}{one.get('bytes', 0) / 1000:>9.0f}"
        )
    worst = _tell_goals(employees, engine, steps)
    print(json.dumps({"employees": employees, "enrolments": enrolments, **steps}))
    return worst


def _tell_goals(employees: int, engine: str, steps: dict[str, dict[str, Any]]) -> int:
    seconds, megabytes = (20, 300) if employees <= 10_000 else (120, 500)
    ours = [one for step, one in steps.items() if step != "sql"]
    most = max(max(one["mb"], one["children_mb"]) for one in ours)
    of = f"{employees} employees, {engine}"
    figures = [measured(f"{of}: most memory", most, Unit.MEGABYTES, megabytes)]
    for kind, name in (("seconds", "clock"), ("cpu", "CPU")):
        whole = sum(one[kind] for one in ours)
        work = f"{of}: comparison and all forms, {name}"
        figures.append(measured(work, whole, Unit.SECONDS, seconds))
        # What PostgreSQL itself spends is not of these processes.
        if kind == "seconds" or engine == "sqlite":
            ratio = steps["compare"][kind] / steps["sql"][kind]
            figures.append(measured(f"{of}: comparison / SQL, {name}", ratio, Unit.RATIO, 10))
    return missed(figures)


@contextmanager
def _database(engine: str, folder: str) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{Path(folder) / 'register.sqlite3'}"
        return
    with started_postgres() as server:
        yield new_database(server, "reconciliation")


def _apart(url: str, folder: str, step: str) -> dict[str, Any]:
    """One step in a process of its own."""
    command = [sys.executable, "-m", __spec__.name, "--step", step, url, folder]
    done = subprocess.run(  # noqa: S603 -- our own program
        command, check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def step(name: str, url: str, folder: str) -> None:
    log_nothing()
    register = open_register(url)
    # What a program does once in its life is of neither side.
    configure_mappers()
    begun, begun_cpu = perf_counter(), process_time()
    told = _STEPS.get(name, _written)(register, Path(folder), name)
    told |= {
        "seconds": perf_counter() - begun,
        "cpu": process_time() - begun_cpu,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "children_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000,
    }
    register.close()
    print(json.dumps(told))


def _compared(register: Register, folder: Path, _name: str) -> dict[str, Any]:
    parts = Parts(register, load_policy(), StandingClock(), Settings())
    run_id = reconcile(parts, as_of=TODAY)
    (folder / "run").write_text(run_id)
    with register.read() as connection:
        return {"findings": sum(history.counts_of(connection, run_id).values())}


def _written(register: Register, folder: Path, form: str) -> dict[str, Any]:
    with register.read() as connection:
        document = written(connection, (folder / "run").read_text(), form, Language.NL)
    assert document is not None
    with document.file, (folder / f"report.{form}").open("wb") as report:
        shutil.copyfileobj(document.file, report)
        return {"bytes": report.tell()}


_QUESTIONS = """
SELECT count(*) FROM enrolments e JOIN lms_users u ON u.user_id = e.user_id
  JOIN courses c ON c.course_id = e.course_id
  WHERE e.gone_at IS NULL AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.revoked_at IS NULL
  AND g.employee_id = u.employee_id AND g.course_ids LIKE '%' || c.idnumber || '%');
SELECT count(*) FROM (SELECT u.employee_id, sum(c.hours) AS followed FROM enrolments e
  JOIN lms_users u ON u.user_id = e.user_id JOIN courses c ON c.course_id = e.course_id
  WHERE e.gone_at IS NULL AND e.created_at >= '2027-01-01' GROUP BY u.employee_id) AS years
  WHERE followed > 80;
SELECT count(*) FROM grants g WHERE g.costs_cents >= 200000 AND g.starts_on <= '2027-09-15'
  AND NOT EXISTS (SELECT 1 FROM agreements a WHERE a.grant_id = g.id);
SELECT count(*) FROM enrolments e JOIN lms_users u ON u.user_id = e.user_id
  JOIN employments m ON m.employee_id = u.employee_id
  WHERE m.end_on < '2027-09-15' AND e.status = 'active' AND e.completed = 0;
SELECT count(*) FROM lms_users u JOIN employments m ON m.employee_id = u.employee_id
  WHERE m.end_on < '2027-09-15' AND u.suspended = 0;
SELECT count(*) FROM employments m WHERE (m.end_on IS NULL OR m.end_on >= '2027-09-15')
  AND NOT EXISTS (SELECT 1 FROM lms_users u WHERE u.employee_id = m.employee_id);
SELECT count(*) FROM lms_users u WHERE NOT EXISTS
  (SELECT 1 FROM employees p WHERE p.employee_id = u.employee_id);
SELECT count(*) FROM (SELECT employee_id FROM lms_users GROUP BY employee_id
  HAVING count(*) > 1) AS doubled;
SELECT count(*) FROM courses WHERE hours IS NULL OR costs_cents IS NULL OR ground IS NULL;
SELECT count(*) FROM enrolments WHERE completed = 1 AND completed_at IS NULL;
SELECT count(*) FROM enrolments e JOIN lms_users u ON u.user_id = e.user_id
  JOIN courses c ON c.course_id = e.course_id WHERE NOT EXISTS (SELECT 1 FROM decisions d
  WHERE d.employee_id = u.employee_id AND d.course_id = c.idnumber)
"""


def _in_sql(register: Register, _folder: Path, _name: str) -> dict[str, Any]:
    with register.read() as connection:
        return {
            "answers": [
                connection.execute(text(question)).scalar_one()
                for question in _QUESTIONS.split(";")
            ]
        }


_STEPS = {"sql": _in_sql, "compare": _compared}


def _fill(connection: Connection, employees: int, enrolments: int) -> None:
    policy = {"digest": "d", "version": "1", "content": {}, "recorded_at": NOW}
    connection.execute(insert(PolicyVersionRow).values(policy))
    each = enrolments // employees
    people = range(employees)
    insert_rows(connection, EmployeeRow, (_employee(one) for one in people))
    insert_rows(connection, EmploymentRow, (_employment(one) for one in people))
    insert_rows(connection, LmsUserRow, (_account(one) for one in people if one % 100 != 7))
    insert_rows(connection, CourseRow, (_course(one) for one in range(COURSES)))
    of_everybody = ((one, nth) for one in people for nth in range(each))
    insert_rows(connection, EnrolmentRow, (_enrolment(*one) for one in of_everybody))
    of_everybody = ((one, nth) for one in people for nth in range(each))
    insert_rows(connection, DecisionRow, (_decision(*one) for one in of_everybody))
    granted = ((one, nth) for one in people for nth in range(0, each, 3))
    insert_rows(connection, GrantRow, (_grant(*one, each) for one in granted))


def _employee(number: int) -> dict[str, Any]:
    return {
        "employee_id": f"{100_000 + number}",
        "source": "benchmark",
        "given_name": "Sanne",
        "family_name_prefix": "van 't",
        "family_name": f"Hof{number}",
        "department": f"Afdeling {number // 200}",
        "manager_id": f"{100_000 + number // TEAM * TEAM}",
        "first_seen_at": NOW,
        "last_seen_at": NOW,
    }


def _employment(number: int) -> dict[str, Any]:
    return {
        "employee_id": f"{100_000 + number}",
        "employment_id": "1",
        "start_on": date(2019, 9, 1),
        "end_on": date(2027, 8, 31) if number % 100 == 3 else None,
        "hours_per_week": Decimal("36.00"),
    }


def _account(number: int) -> dict[str, Any]:
    return {
        **account(number, f"{100_000 + number}", NOW),
        "suspended": int(number % 100 == 3),
    }


def _course(number: int) -> dict[str, Any]:
    begin = date(2027, 1, 1) + timedelta(days=number % 300)
    return {**course(number, NOW), "start_on": begin, "end_on": begin + timedelta(days=31)}


def _course_of(person: int, nth: int) -> int:
    return (person * 7 + nth * 31) % COURSES


def _enrolled_at(person: int, nth: int) -> datetime:
    return datetime(2027, 1, 4, 9, 0, tzinfo=UTC) + timedelta(days=(person + nth * 23) % 240)


def _enrolment(person: int, nth: int) -> dict[str, Any]:
    made_at = _enrolled_at(person, nth)
    done = (person + nth) % 4 > 1
    return {
        "id": f"E-{person}-{nth}",
        "user_id": str(person),
        "course_id": str(_course_of(person, nth)),
        "method": "manual",
        "method_text": "",
        "status": "active",
        "created_at": made_at,
        "first_seen_at": made_at,
        "to_decide": 0,
        "seen_at": NOW,
        "completed": int(done),
        "completed_at": NOW - timedelta(days=1) if done else None,
    }


def _decision(person: int, nth: int) -> dict[str, Any]:
    return {
        "id": f"D-{person}-{nth}",
        "employee_id": f"{100_000 + person}",
        "course_id": f"OPL-{_course_of(person, nth):03}",
        "enrolled_on": _enrolled_at(person, nth).date(),
        "outcome": "allow",
        "regime": "enforce",
        "policy_digest": "d",
        "facts": {},
        "facts_sha256": "",
        "sources": {},
        "findings": [],
        "years": [],
        "decided_at": NOW,
    }


def _grant(person: int, first: int, each: int) -> dict[str, Any]:
    """Of three courses; the tenth of everybody has none."""
    covered = [nth for nth in range(first, min(first + 3, each)) if nth % 10 != 9]
    decided = date(2026, 12, 20)
    return {
        "id": f"G-{person}-{first}",
        "employee_id": f"{100_000 + person}",
        "trajectory_id": f"T-{person}-{first}",
        "course_ids": [f"OPL-{_course_of(person, nth):03}" for nth in covered],
        "costs_cents": 240_000 if (person + first) % 50 == 0 else 40_000,
        "hours": Decimal(60 if (person + first) % 20 == 0 else 16),
        "work_time_share": Decimal(1),
        "ground": "individual",
        "mandatory_by_law": "no",
        "repayment_scheme": 0,
        "starts_on": date(2027, 1, 10) + timedelta(days=(person + first) % 200),
        "ends_on": date(2027, 10, 1) + timedelta(days=first),
        "decided_on": decided,
        "decided_by": "MT",
        "recorded_at": NOW,
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        step(*sys.argv[2:])
    else:
        sizes = [int(one) for one in sys.argv[1:] if one.isdigit()] + [10_000, 100_000]
        enrolments = sizes[1] if len(sys.argv) > 2 and sys.argv[2].isdigit() else sizes[0] * 10
        engine = "postgresql" if "postgresql" in sys.argv[1:] else "sqlite"
        sys.exit(main(sizes[0], enrolments, engine))

"""What the report to the management team costs, beside reading what everybody learns.

    python -m benchmarks.mt_report [EMPLOYEES] [ENROLMENTS]

An agency with its tranche decided, 10,000 employees and ten enrolments each unless told otherwise.
Prints seconds and the most memory; every form is written once, in a process that made the figures.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, insert

from adapter.ground.rendering.renderers import RENDERERS
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    GrantRow,
    SignatureRow,
    TrainingRequestRow,
    TrajectoryRecordRow,
)
from adapter.ground.store.tables.rulings import RequestDecisionRow, RequestProposalRow
from adapter.ground.store.tables.tranches import BudgetRow
from adapter.register.keys import Principal, Role
from adapter.register.learning_reader import read_all_learning
from adapter.subjects.requests.acts import Act
from adapter.views.reports.management_team import REPORT, PeriodQuery
from benchmarks.agency import account, course, insert_rows
from benchmarks.figures import Unit, measured
from benchmarks.tranche_of_2000 import _employee, _employment, _request
from config.catalogue import Language
from config.policy_files import load_policy
from policy.request_states import RequestState

NOW = datetime(2027, 4, 1, 7, 0, tzinfo=UTC)
COURSES, TEAM = 60, 12
GROUNDS = ("legal", "function", "function", "organisation", "team", "individual")
HOURS = (4, 8, 8, 16, 16, 24, 32, 40, 60, 84)
HR = Principal("benchmark", "benchmark", Role.HR, None)


def main(employees: int, enrolments: int) -> None:
    with TemporaryDirectory(prefix="odwh-benchmark-") as folder:
        register = open_register(f"sqlite:///{Path(folder) / 'register.sqlite3'}")
        upgrade(register)
        with register.write() as connection:
            fill_agency(connection, employees, enrolments)
        print(f"{employees} employees, {enrolments} enrolments")
        with register.read() as connection:
            act = Act(connection, load_policy(), NOW, HR)
            _timed("learning of everybody", lambda: read_all_learning(connection))
            found = _timed("figures", lambda: REPORT.read(act, PeriodQuery(), Language.NL))
            report = _timed("page", lambda: REPORT.page(act, found, Language.NL))
        for form in REPORT.forms:
            written = _timed(form, partial(RENDERERS[form].render, report))
            measured(f"{form}, size", len(written) / 1000, Unit.KILOBYTES)
        register.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    measured("most memory", most, Unit.MEGABYTES)


def _timed(name: str, run: Callable[[], Any]) -> Any:
    begun = perf_counter()
    made = run()
    measured(f"{name}, seconds", perf_counter() - begun, Unit.SECONDS)
    return made


def fill_agency(connection: Connection, employees: int, enrolments: int) -> None:
    """The same agency every time: teams of twelve, two in three with a grant for 2027."""
    luck = Random(2027)  # noqa: S311 - the same agency every time
    numbers = range(employees)
    asked = [one for one in numbers if luck.random() < 0.65]
    granted = [one for one in asked if luck.random() < 0.85]
    insert_rows(connection, EmployeeRow, (_employee_in_team(one) for one in numbers))
    insert_rows(connection, EmploymentRow, (_employment(one) for one in numbers))
    insert_rows(connection, LmsUserRow, (account(one, f"{10_000 + one}", NOW) for one in numbers))
    insert_rows(connection, CourseRow, (_course(one) for one in range(COURSES)))
    insert_rows(connection, EnrolmentRow, (_enrolment(one, employees) for one in range(enrolments)))
    insert_rows(connection, TrainingRequestRow, (_asked(one, one in granted) for one in asked))
    insert_rows(connection, RequestProposalRow, (_proposal(one) for one in granted))
    insert_rows(connection, RequestDecisionRow, (_decision(one) for one in granted))
    insert_rows(connection, GrantRow, (_grant(one) for one in granted))
    signed = [one for one in granted if _cents(one) >= 200_000]
    insert_rows(connection, AgreementRow, (_agreement(one) for one in signed))
    parties = ("employee", "manager")
    insert_rows(connection, SignatureRow, (_signature(o, p) for o in signed for p in parties))
    insert_rows(connection, TrajectoryRecordRow, (_record(one) for one in granted[::4]))
    connection.execute(
        insert(BudgetRow).values(
            id="B-1",
            position=1,
            year=2027,
            amount_cents=employees * 130_000,
            set_by="MT",
            set_at=NOW - timedelta(days=120),
        )
    )


def _employee_in_team(number: int) -> dict[str, Any]:
    manager = f"{10_000 + number // TEAM * TEAM}"
    return {**_employee(number), "manager_id": manager}


def _course(number: int) -> dict[str, Any]:
    return {
        **course(number, NOW),
        "hours": Decimal(4),
        "in_company": int(number % 5 == 0),
        "out_of_scope": int(number >= COURSES // 3),
    }


def _enrolment(number: int, employees: int) -> dict[str, Any]:
    """Two in three in courses that are outside the policy, as in a real LMS."""
    completed = datetime(2027, 1, 4, 9, tzinfo=UTC) + timedelta(days=number * 7 % 85)
    return {
        "id": f"E-{number}",
        "user_id": str(number % employees),
        "course_id": str(number % COURSES),
        "method": "manual",
        "method_text": str(number // employees),
        "status": "active",
        "created_at": completed - timedelta(days=3),
        "first_seen_at": NOW,
        "to_decide": 0,
        "seen_at": NOW,
        "completed": int(number % 3 > 0),
        "completed_at": completed if number % 3 else None,
    }


def _asked(number: int, granted: bool) -> dict[str, Any]:
    return {
        **_request(number),
        "employee_ids": [f"{10_000 + number}"],
        "ground": GROUNDS[number % len(GROUNDS)],
        "state": RequestState.GRANTED if granted else RequestState.SUBMITTED,
        "tranche": "2027-1" if granted else "2027-2",
        "submitted_at": datetime(2026, 11, 1, tzinfo=UTC)
        if number % 3
        else datetime(2027, 2, 2, tzinfo=UTC),
    }


def _proposal(number: int) -> dict[str, Any]:
    return {
        "id": f"P-{number}",
        "request_id": _request(number)["id"],
        "position": 1,
        "outcome": "grant",
        "reason": "Past.",
        "proposed_by": "HR",
        "proposed_at": NOW - timedelta(days=90),
    }


def _decision(number: int) -> dict[str, Any]:
    return {
        "id": f"D-{number}",
        "request_id": _request(number)["id"],
        "proposal_id": f"P-{number}",
        "outcome": "grant",
        "departs": int(number % 40 == 0),
        "decided_on": date(2027, 1, 20),
        "decided_by": "MT",
        "recorded_at": NOW - timedelta(days=70),
    }


def _cents(number: int) -> int:
    return 20_000 + number * 7_919 % 260_000


def _grant(number: int) -> dict[str, Any]:
    starts_on = date(2027, 1, 25) + timedelta(days=number * 37 % 420)
    return {
        "id": f"G-{number}",
        "request_id": _request(number)["id"],
        "decision_id": f"D-{number}",
        "employee_id": f"{10_000 + number}",
        "trajectory_id": f"T-{number}",
        "course_ids": [],
        "costs_cents": _cents(number),
        "hours": Decimal(HOURS[number * 7 % len(HOURS)]),
        "work_time_share": Decimal(1),
        "ground": GROUNDS[number % len(GROUNDS)],
        "mandatory_by_law": "no",
        "repayment_scheme": int(_cents(number) >= 200_000),
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=60),
        "decided_on": date(2027, 1, 20),
        "decided_by": "MT",
        "recorded_at": NOW - timedelta(days=70),
    }


def _agreement(number: int) -> dict[str, Any]:
    return {
        "id": f"A-{number}",
        "grant_id": f"G-{number}",
        "employee_id": f"{10_000 + number}",
        "trajectory_id": f"T-{number}",
        "version": 1,
        "agreed_costs_cents": _cents(number),
        "repayment_scheme": 1,
        "parts": {},
        "policy_digest": "benchmark",
        "recorded_at": NOW - timedelta(days=69),
        "filed_on": date(2027, 1, 22),
    }


def _signature(number: int, party: str) -> dict[str, Any]:
    return {
        "id": f"S-{number}-{party}",
        "agreement_id": f"A-{number}",
        "party": party,
        "signed_on": date(2027, 1, 22),
        "method": "electronic",
        "recorded_by": "HR",
        "recorded_at": NOW - timedelta(days=69),
    }


def _record(number: int) -> dict[str, Any]:
    return {
        "id": f"R-{number}",
        "employee_id": f"{10_000 + number}",
        "trajectory_id": f"T-{number}",
        "number": 1,
        "actual_costs_cents": _cents(number) - 1_000,
        "recorded_by": "HR",
        "recorded_at": NOW - timedelta(days=5),
    }


if __name__ == "__main__":
    asked = [int(one) for one in sys.argv[1:]]
    employees = asked[0] if asked else 10_000
    main(employees, asked[1] if len(asked) > 1 else employees * 10)

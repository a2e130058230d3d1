"""What a page costs beside the bare JSON of the same data, in a large register.

    python -m benchmarks.pages_of_10000 [ENROLMENTS]

10,000 employees in teams of ten and 1,000,000 enrolments, 97 requests in a tranche, 1,000 experts
in twenty expertises with two requirements each. Page and JSON
are asked in turns, of the whole application without network; where a page shows what several
routes give, all of them are asked. Prints the median and the slowest of a hundred rounds, or of as
many as fit in a minute, in milliseconds, and the ratio of the slowest; ends with 1 where a page
takes more than 3 times as long.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Connection

from adapter.doors.site import create_site
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.ground.store.tables.procedure import GrantRow, TrainingRequestRow
from adapter.ground.store.tables.quality_criteria import (
    ExpertiseMemberRow,
    QualityRequirementRow,
)
from adapter.ground.store.tables.rulings import RequestProposalRow
from adapter.ground.store.tables.tranches import WeighingRow
from adapter.register.given_roles import give_role
from adapter.register.keys import Role, create_key
from adapter.register.sign_in.links import make_link
from benchmarks import tranche_of_2000 as tranche
from benchmarks.agency import account, course, insert_rows
from benchmarks.figures import Figure, Unit, measured, missed
from benchmarks.log import log_nothing
from config.policy_files import load_policy
from config.settings import Settings

EMPLOYEES, COURSES, REQUESTS = 10_000, 200, 97
EXPERTS, EXPERTISES, REQUIREMENTS = 1_000, 20, 40
NOW = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
ROUNDS, FEWEST, SECONDS, MOST = 100, 5, 60, 3.0
PERSON, MANAGER = "10011", "10010"
PAIRS = (
    ("/mijn-leren", (f"/v1/employees/{PERSON}/learning-overview",), PERSON, Role.EMPLOYEE),
    (
        "/mijn-team",
        ("/v1/team-capacities?year=2027", "/v1/tasks?limit=50", "/v1/training-requests"),
        MANAGER,
        Role.MANAGER,
    ),
    ("/werkvoorraad", ("/v1/tasks?limit=50",), MANAGER, Role.HR),
    ("/tranches/2027-1", ("/v1/tranches/2027-1/dossier",), MANAGER, Role.HR),
    ("/besluiten/2027-1", ("/v1/tranches/2027-1/dossier",), MANAGER, Role.MANAGEMENT_TEAM),
    ("/overeenkomsten", ("/v1/grants", "/v1/agreements"), MANAGER, Role.HR),
    ("/stilgezet", ("/v1/holds?limit=50",), MANAGER, Role.HR),
    ("/uitdienst", ("/v1/exits?limit=50",), MANAGER, Role.HR),
    ("/kwaliteitscriteria", ("/v1/reports/quality-criteria",), MANAGER, Role.HR),
    ("/mijn-team/kwaliteitscriteria", ("/v1/reports/quality-criteria",), MANAGER, Role.MANAGER),
)
"""Page, the JSON of the same data, who looks, and as what."""


class StandingClock:
    def now(self) -> datetime:
        return NOW


def main(enrolments: int) -> int:
    log_nothing()
    with TemporaryDirectory(prefix="odwh-benchmark-") as folder:
        register = open_register(f"sqlite:///{Path(folder) / 'register.sqlite3'}")
        upgrade(register)
        parts = Parts(register, load_policy(), StandingClock(), Settings())
        begun = perf_counter()
        with register.write() as connection:
            _fill(connection, enrolments)
        print(f"{enrolments} enrolments, filled in {perf_counter() - begun:.0f} s", flush=True)
        slow = measure(parts)
        register.close()
    return slow


def measure(parts: Parts) -> int:
    app = create_site(parts)
    keys = {
        (who, role): create_key(parts.register, parts.clock, f"{who} {role}", role, who)
        for _, _, who, role in PAIRS
    }
    people = {who: _signed_in(app.test_client(), parts, who) for who in (PERSON, MANAGER)}
    programs = app.test_client()
    told: list[Figure] = []
    columns = f"{'page p50':>10}{'most':>9}{'json p50':>10}{'most':>9}"
    print(f"{'page':<32}{columns}{'rounds':>8}")
    for page, paths, who, role in PAIRS:
        headers = {"Authorization": f"Bearer {keys[who, role]}"}

        def look(page: str = page, who: str = who) -> None:
            assert people[who].get(page).status_code == 200

        def ask(paths: tuple[str, ...] = paths, headers: dict[str, str] = headers) -> None:
            for path in paths:
                assert programs.get(path, headers=headers).status_code == 200

        pages, bare = _in_turns(look, ask)
        ratio = max(pages) / max(bare)
        figures = f"{_p50(pages):>10.1f}{max(pages):>9.1f}{_p50(bare):>10.1f}{max(bare):>9.1f}"
        print(f"{page:<32}{figures}{len(pages):>8}", flush=True)
        told.append(measured(f"{page}, slowest / slowest JSON", ratio, Unit.RATIO, MOST))
    return missed(told)


def _signed_in(client: FlaskClient, parts: Parts, who: str) -> FlaskClient:
    with parts.register.write() as connection:
        if who == MANAGER:
            for role in (Role.HR, Role.MANAGEMENT_TEAM):
                give_role(connection, who, role, by="benchmark", now=NOW)
        token = make_link(connection, who, "benchmark", NOW)
    assert client.post("/aanmelden/link", data={"token": token}).status_code == 303
    return client


def _in_turns(*ways: Callable[[], None]) -> tuple[list[float], ...]:
    """Milliseconds of each, one after the other so that the machine is the same to both. The first
    round, in which templates are read, does not count."""
    spent: tuple[list[float], ...] = tuple([] for _ in ways)
    begun = perf_counter()
    for round_ in range(ROUNDS + 1):
        for way, times in zip(ways, spent, strict=True):
            started = perf_counter()
            way()
            if round_:
                times.append((perf_counter() - started) * 1000)
        if round_ >= FEWEST and perf_counter() - begun > SECONDS:
            break
    return spent


def _p50(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]


def _fill(connection: Connection, enrolments: int) -> None:
    numbers = range(EMPLOYEES)
    insert_rows(connection, EmployeeRow, (tranche._employee(one) for one in numbers))
    insert_rows(connection, EmploymentRow, (tranche._employment(one) for one in numbers))
    insert_rows(connection, LmsUserRow, (account(one, f"{10_000 + one}", NOW) for one in numbers))
    insert_rows(connection, CourseRow, (course(one, NOW) for one in range(COURSES)))
    insert_rows(connection, EnrolmentRow, (_enrolment(one) for one in range(enrolments)))
    insert_rows(connection, TrainingRequestRow, (tranche._request(one) for one in range(REQUESTS)))
    insert_rows(connection, WeighingRow, (tranche._weighing(one) for one in range(REQUESTS)))
    insert_rows(connection, RequestProposalRow, (tranche._proposal(one) for one in range(REQUESTS)))
    insert_rows(connection, GrantRow, (_grant(one) for one in range(EMPLOYEES)))
    insert_rows(
        connection, QualityRequirementRow, (_requirement(one) for one in range(REQUIREMENTS))
    )
    insert_rows(connection, ExpertiseMemberRow, (_expert(one) for one in range(EXPERTS)))


def _requirement(number: int) -> dict[str, Any]:
    return {
        "reference": f"R-{number}",
        "expertise": f"Gebied {number % EXPERTISES}",
        "title": f"Eis {number}",
        "course_ids": [f"OPL-{number:03}"],
        "validity_months": 36,
        "people": None if number % 2 else 10,
        "hours": Decimal(16),
        "costs_cents": 80_000,
        "recorded_by": "hr",
        "recorded_at": NOW,
    }


def _expert(number: int) -> dict[str, Any]:
    return {
        "employee_id": f"{10_000 + number}",
        "expertise": f"Gebied {number % EXPERTISES}",
        "member_from": date(2024, 1, 1),
        "function": "",
        "recorded_by": "hr",
        "recorded_at": NOW,
    }


def _enrolment(number: int) -> dict[str, Any]:
    completed = NOW - timedelta(days=number % 900)
    return {
        "id": f"E-{number}",
        "user_id": str(number % EMPLOYEES),
        "course_id": str(number // EMPLOYEES % COURSES),
        "method": "manual",
        "method_text": "",
        "status": "active",
        "created_at": completed - timedelta(days=30),
        "first_seen_at": NOW,
        "to_decide": 0,
        "seen_at": NOW,
        "completed": int(number % 4 > 0),
        "completed_at": completed if number % 4 else None,
    }


def _grant(number: int) -> dict[str, Any]:
    decided = date(2026, 8, 20)
    return {
        "id": f"G-{number}",
        "employee_id": f"{10_000 + number}",
        "trajectory_id": f"T-{number % COURSES}",
        "course_ids": [f"OPL-{number % COURSES:03}"],
        "costs_cents": 40_000,
        "hours": Decimal(8),
        "work_time_share": Decimal(1),
        "ground": "individual",
        "mandatory_by_law": "no",
        "repayment_scheme": 0,
        "starts_on": decided,
        "decided_on": decided,
        "decided_by": "MT",
        "recorded_at": NOW,
    }


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))

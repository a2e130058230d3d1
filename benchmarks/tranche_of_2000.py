"""A tranche of 2,000 requests: closing, ranking and every form of the dossier.

    python -m benchmarks.tranche_of_2000 [REQUESTS]

Measured are seconds, each also as a ratio to reading the same rows bare in the same run, which says
more than seconds of a machine that others use too; and the highest memory of this process and of
the typesetter.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, select

from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.rulings import RequestProposalRow
from adapter.ground.store.tables.tranches import BudgetRow, InCompanyPriceRow, WeighingRow
from adapter.register.keys import Principal, Role
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.costs import Costs
from adapter.subjects.tranches.run import run_tranches
from adapter.views.dossier import documents
from adapter.views.dossier.dossier import make_dossier
from benchmarks.figures import Unit, measured
from benchmarks.log import log_nothing
from config.catalogue import Language
from config.policy_files import load_policy
from config.settings import Settings
from policy.tranches import tranche_named
from policy.weighing import Criterion

EMPLOYEES, TEAM = 1_600, 10
TRAININGS = 150
SUBMITTED = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 11, 15, 23, 0, 1, tzinfo=UTC)
GROUNDS = ("legal", "function", "organisation", "team", "individual")
Answer = TypeVar("Answer")


@dataclass
class SetClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


def _peak(whose: int) -> int:
    return resource.getrusage(whose).ru_maxrss // 1024


class Timer:
    def __init__(self) -> None:
        self._baseline: float | None = None

    def time(self, what: str, work: Callable[[], Answer]) -> Answer:
        start = perf_counter()
        answer = work()
        spent = perf_counter() - start
        self._baseline = self._baseline or spent
        measured(f"{what}, seconds", spent, Unit.SECONDS)
        measured(f"{what} / reading the rows", spent / self._baseline)
        return answer


def main(count: int) -> None:
    log_nothing()
    with TemporaryDirectory(prefix="odwh-benchmark-") as folder:
        register = open_register(f"sqlite:///{Path(folder) / 'register.sqlite3'}")
        upgrade(register)
        clock = SetClock(CLOSES)
        parts = Parts(register, load_policy(), clock, Settings())
        with register.write() as connection:
            _fill(connection, count)
        measure(parts)
        register.close()


def measure(parts: Parts) -> None:
    timer = Timer()
    tranche = tranche_named("2027-1", parts.policy)
    timer.time("read the same rows bare", lambda: _read_bare(parts))
    timer.time("close", lambda: run_tranches(parts))
    start = perf_counter()
    with parts.register.read() as connection:
        reader = Principal("benchmark", "benchmark", Role.HR, None)
        act = Act(connection, parts.policy, parts.clock.now(), reader)
        dossier = timer.time("rank and count", lambda: make_dossier(act, tranche))
        for form in ("json", "html", "xlsx", "pdf"):
            document = timer.time(
                f"write {form}",
                partial(documents.written, act, dossier, form, Language.NL),
            )
            measured(f"{form}, size", len(document.read()) / 1_000_000, Unit.MEGABYTES)
    measured("dossier in all forms", perf_counter() - start, Unit.SECONDS)
    measured("memory, ours", _peak(resource.RUSAGE_SELF), Unit.MEGABYTES)
    measured("memory, the typesetter", _peak(resource.RUSAGE_CHILDREN), Unit.MEGABYTES)


def _read_bare(parts: Parts) -> None:
    with parts.register.read() as connection:
        for table in (
            TrainingRequestRow,
            WeighingRow,
            RequestProposalRow,
            EmployeeRow,
            EmploymentRow,
        ):
            connection.execute(select(table)).all()


def _fill(connection: Connection, count: int) -> None:
    connection.execute(insert(EmployeeRow), [_employee(number) for number in range(EMPLOYEES)])
    connection.execute(insert(EmploymentRow), [_employment(number) for number in range(EMPLOYEES)])
    connection.execute(insert(TrainingRequestRow), [_request(number) for number in range(count)])
    connection.execute(insert(WeighingRow), [_weighing(number) for number in range(count)])
    connection.execute(insert(RequestProposalRow), [_proposal(number) for number in range(count)])
    connection.execute(
        insert(BudgetRow).values(
            id="B",
            position=1,
            year=2027,
            tranche="2027-1",
            amount_cents=count * 60_000,
            set_by="MT",
            set_at=SUBMITTED,
        )
    )
    prices = [_price(number) for number in range(0, TRAININGS, 2)]
    connection.execute(insert(InCompanyPriceRow), prices)


def _employee(number: int) -> dict[str, Any]:
    return {
        "employee_id": f"{10_000 + number}",
        "source": "benchmark",
        "given_name": "Sanne",
        "family_name_prefix": "van 't",
        "family_name": f"Hof{number}",
        "manager_id": f"{10_000 + number // TEAM * TEAM}",
        "first_seen_at": SUBMITTED,
        "last_seen_at": SUBMITTED,
    }


def _employment(number: int) -> dict[str, Any]:
    return {
        "employee_id": f"{10_000 + number}",
        "employment_id": "1",
        "start_on": date(2019, 9, 1),
        "hours_per_week": Decimal("32.00") if number % 3 else Decimal("36.00"),
    }


def _request(number: int) -> dict[str, Any]:
    employee = number * 7 % EMPLOYEES
    people = [f"{10_000 + (employee + extra) % EMPLOYEES}" for extra in range(1 + number % 3)]
    starts_on = date(2027, 2, 1) + timedelta(days=number % 200)
    return {
        "id": f"R-{number:05}",
        "title": f"Opleiding {number % TRAININGS} voor team {employee // TEAM}",
        "trajectory_id": f"T-{number % TRAININGS}",
        "course_ids": [f"OPL-{number % TRAININGS:03}"],
        "employee_ids": people,
        "collective": 0,
        "ground": GROUNDS[number % 5],
        "mandatory_by_law": "no",
        "evidence": "Verordening, artikel 3." if number % 5 < 2 else None,
        "costs": Costs(fee_cents=40_000 + number % 50 * 5_000).to_plain(),
        "costs_cents": 40_000 + number % 50 * 5_000,
        "hours": Decimal(8 + number % 48),
        "work_time_share": Decimal("1.00"),
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=number % 120),
        "appraisal_on": date(2026, 9, 1),
        "motivation": "Nodig voor het werk dat dit jaar op het team afkomt. " * 3,
        "state": "submitted",
        "tranche": "2027-1",
        "procedure": "in_procedure",
        "submitted_by": f"{10_000 + employee // TEAM * TEAM}",
        "submitted_at": SUBMITTED + timedelta(seconds=number),
        "created_at": SUBMITTED,
        "version": 2,
    }


def _weighing(number: int) -> dict[str, Any]:
    scores = {
        str(one): {"score": (number + place * 3) % 5, "reason": "Past bij het teamplan van 2027."}
        for place, one in enumerate(Criterion)
    }
    return {
        "id": f"W-{number:05}",
        "request_id": f"R-{number:05}",
        "position": 1,
        "scores": scores,
        "weighed_by": "hr",
        "weighed_at": SUBMITTED,
    }


def _proposal(number: int) -> dict[str, Any]:
    granting = number % 4 > 0
    return {
        "id": f"P-{number:05}",
        "request_id": f"R-{number:05}",
        "position": 1,
        "outcome": "grant" if granting else "reject",
        "reason": "Volgt uit de rangorde.",
        "costs_cents": 40_000 + number % 50 * 5_000 if granting else None,
        "hours": Decimal(8 + number % 48) if granting else None,
        "repayment_scheme": int(number % 2) if granting else None,
        "proposed_by": "hr",
        "proposed_at": SUBMITTED,
    }


def _price(number: int) -> dict[str, Any]:
    return {
        "id": f"I-{number:05}",
        "position": number + 1,
        "training_id": f"OPL-{number:03}",
        "session_cents": 600_000,
        "capacity": 15,
        "source": "Offerte",
        "recorded_by": "hr",
        "recorded_at": SUBMITTED,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)

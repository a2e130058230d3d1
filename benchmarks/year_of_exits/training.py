"""What the leavers were trained in, written into the register; and the same facts, plainly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import Connection, insert

from adapter.ground.store.metadata import Stored
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    GrantRow,
    SignatureRow,
    TrajectoryRecordRow,
)

BEFORE = datetime(2026, 12, 1, 9, tzinfo=UTC)
COURSES = 60


@dataclass(frozen=True, slots=True)
class Training:
    """One trajectory of a leaver; money in eurocents, days None for what did not happen."""

    trajectory: str
    start: date
    completed: date | None
    broken_off: date | None
    agreed: int
    actual: int | None
    ground: str
    by_law: str
    in_grant: bool
    scheme_agreed: bool
    employee_signed: date | None
    manager_signed: date | None


def make_training(random: Random) -> list[Training]:
    """None to three different trajectories."""
    chosen = random.sample(range(COURSES), random.choice((0, 1, 1, 2, 3)))
    return [_training(f"T-{number}", random) for number in chosen]


def _training(trajectory: str, random: Random) -> Training:
    start = date(2025, 1, 1) + timedelta(days=random.randrange(1100))
    done = start + timedelta(days=random.randrange(1, 400)) if random.random() < 0.8 else None
    broken = start + timedelta(days=random.randrange(5, 60)) if random.random() < 0.05 else None
    late = random.random() < 0.1
    signed = start + timedelta(days=random.randrange(1, 60) if late else -random.randrange(1, 60))
    agreed = random.choice((45_000, 199_999, 200_000, 200_001, 240_000, 333_333, 1_250_001))
    return Training(
        trajectory=trajectory,
        start=start,
        completed=done,
        broken_off=broken,
        agreed=agreed,
        actual=random.choice((None, None, agreed - 10_001, agreed + 5_000)),
        ground=random.choice(("legal", "function", "organisation", "team", "individual")),
        by_law=random.choice(("no", "no", "no", "yes", "unknown")),
        in_grant=random.random() < 0.9,
        scheme_agreed=random.random() < 0.9,
        employee_signed=signed if random.random() < 0.95 else None,
        manager_signed=signed if random.random() < 0.95 else None,
    )


def write_courses(connection: Connection) -> None:
    rows = [
        {
            "course_id": f"c{number}", "idnumber": f"OPL-{number}", "shortname": f"OPL-{number}",
            "full_name": f"OPL-{number}", "visible": 1, "trajectory": f"T-{number}",
            "in_company": 0, "out_of_scope": 0, "enrolment_methods": ["manual"], "problems": [],
            "hours": Decimal("24.00"), "costs_cents": 240_000, "seen_at": BEFORE,
        }
        for number in range(COURSES)
    ]  # fmt: skip
    connection.execute(insert(CourseRow), rows)


def write_training(connection: Connection, trained: dict[str, list[Training]]) -> None:
    """In few statements: the register is only the ground of what is measured."""
    found: dict[type[Stored], list[dict[str, Any]]] = {
        table: []
        for table in (
            LmsUserRow,
            GrantRow,
            AgreementRow,
            SignatureRow,
            TrajectoryRecordRow,
            EnrolmentRow,
        )
    }
    for employee_id, own in trained.items():
        found[LmsUserRow].append(_account(employee_id))
        for one in own:
            for table, rows in _rows(employee_id, one):
                found[table].extend(rows)
    for table, rows in found.items():
        if rows:
            connection.execute(insert(table), rows)


def _account(employee_id: str) -> dict[str, Any]:
    return {
        "user_id": f"u{employee_id}", "username": f"u{employee_id}", "idnumber": employee_id,
        "employee_id": employee_id, "full_name": "", "email": "", "suspended": 0,
        "seen_at": BEFORE,
    }  # fmt: skip


def _rows(employee_id: str, one: Training) -> Iterable[tuple[type[Stored], list[dict[str, Any]]]]:
    name = f"{employee_id}-{one.trajectory}"
    idnumber = one.trajectory.replace("T-", "OPL-")
    share = {"hours": Decimal("24.00"), "work_time_share": Decimal("1.00")}
    grant = {
        "id": name, "employee_id": employee_id, "trajectory_id": one.trajectory,
        "course_ids": [idnumber], "costs_cents": one.agreed, "ground": one.ground,
        "mandatory_by_law": one.by_law, "repayment_scheme": int(one.in_grant),
        "mandatory_settled": None if one.by_law == "unknown" else one.by_law,
        "starts_on": one.start, "decided_on": date(2024, 12, 1), "decided_by": "mt",
        "recorded_at": BEFORE, **share,
    }  # fmt: skip
    agreement = {
        "id": name, "grant_id": name, "employee_id": employee_id,
        "trajectory_id": one.trajectory, "version": 1, "agreed_costs_cents": one.agreed,
        "repayment_scheme": int(one.scheme_agreed), "parts": {}, "policy_digest": "-",
        "recorded_at": BEFORE,
    }  # fmt: skip
    progress = {
        "id": name, "employee_id": employee_id, "trajectory_id": one.trajectory, "number": 1,
        "actual_costs_cents": one.actual, "broken_off_on": one.broken_off,
        "recorded_by": "hr", "recorded_at": BEFORE,
    }  # fmt: skip
    yield GrantRow, [grant]
    yield AgreementRow, [agreement]
    yield SignatureRow, list(_signatures(name, one))
    yield TrajectoryRecordRow, [progress]
    yield EnrolmentRow, [_enrolment(employee_id, idnumber, one)]


def _signatures(name: str, one: Training) -> Iterable[dict[str, Any]]:
    for party, day in (("employee", one.employee_signed), ("manager", one.manager_signed)):
        if day is not None:
            yield {
                "id": f"{name}-{party}", "agreement_id": name, "party": party, "signed_on": day,
                "method": "paper", "recorded_by": "hr", "recorded_at": BEFORE,
            }  # fmt: skip


def _enrolment(employee_id: str, idnumber: str, one: Training) -> dict[str, Any]:
    done = one.completed and datetime.combine(one.completed, time(10), UTC)
    return {
        "id": f"{employee_id}-{idnumber}", "user_id": f"u{employee_id}",
        "course_id": idnumber.replace("OPL-", "c"), "method": "manual", "method_text": "Handmatig",
        "status": "active", "to_decide": 0, "created_at": BEFORE,
        "completed": int(done is not None), "completed_at": done,
        "first_seen_at": BEFORE, "seen_at": BEFORE,
    }  # fmt: skip

"""Rows of the invented agencies with which benchmarks fill a register; no benchmark itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert

from adapter.ground.store.metadata import Stored

CHUNK = 20_000
"""Rows at a time, so that a million need not be in memory together."""


def insert_rows(
    connection: Connection, table: type[Stored], rows: Iterator[dict[str, Any]]
) -> None:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            connection.execute(insert(table), chunk)
            chunk = []
    if chunk:
        connection.execute(insert(table), chunk)


def account(number: int, employee_id: str, now: datetime) -> dict[str, Any]:
    return {
        "user_id": str(number),
        "username": f"u{number}",
        "idnumber": "",
        "employee_id": employee_id,
        "full_name": f"Sanne van 't Hof{number}",
        "email": f"u{number}@example.org",
        "suspended": 0,
        "seen_at": now,
    }


def course(number: int, now: datetime) -> dict[str, Any]:
    """Of eight hours and EUR 400.00, for individual development."""
    return {
        "course_id": str(number),
        "idnumber": f"OPL-{number:03}",
        "shortname": f"C{number}",
        "full_name": f"Opleiding {number}",
        "visible": 1,
        "hours": Decimal(8),
        "costs_cents": 40_000,
        "ground": "individual",
        "in_company": 0,
        "out_of_scope": 0,
        "enrolment_methods": [],
        "problems": [],
        "seen_at": now,
    }

"""Finds people, courses and requests by what somebody types of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from adapter.ground.store.folding import holds_word
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.procedure import TrainingRequestRow

MOST = 20
"""Of each kind; who finds more types more."""


@dataclass(frozen=True, slots=True)
class Matches:
    people: list[EmployeeRow]
    courses: list[CourseRow]
    requests: list[TrainingRequestRow]

    def any(self) -> bool:
        return bool(self.people or self.courses or self.requests)


def search(connection: Connection, words: str) -> Matches:
    """Every word must be in the name, number or title, in whatever case and without accents."""
    wanted = _words(words)
    if not wanted:
        return Matches([], [], [])
    courses = (CourseRow.full_name, CourseRow.idnumber)
    requests = (TrainingRequestRow.title, TrainingRequestRow.trajectory_id, TrainingRequestRow.id)
    return Matches(
        people=people_named(connection, words),
        courses=rows_of(
            connection,
            select(CourseRow)
            .where(CourseRow.gone_at.is_(None), *_each(connection, wanted, courses))
            .order_by(CourseRow.full_name, CourseRow.course_id)
            .limit(MOST),
        ),
        requests=rows_of(
            connection,
            select(TrainingRequestRow)
            .where(*_each(connection, wanted, requests))
            .order_by(TrainingRequestRow.created_at.desc(), TrainingRequestRow.id)
            .limit(MOST),
        ),
    )


def people_named(connection: Connection, words: str) -> list[EmployeeRow]:
    """Every word must be in the name or number, in whatever case and without accents; none for no
    word."""
    columns = (
        EmployeeRow.employee_id,
        EmployeeRow.given_name,
        EmployeeRow.family_name_prefix,
        EmployeeRow.family_name,
    )
    wanted = _words(words)
    if not wanted:
        return []
    return rows_of(
        connection,
        select(EmployeeRow)
        .where(*_each(connection, wanted, columns))
        .order_by(EmployeeRow.family_name, EmployeeRow.employee_id)
        .limit(MOST),
    )


def _words(typed: str) -> list[str]:
    """A comma separates: many write the family name first."""
    return typed.replace(",", " ").split()


def _each(
    connection: Connection, wanted: list[str], columns: tuple[Any, ...]
) -> list[ColumnElement[bool]]:
    return [holds_word(connection, columns, word) for word in wanted]

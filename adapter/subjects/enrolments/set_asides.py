"""Holds that HR set aside for a while (AVG article 22(3), P3).

A set-aside lets somebody in and grants nothing: the decision and its findings stay as they are, and
after its last day the rules apply again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, select, update

from adapter.ground.parts import Parts
from adapter.ground.store.metadata import aliased
from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.decisions import HoldSetAsideRow
from adapter.queues.register_changes import announce
from policy.days import amsterdam_day


def standing_set_aside(
    connection: Connection, employee_id: str, course_idnumber: str
) -> HoldSetAsideRow | None:
    """The newest of one employee and course, also when it is over or withdrawn."""
    return row_or_none(
        connection,
        select(HoldSetAsideRow)
        .where(
            HoldSetAsideRow.employee_id == employee_id,
            HoldSetAsideRow.course_idnumber == course_idnumber,
        )
        .order_by(HoldSetAsideRow.number.desc())
        .limit(1),
    )


def standing_set_asides(
    connection: Connection, employee_ids: Collection[str]
) -> dict[tuple[str, str], HoldSetAsideRow]:
    """The same of several employees, by employee and course."""
    rows = rows_of(
        connection,
        select(HoldSetAsideRow)
        .where(HoldSetAsideRow.employee_id.in_(employee_ids))
        .order_by(HoldSetAsideRow.number),
    )
    return {(row.employee_id, row.course_idnumber): row for row in rows}


def set_aside_on(
    connection: Connection, employee_id: str, course_idnumber: str, day: date
) -> HoldSetAsideRow | None:
    """The set-aside that lets this employee into this course on a day."""
    row = standing_set_aside(connection, employee_id, course_idnumber)
    return row if row is not None and row.last_on is not None and row.last_on >= day else None


def holds_set_aside_on(connection: Connection, day: date) -> list[str]:
    """The ids of the holds of which HR lets the employee in on a day."""
    later = aliased(HoldSetAsideRow, name="later")
    overtaken = select(later.id).where(
        later.employee_id == HoldSetAsideRow.employee_id,
        later.course_idnumber == HoldSetAsideRow.course_idnumber,
        later.number > HoldSetAsideRow.number,
    )
    chosen = select(HoldSetAsideRow.hold_id).where(
        HoldSetAsideRow.last_on >= day, ~overtaken.exists()
    )
    return list(connection.execute(chosen).scalars())


def apply_rules_again(parts: Parts) -> None:
    """After the last day of a set-aside the enrolment is decided again: it is held once more unless
    its cause is gone."""
    now = parts.clock.now()
    with parts.register.write() as connection:
        over = (
            HoldSetAsideRow.last_on < amsterdam_day(now),
            HoldSetAsideRow.over_at.is_(None),
        )
        people = connection.execute(select(HoldSetAsideRow.employee_id).where(*over)).scalars()
        announce(connection, list(people), now)
        connection.execute(update(HoldSetAsideRow).where(*over).values(over_at=now))

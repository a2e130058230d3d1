"""Human intervention: HR sets the hold of one employee for one course aside (AVG article 22(3),
P3).

It lets the employee in until a last day and grants nothing. A later one takes its place, also to
withdraw it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select

from adapter.ground.store.reading import row_of, rows_as, rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.decisions import DecisionRow, HoldRow, HoldSetAsideRow
from adapter.queues.outbox import Action, ActionKind, put
from adapter.queues.register_changes import announce
from adapter.register.holds import OPEN
from adapter.subjects.enrolments.set_asides import (
    holds_set_aside_on,
    set_aside_on,
    standing_set_aside,
)
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.refusals import (
    NotNow,
    OtherVersion,
    UnknownEntry,
    WrongField,
    refuse_if_any,
)
from adapter.subjects.requests.teams import may_see, visible_employees

_HOLDS = (
    select(HoldRow, CourseRow.idnumber, CourseRow.full_name, DecisionRow.findings)
    .join(CourseRow, CourseRow.course_id == HoldRow.course_id)
    .join(DecisionRow, DecisionRow.id == HoldRow.decision_id)
)


class HoldOfCourse:
    """A hold, with its course and the findings of its decision."""

    id: str
    decision_id: str
    employee_id: str
    state: str
    decided_at: datetime
    released_at: datetime | None
    idnumber: str
    full_name: str
    findings: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SetAside:
    """`last_on` is the last day on which the employee is let in; None withdraws the earlier one."""

    ground: str
    last_on: date | None


def list_holds(
    act: Act,
    *,
    states: Sequence[str] = (),
    with_set_aside: bool = False,
    employee_id: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> list[HoldOfCourse]:
    """Those that this person may see, in the order of their id, after one of them; all
    without a `limit`. Beside those in `states`, `with_set_aside` also gives those that HR set
    aside today."""
    query = _HOLDS.order_by(HoldRow.id).limit(limit)
    if states:
        aside = holds_set_aside_on(act.connection, act.today) if with_set_aside else []
        query = query.where(or_(HoldRow.state.in_(states), HoldRow.id.in_(aside)))
    if employee_id is not None:
        query = query.where(HoldRow.employee_id == employee_id)
    if after is not None:
        query = query.where(HoldRow.id > after)
    visible = visible_employees(act)
    if visible is not None:
        query = query.where(HoldRow.employee_id.in_(visible))
    return rows_as(act.connection, query, HoldOfCourse)


def one_hold(act: Act, hold_id: str) -> HoldOfCourse:
    """Raises `UnknownEntry`, also for a hold that this person may not see."""
    for row in rows_as(act.connection, _HOLDS.where(HoldRow.id == hold_id), HoldOfCourse):
        if may_see(act, row.employee_id):
            return row
    raise UnknownEntry


def set_asides_of(act: Act, hold: HoldOfCourse) -> list[HoldSetAsideRow]:
    """Of this employee and course, oldest first; the last one stands."""
    return rows_of(
        act.connection,
        select(HoldSetAsideRow)
        .where(
            HoldSetAsideRow.employee_id == hold.employee_id,
            HoldSetAsideRow.course_idnumber == hold.idnumber,
        )
        .order_by(HoldSetAsideRow.number),
    )


def set_aside(
    act: Act, hold_id: str, content: SetAside, read: int | None = None
) -> HoldSetAsideRow:
    """Record it; the worker then lets the employee in. `read` is the number of the last one that
    was read, 0 for none. Raises `UnknownEntry`, `NotNow` for an enrolment that is not held,
    `WrongFields` for a day too far ahead, and `OtherVersion` where another one came since."""
    hold = one_hold(act, hold_id)
    earlier = standing_set_aside(act.connection, hold.employee_id, hold.idnumber)
    if read is not None and read != (0 if earlier is None else earlier.number):
        raise OtherVersion
    in_force = set_aside_on(act.connection, hold.employee_id, hold.idnumber, act.today)
    if in_force is None and (hold.state not in OPEN or content.last_on is None):
        raise NotNow("not_held")
    refuse_if_any(_wrong(act, content))
    entry_id = new_id()
    act.connection.execute(
        insert(HoldSetAsideRow).values(
            id=entry_id,
            hold_id=hold_id,
            employee_id=hold.employee_id,
            course_idnumber=hold.idnumber,
            number=1 if earlier is None else earlier.number + 1,
            ground=content.ground,
            last_on=content.last_on,
            set_by=act.actor,
            set_at=act.now,
        )
    )
    if content.last_on is not None:
        _tell_the_management_team(act, hold_id, entry_id)
    announce(act.connection, [hold.employee_id], act.now)
    return row_of(act.connection, select(HoldSetAsideRow).where(HoldSetAsideRow.id == entry_id))


def _wrong(act: Act, content: SetAside) -> list[WrongField]:
    if content.last_on is None:
        return []
    furthest = act.today + timedelta(days=act.policy.on(act.today).hold_set_aside_days)
    if act.today <= content.last_on <= furthest:
        return []
    return [WrongField("/lastDate", "set_aside_too_long", {"last": furthest.isoformat()})]


def _tell_the_management_team(act: Act, hold_id: str, entry_id: str) -> None:
    """Of whom, into what and why stands on the page that the mail leads to."""
    told = Action(
        f"set-aside:{entry_id}",
        ActionKind.MAIL_MT,
        f"set-aside:{entry_id}",
        {"text": "set_aside_mt", "numbers": {"hold": hold_id}},
    )
    put(act.connection, [told], act.now)

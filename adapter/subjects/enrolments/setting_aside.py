"""Human intervention: HR sets the hold of one employee for one course aside (AVG article 22(3),
P3).

It lets the employee in until a last day and grants nothing. A later one takes its place, also to
withdraw it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, insert, select

from adapter.ground.store.tables.courses import courses
from adapter.ground.store.tables.decisions import decisions, hold_set_asides, holds
from adapter.queues.outbox import Action, ActionKind, put
from adapter.queues.register_changes import announce
from adapter.register.holds import OPEN
from adapter.subjects.enrolments.set_asides import set_aside_on, standing_set_aside
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.refusals import (
    NotNow,
    UnknownEntry,
    WrongField,
    refuse_if_any,
)
from adapter.subjects.requests.teams import may_see, visible_employees

_HOLDS = (
    select(holds, courses.c.idnumber, courses.c.full_name, decisions.c.findings)
    .join(courses, courses.c.course_id == holds.c.course_id)
    .join(decisions, decisions.c.id == holds.c.decision_id)
)


@dataclass(frozen=True, slots=True)
class SetAside:
    """`last_on` is the last day on which the employee is let in; None withdraws the earlier one."""

    ground: str
    last_on: date | None


def list_holds(
    act: Act, *, states: Sequence[str] = (), after: str | None = None, limit: int = 100
) -> list[Row[Any]]:
    """Those that this person may see, in the order of their id, after one of them."""
    query = _HOLDS.order_by(holds.c.id).limit(limit)
    if states:
        query = query.where(holds.c.state.in_(states))
    if after is not None:
        query = query.where(holds.c.id > after)
    visible = visible_employees(act)
    if visible is not None:
        query = query.where(holds.c.employee_id.in_(visible))
    return list(act.connection.execute(query))


def one_hold(act: Act, hold_id: str) -> Row[Any]:
    """Raises `UnknownEntry`, also for a hold that this person may not see."""
    row = act.connection.execute(_HOLDS.where(holds.c.id == hold_id)).one_or_none()
    if row is None or not may_see(act, row.employee_id):
        raise UnknownEntry
    return row


def set_asides_of(act: Act, hold: Row[Any]) -> list[Row[Any]]:
    """Of this employee and course, oldest first; the last one stands."""
    return list(
        act.connection.execute(
            select(hold_set_asides)
            .where(
                hold_set_asides.c.employee_id == hold.employee_id,
                hold_set_asides.c.course_idnumber == hold.idnumber,
            )
            .order_by(hold_set_asides.c.number)
        )
    )


def set_aside(act: Act, hold_id: str, content: SetAside) -> Row[Any]:
    """Record it; the worker then lets the employee in. Raises `UnknownEntry`, `NotNow` for an
    enrolment that is not held, and `WrongFields` for a day too far ahead."""
    hold = one_hold(act, hold_id)
    earlier = standing_set_aside(act.connection, hold.employee_id, hold.idnumber)
    in_force = set_aside_on(act.connection, hold.employee_id, hold.idnumber, act.today)
    if in_force is None and (hold.state not in OPEN or content.last_on is None):
        raise NotNow("not_held")
    refuse_if_any(_wrong(act, content))
    entry_id = new_id()
    act.connection.execute(
        insert(hold_set_asides).values(
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
        _tell_the_management_team(act, hold, entry_id, content)
    announce(act.connection, [hold.employee_id], act.now)
    return act.connection.execute(
        select(hold_set_asides).where(hold_set_asides.c.id == entry_id)
    ).one()


def _wrong(act: Act, content: SetAside) -> list[WrongField]:
    if content.last_on is None:
        return []
    furthest = act.today + timedelta(days=act.policy.on(act.today).hold_set_aside_days)
    if act.today <= content.last_on <= furthest:
        return []
    return [WrongField("/lastDate", "set_aside_too_long", {"last": furthest.isoformat()})]


def _tell_the_management_team(act: Act, hold: Row[Any], entry_id: str, content: SetAside) -> None:
    numbers = {
        "employee": hold.employee_id,
        "course": hold.full_name,
        "until": None if content.last_on is None else content.last_on.isoformat(),
        "ground": content.ground,
    }
    told = Action(
        f"set-aside:{entry_id}",
        ActionKind.MAIL_MT,
        f"set-aside:{entry_id}",
        {"text": "set_aside_mt", "numbers": numbers},
    )
    put(act.connection, [told], act.now)

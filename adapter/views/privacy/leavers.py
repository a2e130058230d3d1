"""Who left so long ago that a term is over: what was copied goes every night, records wait for a
person (Archiefwet: nothing is destroyed by itself)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import structlog
from sqlalchemy import Connection, func, or_, select

from adapter.ground.clock import today
from adapter.ground.parts import Parts
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.views.privacy.erasure import erase
from adapter.views.privacy.erasure_plan import plan_erasure

_log = structlog.get_logger(__name__)
BY = "odwh-adapter"
GROUND = "term of ODWH_RETENTION_LEAVERS_DAYS is over"
PSEUDONYM = "erased-"


@dataclass(frozen=True, slots=True)
class Leaver:
    employee_id: str
    last_day: date


def erase_leavers(parts: Parts) -> int:
    """How many leavers lost name, address and account; one transaction each. Who waits for
    something (a claim that is open) is looked at again the next night."""
    day, terms = today(parts.clock), parts.settings.retention
    with parts.register.read() as connection:
        before = day - timedelta(days=terms.leavers_days)
        due = list(_with_identity(connection, before))
        past = len(past_record_term(connection, day - timedelta(days=terms.records_days)))
    erased = 0
    for leaver in due:
        with parts.register.write() as connection:
            now = parts.clock.now()
            plan = plan_erasure(connection, leaver.employee_id, terms, now, day)
            if plan.refusals or plan.notices:
                continue
            erase(connection, plan.without_records(), by=BY, ground=GROUND, now=now)
            erased += 1
    _log.info("retention.leavers", erased=erased, waiting=len(due) - erased, records_past_term=past)
    return erased


def past_record_term(connection: Connection, before: date) -> list[Leaver]:
    """Whose last employment ended before this day, and whose records are still under the number."""
    return [
        one for one in left_before(connection, before) if not one.employee_id.startswith(PSEUDONYM)
    ]


def _with_identity(connection: Connection, before: date) -> Iterator[Leaver]:
    """Leavers of whom a name or an account is still there."""
    for leaver in left_before(connection, before):
        named = select(EmployeeRow.employee_id).where(
            EmployeeRow.employee_id == leaver.employee_id,
            or_(EmployeeRow.given_name != "", EmployeeRow.email.is_not(None)),
        )
        account = select(LmsUserRow.user_id).where(
            LmsUserRow.employee_id == leaver.employee_id,
            or_(LmsUserRow.full_name != "", LmsUserRow.username != "", LmsUserRow.idnumber != ""),
        )
        if connection.execute(named).first() or connection.execute(account).first():
            yield leaver


def left_before(connection: Connection, before: date) -> list[Leaver]:
    """Whose last employment ended before this day, also under a pseudonym."""
    last = func.max(EmploymentRow.end_on)
    found = connection.execute(
        select(EmploymentRow.employee_id, last)
        .group_by(EmploymentRow.employee_id)
        .having(last < before, func.count() == func.count(EmploymentRow.end_on))
        .order_by(EmploymentRow.employee_id)
    )
    return [Leaver(employee_id, last_day) for employee_id, last_day in found if last_day]

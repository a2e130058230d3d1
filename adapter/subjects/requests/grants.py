"""Grants: what the management team granted, to whom, and taking it back (Visie §6, P3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, insert, or_, select, update

from adapter.ground.store.portions import Cut, Portion, Stretch, listed, portion
from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.procedure import GrantRow, TrainingRequestRow
from adapter.queues.register_changes import announce
from adapter.register.statutory_training import mandatory_by_law, working_time
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.costs import per_employee
from adapter.subjects.requests.courses import enrolled_in, unknown_courses
from adapter.subjects.requests.refusals import NotNow, UnknownEntry, WrongField
from adapter.subjects.requests.requests import participants
from adapter.subjects.requests.teams import visible_employees
from policy.model import MandatoryByLaw

_ORDER = (GrantRow.decided_on, GrantRow.id)


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """What a grant names (P2). Costs are of the whole request, hours of one employee.

    Trajectory and courses None means: those that were asked for.
    """

    costs_cents: int
    hours: Decimal
    repayment_scheme: bool
    trajectory_id: str | None = None
    course_ids: tuple[str, ...] | None = None


def wrong_terms(
    act: Act, row: TrainingRequestRow, terms: GrantTerms | None, *, granting: bool
) -> list[WrongField]:
    """What is wrong with the terms of a request (`row`), empty when nothing is."""
    if terms is None:
        return [WrongField("/grant", "grant_terms_missing")] if granting else []
    if not granting:
        return [WrongField("/grant", "only_when_granting")]
    wrong = unknown_courses(act, terms.course_ids or (), "/grant/courseIds")
    if terms.repayment_scheme and mandatory_by_law(row) is MandatoryByLaw.YES:
        wrong.append(WrongField("/grant/repaymentScheme", "scheme_void_by_law"))
    return wrong


def make_grants(
    act: Act, row: TrainingRequestRow, terms: GrantTerms, decision_id: str, decided_on: date
) -> list[str]:
    """One grant per employee of the request (`row`), or one for everyone when it is collective."""
    people: list[str | None] = [None] if row.collective else list(row.employee_ids)
    shared = {
        "request_id": row.id,
        "decision_id": decision_id,
        "trajectory_id": terms.trajectory_id or row.trajectory_id,
        "course_ids": list(row.course_ids if terms.course_ids is None else terms.course_ids),
        "costs_cents": per_employee(terms.costs_cents, participants(row)),
        "hours": terms.hours,
        "work_time_share": working_time(row),
        "ground": row.ground,
        "mandatory_by_law": row.mandatory_by_law,
        "mandatory_settled": row.mandatory_settled,
        "repayment_scheme": int(terms.repayment_scheme),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "decided_on": decided_on,
    }
    return [add_grant(act, {**shared, "employee_id": employee_id}) for employee_id in people]


def add_grant(act: Act, values: dict[str, Any]) -> str:
    """Store a grant and have the enrolments that it covers decided again."""
    grant_id = new_id()
    act.connection.execute(
        insert(GrantRow).values(id=grant_id, decided_by=act.actor, recorded_at=act.now, **values)
    )
    announce(act.connection, employees_concerned(act, one_grant(act, grant_id)), act.now)
    return grant_id


def one_grant(act: Act, grant_id: str) -> GrantRow:
    """The grant, locked for this act; raises `UnknownEntry`, also when it is another team's."""
    row = row_or_none(
        act.connection, select(GrantRow).where(GrantRow.id == grant_id).with_for_update()
    )
    visible = visible_employees(act)
    if row is None or not (visible is None or row.employee_id in (None, *visible)):
        raise UnknownEntry
    return row


def grants_of(act: Act, request_id: str) -> list[GrantRow]:
    """Of a request those that this person may see, revoked ones included, oldest first."""
    query = _visible(act).where(GrantRow.request_id == request_id)
    return rows_of(act.connection, query.order_by(*_ORDER))


def page_of_grants(act: Act, cut: Cut, request_id: str | None = None) -> Stretch[GrantRow]:
    """Of one request or of all, in the same order. Raises `UnknownCursor`."""
    query = _visible(act)
    if request_id is not None:
        query = query.where(GrantRow.request_id == request_id)
    return listed(act.connection, query, _ORDER, cut)


def newest_grants(act: Act, number: int) -> Portion[GrantRow]:
    """The same by portions, the newest first."""
    query = _visible(act).order_by(*(column.desc() for column in _ORDER))
    return portion(lambda cut: rows_of(act.connection, cut), query, number)


def _visible(act: Act) -> Select[GrantRow]:
    query = select(GrantRow)
    visible = visible_employees(act)
    if visible is None:
        return query
    return query.where(or_(GrantRow.employee_id.is_(None), GrantRow.employee_id.in_(visible)))


def revoke(act: Act, grant_id: str, reason: str) -> None:
    """Take a grant back; it stays in the register. Raises `UnknownEntry`, `NotNow`."""
    row = one_grant(act, grant_id)
    if row.revoked_at is not None:
        raise NotNow("already_revoked")
    act.connection.execute(
        update(GrantRow)
        .where(GrantRow.id == grant_id)
        .values(revoked_at=act.now, revoked_by=act.actor, revocation_reason=reason)
    )
    announce(act.connection, employees_concerned(act, row), act.now)


def employees_concerned(act: Act, grant: GrantRow) -> Iterable[str]:
    """Whose enrolments a grant can decide about: a collective one is for whoever enrolled."""
    if grant.employee_id is not None:
        return (grant.employee_id,)
    return enrolled_in(act, grant.trajectory_id, grant.course_ids)

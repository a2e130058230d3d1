"""Training requests as they are written down (Visie §6, P2): made, changed, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, insert, or_, select, update

from adapter.ground.store.portions import Cut, Portion, Stretch, listed, portion
from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.rows import names_any
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.courses import trajectory_of
from adapter.subjects.requests.refusals import NotNow, OtherVersion, UnknownEntry
from adapter.subjects.requests.request_checks import refuse_wrong
from adapter.subjects.requests.request_content import RequestContent, content_of
from adapter.subjects.requests.teams import require_own, visible_employees
from adapter.subjects.requests.transition_log import log_transition
from policy.days import amsterdam_day
from policy.model import MandatoryByLaw
from policy.request_states import RequestState
from policy.tranches import procedure


@dataclass(frozen=True, slots=True)
class VisibleRequest:
    """A request as one person may see it: `employee_ids` holds only whom that person may see."""

    row: TrainingRequestRow
    employee_ids: tuple[str, ...]


_EDITED_BY = {
    Role.MANAGER: frozenset({RequestState.DRAFT}),
    Role.HR: frozenset({RequestState.DRAFT, RequestState.SUBMITTED, RequestState.UNDER_REVIEW}),
}
"""In which states a request can be changed: HR completes it until there is a proposal."""


def create(act: Act, content: RequestContent, manager_id: str) -> str:
    """Write down a draft of a manager and return its id.

    Raises `WrongFields`, and `OutsideTeam` for a manager who asks for another one's employees.
    """
    require_own(act, content.employee_ids)
    refuse_wrong(act, content, manager_id)
    request_id = new_id()
    act.connection.execute(
        insert(TrainingRequestRow).values(
            id=request_id,
            state=RequestState.DRAFT,
            submitted_by=manager_id,
            created_at=act.now,
            version=1,
            **_columns(act, content),
            **_assessment(act, content, None),
        )
    )
    log_transition(act, request_id, 1, None, RequestState.DRAFT)
    return request_id


def change(act: Act, request_id: str, version: int, changes: Mapping[str, Any]) -> None:
    """Replace some fields of `RequestContent`.

    Raises `UnknownEntry`, `OtherVersion`, `NotNow`, `WrongFields`, `OutsideTeam`.
    """
    row = request_for(act, request_id, version)
    if row.state not in _EDITED_BY.get(act.by.role, frozenset()):
        raise NotNow("not_editable", state=row.state)
    content = replace(content_of(row), **changes)
    # Who moved to another team since stays in a request that the manager goes on with.
    require_own(act, {*content.employee_ids} - {*row.employee_ids})
    refuse_wrong(act, content, row.submitted_by)
    values = {**_columns(act, content), **_assessment(act, content, row)}
    if row.submitted_at is not None:
        values["procedure"] = procedure_of(act, amsterdam_day(row.submitted_at), content.starts_on)
    write(act, row, values)


def request_for(act: Act, request_id: str, version: int) -> TrainingRequestRow:
    """The request, locked for this act, which goes by this version of it.

    A manager acts on his own requests only. Raises `UnknownEntry`, `OtherVersion`.
    """
    row = row_or_none(
        act.connection,
        select(TrainingRequestRow).where(TrainingRequestRow.id == request_id).with_for_update(),
    )
    if row is None or (act.by.role is Role.MANAGER and row.submitted_by != act.by.employee_id):
        raise UnknownEntry
    if row.version != version:
        raise OtherVersion
    return row


def write(act: Act, row: TrainingRequestRow, values: Mapping[str, Any]) -> int:
    """Store changed columns as the next version of the request, and return that version."""
    version = int(row.version) + 1
    act.connection.execute(
        update(TrainingRequestRow)
        .where(TrainingRequestRow.id == row.id)
        .values(**values, version=version)
    )
    return version


def visible_request(act: Act, request_id: str) -> VisibleRequest:
    """The request as this person may see it; raises `UnknownEntry`."""
    row = row_or_none(
        act.connection, select(TrainingRequestRow).where(TrainingRequestRow.id == request_id)
    )
    visible = visible_employees(act)
    if row is None or not (visible is None or _own(act, row) or visible & {*row.employee_ids}):
        raise UnknownEntry
    return _as_seen(act, row, visible)


def page_of_requests(
    act: Act, cut: Cut, state: RequestState | None = None, tranche: str | None = None
) -> Stretch[VisibleRequest]:
    """The requests that this person may see, oldest first. Raises `UnknownCursor`."""
    visible = visible_employees(act)
    theirs = query = _visible(act, visible)
    if state is not None:
        query = query.where(TrainingRequestRow.state == state)
    if tranche is not None:
        query = query.where(TrainingRequestRow.tranche == tranche)
    order = (TrainingRequestRow.created_at, TrainingRequestRow.id)
    found = listed(act.connection, query, order, cut, visible=theirs)
    return found.of(_as_seen(act, row, visible) for row in found.items)


def newest_requests(act: Act, number: int) -> Portion[VisibleRequest]:
    """The same by portions, the newest first, without what other managers have not sent in."""
    visible = visible_employees(act)
    query = _visible(act, visible)
    if act.by.role is Role.MANAGER:
        sent_in = TrainingRequestRow.state != RequestState.DRAFT
        query = query.where(or_(sent_in, TrainingRequestRow.submitted_by == act.by.employee_id))
    query = query.order_by(TrainingRequestRow.created_at.desc(), TrainingRequestRow.id.desc())
    found = portion(lambda cut: rows_of(act.connection, cut), query, number)
    return found.of(_as_seen(act, row, visible) for row in found.items)


def participants(row: TrainingRequestRow) -> int:
    """Over how many people the costs are divided (A17); 0 while nobody is named or planned."""
    return (row.planned_participants or 0) if row.collective else len(row.employee_ids)


def submitted_on(row: TrainingRequestRow) -> date:
    """In Amsterdam; of a request that was submitted."""
    assert row.submitted_at is not None, "asked of submitted requests only"
    return amsterdam_day(row.submitted_at)


def procedure_of(act: Act, submitted_on: date, starts_on: date | None) -> str | None:
    """How the request stands to its start; None while the start is not known."""
    return None if starts_on is None else str(procedure(submitted_on, starts_on, act.policy))


def _visible(act: Act, visible: frozenset[str] | None) -> Select[TrainingRequestRow]:
    """Everyone's, or those that name somebody of these or that the manager asked for."""
    query = select(TrainingRequestRow)
    if visible is None:
        return query
    theirs = names_any(act.connection, TrainingRequestRow.employee_ids, visible)
    if act.by.role is not Role.MANAGER:
        return query.where(theirs)
    return query.where(or_(TrainingRequestRow.submitted_by == act.by.employee_id, theirs))


def _own(act: Act, row: TrainingRequestRow) -> bool:
    return act.by.role is Role.MANAGER and row.submitted_by == act.by.employee_id


def _as_seen(act: Act, row: TrainingRequestRow, visible: frozenset[str] | None) -> VisibleRequest:
    named = tuple(one for one in row.employee_ids if visible is None or one in visible)
    return VisibleRequest(row, named)


def _columns(act: Act, content: RequestContent) -> dict[str, Any]:
    columns = {one.name: getattr(content, one.name) for one in fields(RequestContent)}
    columns.update(
        **columns.pop("words"),
        trajectory_id=content.trajectory_id or trajectory_of(act, content.course_ids),
        collective=int(content.collective),
        costs=content.costs.to_plain(),
        costs_cents=content.costs.net_cents,
    )
    return columns


def _assessment(
    act: Act, content: RequestContent, before: TrainingRequestRow | None
) -> dict[str, Any]:
    """Who settled whether the law makes it free, and when; kept while the answer stays (P6)."""
    if content.mandatory_by_law is MandatoryByLaw.UNKNOWN:
        return {"mandatory_assessed_by": None, "mandatory_assessed_on": None}
    if before is not None and before.mandatory_by_law == content.mandatory_by_law:
        return {}
    return {"mandatory_assessed_by": act.actor, "mandatory_assessed_on": act.today}

"""How many of a team can be away for a session at once, set beforehand (Visie §5, P7)."""

from __future__ import annotations

from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.in_company import TeamAvailabilityRow
from adapter.register.keys import Role
from adapter.subjects.in_company.places import give_places
from adapter.subjects.in_company.records import locked_session
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import NotNow, OutsideTeam


def set_availability(act: Act, session_id: str, most: int) -> str:
    """Set it for the own team and return the manager's number. Who has a place already keeps it.

    Raises `UnknownEntry`, `OutsideTeam` for a key without an employee, and `NotNow` once sign-up is
    closed: then it would not be beforehand.
    """
    session = locked_session(act, session_id)
    manager_id = act.by.employee_id
    if act.by.role is not Role.MANAGER or manager_id is None:
        raise OutsideTeam
    if session.cancelled_at is not None:
        raise NotNow("session_cancelled")
    if act.today > session.sign_up_closes_on:
        raise NotNow("sign_up_closed", closed=session.sign_up_closes_on.isoformat())
    upsert(
        act.connection,
        TeamAvailabilityRow,
        {"session_id": session_id, "manager_id": manager_id},
        {"most": most, "set_by": act.actor, "set_at": act.now},
    )
    give_places(act, session)
    return manager_id

"""What follows from absence without a valid reason: only what was agreed beforehand, and only when
HR says so (Visie §7, A8). The machine never takes this step."""

from __future__ import annotations

from sqlalchemy import insert, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.in_company import AbsenceConsequenceRow
from adapter.subjects.in_company.notices import tell_of_consequence
from adapter.subjects.in_company.records import locked_session
from adapter.subjects.in_company.sign_ups import one_sign_up
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.refusals import NotNow
from policy.sign_ups import SignUpState


def attach_consequence(
    act: Act, session_id: str, sign_up_id: str, consequence: str, ground: str
) -> None:
    """Record what HR attaches to a no-show, with the terms that it rests on.

    Raises `UnknownEntry`, and `NotNow` when it was no no-show or nothing was agreed beforehand.
    """
    session = locked_session(act, session_id)
    row = one_sign_up(act, session_id, sign_up_id)
    if row.state != SignUpState.NO_SHOW:
        raise NotNow("no_no_show", state=row.state)
    if row.absence_terms is None:
        raise NotNow("nothing_agreed_beforehand")
    act.connection.execute(
        insert(AbsenceConsequenceRow).values(
            id=new_id(),
            sign_up_id=sign_up_id,
            consequence=consequence,
            ground=ground,
            agreed_terms=row.absence_terms,
            decided_by=act.actor,
            decided_at=act.now,
        )
    )
    tell_of_consequence(act, session, row, consequence)


def consequences_of(act: Act, sign_up_id: str) -> list[AbsenceConsequenceRow]:
    """Oldest first."""
    return rows_of(
        act.connection,
        select(AbsenceConsequenceRow)
        .where(AbsenceConsequenceRow.sign_up_id == sign_up_id)
        .order_by(AbsenceConsequenceRow.decided_at, AbsenceConsequenceRow.id),
    )

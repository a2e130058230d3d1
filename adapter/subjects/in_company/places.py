"""Giving places that are free to who waits for one, in order of sign-up (P7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, insert, select, update

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.in_company import (
    InCompanySessionRow,
    SignUpRow,
    SignUpStepRow,
    TeamAvailabilityRow,
)
from adapter.queues.register_changes import announce
from adapter.register.participation import days_of
from adapter.subjects.in_company.notices import tell_of_sign_up
from adapter.subjects.in_company.records import SignUpOfEmployee, sign_ups_of
from adapter.subjects.requests.acts import Act
from policy.sign_ups import SignUp, SignUpState, moving_up


def give_places(act: Act, session: InCompanySessionRow) -> None:
    """Until the first day: after it nobody can still take a place that comes free."""
    if act.today > days_of(session)[0].on:
        return
    people = {row.id: row for row in sign_ups_of(act, session.id)}
    waiting = [SignUp(row.id, row.manager_id, SignUpState(row.state)) for row in people.values()]
    for sign_up_id in moving_up(waiting, session.capacity, availability_of(act, session.id)):
        row = people[sign_up_id]
        enter(act, row, SignUpState.PLACED, by=None)
        tell_of_sign_up(act, session, row, SignUpState.PLACED)


def availability_of(act: Act, session_id: str) -> dict[str, int]:
    """How many each team can miss at once, by manager; who set nothing is not in it."""
    rows = rows_of(
        act.connection,
        select(TeamAvailabilityRow).where(TeamAvailabilityRow.session_id == session_id),
    )
    return {row.manager_id: row.most for row in rows}


def counts_by_state(act: Act, session_ids: Sequence[str]) -> Counter[tuple[str, str]]:
    """How many sign-ups each session has in each state."""
    counted = act.connection.execute(
        select(SignUpRow.session_id, SignUpRow.state, func.count())
        .where(SignUpRow.session_id.in_(session_ids))
        .group_by(SignUpRow.session_id, SignUpRow.state)
    )
    return Counter({(session_id, state): number for session_id, state, number in counted})


def availabilities_of_team(
    act: Act, manager_id: str | None, session_ids: Sequence[str]
) -> dict[str, int]:
    """How many of this manager's team can be away at once, by session; where nothing was set the
    session is not in it."""
    rows = rows_of(
        act.connection,
        select(TeamAvailabilityRow).where(
            TeamAvailabilityRow.manager_id == manager_id,
            TeamAvailabilityRow.session_id.in_(session_ids),
        ),
    )
    return {row.session_id: row.most for row in rows}


def enter(
    act: Act,
    row: SignUpOfEmployee,
    state: SignUpState,
    *,
    by: str | None,
    reason: str | None = None,
) -> None:
    """Write the state of a sign-up, log the step, and have the enrolment decided again. `by` None
    is the machine."""
    version = row.version + 1
    act.connection.execute(
        update(SignUpRow).where(SignUpRow.id == row.id).values(state=state, version=version)
    )
    log_step(act, row.id, version, row.state, state, by=by, reason=reason)
    announce(act.connection, [row.employee_id], act.now)


def log_step(
    act: Act,
    sign_up_id: str,
    version: int,
    before: str | None,
    after: SignUpState,
    *,
    by: str | None,
    reason: str | None = None,
) -> None:
    act.connection.execute(
        insert(SignUpStepRow).values(
            sign_up_id=sign_up_id,
            version=version,
            from_state=before,
            to_state=after,
            at=act.now,
            by=by,
            reason=reason,
        )
    )

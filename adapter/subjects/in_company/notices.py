"""Telling employee and manager what became of a sign-up (Visie §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adapter.ground.store.tables.in_company import InCompanySessionRow
from adapter.queues.outbox import Action, ActionKind, put
from adapter.register.courses import course_by_idnumber
from adapter.register.participation import days_of
from adapter.subjects.in_company.records import SignUpOfEmployee, full_name
from adapter.subjects.requests.acts import Act
from policy.sign_ups import SignUpState

_EMPLOYEE, _MANAGER = "employee", "manager"

_TOLD: Mapping[SignUpState, tuple[str, ...]] = {
    SignUpState.SIGNED_UP: (_MANAGER,),
    SignUpState.WAITING: (_EMPLOYEE, _MANAGER),
    SignUpState.PLACED: (_EMPLOYEE, _MANAGER),
    SignUpState.REFUSED: (_EMPLOYEE,),
    SignUpState.CONSENT_WITHDRAWN: (_EMPLOYEE,),
}
"""Who is told when a sign-up enters a state; what people record of each other's presence is not
news to them."""


_GONE = (SignUpState.CANCELLED, SignUpState.REFUSED, SignUpState.CONSENT_WITHDRAWN)
"""Who does not count on the session any more."""


def tell_of_sign_up(
    act: Act,
    session: InCompanySessionRow,
    row: SignUpOfEmployee,
    state: SignUpState,
    reason: str | None = None,
) -> None:
    """About a sign-up (`row`) that now has this state. Once per person and step."""
    parties = _TOLD.get(state, ())
    _tell(act, session, row, f"in_company_{state}", parties, reason, version=row.version)


def tell_of_cancelled_session(
    act: Act, session: InCompanySessionRow, people: Iterable[SignUpOfEmployee], reason: str
) -> None:
    """Everyone who still counted on it."""
    _tell_all(act, session, people, "in_company_session_cancelled", reason)


def tell_of_changed_session(
    act: Act, session: InCompanySessionRow, people: Iterable[SignUpOfEmployee]
) -> None:
    """Everyone who counts on it, of where and when it is now. Once per change."""
    _tell_all(act, session, people, "in_company_session_changed", None)


def tell_of_consequence(
    act: Act, session: InCompanySessionRow, row: SignUpOfEmployee, consequence: str
) -> None:
    both = (_EMPLOYEE, _MANAGER)
    _tell(act, session, row, "in_company_consequence", both, consequence, version=row.version)


def _tell_all(
    act: Act,
    session: InCompanySessionRow,
    people: Iterable[SignUpOfEmployee],
    name: str,
    reason: str | None,
) -> None:
    for row in people:
        if row.state not in _GONE:
            both = (_EMPLOYEE, _MANAGER)
            _tell(act, session, row, name, both, reason, version=session.version)


def _tell(
    act: Act,
    session: InCompanySessionRow,
    row: SignUpOfEmployee,
    name: str,
    parties: Iterable[str],
    reason: str | None,
    *,
    version: int,
) -> None:
    """`version` is that of the sign-up, or of the session where that is what changed."""
    days = days_of(session)
    course = course_by_idnumber(act.connection, session.course_id)
    numbers = {
        "course": session.course_id if course is None else course.full_name,
        "employee": full_name(row) or row.employee_id,
        "first": days[0].on.isoformat(),
        "last": days[-1].on.isoformat(),
        "place": session.place,
        "reason": reason or "–",
    }
    recipients = {_EMPLOYEE: row.employee_id, _MANAGER: row.manager_id}
    put(
        act.connection,
        [
            Action(
                action_key=(key := f"{name}:{row.id}:{version}:{party}"),
                kind=ActionKind.TELL,
                subject=key,
                payload={
                    "recipient": recipients[party],
                    "text": f"{name}_{party}",
                    "numbers": numbers,
                },
            )
            for party in parties
            if recipients[party] is not None
        ],
        act.now,
    )

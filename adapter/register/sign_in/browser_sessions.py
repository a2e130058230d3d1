"""Who is signed in: one person in one browser, until it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import Connection, Select, insert, select, update

from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.sign_in import BrowserSessionRow
from adapter.register.audit_log import note_act
from adapter.register.keys import Role
from adapter.register.sign_in.kept_forms import forget_old_forms
from adapter.register.sign_in.tokens import digest_of, new_token

IDLE = timedelta(minutes=30)
WARN_AFTER = IDLE - timedelta(minutes=5)
"""Of no use; who is warned can make the session last (WCAG 2.2, criterion 2.2.1)."""
LONGEST = timedelta(hours=10)
_SEEN_AGAIN_AFTER = timedelta(minutes=1)
"""A page asks for several things at once: not each of them is worth a write."""


class Way(StrEnum):
    """How somebody signed in."""

    LMS = "lms"
    OPENID = "openid"
    LINK = "link"


class Ended(StrEnum):
    """Why a session opens nothing any more."""

    SIGNED_OUT = "signed out"
    IDLE = "idle"
    TOO_LONG = "too long"
    LEFT = "employment ended"
    ANOTHERS_ACCOUNT = "account of somebody else"
    BY_ADMINISTRATOR = "ended by administrator"
    SIGNED_IN_ANEW = "signed in anew"


_BY_ITSELF = (Ended.IDLE, Ended.TOO_LONG)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom a way of signing in has recognised. `account` is that of the LMS, where that is the way;
    `claimed` are the roles that an identity provider told."""

    employee_id: str
    way: Way
    account: str | None = None
    claimed: frozenset[Role] = frozenset()


def open_session(connection: Connection, person: SignedIn, now: datetime) -> str:
    """Returns the token for the cookie, for the only time."""
    forget_old_forms(connection, now)
    token = new_token()
    connection.execute(
        insert(BrowserSessionRow).values(
            id=str(uuid4()),
            token_sha256=digest_of(token),
            csrf_token=new_token(),
            employee_id=person.employee_id,
            way=str(person.way),
            account=person.account,
            claimed_roles=sorted(person.claimed),
            opened_at=now,
            seen_at=now,
        )
    )
    result = "signed in"
    action = f"sign-in-{person.way}"
    note_act(
        connection, now, actor=person.employee_id, action=action, record="session", result=result
    )
    return token


def session_of(connection: Connection, token: str) -> BrowserSessionRow | None:
    """The session that this token opened; None when there is none, or it has ended."""
    return row_or_none(
        connection,
        select(BrowserSessionRow).where(
            BrowserSessionRow.token_sha256 == digest_of(token),
            BrowserSessionRow.ended_at.is_(None),
        ),
    )


def timed_out_session_of(connection: Connection, token: str) -> BrowserSessionRow | None:
    """The session that this token opened, where it ended by itself. It opens nothing."""
    return row_or_none(
        connection,
        select(BrowserSessionRow).where(
            BrowserSessionRow.token_sha256 == digest_of(token),
            BrowserSessionRow.ended_by.in_(_BY_ITSELF),
        ),
    )


def earlier_sessions_of(
    connection: Connection, employee_id: str, since: datetime
) -> list[BrowserSessionRow]:
    """Those that ended since then by themselves, or because the person signed in anew."""
    return rows_of(
        connection,
        select(BrowserSessionRow).where(
            BrowserSessionRow.employee_id == employee_id,
            BrowserSessionRow.ended_by.in_((*_BY_ITSELF, Ended.SIGNED_IN_ANEW)),
            BrowserSessionRow.ended_at > since,
        ),
    )


def standing_sessions(now: datetime) -> Select[BrowserSessionRow]:
    """Those that open something at this moment, by time alone; the oldest first."""
    return (
        select(BrowserSessionRow)
        .where(
            BrowserSessionRow.ended_at.is_(None),
            BrowserSessionRow.seen_at > now - IDLE,
            BrowserSessionRow.opened_at > now - LONGEST,
        )
        .order_by(BrowserSessionRow.opened_at, BrowserSessionRow.id)
    )


def end_one_session(connection: Connection, session_id: str, *, by: str, now: datetime) -> bool:
    """By an administrator, who is noted; False when it has ended, or there is none such."""
    session = row_or_none(
        connection,
        select(BrowserSessionRow).where(
            BrowserSessionRow.id == session_id, BrowserSessionRow.ended_at.is_(None)
        ),
    )
    if session is None:
        return False
    end_session(connection, session, Ended.BY_ADMINISTRATOR, now)
    note_act(
        connection,
        now,
        actor=by,
        action="end-session",
        record=session.employee_id,
        result=Ended.BY_ADMINISTRATOR,
        about=session.employee_id,
    )
    return True


def past_its_time(session: BrowserSessionRow, now: datetime) -> Ended | None:
    """Why it has ended by itself."""
    if now - session.opened_at >= LONGEST:
        return Ended.TOO_LONG
    return Ended.IDLE if now - session.seen_at >= IDLE else None


def to_be_seen(session: BrowserSessionRow, now: datetime) -> bool:
    return now - session.seen_at >= _SEEN_AGAIN_AFTER


def see(connection: Connection, session: BrowserSessionRow, now: datetime) -> None:
    connection.execute(
        update(BrowserSessionRow).where(BrowserSessionRow.id == session.id).values(seen_at=now)
    )


def end_session(
    connection: Connection, session: BrowserSessionRow, why: Ended, now: datetime
) -> None:
    _end(connection, [(session.id, session.employee_id)], why, now)


def end_sessions_of(connection: Connection, employee_id: str, why: Ended, now: datetime) -> int:
    """All of one person's; returns how many there were."""
    standing = connection.execute(
        select(BrowserSessionRow.id, BrowserSessionRow.employee_id).where(
            BrowserSessionRow.employee_id == employee_id, BrowserSessionRow.ended_at.is_(None)
        )
    )
    ended = [(session_id, owner) for session_id, owner in standing]
    _end(connection, ended, why, now)
    return len(ended)


def _end(
    connection: Connection, sessions: list[tuple[str, str]], why: Ended, now: datetime
) -> None:
    for session_id, employee_id in sessions:
        connection.execute(
            update(BrowserSessionRow)
            .where(BrowserSessionRow.id == session_id)
            .values(ended_at=now, ended_by=str(why))
        )
        note_act(
            connection, now, actor=employee_id, action="sign-out", record="session", result=why
        )

"""What was asked of an LMS or identity provider, until its answer comes: once, within ten minutes,
and through the browser that was sent off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import Connection, insert, select, update

from adapter.ground.store.reading import row_or_none
from adapter.ground.store.tables.sign_in import SignInAttemptRow
from adapter.register.sign_in.browser_sessions import Way
from adapter.register.sign_in.refusals import SignInRefused, Why
from adapter.register.sign_in.tokens import digest_of, new_token

VALID = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom it was asked, and where the person wants to go."""

    way: Way
    issuer: str
    client_id: str
    return_to: str
    code_verifier: str | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """Secrets of one attempt: `state` and `nonce` go out and come back, `browser` is its cookie."""

    state: str
    nonce: str
    browser: str


def begin_attempt(connection: Connection, asked: Asked, now: datetime) -> Begun:
    begun = Begun(new_token(), new_token(), new_token())
    connection.execute(
        insert(SignInAttemptRow).values(
            state_sha256=digest_of(begun.state),
            browser_sha256=digest_of(begun.browser),
            way=str(asked.way),
            issuer=asked.issuer,
            client_id=asked.client_id,
            nonce=begun.nonce,
            code_verifier=asked.code_verifier,
            return_to=asked.return_to,
            begun_at=now,
        )
    )
    return begun


def answer_attempt(
    connection: Connection, way: Way, state: str, browser: str, now: datetime
) -> SignInAttemptRow:
    """The attempt that this is the answer to. Who asks at the same moment is refused: one statement
    finds and uses it. Raises `SignInRefused`."""
    kept = SignInAttemptRow.state_sha256 == digest_of(state)
    used = connection.execute(
        update(SignInAttemptRow)
        .where(
            kept,
            SignInAttemptRow.way == way,
            SignInAttemptRow.browser_sha256 == digest_of(browser),
            SignInAttemptRow.answered_at.is_(None),
            SignInAttemptRow.begun_at > now - VALID,
        )
        .values(answered_at=now)
    )
    row = row_or_none(connection, select(SignInAttemptRow).where(kept))
    if row is None or row.way != way:
        raise SignInRefused(way, Why.NOT_BEGUN)
    if not used.rowcount:
        _refuse(row, way, browser, now)
    return row


def _refuse(row: SignInAttemptRow, way: Way, browser: str, now: datetime) -> NoReturn:
    if row.browser_sha256 != digest_of(browser):
        raise SignInRefused(way, Why.OTHER_BROWSER)
    raise SignInRefused(way, Why.TOO_LATE if row.begun_at <= now - VALID else Why.USED)

"""The LMS from which people are taken in: it registers itself by an invitation, which an
administrator makes and pastes there (LTI 1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.sign_in import (
    BrowserSessionRow,
    LmsInvitationRow,
    LmsRegistrationRow,
)
from adapter.register.audit_log import note_act
from adapter.register.sign_in.browser_sessions import Ended, Way, end_session
from adapter.register.sign_in.tokens import digest_of, new_token

VALID = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class NewRegistration:
    """What an LMS told of itself, and how it knows us."""

    issuer: str
    client_id: str
    deployment_id: str
    authorization_endpoint: str
    jwks_uri: str
    product: str


def invite(connection: Connection, by: str, now: datetime) -> str:
    """Returns the token of the address, for the only time."""
    token = new_token()
    connection.execute(
        insert(LmsInvitationRow).values(token_sha256=digest_of(token), made_by=by, made_at=now)
    )
    note_act(connection, now, actor=by, action="invite-lms", record="lms", result="made")
    return token


def is_invited(connection: Connection, token: str, now: datetime) -> bool:
    """Whether an LMS can still register itself with this token."""
    open_ones = select(LmsInvitationRow).where(
        LmsInvitationRow.token_sha256 == digest_of(token),
        LmsInvitationRow.used_at.is_(None),
        LmsInvitationRow.made_at > now - VALID,
    )
    return row_or_none(connection, open_ones) is not None


def use_invitation(connection: Connection, token: str, now: datetime) -> str | None:
    """Who made it; None when it is used, too old or unknown. One statement finds and uses it."""
    return connection.execute(
        update(LmsInvitationRow)
        .where(
            LmsInvitationRow.token_sha256 == digest_of(token),
            LmsInvitationRow.used_at.is_(None),
            LmsInvitationRow.made_at > now - VALID,
        )
        .values(used_at=now)
        .returning(LmsInvitationRow.made_by)
    ).scalar_one_or_none()


def keep_registration(
    connection: Connection, told: NewRegistration, by: str, now: datetime
) -> None:
    """`by` made the invitation. The same client of the same LMS is kept as it is told now."""
    said = {
        "deployment_id": told.deployment_id,
        "authorization_endpoint": told.authorization_endpoint,
        "jwks_uri": told.jwks_uri,
        "product": told.product,
        "registered_at": now,
        "revoked_at": None,
    }
    upsert(
        connection,
        LmsRegistrationRow,
        {"issuer": told.issuer, "client_id": told.client_id},
        said,
    )
    note_act(
        connection, now, actor=by, action="register-lms", record=told.issuer, result="registered"
    )


def registration_of(
    connection: Connection, issuer: str, client_id: str | None
) -> LmsRegistrationRow | None:
    """The registration in use; without a client, the only one of that LMS."""
    named = [] if client_id is None else [LmsRegistrationRow.client_id == client_id]
    found = rows_of(
        connection,
        select(LmsRegistrationRow).where(
            LmsRegistrationRow.issuer == issuer, LmsRegistrationRow.revoked_at.is_(None), *named
        ),
    )
    return found[0] if len(found) == 1 else None


def registrations(connection: Connection) -> list[LmsRegistrationRow]:
    """Revoked ones too, in the order in which they came."""
    return rows_of(
        connection, select(LmsRegistrationRow).order_by(LmsRegistrationRow.registered_at)
    )


def registrations_in_use(connection: Connection) -> list[LmsRegistrationRow]:
    return [row for row in registrations(connection) if row.revoked_at is None]


def revoke_registration(
    connection: Connection, issuer: str, client_id: str | None, *, by: str, now: datetime
) -> int:
    """How many there were in use. Who is signed in from an LMS is signed out."""
    named = [] if client_id is None else [LmsRegistrationRow.client_id == client_id]
    revoked = connection.execute(
        update(LmsRegistrationRow)
        .where(LmsRegistrationRow.issuer == issuer, LmsRegistrationRow.revoked_at.is_(None), *named)
        .values(revoked_at=now)
    ).rowcount
    if not revoked:
        return 0
    from_lms = select(BrowserSessionRow).where(
        BrowserSessionRow.way == Way.LMS, BrowserSessionRow.ended_at.is_(None)
    )
    for session in rows_of(connection, from_lms):
        end_session(connection, session, Ended.BY_ADMINISTRATOR, now)
    note_act(connection, now, actor=by, action="revoke-lms", record=issuer, result="revoked")
    return revoked

"""Links that sign one person in, once, within ten minutes: for the first day and for trying out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, update

from adapter.ground.store.tables.sign_in import SignInLinkRow
from adapter.register.audit_log import note_act
from adapter.register.sign_in.tokens import digest_of, new_token
from config.settings import Settings

VALID = timedelta(minutes=10)


def make_link(connection: Connection, employee_id: str, by: str, now: datetime) -> str:
    """Returns the token, for the only time."""
    token = new_token()
    connection.execute(
        insert(SignInLinkRow).values(
            token_sha256=digest_of(token), employee_id=employee_id, made_by=by, made_at=now
        )
    )
    note_act(
        connection,
        now,
        actor=by,
        action="make-sign-in-link",
        record=employee_id,
        result="made",
        about=employee_id,
    )
    return token


def use_link(connection: Connection, token: str, now: datetime) -> str | None:
    """Whom the link signs in; None when it does not, or not any more. Who asks at the same moment
    is refused: one statement finds and uses it."""
    return connection.execute(
        update(SignInLinkRow)
        .where(
            SignInLinkRow.token_sha256 == digest_of(token),
            SignInLinkRow.used_at.is_(None),
            SignInLinkRow.made_at > now - VALID,
        )
        .values(used_at=now)
        .returning(SignInLinkRow.employee_id)
    ).scalar_one_or_none()


def sign_in_address(settings: Settings, token: str) -> str:
    """Where a browser uses the link."""
    return f"{settings.public_url}/aanmelden/link/{token}"

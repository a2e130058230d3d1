"""How people reach the pages: who is signed in, by which way, and with which roles."""

from __future__ import annotations

from datetime import date, datetime

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class BrowserSessionRow(Stored):
    """One person in one browser, from signing in until it ends."""

    __tablename__ = "browser_sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    # Of what the cookie holds, which is kept nowhere.
    token_sha256: Mapped[str] = mapped_column(unique=True)
    csrf_token: Mapped[str]
    employee_id: Mapped[str] = mapped_column(index=True)
    way: Mapped[str]
    # Of the LMS, where that is the way: it opens nothing any more once it is somebody else's.
    account: Mapped[str | None]
    # What the identity provider said; what an administrator gave is read at each request.
    claimed_roles: Mapped[list[str]] = mapped_column(Json, nullable=False)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class KeptFormRow(Stored):
    """What somebody sent after the session had ended for want of use: one form of one person, for
    an hour."""

    __tablename__ = "kept_forms"

    employee_id: Mapped[str] = mapped_column(primary_key=True)
    # Of ours, with its query.
    path: Mapped[str]
    # `[[name, value]]` in the order of the form, without its token.
    fields: Mapped[list[list[str]]] = mapped_column(Json, nullable=False)
    kept_at: Mapped[datetime]


class SignInAttemptRow(Stored):
    """What was asked of an LMS or identity provider, until its answer comes."""

    __tablename__ = "sign_in_attempts"

    state_sha256: Mapped[str] = mapped_column(primary_key=True)
    # The answer must come through the browser that was sent off.
    browser_sha256: Mapped[str]
    way: Mapped[str]
    issuer: Mapped[str]
    client_id: Mapped[str]
    nonce: Mapped[str]
    code_verifier: Mapped[str | None]
    return_to: Mapped[str]
    begun_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class SignInLinkRow(Stored):
    __tablename__ = "sign_in_links"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    employee_id: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LmsInvitationRow(Stored):
    """The address with which an LMS registers itself, once."""

    __tablename__ = "lms_invitations"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LmsRegistrationRow(Stored):
    """An LMS from which people are taken in, as it registered itself (LTI 1.3)."""

    __tablename__ = "lms_registrations"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(primary_key=True)
    deployment_id: Mapped[str]
    authorization_endpoint: Mapped[str]
    jwks_uri: Mapped[str]
    product: Mapped[str]
    registered_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class GivenRoleRow(Stored):
    """A role beyond what follows from the HRIS."""

    __tablename__ = "given_roles"

    id: Mapped[str] = mapped_column(primary_key=True)
    employee_id: Mapped[str] = mapped_column(index=True)
    role: Mapped[str]
    last_on: Mapped[date | None]
    given_by: Mapped[str]
    given_at: Mapped[datetime]
    revoked_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None]

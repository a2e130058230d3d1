"""API keys: made once, shown once, kept as a hash.

A key is `odwh_<keyId>_<secret>`. The secret has 256 random bits, so that a plain SHA-256 of it
cannot be searched back; a slow password hash would only make every request slow.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from adapter.ground.clock import Clock
from adapter.ground.store.reading import row_or_none
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import ApiKeyRow
from adapter.register.audit_log import note_act

_KEY = re.compile(r"odwh_([0-9a-f]{16})_([A-Za-z0-9_-]{43})", re.ASCII)
_NOBODY = hashlib.sha256(b"no key has this secret").hexdigest()


class Role(StrEnum):
    """Who may do what (Visie §5); the names are those of the API."""

    MANAGEMENT_TEAM = "management-team"
    HR = "hr"
    MANAGER = "manager"
    EMPLOYEE = "employee"
    KNOWLEDGE_BROKER = "knowledge-broker"
    LMS = "lms"
    HRIS = "hris"
    AUDITOR = "auditor"
    ADMIN = "admin"


_ALIASES = {"mt": Role.MANAGEMENT_TEAM}


class UnknownRole(ValueError):
    """No role has this name; the message lists those that exist."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who holds a key. `employee_id` says whose own data or team it opens; None opens no one's."""

    key_id: str
    name: str
    role: Role
    employee_id: str | None


def role_named(name: str) -> Role:
    """The role with this name, `mt` included; raises `UnknownRole`."""
    if name in _ALIASES:
        return _ALIASES[name]
    try:
        return Role(name)
    except ValueError as error:
        raise UnknownRole(f"there is no role {name}; choose from {', '.join(Role)}") from error


def create_key(
    register: Register, clock: Clock, name: str, role: str, employee_id: str | None = None
) -> str:
    """Store a new key and return it, for the only time. Raises `UnknownRole`."""
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    row = {
        "id": key_id,
        "name": name,
        "role": str(role_named(role)),
        "employee_id": employee_id,
        "secret_sha256": _digest(secret),
        "created_at": clock.now(),
    }
    with register.write() as connection:
        connection.execute(insert(ApiKeyRow).values(row))
    return f"odwh_{key_id}_{secret}"


def revoke_key(connection: Connection, key_id: str, now: datetime, *, by: str) -> bool:
    """Whether there was such a key that opened something until now. Its row stays, for the log."""
    revoked = connection.execute(
        update(ApiKeyRow)
        .where(ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    if not revoked.rowcount:
        return False
    note_act(connection, now, actor=by, action="revoke-key", record=key_id, result="revoked")
    return True


@dataclass(frozen=True, slots=True)
class RefusedKey:
    """Why a key opens nothing, for the log. `key_id` is the public part, None when it has none."""

    reason: str
    key_id: str | None = None


def authenticate(register: Register, presented: str) -> Principal | RefusedKey:
    """Who presents this key; otherwise why it is refused: malformed, unknown, wrong or revoked."""
    match = _KEY.fullmatch(presented)
    if match is None:
        return RefusedKey("malformed")
    key_id, secret = match.groups()
    with register.read() as connection:
        row = row_or_none(connection, select(ApiKeyRow).where(ApiKeyRow.id == key_id))
    # Compared for an unknown id as well, so that the time taken does not tell which ids exist.
    right = hmac.compare_digest(_digest(secret), row.secret_sha256 if row else _NOBODY)
    if row is None:
        return RefusedKey("unknown key", key_id)
    if not right:
        return RefusedKey("wrong secret", key_id)
    if row.revoked_at is not None:
        return RefusedKey("revoked", key_id)
    return Principal(row.id, row.name, Role(row.role), row.employee_id)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("ascii")).hexdigest()

"""API keys: made once, shown once, kept as a hash.

A key is `odwh_<keyId>_<secret>`. The secret has 256 random bits, so that a plain SHA-256 of it
cannot be searched back; a slow password hash would only make every request slow.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network

import structlog
from sqlalchemy import Connection, Text, bindparam, insert, select, update
from sqlalchemy.exc import OperationalError

from adapter.ground.clock import Clock
from adapter.ground.store.at_once import AtOnce, Question
from adapter.ground.store.reading import row_or_none
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import ApiKeyRow
from adapter.register.audit_log import note_act

_log = structlog.get_logger(__name__)
_USED_AGAIN_AFTER = timedelta(minutes=1)
"""When it was used last is worth a write no more often."""
_RECENT_SECONDS = 1.0
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


@dataclass(frozen=True, slots=True)
class KeyWanted:
    """`employee_id` says whose own data or team the key opens, `expires_at` from when it opens
    nothing any more, and `networks` from where it opens; empty for from anywhere."""

    name: str
    role: Role
    employee_id: str | None = None
    expires_at: datetime | None = None
    networks: tuple[str, ...] = ()
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """`key_id` is its public part; `key` is shown once and kept nowhere."""

    key_id: str
    key: str


def networks_named(given: Iterable[str]) -> tuple[str, ...]:
    """Addresses and networks as they are kept, such as 10.1.2.0/24. Raises `ValueError` naming the
    one that is none."""
    return tuple(str(ip_network(one.strip())) for one in given)


def make_key(connection: Connection, wanted: KeyWanted, now: datetime, *, by: str) -> NewKey:
    """Keep a new key as a hash, and who made it."""
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    row = {
        "id": key_id,
        "name": wanted.name,
        "role": str(wanted.role),
        "employee_id": wanted.employee_id,
        "secret_sha256": _digest(secret),
        "created_at": now,
        "expires_at": wanted.expires_at,
        "networks": list(wanted.networks) or None,
        "replaces": wanted.replaces,
    }
    connection.execute(insert(ApiKeyRow).values(row))
    note_act(
        connection,
        now,
        actor=by,
        action="make-key",
        record=key_id,
        result=f"{wanted.role} made" + _until(wanted.expires_at),
        about=wanted.employee_id,
    )
    return NewKey(key_id, f"odwh_{key_id}_{secret}")


def create_key(
    register: Register, clock: Clock, name: str, role: str, employee_id: str | None = None
) -> str:
    """A key that opens from anywhere until it is revoked, for the only time. Raises
    `UnknownRole`."""
    wanted = KeyWanted(name, role_named(role), employee_id)
    with register.write() as connection:
        return make_key(connection, wanted, clock.now(), by="").key


def rotate_key(
    connection: Connection, key_id: str, overlap: timedelta, now: datetime, *, by: str
) -> NewKey | None:
    """Another key in its place, which opens the same as long; the old one opens on for `overlap`,
    so that its holder can change over. None when no key that opens has this public part."""
    row = row_or_none(connection, select(ApiKeyRow).where(ApiKeyRow.id == key_id))
    if row is None or refused_by_time(row, now) is not None:
        return None
    last = now + overlap
    last = last if row.expires_at is None else min(last, row.expires_at)
    wanted = KeyWanted(
        row.name,
        Role(row.role),
        row.employee_id,
        None if row.expires_at is None else now + (row.expires_at - row.created_at),
        tuple(row.networks or ()),
        replaces=key_id,
    )
    new = make_key(connection, wanted, now, by=by)
    connection.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(expires_at=last))
    result = f"replaced by {new.key_id}" + _until(last)
    note_act(connection, now, actor=by, action="rotate-key", record=key_id, result=result)
    return new


def revoke_key(connection: Connection, key_id: str, now: datetime, *, by: str) -> bool:
    """Whether there was such a key that was not revoked. Its row stays, for the log."""
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
    from_elsewhere: bool = False
    """It would open, but not from this address."""


# At each request, so it is put into words once.
_PRESENTED = AtOnce(
    lambda _engine: {
        "key": Question(select(ApiKeyRow).where(ApiKeyRow.id == bindparam("key_id", "", Text)))
    }
)


class RecentKeys:
    """Rows of keys as this process read them within the last second. Only for what asks again, in
    its own transaction, whether the key still opens: elsewhere a row is read at each request."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._rows: dict[str, tuple[float, ApiKeyRow]] = {}

    def row(self, key_id: str) -> ApiKeyRow | None:
        read_at, row = self._rows.get(key_id, (0.0, None))
        return row if self._seconds() - read_at < _RECENT_SECONDS else None

    def keep(self, row: ApiKeyRow) -> None:
        self._rows[row.id] = (self._seconds(), row)

    def forget(self, key_id: str) -> None:
        self._rows.pop(key_id, None)


def authenticate(
    register: Register,
    presented: str,
    now: datetime,
    address: str | None = None,
    *,
    recent: RecentKeys | None = None,
) -> Principal | RefusedKey:
    """Who presents this key from this address; otherwise why it is refused: malformed, unknown,
    wrong, revoked, expired or from elsewhere.

    The row is read at each request: a key that was revoked opens nothing at the next one, in every
    process. With `recent` it is read once a second, and the caller looks itself whether it was
    revoked (decision 48). Its last use is written once a minute at most.
    """
    match = _KEY.fullmatch(presented)
    if match is None:
        return RefusedKey("malformed")
    key_id, secret = match.groups()
    known = None if recent is None else recent.row(key_id)
    row = known or _read(register, key_id)
    # Compared for an unknown id as well, so that the time taken does not tell which ids exist.
    right = hmac.compare_digest(_digest(secret), row.secret_sha256 if row else _NOBODY)
    if row is None:
        return RefusedKey("unknown key", key_id)
    if not right:
        return RefusedKey("wrong secret", key_id)
    if (reason := refused_by_time(row, now)) is not None:
        return RefusedKey(reason, key_id)
    if row.networks is not None and not _is_in(address, row.networks):
        return RefusedKey("other network", key_id, from_elsewhere=True)
    if known is None and recent is not None:
        recent.keep(row)
    if known is None and (row.used_at is None or abs(now - row.used_at) >= _USED_AGAIN_AFTER):
        _keep_use(register, key_id, now)
    return Principal(row.id, row.name, Role(row.role), row.employee_id)


def _read(register: Register, key_id: str) -> ApiKeyRow | None:
    with register.read() as connection:
        return next(iter(_PRESENTED.rows(connection, key_id=key_id)["key"]), None)


def refused_by_time(row: ApiKeyRow, now: datetime) -> str | None:
    """Why the key opens nothing at this moment; None when it does."""
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at is not None and row.expires_at <= now else None


def _keep_use(register: Register, key_id: str, now: datetime) -> None:
    """What a full disk keeps from being written does not shut out who has the right key."""
    try:
        with register.write() as connection:
            connection.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(used_at=now))
    except OperationalError:
        _log.warning("key.use_not_kept", key_id=key_id)


def _is_in(address: str | None, networks: Iterable[str]) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    return any(found in ip_network(one) for one in networks)


def _until(moment: datetime | None) -> str:
    return "" if moment is None else f", until {moment:%Y-%m-%d %H:%M}Z"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("ascii")).hexdigest()

"""The public keys of issuers (JWKS), kept in the process: asked for again after an hour, and when a
token names a key that is not among them, for issuers change their keys without telling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from connectors.errors import Misconfigured, Transient
from connectors.openid.published import origin_of, read_published

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

KEPT_FOR = timedelta(hours=1)
ASKED_AT_MOST_EVERY = timedelta(minutes=1)
"""A stranger can name keys that there are not as often as they like."""
_MOST = 16
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: KeySet | None = None
    read_at: datetime = _NEVER
    asked_at: datetime = _NEVER


class KeySets:
    """Safe to share between threads; one asks at a time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._kept: dict[str, _Kept] = {}
        self._lock = Lock()

    def having(self, jwks_uri: str, kid: str | None) -> KeySet:
        """The keys at this address, looked at again when `kid` is not among them.

        Raises `Transient` or `Misconfigured` when there are none to be had.
        """
        with self._lock:
            now = self._now()
            kept = self._kept.get(jwks_uri, _Kept())
            fresh = timedelta() <= now - kept.read_at < KEPT_FOR
            if kept.keys is not None and fresh and (kid is None or _has(kept.keys, kid)):
                return kept.keys
            if timedelta() <= now - kept.asked_at < ASKED_AT_MOST_EVERY:
                if kept.keys is not None and fresh:
                    return kept.keys
                raise Transient(f"the keys of {origin_of(jwks_uri)} could not be read just now")
            return self._ask(jwks_uri, kept, now)

    def _ask(self, jwks_uri: str, kept: _Kept, now: datetime) -> KeySet:
        self._keep(jwks_uri, replace(kept, asked_at=now))
        keys = read_keys(jwks_uri)
        self._keep(jwks_uri, _Kept(keys, now, now))
        return keys

    def _keep(self, jwks_uri: str, kept: _Kept) -> None:
        self._kept.pop(jwks_uri, None)
        self._kept[jwks_uri] = kept
        while len(self._kept) > _MOST:
            del self._kept[next(iter(self._kept))]


def read_keys(jwks_uri: str) -> KeySet:
    """Raises `Transient` or `Misconfigured`."""
    # Not loaded where nobody signs in by an identity provider or from the LMS.
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    published = read_published(jwks_uri)
    try:
        return KeySet.import_key_set({"keys": published["keys"]})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Misconfigured(
            f"{origin_of(jwks_uri)} publishes no keys that can be read ({type(error).__name__})"
        ) from None


def _has(keys: KeySet, kid: str) -> bool:
    return any(key.kid == kid for key in keys)

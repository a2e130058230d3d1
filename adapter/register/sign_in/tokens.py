"""Secrets that a browser shows again: 256 random bits, of which only the digest is kept."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """SHA-256 in hexadecimal. A plain hash will do: so many bits cannot be searched through."""
    return hashlib.sha256(token.encode()).hexdigest()

"""Pseudonyms of one export: the same for one person within it, others with another key, and by
nobody led back to a person without the key."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

SHORTEST = 32
"""Bytes of a key: employee numbers are few, so what keeps them is the key alone."""


@dataclass(frozen=True, slots=True)
class ExportKey:
    """Made anew and kept nowhere, unless whoever exports brings one to compare exports with."""

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(SHORTEST), repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < SHORTEST:
            raise ValueError(f"a key for pseudonyms has at least {SHORTEST} bytes")

    def pseudonym(self, kind: str, record: str | None) -> str | None:
        """Of a person, or of a record that leads to one; `kind` keeps numbers of different things
        apart."""
        if record is None:
            return None
        told = hmac.new(self.secret, f"{kind}\0{record}".encode(), sha256)
        return told.hexdigest()[:20]

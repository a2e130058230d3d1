"""A secret that may be replaced while the service runs."""

from __future__ import annotations

from collections.abc import Callable

Secret = str | Callable[[], str]
"""The text itself, or what tells it as it is at this moment."""


def current(secret: Secret) -> str:
    return secret if isinstance(secret, str) else secret()

"""What this process has read of issuers, their keys and addresses, for all its requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import Flask, current_app

from connectors.openid.key_sets import KeySets
from connectors.openid.provider import Providers

_KEYS, _PROVIDERS = "odwh_key_sets", "odwh_providers"


def read_issuers_anew(app: Flask, now: Callable[[], datetime]) -> None:
    """`now` says how old it is what was read."""
    app.extensions[_KEYS] = KeySets(now)
    app.extensions[_PROVIDERS] = Providers(now)


def key_sets() -> KeySets:
    return cast("KeySets", current_app.extensions[_KEYS])


def providers() -> Providers:
    return cast("Providers", current_app.extensions[_PROVIDERS])

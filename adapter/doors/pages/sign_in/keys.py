"""The keys of issuers that this process has read, for all its requests."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from connectors.openid.key_sets import KeySets

_EXTENSION = "odwh_key_sets"


def keep_keys(app: Flask, keys: KeySets) -> None:
    app.extensions[_EXTENSION] = keys


def key_sets() -> KeySets:
    return cast("KeySets", current_app.extensions[_EXTENSION])

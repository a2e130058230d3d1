"""What belongs to the request at hand: the service's parts, the caller and the language."""

from __future__ import annotations

from typing import cast

from flask import current_app, g, request

from adapter.ground.parts import Parts
from adapter.register.keys import Principal
from config.catalogue import Language

EXTENSION = "odwh"


def parts() -> Parts:
    return cast("Parts", current_app.extensions[EXTENSION])


def principal() -> Principal:
    """The caller; only for views of routes that need a key."""
    return cast("Principal", g.principal)


def principal_if_any() -> Principal | None:
    return cast("Principal | None", g.get("principal"))


def language() -> Language:
    """Dutch or English by `Accept-Language`, else the one of the settings."""
    wanted = request.accept_languages.best_match(list(Language))
    return Language(wanted or parts().settings.language)

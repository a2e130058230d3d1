"""What belongs to the request at hand: the service's parts, the caller and the language."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, Request, current_app, g, request
from werkzeug.local import LocalProxy

from adapter.ground.parts import Parts
from adapter.queues.accepting import Accepting
from adapter.register.keys import Principal, RecentKeys
from config.catalogue import Language

if TYPE_CHECKING:
    from flask.ctx import _AppCtxGlobals

EXTENSION = "odwh"
_ACCEPTING = "odwh_accepting"
_RECENT_KEYS = "odwh_recent_keys"


def serve_with(app: Flask, parts: Parts) -> None:
    """Have the requests of this application work with these parts."""
    app.extensions[EXTENSION] = parts
    app.extensions[_ACCEPTING] = Accepting(parts.register)
    app.extensions[_RECENT_KEYS] = RecentKeys()


request_itself = cast("LocalProxy[Request]", request)._get_current_object
"""Of what it returns an attribute is had ten times sooner than of Flask's `request`, for what looks
at several at each request."""
kept = cast("LocalProxy[_AppCtxGlobals]", g)._get_current_object
"""What is kept until the request is answered: `g` itself."""
application = cast("LocalProxy[Flask]", current_app)._get_current_object


def parts() -> Parts:
    found: Parts = application().extensions[EXTENSION]
    return found


def accepting() -> Accepting:
    """The way into the inbox, for all requests of this process."""
    found: Accepting = application().extensions[_ACCEPTING]
    return found


def recent_keys() -> RecentKeys:
    found: RecentKeys = application().extensions[_RECENT_KEYS]
    return found


def principal() -> Principal:
    """The caller; only for views of routes that need a key."""
    found: Principal = kept().principal
    return found


def principal_if_any() -> Principal | None:
    found: Principal | None = kept().get("principal")
    return found


def language() -> Language:
    """Dutch or English by `Accept-Language`, else the one of the settings."""
    wanted = request.accept_languages.best_match(list(Language))
    return Language(wanted or parts().settings.language)

"""What belongs to the request at hand: the service's parts, the caller and the language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

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


def request_itself() -> Request:
    """Of which an attribute is had ten times sooner than of Flask's `request`, for what looks at
    several at each request."""
    return cast("LocalProxy[Request]", request)._get_current_object()


def extensions() -> dict[str, Any]:
    """Of the application that is asked, without its proxy for the same reason."""
    return cast("LocalProxy[Flask]", current_app)._get_current_object().extensions


def kept() -> _AppCtxGlobals:
    """What is kept until the request is answered: `g` itself."""
    return cast("LocalProxy[_AppCtxGlobals]", g)._get_current_object()


def parts() -> Parts:
    return cast("Parts", extensions()[EXTENSION])


def accepting() -> Accepting:
    """The way into the inbox, for all requests of this process."""
    return cast("Accepting", extensions()[_ACCEPTING])


def recent_keys() -> RecentKeys:
    return cast("RecentKeys", extensions()[_RECENT_KEYS])


def principal() -> Principal:
    """The caller; only for views of routes that need a key."""
    return cast("Principal", kept().principal)


def principal_if_any() -> Principal | None:
    return cast("Principal | None", kept().get("principal"))


def language() -> Language:
    """Dutch or English by `Accept-Language`, else the one of the settings."""
    wanted = request.accept_languages.best_match(list(Language))
    return Language(wanted or parts().settings.language)

"""A page as HTML, from its template, in the language of the browser."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files
from typing import Any

from flask import Response, url_for
from flask_wtf.csrf import generate_csrf
from jinja2 import Environment, PackageLoader, StrictUndefined

from adapter.doors.pages import browser
from adapter.doors.pages.figures import figures
from adapter.doors.pages.menu import menu_of
from adapter.doors.web import current
from adapter.ground.rendering.cells import written
from adapter.ground.rendering.content import Cell, Kind
from adapter.ground.rendering.html import style
from adapter.register.sign_in.browser_sessions import WARN_AFTER
from config.catalogue import Language, text

_ASSETS = files("adapter.doors.pages") / "assets"
ASSET_TYPES: Mapping[str, str] = {
    "pages.css": "text/css",
    "pages.js": "text/javascript",
    "lms_registered.js": "text/javascript",
}


@cache
def asset(name: str) -> bytes:
    """One of `ASSET_TYPES`. Reports and pages share the style sheet of the reports."""
    own = (_ASSETS / name).read_bytes()
    return style().encode() + own if name == "pages.css" else own


@cache
def _digest(name: str) -> str:
    return hashlib.sha256(asset(name)).hexdigest()[:16]


def asset_url(name: str) -> str:
    """With what it holds in the address, so that a browser keeps it for good."""
    return url_for("start.asset", name=name, v=_digest(name))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("adapter.doors.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Macros of another template see no more than this.
    environment.globals["url_for"] = url_for
    return environment


def say(key: str, /, **numbers: object) -> str:
    """A text of `pages.toml`, in the language of who looks."""
    return text(f"pages.{key}", current.language(), **numbers)


def page(template: str, status: int = 200, **content: Any) -> Response:
    """`content` is what the template asks for by name; every name it asks for must be there."""
    language = current.language()
    standing = browser.recognised()
    html = (
        _environment()
        .get_template(template)
        .render(
            **content,
            language=language,
            say=say,
            words=partial(_words, language),
            written=partial(_written, language),
            figures=figures(language),
            asset_url=asset_url,
            csrf_token=generate_csrf,
            menu=menu_of(),
            signed_in=standing is not None,
            warn_after_seconds=int(WARN_AFTER.total_seconds()),
            organisation=current.parts().settings.organisation.name,
        )
    )
    return Response(html, status, mimetype="text/html", headers={"Content-Language": language})


def _words(language: Language, key: str, /, **numbers: object) -> str:
    """A text of another catalogue, by its whole key."""
    return text(key, language, **numbers)


def _written(language: Language, cell: Cell, kind: str) -> str:
    return written(cell, Kind(kind), language)

"""A report as one HTML file with its pictures in it: no script, no font, no request to anywhere.

Built to WCAG 2.2 AA. Its only style sheet stands in the page, and the policy to send with it allows
that one by its hash.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from adapter.ground.rendering.cells import written
from adapter.ground.rendering.content import NUMERIC, Cell, Kind, Picture, Report
from adapter.ground.rendering.linked_text import pieces
from adapter.ground.rendering.svg import NARROW, WIDE, drawn, drawn_small
from config.catalogue import Language, text

MEDIA_TYPE = "text/html"

_TEMPLATES = PackageLoader("adapter.ground.rendering", "templates")
_CONTENTS_FROM = 4
"""Sections from which on a list of contents helps more than it costs."""


@cache
def _environment() -> Environment:
    return Environment(
        loader=_TEMPLATES,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def style() -> str:
    """The style sheet of the reports, which pages build upon."""
    source, _, _ = _TEMPLATES.get_source(_environment(), "report.css")
    return source


@cache
def _style_policy() -> str:
    digest = b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def content_security_policy() -> str:
    """The header to send with the page: nothing but its own style sheet, and in no frame."""
    return f"{_style_policy()}; frame-ancestors 'none'"


def render(report: Report) -> bytes:
    """The page as UTF-8."""
    page = _environment().get_template("report.html.jinja")
    return page.render(
        **_words(report.language),
        report=report,
        style=Markup(style()),  # noqa: S704 - our own file, and without markup in it
        style_policy=_style_policy(),
        contents=sum(section.level == 2 for section in report.sections) >= _CONTENTS_FROM,
        linked={one.told_in for section in report.sections for one in section.pictures},
    ).encode()


def figure(picture: Picture, language: Language) -> Markup:
    """A picture with its numbers, for a page that is no report."""
    parts: Any = _environment().get_template("parts.html.jinja").make_module(_words(language))
    return Markup(parts.figure(picture))  # noqa: S704 - written by our template


def small_figure(picture: Picture, language: Language) -> Markup:
    """A bar for a cell of a table, beside its numbers."""
    return Markup(drawn_small(picture, language))  # noqa: S704 - all words in it are escaped


def _words(language: Language) -> dict[str, Any]:
    """What the templates ask for beside their content."""
    return {
        "numeric": NUMERIC,
        "wide": WIDE,
        "narrow": NARROW,
        "written": lambda cell, kind: _in_markup(cell, kind, language),
        "say": lambda key, **numbers: text(f"reports.{key}", language, **numbers),
        "drawn": lambda picture, width: Markup(drawn(picture, language, width)),  # noqa: S704
    }


def _in_markup(cell: Cell, kind: Kind, language: Language) -> Markup:
    """The cell as text, with links where it leads somewhere."""
    if not isinstance(cell, str):
        return escape(written(cell, kind, language))
    return Markup().join(
        escape(words) if to is None else Markup('<a href="{}">{}</a>').format(to, words)
        for words, to in pieces(cell)
    )

"""Every form that a report can be written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapter.ground.rendering import (
    csv,
    html,
    json,
    pdf,
    xlsx,
)
from adapter.ground.rendering.content import Report


@dataclass(frozen=True, slots=True)
class Renderer:
    """`extension` is also its name on the command line."""

    extension: str
    media_type: str
    render: Callable[[Report], bytes]


_ALL = (
    Renderer("csv", csv.MEDIA_TYPE, csv.render),
    Renderer("html", html.MEDIA_TYPE, html.render),
    Renderer("json", json.MEDIA_TYPE, json.render),
    Renderer("pdf", pdf.MEDIA_TYPE, pdf.render),
    Renderer("xlsx", xlsx.MEDIA_TYPE, xlsx.render),
)
RENDERERS: Mapping[str, Renderer] = {renderer.extension: renderer for renderer in _ALL}
"""By extension."""

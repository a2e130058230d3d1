"""A report in the form that the caller asks for with Accept."""

from __future__ import annotations

from flask import Response, request

from adapter.doors.messages.media_types import JSON
from adapter.doors.web.access import current_route
from adapter.ground.rendering import html
from adapter.ground.rendering.content import Report
from adapter.ground.rendering.renderers import RENDERERS, Renderer

_BY_MEDIA_TYPE = {
    renderer.media_type: renderer
    for renderer in RENDERERS.values()
    # As JSON a resource gives its own typed members rather than the report.
    if renderer.media_type != JSON
}


def wanted_renderer() -> Renderer | None:
    """How to write the report, out of what the route gives; None where data as JSON is asked for,
    or anything."""
    route = current_route()
    assert route is not None, "only a route that exists has a view"
    wanted = request.accept_mimetypes.best_match(route.gives)
    return None if wanted is None else _BY_MEDIA_TYPE.get(wanted)


def report_answer(report: Report, renderer: Renderer) -> Response:
    return document_answer(
        renderer.render(report), renderer.media_type, f"{report.name}.{renderer.extension}"
    )


def document_answer(written: bytes, media_type: str, file_name: str) -> Response:
    """Pages open where they are read; a workbook is saved."""
    response = Response(written, mimetype=media_type)
    if media_type == html.MEDIA_TYPE:
        response.headers["Content-Security-Policy"] = html.content_security_policy()
        return response
    saved = media_type == RENDERERS["xlsx"].media_type
    place = "attachment" if saved else "inline"
    response.headers["Content-Disposition"] = f'{place}; filename="{file_name}"'
    return response

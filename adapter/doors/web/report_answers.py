"""A report in the form that the caller asks for with Accept."""

from __future__ import annotations

from collections.abc import Iterator
from os import SEEK_END
from typing import IO

from flask import Response, request

from adapter.doors.messages.media_types import JSON
from adapter.doors.web.access import current_route
from adapter.ground.rendering import html
from adapter.ground.rendering.content import Report
from adapter.ground.rendering.documents import Document, document_of
from adapter.ground.rendering.renderers import RENDERERS, Renderer

_READ_IN_PLACE = (RENDERERS["pdf"].media_type, JSON)
_PIECE = 65_536
"""Bytes that are sent at a time."""
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
    return given(document_of(report, renderer.extension))


def given(document: Document) -> Response:
    return file_answer(document.file, document.media_type, document.file_name)


def document_answer(written: bytes, media_type: str, file_name: str) -> Response:
    """Pages open where they are read; what is for a spreadsheet or a program is saved."""
    return _dressed(Response(written, mimetype=media_type), media_type, file_name)


def file_answer(
    file: IO[bytes], media_type: str, file_name: str | None = None, status: int = 200
) -> Response:
    """The same of an open file that is too large to hold, which is closed in the end."""
    length = file.seek(0, SEEK_END)
    file.seek(0)
    response = Response(_pieces(file), status, mimetype=media_type)
    response.content_length = length
    return response if file_name is None else _dressed(response, media_type, file_name)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _dressed(response: Response, media_type: str, file_name: str) -> Response:
    if media_type == html.MEDIA_TYPE:
        response.headers["Content-Security-Policy"] = html.content_security_policy()
        return response
    place = "inline" if media_type in _READ_IN_PLACE else "attachment"
    response.headers["Content-Disposition"] = f'{place}; filename="{file_name}"'
    return response

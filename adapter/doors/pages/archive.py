"""*Toezicht, Archief*: what went to the agency's archive, and the declarations of destruction."""

from __future__ import annotations

from flask import Blueprint, Response

from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.report_answers import report_answer
from adapter.ground.rendering.renderers import RENDERERS
from adapter.subjects.requests.refusals import UnknownEntry
from adapter.views.archive.declaration import declaration_report
from adapter.views.archive.destruction import declaration_of, declarations
from adapter.views.archive.exports import exported_by_kind
from config.catalogue import text

ARCHIVE = Blueprint("archive", __name__)


@ARCHIVE.get("/toezicht/archief")
def show() -> Response:
    """Whom it is about stands in neither."""
    language = current.language()
    with current.parts().register.read() as connection:
        exported = [
            (text(f"archive.kind.{one.kind}", language), one)
            for one in exported_by_kind(connection)
        ]
        kept = declarations(connection)
    return page("archive.html.jinja", exported=exported, declarations=kept[::-1])


@ARCHIVE.get("/toezicht/archief/<declaration_id>.pdf")
def declaration(declaration_id: str) -> Response:
    parts = current.parts()
    with parts.register.read() as connection:
        found = declaration_of(connection, declaration_id)
    if found is None:
        raise UnknownEntry
    organisation = parts.settings.organisation.name
    report = declaration_report(found, organisation, current.language())
    return report_answer(report, RENDERERS["pdf"])

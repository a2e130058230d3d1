"""`/v1/agreements/{id}/signed-files`: the file that was signed, hashed by us (Visie §7)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.agreements import (
    SignedFileBody,
    SignedFileOut,
    SignedFilePath,
    SignedFilesOut,
)
from adapter.doors.messages.media_types import PDF
from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.messages.wrong_fields import FieldError
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.problems import invalid
from adapter.doors.web.report_answers import document_answer
from adapter.ground.uploaded_pdf import what_is_wrong
from adapter.subjects.requests import signed_files
from adapter.subjects.requests.acts import acting, looking

SIGNED_FILES = DescribedBlueprint(
    "signed_files",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="agreements", description="Opleidingsovereenkomsten (Visie §7)")],
)
_FILE = {"content": {PDF: {"schema": {"type": "string", "contentMediaType": PDF}}}}


@SIGNED_FILES.post(
    "/agreements/<id>/signed-files",
    operation_id="uploadSignedFile",
    summary="Bewaar het ondertekende bestand; de hash wordt hier berekend",
    responses={201: SignedFileOut},
)
def upload_signed_file(path: RecordPath, raw: SignedFileBody) -> Response:
    content = raw.get_data()
    wrong = what_is_wrong(content)
    if wrong is not None:
        raise invalid(FieldError("", f"documents.upload.{wrong}"))
    with acting(current.parts(), current.principal()) as act:
        kept = SignedFileOut.of(signed_files.keep_signed_file(act, path.id, content))
    response = answer(kept, 201)
    response.headers["Location"] = f"/v1/agreements/{path.id}/signed-files/{kept.number}"
    return response


@SIGNED_FILES.get(
    "/agreements/<id>/signed-files",
    operation_id="listSignedFiles",
    summary="Welke ondertekende bestanden er zijn",
    responses={200: SignedFilesOut},
)
def list_signed_files(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        items = [SignedFileOut.of(row) for row in signed_files.files_of(act, path.id)]
    return answer(SignedFilesOut(items=items))


@SIGNED_FILES.get(
    "/agreements/<id>/signed-files/<number>",
    operation_id="getSignedFile",
    summary="Eén ondertekend bestand, zoals het is geüpload",
    responses={200: _FILE},
)
def get_signed_file(path: SignedFilePath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        content = signed_files.content_of(act, path.id, path.number)
    response = document_answer(content, PDF, f"overeenkomst-{path.number}.pdf")
    # It comes from outside: it is saved, not shown as a page of ours.
    response.headers["Content-Disposition"] = (
        f'attachment; filename="overeenkomst-{path.number}.pdf"'
    )
    return response

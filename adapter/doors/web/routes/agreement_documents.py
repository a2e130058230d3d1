"""`/v1/agreements/{id}/document`: the agreement to sign, as PDF (Visie §7)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.media_types import PDF
from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.web import current
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.report_answers import document_answer
from adapter.subjects.requests import agreements
from adapter.subjects.requests.acts import looking
from adapter.views.documents.agreement import agreement_document

AGREEMENT_DOCUMENTS = DescribedBlueprint(
    "agreement_documents",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="agreements", description="Opleidingsovereenkomsten (Visie §7)")],
)
_FILE = {"content": {PDF: {"schema": {"type": "string", "contentMediaType": PDF}}}}


@AGREEMENT_DOCUMENTS.get(
    "/agreements/<id>/document",
    operation_id="getAgreementDocument",
    summary="De overeenkomst om te ondertekenen, als PDF/A en PDF/UA",
    description="Zonder plaats om te ondertekenen zolang iets ontbreekt; het document zegt wat.",
    responses={200: _FILE},
)
def get_document(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        row = agreements.one_agreement(act, path.id)
        document = agreement_document(act.connection, row, current.language(), act.today)
    name = f"opleidingsovereenkomst-versie-{row.version}.pdf"
    return document_answer(document.pdf(), PDF, name)

"""`/v1/reports/open-data`: the figures of the reports that were kept, as tables to analyse."""

from __future__ import annotations

from flask import Response, request
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field

from adapter.doors.web import current
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.report_answers import given
from adapter.views.open_data.exporting import take_out
from adapter.views.open_data.published import NothingKept, published_data
from adapter.views.open_data.writing import WRITERS

OPEN_DATA = DescribedBlueprint(
    "open_data",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="reports", description="Rapporten over een periode")],
)
_FORMS = {media_type: form for form, (media_type, _) in WRITERS.items()}
_FILES = {
    "content": {
        one: {"schema": {"type": "string", "contentMediaType": one}} for one in sorted(_FORMS)
    }
}


class OpenDataQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    period: str | None = Field(
        None,
        max_length=10,
        description="Zoals 2027-Q1; zonder zijn het alle perioden waarvan een rapport is bewaard.",
    )


@OPEN_DATA.get(
    "/reports/open-data",
    operation_id="getOpenData",
    summary="De cijfers van de bewaarde rapporten, als tabellen met een woordenboek",
    description="Een SQLite-database of een zip met CSV-bestanden. Zonder namen, en zonder groepen "
    "van minder dan vijf. Niet gevonden als er van de periode geen rapport is bewaard.",
    responses={200: _FILES},
)
def get_open_data(query: OpenDataQuery) -> Response:
    wanted = request.accept_mimetypes.best_match(sorted(_FORMS)) or next(iter(_FORMS))
    periods = () if query.period is None else (query.period,)
    try:
        document = take_out(
            current.parts(),
            current.principal(),
            lambda act: published_data(act.connection, periods),
            _FORMS[wanted],
        )
    except NothingKept as error:
        raise Problem(Kind.NOT_FOUND) from error
    return given(document)

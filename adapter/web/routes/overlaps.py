"""`/v1/overlaps`: several requests for the same training, that could be one in-company course."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from adapter.procedure.acts import looking
from adapter.tranches.capacity import waiting_requests
from adapter.tranches.overlap import bundles
from adapter.tranches.prices import newest_prices
from adapter.web import current
from adapter.web.answers import answer
from adapter.web.schemas.overlaps import OverlapOut, OverlapsOut

OVERLAPS = APIBlueprint(
    "overlaps",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="overlaps", description="Overlappende vraag naar opleiding (Visie §4)")],
)


@OVERLAPS.get(
    "/overlaps",
    operation_id="listOverlaps",
    summary="Opleidingen waarnaar meer dan één lopende aanvraag vraagt",
    description="Zonder namen en zonder bedragen.",
    responses={200: OverlapsOut},
)
def list_overlaps() -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = bundles(waiting_requests(act), newest_prices(act))
    return answer(OverlapsOut(items=[OverlapOut.of(name, one) for name, one in found.items()]))

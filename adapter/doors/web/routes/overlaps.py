"""`/v1/overlaps`: several requests for the same training, that could be one in-company course."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.overlaps import OverlapOut, OverlapsOut
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.subjects.requests.acts import looking
from adapter.subjects.tranches.capacity import waiting_requests
from adapter.subjects.tranches.overlap import bundles
from adapter.subjects.tranches.prices import newest_prices

OVERLAPS = DescribedBlueprint(
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

"""`/v1/grants`: what was granted, and taking it back (Visie §6)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.messages.rulings import GrantOut, GrantsOut, GrantsQuery, RevocationIn
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.paging import paged
from adapter.subjects.requests import grants
from adapter.subjects.requests.acts import acting, looking

GRANTS = DescribedBlueprint(
    "grants",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="grants", description="Toekenningen (Visie §6)")],
)


@GRANTS.get(
    "/grants",
    operation_id="listGrants",
    summary="De toekenningen die u mag zien, ook ingetrokken",
    responses={200: GrantsOut},
)
def list_grants(query: GrantsQuery) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = grants.page_of_grants(act, query.cut, query.request_id)
    return paged(GrantsOut(items=[GrantOut.of(row) for row in found.items]), found.after)


@GRANTS.get(
    "/grants/<id>",
    operation_id="getGrant",
    summary="Eén toekenning",
    responses={200: GrantOut},
)
def get_grant(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        return answer(GrantOut.of(grants.one_grant(act, path.id)))


@GRANTS.post(
    "/grants/<id>/revocations",
    operation_id="revokeGrant",
    summary="Trek een toekenning in, met de reden",
    responses={201: GrantOut},
)
def revoke_grant(path: RecordPath, body: RevocationIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        grants.revoke(act, path.id, body.reason)
        return answer(GrantOut.of(grants.one_grant(act, path.id)), 201)

"""`/v1/norm-exemptions`: extra learning hours, decided beforehand by the management team."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.norm_exemptions import (
    NormExemptionIn,
    NormExemptionOut,
    NormExemptionsOut,
    NormExemptionsQuery,
    WithdrawalIn,
)
from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.paging import paged
from adapter.subjects.requests import exemptions
from adapter.subjects.requests.acts import acting, looking

NORM_EXEMPTIONS = DescribedBlueprint(
    "norm_exemptions",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="norm-exemptions", description="Afwijkingen van de urennorm (Visie §8)")],
)


@NORM_EXEMPTIONS.get(
    "/norm-exemptions",
    operation_id="listNormExemptions",
    summary="De afwijkingen van de norm, per jaar",
    responses={200: NormExemptionsOut},
)
def list_norm_exemptions(query: NormExemptionsQuery) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = exemptions.page_of_exemptions(act, query.cut, query.year)
    items = [NormExemptionOut.of(row) for row in found.items]
    return paged(NormExemptionsOut(items=items), found.after)


@NORM_EXEMPTIONS.post(
    "/norm-exemptions",
    operation_id="createNormExemption",
    summary="Leg een afwijking van de norm vast",
    responses={201: NormExemptionOut},
)
def create_norm_exemption(body: NormExemptionIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        row = exemptions.one_exemption(act, exemptions.exempt(act, body.content()))
    return answer(NormExemptionOut.of(row), 201)


@NORM_EXEMPTIONS.post(
    "/norm-exemptions/<id>/withdrawals",
    operation_id="withdrawNormExemption",
    summary="Trek een afwijking in, zolang de opleiding niet is begonnen",
    responses={201: NormExemptionOut},
)
def withdraw_norm_exemption(path: RecordPath, body: WithdrawalIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        exemptions.withdraw(act, path.id, body.reason)
        return answer(NormExemptionOut.of(exemptions.one_exemption(act, path.id)), 201)
